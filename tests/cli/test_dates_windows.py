"""The stretch of time that an agenda shows is the one that was typed."""
# ruff: noqa: RUF001 - dashes and quotes as they are typed

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from calsync_cli.cli import words
from calsync_cli.cli.dates import window

HERE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=HERE)
"""A Wednesday."""


@pytest.fixture(params=["en", "nl"])
def tongue(request: pytest.FixtureRequest) -> Iterator[str]:
    words.speak(request.param)
    yield request.param
    words.speak("en")


STRETCHES = """
today                        2026-11-18 2026-11-19
vandaag                      2026-11-18 2026-11-19
tomorrow                     2026-11-19 2026-11-20
yesterday                    2026-11-17 2026-11-18
week                         2026-11-16 2026-11-23
deze week                    2026-11-16 2026-11-23
next week                    2026-11-23 2026-11-30
volgende week                2026-11-23 2026-11-30
vorige week                  2026-11-09 2026-11-16
weekend                      2026-11-21 2026-11-23
week 48                      2026-11-23 2026-11-30
week 3                       2027-01-18 2027-01-25
week 47 2027                 2027-11-22 2027-11-29
2026-W48                     2026-11-23 2026-11-30
month                        2026-11-01 2026-12-01
volgende maand               2026-12-01 2027-01-01
last month                   2026-10-01 2026-11-01
december                     2026-12-01 2027-01-01
november                     2026-11-01 2026-12-01
jan                          2027-01-01 2027-02-01
maart 2026                   2026-03-01 2026-04-01
2026-12                      2026-12-01 2027-01-01
this year                    2026-01-01 2027-01-01
24 dec                       2026-12-24 2026-12-25
24/12                        2026-12-24 2026-12-25
dec 24                       2026-12-24 2026-12-25
2026-03-01                   2026-03-01 2026-03-02
tue                          2026-11-24 2026-11-25
wed                          2026-11-18 2026-11-19
mon..fri                     2026-11-16 2026-11-21
ma t/m vr                    2026-11-16 2026-11-21
ma tot en met vr             2026-11-16 2026-11-21
mon through fri              2026-11-16 2026-11-21
sat..sun                     2026-11-21 2026-11-23
fri..mon                     2026-11-20 2026-11-24
today..fri                   2026-11-18 2026-11-21
..fri                        2026-11-18 2026-11-21
1 nov..30 nov                2026-11-01 2026-12-01
1 nov .. 15 nov              2027-11-01 2027-11-16
24 dec..2 jan                2026-12-24 2027-01-03
24 dec – 2 jan               2026-12-24 2027-01-03
24 dec - 2 jan               2026-12-24 2027-01-03
2026-11-01..2026-11-10       2026-11-01 2026-11-11
in 3 days                    2026-11-21 2026-11-22
tue 9:00..17:00              2026-11-24T09:00 2026-11-24T17:00
di 9u..17u                   2026-11-24T09:00 2026-11-24T17:00
wed 9:00..17:00              2026-11-18T09:00 2026-11-18T17:00
9:00..17:00                  2026-11-18T09:00 2026-11-18T17:00
9:00-17:00                   2026-11-18T09:00 2026-11-18T17:00
7:00..9:00                   2026-11-19T07:00 2026-11-19T09:00
22:00..2:00                  2026-11-18T22:00 2026-11-19T02:00
now..17:00                   2026-11-18T10:00 2026-11-18T17:00
tue 14:00..thu 9:00          2026-11-17T14:00 2026-11-19T09:00
"""


ROWS = [(line[:29].strip(), line[29:].strip()) for line in STRETCHES.strip().splitlines()]


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_both_languages_name_a_stretch(text: str, wanted: str, tongue: str) -> None:
    begin, end = (datetime.fromisoformat(part).replace(tzinfo=HERE) for part in wanted.split())

    assert window(text, now=NOW) == (begin, end)


@pytest.mark.parametrize(("text", "hours"), [("28 mar 2027", 23), ("31 oct 2027", 25), ("27 mar 2027", 24)])
def test_a_day_is_as_long_as_its_clock_says(text: str, hours: int) -> None:
    begin, end = window(text, now=NOW)

    assert end.timestamp() - begin.timestamp() == hours * 3600


def test_on_a_saturday_the_working_week_is_the_next_one() -> None:
    begin, end = window("mon..fri", now=datetime(2026, 11, 21, 10, 0, tzinfo=HERE))

    assert (begin.day, end.day) == (23, 28)


def test_on_a_sunday_the_weekend_is_this_one() -> None:
    begin, _end = window("weekend", now=datetime(2026, 11, 22, 10, 0, tzinfo=HERE))

    assert begin.day == 21
