"""Believable events for the demonstration, the same ones at every run, around the day on which it runs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from calsync_cli.demo.server import HOLIDAYS, OWN, TEAM, Calendar

SEED = 1973
WEEKS = range(-6, 20)
"""Weeks around this one."""
FRIDAY = 4

MEETINGS = (
    ("Intakegesprek nieuwe klant", "Spreekkamer 2"),
    ("Budget review", "Room 4.12"),
    ("Kennismaking met stagiair", "Kantine"),
    ("1:1 Marieke", "Room 1.03"),
    ("Code review payments", ""),
    ("Overleg huisvesting", "Vergaderzaal Zuid"),
    ("Interview backend developer", "Room 2.20"),
    ("Roadmap Q1", "Room 4.12"),
    ("Klantbezoek Utrecht", "Stationsplein 12, Utrecht"),
    ("Functioneringsgesprek", "Spreekkamer 1"),
    ("Security training", "Online"),
    ("Demo voor directie", "Vergaderzaal Noord"),
    ("Contractonderhandeling", "Spreekkamer 2"),
    ("Budget call London", "Online"),
)
PRIVATE = (
    ("Tandarts", "Tandartspraktijk De Kies"),
    ("Lunch with Tom", "Café De Zaak"),
    ("Dentist", "Main Street 5"),
    ("Oma jarig 🎂", "Haarlem"),
    ("Sporten", "Sportschool"),
    ("Ouderavond", "Basisschool De Regenboog"),
    ("Birthday dinner Sanne", "Restaurant Lumen"),
    ("APK auto", "Garage Bakker"),
)
TEAMWORK = (
    ("Sprint planning", "Room 3.01"),
    ("Retrospective", "Room 3.01"),
    ("Teamlunch", "Kantine"),
    ("Release 2.x", "Online"),
    ("Kennisdeling", "Vergaderzaal Noord"),
    ("Architecture board", "Room 4.12"),
)
DAYS_OFF = (
    (1, 1, "Nieuwjaarsdag"),
    (4, 27, "Koningsdag"),
    (5, 4, "Dodenherdenking"),
    (5, 5, "Bevrijdingsdag"),
    (8, 31, "Bank Holiday (UK)"),
    (10, 31, "Halloween"),
    (11, 11, "Sint-Maarten"),
    (12, 5, "Sinterklaas"),
    (12, 25, "Eerste kerstdag"),
    (12, 26, "Boxing Day / Tweede kerstdag"),
    (12, 31, "Oudejaarsdag"),
)

ZONE = """BEGIN:VTIMEZONE
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
END:VTIMEZONE"""

CLIENT, PLANNING, LUNCH, WORKSHOP, RETREAT = (
    "demo-client",
    "demo-planning",
    "demo-lunch",
    "demo-workshop",
    "demo-retreat",
)
"""The events that the story is about."""


def calendars(today: date) -> tuple[Calendar, Calendar, Calendar]:
    """A few hundred events."""
    chance = random.Random(SEED)  # noqa: S311 - believable, not secret
    monday = today - timedelta(days=today.weekday())
    own = [*_heroes(monday), _standup(monday), *_meetings(chance, monday)]
    return (
        Calendar(OWN, "Agenda Anna", "#2266bb", own),
        Calendar(TEAM, "Team", "#22aa66", list(_team(chance, monday))),
        Calendar(HOLIDAYS, "Holidays NL/UK", "#cc7722", list(_holidays(today.year))),
    )


def _heroes(monday: date) -> Iterator[tuple[str, bytes]]:
    next_week = monday + timedelta(days=7)
    for day, hour, uid, title, place in (
        (1, 10, CLIENT, "Intake talk", "Room 1"),
        (1, 14, PLANNING, "Project planning", "Room 4.12"),
        (2, 12, LUNCH, "Lunch met Fatima", "Café De Zaak"),
        (3, 13, WORKSHOP, "Workshop schrijven", "Vergaderzaal Zuid"),
        (4, 9, RETREAT, "Heidag", "Landgoed Zonheuvel"),
    ):
        yield uid, event(uid, title, place, _on(next_week + timedelta(days=day), hour), 60)


def _standup(monday: date) -> tuple[str, bytes]:
    """A series: one occurrence moved, one left out."""
    first = monday + timedelta(weeks=WEEKS.start)
    moved, left_out = monday + timedelta(days=8), monday + timedelta(days=9)
    rule = (f"RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT={5 * len(WEEKS)}", f"EXDATE{_at(_on(left_out, 9, 15))}")
    override = (
        f"RECURRENCE-ID{_at(_on(moved, 9, 15))}",
        f"DTSTART{_at(_on(moved, 11))}",
        f"DTEND{_at(_on(moved, 11, 15))}",
    )
    common = ("UID:demo-standup", "DTSTAMP:20260101T080000Z", "SUMMARY:Stand-up")
    master = (*common, f"DTSTART{_at(_on(first, 9, 15))}", f"DTEND{_at(_on(first, 9, 30))}", *rule)
    return "demo-standup", _wrapped(_component(master), _component((*common, *override, "LOCATION:Room 3.01")))


def _meetings(chance: random.Random, monday: date) -> Iterator[tuple[str, bytes]]:
    number = 0
    for week in WEEKS:
        for kind, least, most, hours in ((MEETINGS, 5, 8, range(9, 17)), (PRIVATE, 1, 3, range(17, 21))):
            for title, place in chance.sample(kind, chance.randint(least, most)):
                day = monday + timedelta(weeks=week, days=chance.randint(0, FRIDAY))
                number += 1
                uid = f"anna-{number:04}"
                yield uid, event(uid, title, place, _on(day, chance.choice(hours)), chance.choice((30, 45, 60, 90)))


def _team(chance: random.Random, monday: date) -> Iterator[tuple[str, bytes]]:
    for number, week in enumerate(WEEKS):
        for part, (title, place) in enumerate(chance.sample(TEAMWORK, 3)):
            day = monday + timedelta(weeks=week, days=chance.randint(0, FRIDAY))
            uid = f"team-{number:02}-{part}"
            yield uid, event(uid, title, place, _on(day, chance.choice(range(10, 16))), 60)


def _holidays(year: int) -> Iterator[tuple[str, bytes]]:
    for one in (year, year + 1):
        for month, day, title in DAYS_OFF:
            first = date(one, month, day)
            uid = f"holiday-{first:%Y%m%d}"
            until = first + timedelta(days=1)
            when = (f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{until:%Y%m%d}")
            lines = (f"UID:{uid}", "DTSTAMP:20260101T080000Z", f"SUMMARY:{title}", *when, "TRANSP:TRANSPARENT")
            yield uid, _wrapped(_component(lines), zone=False)


def event(uid: str, title: str, place: str, when: datetime, minutes: int) -> bytes:
    """A single event in Amsterdam's time."""
    end = when + timedelta(minutes=minutes)
    lines = [f"UID:{uid}", "DTSTAMP:20260101T080000Z", f"SUMMARY:{title}"]
    lines += [f"DTSTART{_at(when)}", f"DTEND{_at(end)}"]
    if place:
        lines.append("LOCATION:" + place.replace(",", "\\,"))
    return _wrapped(_component(lines))


def _at(when: datetime) -> str:
    return f";TZID=Europe/Amsterdam:{when:%Y%m%dT%H%M%S}"


def _on(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def _component(lines: Sequence[str]) -> str:
    return "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))


def _wrapped(*components: str, zone: bool = True) -> bytes:
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calsync//demo//EN"]
    parts += [ZONE] if zone else []
    return "\n".join((*parts, *components, "END:VCALENDAR", "")).replace("\n", "\r\n").encode()
