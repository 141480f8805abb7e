"""Small believable events for tests."""

from __future__ import annotations


def event(
    uid: str,
    title: str = "Lunch",
    *,
    start: str = "20261201T120000Z",
    end: str = "20261201T130000Z",
    place: str = "",
    more: str = "",
) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tests//EN",
        "BEGIN:VEVENT",
        *([f"UID:{uid}"] if uid else []),
        "DTSTAMP:20261101T000000Z",
        f"DTSTART:{start}",
        f"DTEND:{end}",
        f"SUMMARY:{title}",
        *([f"LOCATION:{place}"] if place else []),
        *more.splitlines(),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()


def series(
    uid: str,
    title: str = "Stand-up",
    *,
    moved: str = "20261209T150000Z",
    skipped: str = "20261208T090000Z",
    place: str = "",
) -> bytes:
    """A daily series: one occurrence moved, one left out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tests//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        "DTSTART:20261207T090000Z",
        "DTEND:20261207T091500Z",
        "RRULE:FREQ=DAILY;COUNT=5",
        f"EXDATE:{skipped}",
        f"SUMMARY:{title}",
        *([f"LOCATION:{place}"] if place else []),
        "END:VEVENT",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "RECURRENCE-ID:20261209T090000Z",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART:{moved}",
        f"DTEND:{moved[:9]}160000Z",
        f"SUMMARY:{title} (later)",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()


def guest(address: str, **params: str) -> str:
    """An ATTENDEE line for `more`."""
    told = "".join(f";{name.replace('_', '-')}={value}" for name, value in params.items())
    return f"ATTENDEE{told}:mailto:{address}"
