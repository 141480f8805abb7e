"""What was published, on the screen."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _, ngettext

if TYPE_CHECKING:
    from calsync_cli.app.reports.feed import FeedReport
    from calsync_cli.cli.view.screen import Screen


def outlet() -> IO[bytes]:
    """Where the file goes that has no name: stdout, in bytes."""
    return sys.stdout.buffer


def exported(report: FeedReport, screen: Screen) -> None:
    """How much, where, and what is not in it."""
    count = ngettext("{n} event published", "{n} events published", report.events).format(n=report.events)
    if report.dry_run:
        count = ngettext("{n} event would be published", "{n} events would be published", report.events).format(
            n=report.events
        )
    elif not report.written:
        count = ngettext("{n} event, as published before", "{n} events, as published before", report.events).format(
            n=report.events
        )
    screen.told("good", count if report.file is None else f"{count}: {safe(str(report.file))}")
    _left_out(report, screen)
    if report.superfluous:
        screen.say(_("A calendar is active and in step both ways: nobody needs this feed any more."))


def _left_out(report: FeedReport, screen: Screen) -> None:
    if report.private:
        text = ngettext(
            "{n} of them is private: only its time is told.",
            "{n} of them are private: only their time is told.",
            report.private,
        )
        screen.say(text.format(n=report.private))
    if report.doubled:
        text = ngettext(
            "{n} event stands in two calendars and was published once.",
            "{n} events stand in two calendars and were published once.",
            report.doubled,
        )
        screen.say(text.format(n=report.doubled))
    if report.skipped:
        text = ngettext(
            "{n} file cannot be read as an event and was left out.",
            "{n} files cannot be read as events and were left out.",
            report.skipped,
        )
        screen.told("warn", text.format(n=report.skipped))
