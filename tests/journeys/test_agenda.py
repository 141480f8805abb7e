"""`calsync agenda` by the installed command: without an account, after a sync, offline, beside khal, in a crowd."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import sysconfig
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person
from tests.servers.access import AccessLog
from tests.servers.served import Served

KHAL = Path(sysconfig.get_path("scripts")) / "khal"
TO = "\N{EN DASH}"
WEEK = "2026-11-30..2026-12-06"
CROWD = 3_000
SERIES = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//calsync tests//EN
BEGIN:VEVENT
UID:standup
DTSTAMP:20260101T000000Z
SUMMARY:Stand-up
DTSTART;TZID=Europe/Amsterdam:20261019T091500
DTEND;TZID=Europe/Amsterdam:20261019T093000
RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR
EXDATE;TZID=Europe/Amsterdam:20261204T091500
END:VEVENT
BEGIN:VEVENT
UID:standup
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Amsterdam:20261202T091500
SUMMARY:Stand-up with cake
DTSTART;TZID=Europe/Amsterdam:20261203T160000
DTEND;TZID=Europe/Amsterdam:20261203T170000
END:VEVENT
BEGIN:VEVENT
UID:standup
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Amsterdam:20261026T091500
SUMMARY:Stand-up after the clocks changed
DTSTART;TZID=Europe/Amsterdam:20261026T091500
DTEND;TZID=Europe/Amsterdam:20261026T100000
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


@pytest.fixture
def lone(tmp_path: Path) -> Person:
    """Somebody without an account or a server."""
    nowhere = Served(
        name="none", url="http://127.0.0.1:9/", user="nobody", password="none", home_url="", calendar_url="",
        log=AccessLog(tmp_path / "none.log"), stop=lambda: None, new_user=lambda: nowhere,
    )  # fmt: skip
    return Person(tmp_path / "person", nowhere, env={"TZ": "Europe/Amsterdam"})


def puts(person: Person, name: str, content: bytes, calendar: str = "agenda") -> Path:
    path = person.home / "agenda" / "personal" / calendar / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def shows(person: Person, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.sure("agenda", *words, "--json").json["events"]
    return found


def test_r35_without_an_account_the_agenda_works_and_leaves_nothing_behind(lone: Person) -> None:
    puts(lone, "lunch.ics", event("lunch", "Lunch"))

    ran = lone.sure("agenda", "2026-12-01")

    assert ran.out.splitlines()[1].split("  ")[1:] == [
        f"11:00{TO}12:00",
        "Lunch",
        "agenda",
        shows(lone, WEEK)[0]["short"],
    ]
    assert {path.name for path in lone.home.iterdir()} <= {"agenda", "log"}


def test_an_agenda_without_anything_is_empty_and_well(lone: Person) -> None:
    ran = lone.sure("agenda", "week")

    assert ran.out == ""
    assert "Nothing planned" in ran.err


def test_r14_every_shown_calendar_is_in_it_with_its_name_and_colour(settled: Person) -> None:
    (settled.home / "agenda" / settled.email / "mine").mkdir()
    (settled.home / "agenda" / settled.email / "mine" / "own.ics").write_bytes(event("own", "Own"))

    told = {row["title"]: (row["calendar"], row["primary"], row["mine"]) for row in shows(settled, WEEK)}

    assert told == {
        "Intake talk": ("Calendar", True, True),
        "Lunch": ("Calendar", True, True),
        "Own": ("mine", False, True),
    }


def test_it_follows_what_a_sync_brings_and_what_an_editor_changes(settled: Person) -> None:
    before = [row["title"] for row in shows(settled, WEEK)]
    settled.edits_there("lunch", "Lunch", "Late lunch")
    settled.syncs()
    settled.edits("talk", "Intake talk", "Outtake talk")

    assert sorted(before) == ["Intake talk", "Lunch"]
    assert sorted(row["title"] for row in shows(settled, WEEK)) == ["Late lunch", "Outtake talk"]


def test_it_asks_nobody(settled: Person) -> None:
    """No request, and no key to the secrets."""
    settled.served.log.mark()

    ran = settled.types("agenda", WEEK, "--json", CALSYNC_SECRETS_KEY_FILE="/nowhere")

    assert (ran.code, len(ran.json["events"])) == (0, 2)
    assert settled.served.log.asked("PROPFIND", "REPORT", "GET", "OPTIONS", "PUT") == []


def test_a_hidden_calendar_is_not_in_it(settled: Person) -> None:
    settled.served.plain(settled.served.shared_url).put("team.ics", event("team", "Team day"))
    settled.syncs()
    before = {row["title"] for row in shows(settled, WEEK)}
    name = next(row["calendar"] for row in shows(settled, WEEK) if row["title"] == "Team day")
    settled.sure("calendars", "hide", name)

    after = {row["title"] for row in shows(settled, WEEK)}

    assert before - after == {"Team day"}


def test_damage_is_told_once_and_hides_nothing_else(settled: Person) -> None:
    settled.folder().joinpath("torn.ics").write_bytes(event("torn")[:90])

    told = [settled.sure("agenda", WEEK) for _ in range(2)]

    assert [ran.out.count("Calendar") for ran in told] == [2, 2]
    assert [ran.err for ran in told] == ["! 1 file could not be read and is not shown: calsync doctor\n"] * 2


@pytest.mark.parametrize("harm", ["DELETE FROM agenda", "UPDATE agenda SET first=0, last=0", "DROP TABLE agenda"])
def test_a_damaged_index_hides_nothing(settled: Person, harm: str) -> None:
    shows(settled, WEEK)
    settled.alters(harm)

    assert sorted(row["title"] for row in shows(settled, WEEK)) == ["Intake talk", "Lunch"]


def test_it_works_while_a_round_writes(settled: Person) -> None:
    shows(settled, WEEK)
    settled.writes("new.ics", event("new", "New"))
    busy = sqlite3.connect(settled.database, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")

    told = sorted(row["title"] for row in shows(settled, WEEK))

    busy.execute("ROLLBACK")
    busy.close()
    assert told == ["Intake talk", "Lunch", "New"]


def test_a_calendar_that_is_none_is_named_with_those_that_are(settled: Person) -> None:
    ran = settled.types("agenda", "--calendar", "Calender", "--json")

    assert (ran.code, ran.error, ran.json["error"]["params"]["names"]) == (2, "E209", "Calendar")


def test_words_and_free_time_are_found(lone: Person) -> None:
    puts(lone, "cafe.ics", event("cafe", "Lunch at the Café"))
    puts(lone, "talk.ics", event("talk", "Talk", start="20261202T080000Z", end="20261202T090000Z"))

    found = shows(lone, WEEK, "--search", "cafe")
    free = lone.sure("agenda", "2026-12-02", "--free", "--json").json["free"]

    assert [row["title"] for row in found] == ["Lunch at the Café"]
    assert free == [
        {"start": "2026-12-02T07:00:00Z", "end": "2026-12-02T08:00:00Z"},
        {"start": "2026-12-02T09:00:00Z", "end": "2026-12-02T17:00:00Z"},
    ]


def test_r62_it_speaks_dutch_without_a_locale(lone: Person) -> None:
    puts(lone, "fair.ics", event("fair", "Beurs", start="20261201", end="20261203"))

    ran = lone.types("agenda", "1 dec 2026..2 dec 2026", LANG="nl_NL.UTF-8", LC_ALL="")

    assert [line.split("  ")[0] for line in ran.out.splitlines() if line[:1].isalpha()] == ["di 1 dec", "wo 2 dec"]
    assert ran.out.count("hele dag") == 2


@pytest.mark.parametrize("more", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {}], ids=["dumb", "no colour", "a pipe"])
def test_without_a_terminal_there_is_no_colour(lone: Person, more: dict[str, str]) -> None:
    puts(lone, "lunch.ics", event("lunch", "Lunch"))
    (lone.home / "agenda" / "personal" / "agenda" / "color").write_text("#336699")

    ran = lone.types("agenda", WEEK, **more)

    assert "\x1b" not in ran.out


def test_in_ascii_it_can_be_read(lone: Person) -> None:
    puts(lone, "lunch.ics", event("lunch", "Café ☕", extra="RRULE:FREQ=DAILY\n"))

    ran = lone.types("agenda", "2026-12-01", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert ran.out.isascii()
    assert "11:00-12:00  Cafe" in ran.out


def khal(person: Person, folder: Path, *words: str) -> list[str]:
    place = person.place / "khal"
    place.mkdir(exist_ok=True)
    (place / "config").write_text(
        f"[calendars]\n[[mine]]\npath = {folder}\n[default]\ndefault_calendar = mine\nhighlight_event_days = False\n"
        "[locale]\nlocal_timezone = Europe/Amsterdam\ndefault_timezone = Europe/Amsterdam\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        f"longdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = {place}/khal.db\n"
    )
    env = {**os.environ, "HOME": str(place), "XDG_CONFIG_HOME": str(place), "XDG_DATA_HOME": str(place)}
    done = subprocess.run(
        [sys.executable, str(KHAL), "-c", str(place / "config"), *words], env=env, capture_output=True, text=True, check=True
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "days", [("2026-10-19", "2026-11-02"), ("2026-11-30", "2026-12-07"), ("2036-03-24", "2036-04-07")]
)
def test_it_shows_what_khal_shows(lone: Person, days: tuple[str, str]) -> None:
    folder = puts(lone, "standup.ics", SERIES).parent
    puts(lone, "fair.ics", event("fair", "Fair", extra="RRULE:FREQ=YEARLY\n", start="20261201", end="20261202"))

    ours = [f"{at(row['start'])} {row['title']}" for row in shows(lone, f"{days[0]}..{days[1]}")]

    form = ("--format", "{start-date} {start-time} {title}", "--day-format", "")
    theirs = khal(lone, folder, "list", *form, days[0], f"{days[1]} 23:59")
    assert ours == [line for line in theirs if line]


def at(start: str) -> str:
    """As khal tells it: in Amsterdam; a whole day without a time."""
    if len(start) == len("2026-12-01"):
        return f"{start} "
    return f"{datetime.fromisoformat(start).astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%d %H:%M}"


def test_a_crowd_of_events_is_answered_at_once(lone: Person) -> None:
    """The second time, when everything is known; far from any limit, so that a busy machine is no failure."""
    lone.sure("event", "add", "First", "--at", "2026-12-01 10:00")
    for number in range(CROWD):
        puts(
            lone,
            f"{number}.ics",
            event(f"crowd-{number}", start=f"20{number % 80:02}0115T100000Z", end=f"20{number % 80:02}0115T110000Z"),
        )
    shows(lone, "2026-12-01")
    began = time.monotonic()

    found = shows(lone, "2026-12-01")

    assert [row["title"] for row in found] == ["First"]
    assert time.monotonic() - began < 5
