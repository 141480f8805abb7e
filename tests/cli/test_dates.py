"""What people type as a date or a time is the moment they mean, in English and in Dutch."""
# ruff: noqa: DTZ001, RUF001 - wall clocks, the zone stands beside them; dashes and quotes as they are typed

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calsync_cli.cli import words
from calsync_cli.cli.dates import day, ends, is_clock, reminder, span, when, zone
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment, Span

HERE = "Europe/Amsterdam"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo(HERE))
"""A Wednesday."""


@pytest.fixture(params=["en", "nl"])
def tongue(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language as the interface's."""
    words.speak(request.param)
    yield request.param
    words.speak("en")


@pytest.fixture
def dutch() -> Iterator[None]:
    words.speak("nl")
    yield
    words.speak("en")


def at(text: str, now: datetime = NOW, where: str = HERE) -> str:
    """The wall clock time, as ISO 8601."""
    wall = when(text, now=now, zone=where).wall
    return wall.isoformat(timespec="minutes") if isinstance(wall, datetime) else wall.isoformat()


BOTH = """
2026-11-24                       2026-11-24
2026-11-24T14:00                 2026-11-24T14:00
2026-11-24 14:00                 2026-11-24T14:00
20261124T140000                  2026-11-24T14:00
2026-11-24T14:00Z                2026-11-24T15:00
2026-11-24T14:00:00+05:00        2026-11-24T10:00
2026-11-24 2pm                   2026-11-24T14:00
2026/11/24 14:00                 2026-11-24T14:00
tue 14:00                        2026-11-24T14:00
di 14:00                         2026-11-24T14:00
dinsdag 14.00 uur                2026-11-24T14:00
14:00 on tuesday                 2026-11-24T14:00
Tuesday, 14:00                   2026-11-24T14:00
DINSDAG 14U                      2026-11-24T14:00
wed 14:00                        2026-11-18T14:00
wo 9:00                          2026-11-25T09:00
wed 10:00                        2026-11-25T10:00
wed                              2026-11-18
do                               2026-11-19
za 20u30                         2026-11-21T20:30
zo 14:00                         2026-11-22T14:00
tomorrow 9:00                    2026-11-19T09:00
morgen 9u                        2026-11-19T09:00
morgen 9 uur                     2026-11-19T09:00
morgen om 9u30                   2026-11-19T09:30
morgen 9 uur 30                  2026-11-19T09:30
tomorrow at 3pm                  2026-11-19T15:00
tomorrow 3 p.m.                  2026-11-19T15:00
tomorrow at 15                   2026-11-19T15:00
overmorgen 14u                   2026-11-20T14:00
the day after tomorrow at 3pm    2026-11-20T15:00
vandaag 9:00                     2026-11-18T09:00
today                            2026-11-18
gisteren 14:00                   2026-11-17T14:00
the day before yesterday         2026-11-16
eergisteren                      2026-11-16
14:00                            2026-11-18T14:00
9u30                             2026-11-19T09:30
14.00                            2026-11-18T14:00
14u                              2026-11-18T14:00
2pm                              2026-11-18T14:00
12am                             2026-11-19T00:00
12:30am                          2026-11-19T00:30
noon                             2026-11-18T12:00
tomorrow noon                    2026-11-19T12:00
midnight                         2026-11-19T00:00
middernacht                      2026-11-19T00:00
24 nov 24:00                     2026-11-25T00:00
24 nov 0:00                      2026-11-24T00:00
12 uur                           2026-11-18T12:00
9 o'clock tomorrow               2026-11-19T09:00
kwart over negen                 2026-11-19T09:15
kwart voor 10                    2026-11-19T09:45
quarter past nine                2026-11-19T09:15
quarter to ten                   2026-11-19T09:45
half past nine                   2026-11-19T09:30
10 over 9                        2026-11-19T09:10
5 minuten voor 10                2026-11-19T09:55
5 voor half 10                   2026-11-19T09:25
10 over half 10                  2026-11-19T09:40
kwart voor 1                     2026-11-18T12:45
morgen half 10                   2026-11-19T09:30
morgen half een                  2026-11-19T12:30
morgenochtend half 9             2026-11-19T08:30
morgenmiddag half 3              2026-11-19T14:30
overmorgen 8 uur 's avonds       2026-11-20T20:00
overmorgen 8 uur ’s avonds       2026-11-20T20:00
overmorgen 20:00 's avonds       2026-11-20T20:00
dinsdagavond 8 uur               2026-11-24T20:00
dinsdagavond om 8                2026-11-24T20:00
tuesday evening at 8             2026-11-24T20:00
vanavond 20u                     2026-11-18T20:00
vanmiddag 3 uur                  2026-11-18T15:00
tonight at 8                     2026-11-18T20:00
this afternoon at 3              2026-11-18T15:00
9 in the morning tomorrow        2026-11-19T09:00
24 dec                           2026-12-24
24 december 14:00                2026-12-24T14:00
december 24th                    2026-12-24
the 24th of december             2026-12-24
Dec 24, 2pm                      2026-12-24T14:00
24 dec 2027                      2027-12-24
18 nov                           2026-11-18
18 nov 9:00                      2026-11-18T09:00
17 nov                           2027-11-17
3 mrt                            2027-03-03
3 march 2026                     2026-03-03
24 dec.                          2026-12-24
di. 24 nov. om 14.00 uur         2026-11-24T14:00
tue 24 nov 14:00                 2026-11-24T14:00
Tue, 24 Nov 2026 14:00:00 +0100  2026-11-24T14:00
Tue Nov 24 14:00:00 2026         2026-11-24T14:00
december 3rd 2027 at 5 in the afternoon  2027-12-03T17:00
24/12                            2026-12-24
24-12                            2026-12-24
12/24                            2026-12-24
5/5                              2027-05-05
24-12-2026                       2026-12-24
24.12.2026                       2026-12-24
03.04.2027                       2027-04-03
the 15th                         2026-12-15
de 20e om 14:00                  2026-11-20T14:00
31st                             2026-12-31
29 feb 2028                      2028-02-29
in 2 hours                       2026-11-18T12:00
over 2 uur                       2026-11-18T12:00
in 90 min                        2026-11-18T11:30
over anderhalf uur               2026-11-18T11:30
over een half uur                2026-11-18T10:30
in half an hour                  2026-11-18T10:30
over drie kwartier               2026-11-18T10:45
in 1h30                          2026-11-18T11:30
in 1 day and 2 hours             2026-11-19T12:00
2 hours from now                 2026-11-18T12:00
over drie dagen                  2026-11-21
in 3 days at 14:00               2026-11-21T14:00
in een week                      2026-11-25
over 2 weken                     2026-12-02
in a month                       2026-12-18
over een jaar                    2027-11-18
2 weeks ago                      2026-11-04
3 dagen geleden 14:00            2026-11-15T14:00
now                              2026-11-18T10:00
nu                               2026-11-18T10:00
this friday                      2026-11-20
komende vrijdag                  2026-11-20
deze vrijdag 14:00               2026-11-20T14:00
komende woensdag                 2026-11-25
dinsdag a.s. 14:00               2026-11-24T14:00
eerstvolgende dinsdag            2026-11-24
next tuesday                     2026-11-24
volgende dinsdag 14:00           2026-11-24T14:00
friday next week                 2026-11-27
maandag volgende week 9:00       2026-11-23T09:00
next week fri 9am                2026-11-27T09:00
di week 48                       2026-11-24
monday week 2                    2027-01-11
ma week 2 2028                   2028-01-10
"""


def table(text: str) -> list[tuple[str, str]]:
    """Two columns, at least two spaces apart."""
    rows = [line.rsplit("  ", 1) for line in text.strip().splitlines()]
    return [(row[0].strip(), row[1].strip()) for row in rows]


@pytest.mark.parametrize(("text", "wanted"), table(BOTH))
def test_both_languages_are_understood_whatever_is_spoken(text: str, wanted: str, tongue: str) -> None:
    assert at(text) == wanted


DUTCH = """
half 10          2026-11-19T09:30
half 11          2026-11-18T10:30
3/4              2027-04-03
3-4              2027-04-03
3/4/2027         2027-04-03
24-12-26         2026-12-24
"""


@pytest.mark.parametrize(("text", "wanted"), table(DUTCH))
def test_where_the_languages_collide_dutch_has_its_own_reading(text: str, wanted: str, dutch: None) -> None:
    assert at(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), [("di half 10", "2026-11-24T09:30"), ("za 3/4/2027", "2027-04-03")])
def test_words_of_one_language_settle_the_collision(text: str, wanted: str) -> None:
    assert at(text) == wanted


@pytest.mark.parametrize(
    ("now", "text", "wanted"),
    [
        ("2026-11-24T13:59", "tue 14:00", "2026-11-24T14:00"),
        ("2026-11-24T14:00", "tue 14:00", "2026-12-01T14:00"),
        ("2026-11-24T15:00", "today 14:00", "2026-11-24T14:00"),
        ("2026-12-31T23:00", "tomorrow 9:00", "2027-01-01T09:00"),
        ("2026-12-31T23:00", "1 jan", "2027-01-01"),
        ("2026-11-20T10:00", "next friday", "2026-11-27"),
        ("2026-11-21T10:00", "next friday", "2026-11-27"),
        ("2027-02-10T10:00", "29 feb 2028", "2028-02-29"),
        ("2027-03-10T10:00", "29 feb", "2028-02-29"),
        ("2028-02-29T10:00", "29 feb", "2028-02-29"),
        ("2027-01-31T10:00", "over 2 maanden", "2027-03-31"),
        ("2027-02-01T10:00", "31e", "2027-03-31"),
        ("2026-12-30T10:00", "di week 1", "2027-01-05"),
        ("2026-11-18T23:30", "vanavond 23:00", "2026-11-18T23:00"),
    ],
)
def test_the_next_one_is_counted_from_now(now: str, text: str, wanted: str) -> None:
    assert at(text, datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(HERE))) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("28 mar 2027 1:59", "2027-03-28T01:59"),
        ("28 mar 2027 3:00", "2027-03-28T03:00"),
        ("31 oct 2027 2:30", "2027-10-31T02:30"),
        ("31 oct 2027 2:30 +02:00", "2027-10-31T02:30"),
        ("2027-10-31T03:00+01:00", "2027-10-31T03:00"),
    ],
)
def test_days_of_the_clock_change_have_their_hours(text: str, wanted: str) -> None:
    assert at(text) == wanted


@pytest.mark.parametrize(
    ("now", "text", "wanted"),
    [
        ("2027-03-28T01:30:00+01:00", "in 1 hour", "2027-03-28T03:30"),
        ("2027-03-27T12:00:00+01:00", "in 1 day", "2027-03-28"),
        ("2027-10-31T01:30:00+02:00", "over 1 uur", "2027-10-31T02:30"),
        ("2027-10-31T01:30:00+02:00", "over 3 uur", "2027-10-31T03:30"),
    ],
)
def test_hours_from_now_run_on_while_the_clock_changes(now: str, text: str, wanted: str) -> None:
    assert at(text, datetime.fromisoformat(now).astimezone(ZoneInfo(HERE))) == wanted


def test_a_time_is_in_the_zone_that_is_asked_for() -> None:
    assert when("tomorrow 9:00", now=NOW, zone="Asia/Tokyo") == Moment(datetime(2026, 11, 19, 9), "Asia/Tokyo")


def test_today_is_that_of_the_zone() -> None:
    late = datetime(2026, 11, 18, 23, 0, tzinfo=ZoneInfo(HERE))

    assert at("tomorrow", late, "Asia/Tokyo") == "2026-11-20"


def test_a_zone_that_is_typed_with_the_time_counts() -> None:
    assert when("tue 14:00 america/new_york", now=NOW, zone=HERE) == Moment(
        datetime(2026, 11, 24, 14), "America/New_York"
    )


def test_a_day_has_no_zone() -> None:
    assert when("24 dec", now=NOW, zone=HERE) == Moment(date(2026, 12, 24))


def test_a_day_is_a_date() -> None:
    assert day("tue", now=NOW) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("14:00", True), ("9u30", True), ("half past nine", True), ("tue 14:00", False), ("tue", False), ("?", False)],
)
def test_a_clock_time_alone_is_told_from_a_day(text: str, wanted: bool) -> None:
    assert is_clock(text) is wanted


@pytest.mark.parametrize(
    ("text", "days", "minutes"),
    [
        ("1h", 0, 60), ("1u", 0, 60), ("1 uur", 0, 60), ("45m", 0, 45), ("1h30", 0, 90), ("1u30", 0, 90), ("1h30m", 0, 90), ("1h 30m", 0, 90),
        ("90 min", 0, 90), ("90 minuten", 0, 90), ("2 dagen", 2, 0), ("1 week", 7, 0), ("anderhalf uur", 0, 90), ("een half uur", 0, 30),
        ("half uur", 0, 30), ("halfuur", 0, 30), ("half an hour", 0, 30), ("1,5 uur", 0, 90), ("1.5h", 0, 90), ("drie kwartier", 0, 45),
        ("an hour", 0, 60), ("1 uur en 30 minuten", 0, 90), ("2 hours and 15 minutes", 0, 135), ("1 dag 2 uur", 1, 120),
    ],
)  # fmt: skip
def test_lengths_are_understood(text: str, days: int, minutes: int, tongue: str) -> None:
    assert span(text) == Span(timedelta(days=days), timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("15m", timedelta(minutes=15)), ("1 uur", timedelta(hours=1)), ("1d", timedelta(days=1)), ("0", timedelta()),
        ("10 min before", timedelta(minutes=10)), ("10 minuten voor", timedelta(minutes=10)), ("1 uur van tevoren", timedelta(hours=1)),
        ("1 week vooraf", timedelta(weeks=1)), ("bij aanvang", timedelta()), ("at the start", timedelta()),
    ],
)  # fmt: skip
def test_reminders_are_understood(text: str, wanted: timedelta, tongue: str) -> None:
    assert reminder(text) == wanted


TUESDAY = Moment(datetime(2026, 11, 24, 14, 0), HERE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("15:30", "2026-11-24T15:30"),
        ("1:00", "2026-11-25T01:00"),
        ("24 nov 15:00", "2026-11-24T15:00"),
        ("wed 9:00", "2026-11-25T09:00"),
        ("2026-11-24T15:00Z", "2026-11-24T16:00"),
        ("24:00", "2026-11-25T00:00"),
    ],
)
def test_an_end_is_counted_from_the_start(text: str, wanted: str) -> None:
    assert ends(text, start=TUESDAY, now=NOW) == Moment(datetime.fromisoformat(wanted), HERE)


def test_the_last_of_whole_days_is_in_it() -> None:
    assert ends("thu", start=Moment(date(2026, 11, 24)), now=NOW) == Moment(date(2026, 11, 27))


@pytest.mark.parametrize("text", ["13:00 24 nov", "22 nov 15:00", "today 15:00", "24 nov 14:00"])
def test_an_end_before_the_start_is_refused(text: str) -> None:
    with pytest.raises(CalsyncError, match="date-ends"):
        ends(text, start=TUESDAY, now=NOW)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Europe/Amsterdam", "Europe/Amsterdam"), ("europe/amsterdam", "Europe/Amsterdam"), ("Amsterdam", "Europe/Amsterdam"),
        ("new york", "America/New_York"), ("utc", "UTC"), ("W. Europe Standard Time", "Europe/Berlin"),
    ],
)  # fmt: skip
def test_zones_are_found_by_the_names_that_people_use(text: str, wanted: str) -> None:
    assert zone(text) == wanted


def test_a_mistyped_zone_is_told_what_is_near() -> None:
    with pytest.raises(CalsyncError) as refused:
        zone("Amsterdm")

    assert "Europe/Amsterdam" in refused.value.params["near"]


def test_seconds_of_now_do_not_count() -> None:
    now = datetime(2026, 11, 18, 10, 0, 37, 5, tzinfo=UTC)

    assert when("in 5 minutes", now=now, zone="UTC").wall == datetime(2026, 11, 18, 10, 5)


def test_an_offset_beside_a_floating_time_is_told_by_the_users_clock() -> None:
    start = Moment(datetime(2026, 11, 24, 14, 0))

    assert ends("2026-11-24T14:00Z", start=start, now=NOW) == Moment(datetime(2026, 11, 24, 15, 0))


def test_an_offset_is_refused_beside_a_zone_that_nobody_knows() -> None:
    with pytest.raises(CalsyncError, match="date-when"):
        ends("2026-11-24T15:00Z", start=Moment(datetime(2026, 11, 24, 14, 0), "My own zone"), now=NOW)


def test_a_date_in_iso_8601_loads_none_of_the_words() -> None:
    """What is typed by programs costs nothing."""
    code = (
        "import sys; from datetime import UTC, datetime; from calsync_cli.cli.dates import when\n"
        "when('2026-11-24T14:00', now=datetime(2026, 11, 18, tzinfo=UTC), zone='UTC')\n"
        "print(sorted(name for name in sys.modules if name.startswith('calsync_cli.cli.dates.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert {"lexicon", "reading", "resolve"} & set(re.findall(r"dates\.(\w+)", loaded)) == set()
