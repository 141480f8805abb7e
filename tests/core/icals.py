"""The .ics files of these tests, and short ways to write one."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent / "ical"
ODD = sorted((HERE / "odd").glob("*.ics"))
BROKEN = sorted((HERE / "broken").glob("*.ics"))
MENDABLE = sorted((HERE / "mendable").glob("*.ics"))

AMSTERDAM = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
TALK = """UID:talk@example.org
DTSTAMP:20261101T080000Z
SUMMARY:Intake talk
LOCATION:Room 2
DTSTART;TZID=Europe/Amsterdam:20261124T140000
DTEND;TZID=Europe/Amsterdam:20261124T150000
"""
WEEKLY = TALK + "RRULE:FREQ=WEEKLY;BYDAY=TU\n"


def ids(path: Path) -> str:
    return path.stem


def ics(*events: str, head: str = AMSTERDAM, kind: str = "VEVENT") -> bytes:
    """A calendar of events, each given by its lines."""
    body = "".join(f"BEGIN:{kind}\n{event.strip()}\nEND:{kind}\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//calsync tests//EN\n{head}{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def with_line(content: bytes, line: str, *, before: str = "END:VEVENT") -> bytes:
    """The calendar with one more line before the first `before`."""
    return content.replace(before.encode(), line.encode() + b"\r\n" + before.encode(), 1)


def swapped(content: bytes, *pairs: tuple[str, str]) -> bytes:
    """The calendar with texts replaced, each of which must be there."""
    for old, new in pairs:
        assert old.encode() in content, old
        content = content.replace(old.encode(), new.encode())
    return content
