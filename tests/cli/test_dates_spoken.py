"""A time is said back as it was understood, and what is said back is understood as itself."""
# ruff: noqa: DTZ001, RUF001 - wall clocks, the zone stands beside them; dashes and quotes as they are typed

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from calsync_cli.app.reports.events import EventRow
from calsync_cli.cli import words
from calsync_cli.cli.dates import spoken_row, spoken_when, when, window
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment

HERE = "Europe/Amsterdam"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo(HERE))


@pytest.fixture
def dutch() -> Iterator[None]:
    words.speak("nl")
    yield
    words.speak("en")


def moment(text: str, zone: str = HERE) -> Moment:
    if len(text) == len("2026-11-24"):
        return Moment(date.fromisoformat(text))
    return Moment(datetime.fromisoformat(text), zone)


@pytest.mark.parametrize(
    ("start", "end", "english", "nederlands"),
    [
        ("2026-11-24T14:00", "2026-11-24T14:45", "Tue 24 Nov 14:00–14:45", "di 24 nov 14:00–14:45"),
        ("2026-11-24T14:00", None, "Tue 24 Nov 14:00", "di 24 nov 14:00"),
        ("2026-11-24T14:00", "2026-11-24T14:00", "Tue 24 Nov 14:00", "di 24 nov 14:00"),
        ("2026-11-24T22:00", "2026-11-25T01:00", "Tue 24 Nov 22:00 – Wed 25 Nov 01:00", "di 24 nov 22:00 – wo 25 nov 01:00"),
        ("2027-03-03T14:00", "2027-03-03T15:00", "Wed 3 Mar 2027 14:00–15:00", "wo 3 mrt 2027 14:00–15:00"),
        ("2026-11-18T09:00", "2026-11-18T09:30", "Wed 18 Nov 09:00–09:30", "wo 18 nov 09:00–09:30"),
        ("2026-11-17T09:00", "2026-11-17T09:30", "Tue 17 Nov 2026 09:00–09:30", "di 17 nov 2026 09:00–09:30"),
        ("2026-11-24", "2026-11-25", "Tue 24 Nov", "di 24 nov"),
        ("2026-11-24", None, "Tue 24 Nov", "di 24 nov"),
        ("2026-11-24", "2026-11-27", "Tue 24 Nov – Thu 26 Nov", "di 24 nov – do 26 nov"),
        ("2026-12-31", "2027-01-02", "Thu 31 Dec – Fri 1 Jan 2027", "do 31 dec – vr 1 jan 2027"),
        ("2027-10-31T02:30", "2027-10-31T04:00", "Sun 31 Oct 2027 02:30 +02:00–04:00", "zo 31 okt 2027 02:30 +02:00–04:00"),
        ("2026-11-24T14:00:30", None, "Tue 24 Nov 14:00:30", "di 24 nov 14:00:30"),
    ],
)  # fmt: skip
def test_times_are_said_in_both_languages(start: str, end: str | None, english: str, nederlands: str) -> None:
    said = []
    for tongue in words.LANGUAGES:
        words.speak(tongue)
        said.append(spoken_when(moment(start), moment(end) if end else None, now=NOW, zone=HERE))
    words.speak("en")

    assert said == [english, nederlands]


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("America/New_York", "America/New_York", "Tue 24 Nov 14:00–15:00 America/New_York"),
        ("UTC", "UTC", "Tue 24 Nov 14:00–15:00 UTC"),
        ("", "", "Tue 24 Nov 14:00–15:00"),
        ("Europe/Amsterdam", "America/New_York", "Tue 24 Nov 14:00 – Tue 24 Nov 15:00 America/New_York"),
    ],
)
def test_a_zone_that_is_not_the_users_is_named(start: str, end: str, wanted: str) -> None:
    times = moment("2026-11-24T14:00", start), moment("2026-11-24T15:00", end)

    assert spoken_when(*times, now=NOW, zone=HERE) == wanted


@pytest.mark.parametrize(
    ("zone", "here"),
    [("UTC", "Etc/UTC"), ("Etc/UTC", "UTC"), ("W. Europe Standard Time", "Europe/Berlin"), ("/x.org/Europe/Rome", "Europe/Rome")],
)  # fmt: skip
def test_the_users_own_zone_by_another_of_its_names_is_not_named(zone: str, here: str) -> None:
    assert spoken_when(moment("2026-11-24T14:00", zone), now=NOW, zone=here) == "Tue 24 Nov 14:00"


def row(start: datetime | date | None, end: datetime | date | None, tz: str) -> EventRow:
    return EventRow(
        id="3f9c", short="3f9c", uid="u", calendar="c", title="t", start=start, end=end, all_day=False, tz=tz, where="",
        recurrence="", organizer="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "tz", "wanted"),
    [
        (datetime(2026, 11, 24, 13, 0, tzinfo=UTC), HERE, "Tue 24 Nov 14:00–15:00"),
        (datetime(2026, 11, 24, 13, 0, tzinfo=UTC), "Asia/Tokyo", "Tue 24 Nov 22:00–23:00 Asia/Tokyo"),
        (datetime(2026, 11, 24, 13, 0), "", "Tue 24 Nov 13:00–14:00"),
    ],
)
def test_an_event_of_a_report_is_told_by_its_own_clock(start: datetime, tz: str, wanted: str) -> None:
    assert spoken_row(row(start, start + timedelta(hours=1), tz), now=NOW, zone=HERE) == wanted


def test_an_event_without_a_time_says_none() -> None:
    assert spoken_row(row(None, None, ""), now=NOW, zone=HERE) == ""


def test_the_name_of_a_zone_moves_no_cursor() -> None:
    said = spoken_when(moment("2026-11-24T14:00", "Mars/\x1b[2JOlympus\n"), now=NOW, zone=HERE)

    assert said.isprintable()


MINUTES = some.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))
NOWS = some.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=some.just(ZoneInfo(HERE)))
ZONES = some.sampled_from(
    [HERE, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
)
TONGUES = some.sampled_from(words.LANGUAGES)


@settings(max_examples=100, deadline=None)
@given(wall=MINUTES, zone=ZONES, now=NOWS, near=some.integers(-400, 400), spoken_in=TONGUES, typed_in=TONGUES)
def test_a_moment_that_is_said_back_is_understood_as_itself(
    *, wall: datetime, zone: str, now: datetime, near: int, spoken_in: str, typed_in: str
) -> None:
    if near % 2:
        wall = now.replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=near)
    start = Moment(wall.replace(fold=0), zone)
    assume(exists(start))
    words.speak(spoken_in)
    said = spoken_when(start, now=now, zone=HERE)
    words.speak(typed_in)

    again = when(said, now=now, zone=HERE)

    words.speak("en")
    assert again == start, said


@settings(max_examples=100, deadline=None)
@given(now=NOWS, near=some.integers(-400, 4000), minutes=some.integers(1, 9000), spoken_in=TONGUES, typed_in=TONGUES)
def test_a_stretch_that_is_said_back_is_understood_as_itself(
    now: datetime, near: int, minutes: int, spoken_in: str, typed_in: str
) -> None:
    wall = now.replace(tzinfo=None, second=0, microsecond=0, fold=0) + timedelta(hours=near)
    start, end = Moment(wall, HERE), Moment(wall + timedelta(minutes=minutes), HERE)
    assume(exists(start) and exists(end))
    words.speak(spoken_in)
    said = spoken_when(start, end, now=now, zone=HERE)
    words.speak(typed_in)

    again = window(said, now=now)

    words.speak("en")
    assert tuple(Moment(at.replace(tzinfo=None), HERE) for at in again) == (start, end), said


@settings(max_examples=100, deadline=None)
@given(now=NOWS, near=some.integers(-400, 400), days=some.integers(1, 500), spoken_in=TONGUES, typed_in=TONGUES)
def test_whole_days_that_are_said_back_are_understood_as_themselves(
    now: datetime, near: int, days: int, spoken_in: str, typed_in: str
) -> None:
    first = now.date() + timedelta(days=near)
    words.speak(spoken_in)
    said = spoken_when(Moment(first), Moment(first + timedelta(days=days)), now=now, zone=HERE)
    words.speak(typed_in)

    begin, end = window(said, now=now)

    words.speak("en")
    assert (begin.date(), end.date()) == (first, first + timedelta(days=days)), said


def exists(moment: Moment) -> bool:
    """Not in an hour that the clock leaps over."""
    assert isinstance(moment.wall, datetime)
    try:
        return when(moment.wall.isoformat(timespec="minutes"), now=NOW, zone=moment.zone) == moment
    except CalsyncError:
        return False
