"""The agenda on the screen: day by day, in the language spoken, as wide as the terminal, never by colour alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.app.reports.events import AgendaReport, EventRow, FreeRow
from calsync_cli.cli import words
from calsync_cli.cli.view import days
from calsync_cli.cli.view.agenda import Seen, listed
from calsync_cli.cli.view.screen import Screen
from tests.cli.test_view import CONTROLS, HOSTILE, on, shown

SGR = re.compile(r"\x1b\[[0-9;]*m")
HERE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 24, 14, 20, tzinfo=HERE)
SEEN = Seen(now=NOW)
TO = "\N{EN DASH}"


def columns(text: str) -> int:
    """How wide a terminal shows it (UAX 11)."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE).astimezone(UTC)


def row(title: str, start: datetime | date, end: datetime | date, **more: Any) -> EventRow:
    given_ = {"id": "3f9c00000000", "short": "3f9c", "uid": title, "calendar": "Personal", "title": title, "tz": ""}
    given_ |= {"start": start, "end": end, "all_day": not isinstance(start, datetime), "where": "", "recurrence": ""}
    return EventRow(**{**given_, "organizer": "", **more})


def timed(title: str, start: str, end: str, **more: Any) -> EventRow:
    return row(title, at(start), at(end), **more)


TALK = timed("Intake talk", "2026-11-24T14:00", "2026-11-24T14:45", where="Room 2", recurrence="FREQ=WEEKLY")
FAIR = row("Fair", date(2026, 11, 24), date(2026, 11, 27), calendar="Team", short="81ab")
NIGHT = timed("Night shift", "2026-11-24T22:00", "2026-11-25T06:00", short="77aa")


def report(*events: EventRow, begin: str = "2026-11-24", length: int = 7, **more: Any) -> AgendaReport:
    first = datetime.fromisoformat(begin).replace(tzinfo=HERE)
    return AgendaReport(begin=first, end=first + timedelta(days=length), events=events, **more)


def lines(*events: EventRow, screen: Screen | None = None, seen: Seen = SEEN, **more: Any) -> list[str]:
    screen = screen or on()
    listed(report(*events, **more), screen, seen)
    return shown(screen)[0].splitlines()


@pytest.fixture
def dutch() -> Iterator[None]:
    words.speak("nl")
    yield
    words.speak("en")


def test_each_day_has_its_events_whole_days_first_and_what_goes_on_is_on_each_day() -> None:
    assert lines(FAIR, TALK, NIGHT) == [
        "Tue 24 Nov  today",
        "  all day      Fair (1/3)              Team      81ab",
        f"▸ 14:00{TO}14:45  Intake talk ↻ · Room 2  Personal  3f9c",
        "  22:00 →      Night shift             Personal  77aa",
        "",
        "Wed 25 Nov  tomorrow",
        "  all day      Fair (2/3)              Team      81ab",
        "  → 06:00      Night shift             Personal  77aa",
        "",
        "Thu 26 Nov",
        "  all day      Fair (3/3)              Team      81ab",
    ]


def test_r62_days_are_named_in_dutch(dutch: None) -> None:
    assert lines(FAIR)[:2] == ["di 24 nov  vandaag", "  hele dag  Fair (1/3)  Team  81ab"]


def test_another_year_is_named() -> None:
    assert lines(timed("Then", "2027-03-02T10:00", "2027-03-02T11:00"), begin="2027-03-01")[0] == "Tue 2 Mar 2027"


def test_only_days_of_the_stretch_are_told() -> None:
    long = row("Sabbatical", date(2020, 1, 1), date(2040, 1, 1))

    assert [line for line in lines(long, length=2) if line[:1].isalpha()] == [
        "Tue 24 Nov  today",
        "Wed 25 Nov  tomorrow",
    ]
    assert "(2520/7305)" in lines(long, length=2)[1]


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-11-24T14:00", "2026-11-24T14:00", ["14:00"]),
        ("2026-11-24T14:00", "2026-11-25T00:00", [f"14:00{TO}00:00"]),
        ("2026-11-24T00:00", "2026-11-26T00:00", ["00:00 →", "→ 00:00"]),
        ("2026-11-24T14:00", "2026-11-26T14:00", ["14:00 →", "→", "→ 14:00"]),
        ("2026-11-23T14:00", "2026-11-24T14:00", ["→ 14:00"]),
    ],
    ids=["no time", "until midnight", "two days", "over a whole day", "from before"],
)
def test_the_clock_tells_what_is_of_that_day(start: str, end: str, wanted: list[str]) -> None:
    pieces = days.by_day([timed("x", start, end)], report().begin, report().end, NOW)

    assert [days.clock(one, days.UNICODE, short=False) for each in pieces.values() for one in each] == wanted


def test_floating_times_are_on_every_clock_and_others_on_this_one() -> None:
    floating = row("Pill", datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 9, 5))  # noqa: DTZ001
    abroad = row(
        "Call",
        datetime(2026, 11, 24, 15, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 11, 24, 16, tzinfo=ZoneInfo("America/New_York")),
    )

    assert [line[2:13] for line in lines(floating, abroad)[1:]] == [f"09:00{TO}09:05", f"21:00{TO}22:00"]


@pytest.mark.parametrize(
    ("more", "remark"),
    [
        ({"status": "cancelled"}, "(cancelled)"),
        ({"status": "tentative"}, "(not certain yet)"),
        ({"mine": False, "answer": "declined"}, "(declined)"),
        ({"mine": False, "answer": "needs-action"}, "(no answer yet)"),
        ({"mine": True, "answer": "needs-action"}, ""),
        ({"status": "confirmed"}, ""),
    ],
)
def test_what_is_odd_about_an_event_is_said_in_words(more: dict[str, Any], remark: str) -> None:
    told = lines(timed("x", "2026-11-24T16:00", "2026-11-24T17:00", **more))[1]

    assert told[15:].split("  ")[0] == f"x {remark}".strip()


WIDE = [
    timed("Überlänge " * 20, "2026-11-24T08:00", "2026-11-24T09:00", calendar="A calendar with a very long name"),
    timed("会議と昼食" * 10, "2026-11-24T09:00", "2026-11-24T10:00", where="東京"),
    timed("🎂🎉 party", "2026-11-24T10:00", "2026-11-24T11:00", color="#ff8800"),
    FAIR,
    TALK,
]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("color", [True, False], ids=["coloured", "plain"])
def test_a_terminal_is_never_too_narrow_and_ids_are_whole(width: int, color: bool) -> None:
    told = [SGR.sub("", line) for line in lines(*WIDE, screen=on(width=width, color=color))]

    events = [line for line in told if line.endswith(("3f9c", "81ab"))]
    assert len(events) == 4 + 3
    assert width < 40 or [line for line in told if columns(line) > width] == []


@pytest.mark.parametrize("width", [40, 80, 200])
def test_columns_stand_under_one_another(width: int) -> None:
    both = [
        [SGR.sub("", line) for line in lines(*WIDE, screen=on(width=width, color=color))] for color in (True, False)
    ]

    widths = [{columns(line) for line in told if line.endswith(("3f9c", "81ab"))} for told in both]
    assert [len(each) for each in widths] == [1, 1]


def test_off_a_terminal_nothing_is_cut() -> None:
    told = lines(*WIDE, screen=on(width=20, terminal=False))

    assert [line for line in told if "…" in line] == []
    assert "会議と昼食" * 10 in "\n".join(told)


def test_a_calendar_has_its_name_beside_its_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM", raising=False)
    talk = timed("x", "2026-11-24T16:00", "2026-11-24T17:00", color="#336699")
    with_few = lines(talk, screen=on(color=True))[1]
    monkeypatch.setenv("COLORTERM", "truecolor")

    assert "\x1b[38;5;60m●\x1b[0m Personal" in with_few
    assert "\x1b[38;2;51;102;153m●\x1b[0m Personal" in lines(talk, screen=on(color=True))[1]
    assert "●" not in lines(talk)[1]


@pytest.mark.parametrize("color", ["red", "#12", "#gggggg", "\x1b[31m", "#336699ff"])
def test_a_colour_that_is_none_is_no_harm(color: str) -> None:
    told = lines(timed("x", "2026-11-24T16:00", "2026-11-24T17:00", color=color), screen=on(color=True))

    assert SGR.sub("", told[1]) == f"  16:00{TO}17:00  x  ● Personal  3f9c"


def test_in_ascii_every_sign_is_spelled_otherwise() -> None:
    screen = on(unicode=False)

    told = lines(TALK, NIGHT, screen=screen)

    assert "".join(told).isascii()
    assert told[1] == "> 14:00-14:45  Intake talk ~ @ Room 2  Personal  3f9c"


@given(st.text(), st.text())
def test_no_title_and_no_place_steers_the_terminal(title: str, where: str) -> None:
    told = lines(
        timed(title + HOSTILE, "2026-11-24T16:00", "2026-11-24T17:00", where=where, calendar=HOSTILE),
        screen=on(color=True),
    )

    assert CONTROLS.findall(SGR.sub("", "".join(told))) == []
    assert len(told) == 2


def test_free_time_is_told_by_day_with_its_length() -> None:
    free = (
        FreeRow(start=at("2026-11-24T14:21"), end=at("2026-11-24T18:00")),
        FreeRow(start=at("2026-11-25T08:00"), end=at("2026-11-25T08:30")),
        FreeRow(start=at("2026-11-25T12:00"), end=at("2026-11-25T14:00")),
    )

    assert lines(TALK, free=free) == [
        "Tue 24 Nov  today",
        f"  14:21{TO}18:00  3 h 39 min",
        "Wed 25 Nov  tomorrow",
        f"  08:00{TO}08:30  30 min",
        f"  12:00{TO}14:00  2 h",
    ]


@pytest.mark.parametrize(
    ("told", "seen", "wanted"),
    [
        (report(), SEEN, "Nothing planned from Tue 24 Nov to Mon 30 Nov.\n"),
        (report(), Seen(now=NOW, search=True), "Nothing found from Tue 24 Nov to Mon 30 Nov.\n"),
        (report(free=()), SEEN, "Nothing is free.\n"),
        (report(TALK), SEEN, ""),
        (report(TALK, unreadable=1), SEEN, "! 1 file could not be read and is not shown: calsync doctor\n"),
        (report(TALK, unreadable=2), SEEN, "! 2 files could not be read and are not shown: calsync doctor\n"),
        (report(TALK, cut=1), SEEN, "! 1 event takes place more often than is shown.\n"),
    ],
)
def test_what_is_missing_is_told_once_on_stderr(told: AgendaReport, seen: Seen, wanted: str) -> None:
    screen = on()

    listed(told, screen, seen)

    assert shown(screen)[1] == wanted


def test_a_search_without_a_stretch_says_where_it_searched() -> None:
    screen = on()

    listed(report(TALK), screen, Seen(now=NOW, search=True, searched=True))

    assert shown(screen)[1].startswith("Searched from Tue 24 Nov to Mon 30 Nov.")


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("agenda --search x --free", "both"),
        ("agenda --search=", "empty"),
        ("agenda --calendar=", "empty"),
        ("agenda nonsense", ""),
    ],
)
def test_what_makes_no_sense_is_refused(line: str, code: str, calsync: Callable[..., Any]) -> None:
    ran = calsync(*line.split(), "--json")

    assert ran.code == 2
    assert ran.json["error"]["code"] == "E001"
    assert code in ran.json["error"]["variant"]


def test_words_need_no_quotes(calsync: Callable[..., Any], home: Path) -> None:
    ran = calsync("agenda", "24", "dec", "2026", "--json")

    assert (ran.code, ran.json["events"]) == (0, [])
    assert ran.json["end"] > ran.json["begin"] > "2026-12-23"


def test_an_agenda_is_what_json_says(calsync: Callable[..., Any]) -> None:
    """cli.md: at least these keys."""
    ran = calsync("agenda", "--json")

    assert ran.json.keys() == {"schema", "begin", "end", "events", "free", "unreadable", "missing", "cut"}
