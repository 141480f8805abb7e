"""What is asked permission for: as little as each half can do with, for Google calls it sensitive, or restricted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_API = "https://www.googleapis.com/auth/"

CALENDAR = "calendar"
MAIL = "mail"

WHO = ("openid", "email")
"""The id_token then says who signed in."""

HALVES: Mapping[str, tuple[str, ...]] = {
    # calendarList is not covered by calendar.events
    CALENDAR: (f"{_API}calendar.events", f"{_API}calendar.calendarlist.readonly"),
    # nothing less opens IMAP
    MAIL: ("https://mail.google.com/",),
}
DELEGATED: Mapping[str, tuple[str, ...]] = {
    CALENDAR: HALVES[CALENDAR],
    # for domain-wide delegation alone; it shows all labels, whatever the user's settings hide from IMAP
    MAIL: (f"{_API}gmail.imap_admin",),
}
"""What an administrator enters for a service account."""


def wanted(halves: Collection[str]) -> tuple[str, ...]:
    """What a browser asks permission for."""
    return (*WHO, *_of(HALVES, halves))


def delegated(halves: Collection[str]) -> tuple[str, ...]:
    """What a service account asks for."""
    return _of(DELEGATED, halves)


def missing(granted: Collection[str], halves: Collection[str]) -> tuple[str, ...]:
    """The halves for which a box was left unticked."""
    return tuple(half for half in HALVES if half in halves and not set(HALVES[half]) <= set(granted))


def _of(table: Mapping[str, tuple[str, ...]], halves: Collection[str]) -> tuple[str, ...]:
    return tuple(scope for half, scopes in table.items() if half in halves for scope in scopes)
