"""Realistic events, seeded: zones, folded descriptions, every tenth a series, every third with an alarm."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

WORDS = [
    "Intake",
    "Review",
    "Planning",
    "Standup",
    "Interview",
    "Lunch",
    "Budget",
    "Sync",
    "Kickoff",
    "Retro",
    "Demo",
    "Call",
    "Visit",
    "Training",
    "Offsite",
]


ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
X-LIC-LOCATION:Europe/Amsterdam
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
END:VTIMEZONE""".splitlines()


def bodies(count: int, *, seed: int = 7) -> Iterator[tuple[str, bytes]]:
    """(file name, body) each."""
    rng = random.Random(seed)
    for number in range(count):
        yield f"{number:06d}.ics", event(number, rng)


def event(number: int, rng: random.Random, *, title: str = "") -> bytes:
    """One event with its zone, as calendars write them: 1.2 kB on average."""
    first = datetime(2025, 1, 1, 8)  # noqa: DTZ001 - local time, the zone stands beside it
    start = first + timedelta(hours=rng.randrange(24 * 700))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bench//EN",
        *ZONE,
        "BEGIN:VEVENT",
        f"UID:{number:06d}-bench@example.org",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART;TZID=Europe/Amsterdam:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Amsterdam:{start + timedelta(hours=1):%Y%m%dT%H%M%S}",
        f"SUMMARY:{title or rng.choice(WORDS)} {rng.choice(WORDS)} {number}",
        f"LOCATION:Room {rng.randrange(20)}",
        "DESCRIPTION:" + " ".join(rng.choice(WORDS) for _ in range(rng.randrange(5, 120))),
    ]
    if number % 10 == 0:
        lines.append("RRULE:FREQ=WEEKLY;COUNT=20")
    if number % 3 == 0:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:soon", "TRIGGER:-PT15M", "END:VALARM"]
    lines += ["END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(_folded(line) for line in lines).encode()


def _folded(line: str) -> str:
    return "\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74)) or line
