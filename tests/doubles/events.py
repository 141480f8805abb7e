"""Events as bytes for tests: small, believable, and valid on servers that check."""

from __future__ import annotations

from urllib.parse import quote


def event(
    uid: str,
    title: str = "An event",
    *,
    start: str = "20261201T100000Z",
    end: str = "20261201T110000Z",
    extra: str = "",
) -> bytes:
    """One VEVENT with CRLF line ends; `extra` is whole property lines, each ended by a newline."""
    lines = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//calsync tests//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
DTSTART:{start}
DTEND:{end}
SUMMARY:{title}
{extra}END:VEVENT
END:VCALENDAR
"""
    return lines.replace("\n", "\r\n").encode()


def href_name(uid: str, suffix: str = ".ics") -> str:
    """A name for an item that is safe in a path."""
    return quote(uid, safe="") + suffix
