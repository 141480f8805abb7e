"""Small believable events for tests."""

from __future__ import annotations


def event(uid: str, title: str = "Lunch", *, start: str = "20261201T120000Z", end: str = "20261201T130000Z", place: str = "", more: str = "") -> bytes:
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
