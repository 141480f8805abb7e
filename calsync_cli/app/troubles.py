"""What a round of a watch came to: news, trouble that passes by itself and is told once, or the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from calsync_cli.app.reports.rounds import CalendarCounts, MailCounts, SyncReport
from calsync_cli.app.reports.told import Verb
from calsync_cli.core.errors import CalsyncError

TEMPORARY = 8
"""The exit of errors that go away by themselves."""
OFFLINE = frozenset({"E401", "E402"})
"""Told as a note; the others by their own sentence."""
RACES = frozenset({"E209", "E403"})
"""A calendar that went, or was closed to us, between the list and the look: the next list knows."""


class Troubles:
    """What each half fails with, as far as it was told."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    @property
    def offline(self) -> bool:
        """A half is waited for."""
        return not OFFLINE.isdisjoint(self._told.values())

    @property
    def cut(self) -> list[str]:
        """The halves whose server cannot be reached."""
        return [half for half, code in self._told.items() if code == "E402"]

    def news(self, code: str, halves: Iterable[str]) -> bool:
        """These fail with it; whether that is to be told. One line that is cut is one piece of news."""
        known = code in self._told.values()
        self._told |= dict.fromkeys(halves, code)
        return not known

    def over(self, halves: Iterable[str]) -> bool:
        """These went well; whether one of them had failed."""
        return bool([code for half in halves if (code := self._told.pop(half, ""))])


def ends(error: CalsyncError, *, first: bool) -> bool:
    """Whether a person has to do something before it makes sense to try again."""
    if error.exit == TEMPORARY or error.code in RACES:
        return False
    return first or error.code != "E504"


def did_something(report: SyncReport) -> bool:
    """What waits since earlier rounds is no news."""
    if report.attention or replace(report.calendar, skipped=0) != CalendarCounts():
        return True
    if report.messages or replace(report.mail, skipped=0) != MailCounts():
        return True
    return any(line.verb not in {Verb.SKIPPED, Verb.HELD} for line in report.lines)
