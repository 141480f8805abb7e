"""Whatever is typed is understood or refused, never with a traceback, and never as a date that another reader denies."""
# ruff: noqa: DTZ001, RUF001 - wall clocks, the zone stands beside them; dashes and quotes as they are typed

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil import parser as other
from hypothesis import given, settings
from hypothesis import strategies as some

from calsync_cli.cli import words
from calsync_cli.cli.dates import day, ends, reminder, repeat, span, when, window, zone
from calsync_cli.cli.dates.lexicon import WORDS
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment

HERE = "Europe/Amsterdam"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo(HERE))
START = Moment(datetime(2026, 11, 24, 14, 0), HERE)

NUMBERS = some.integers(0, 2_500).map(str) | some.integers(0, 10**12).map(str)
CLOCKS = some.tuples(some.integers(0, 25), some.sampled_from([":", ".", "u", "h"]), some.integers(0, 61)).map(
    lambda t: f"{t[0]}{t[1]}{t[2]:02}"
)
DATES = some.tuples(some.integers(0, 32), some.sampled_from("-/."), some.integers(0, 13)).map(
    lambda t: f"{t[0]}{t[1]}{t[2]}"
)
ISO = some.dates(date(1, 1, 1), date(9999, 12, 31)).map(str)
ODD = some.sampled_from(
    [
        "..",
        "–",
        ",",
        "+02:00",
        "z",
        "UTC",
        "Europe/Amsterdam",
        "FREQ=DAILY",
        "'",
        "é",
        "\0",
        "١٢",
        "²",
        "🎄",
        "dinsdagavond",
        "15th",
        "1e",
    ]
)
PIECES = some.lists(some.sampled_from(sorted(WORDS)) | NUMBERS | CLOCKS | DATES | ISO | ODD, max_size=7)
TYPED = some.tuples(PIECES, some.sampled_from([" ", "", "  "])).map(lambda two: two[1].join(two[0])) | some.text(max_size=30)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=TYPED, tongue=some.sampled_from(words.LANGUAGES))
def test_whatever_is_typed_is_understood_or_refused(text: str, tongue: str) -> None:
    words.speak(tongue)
    for attempt in (
        lambda: when(text, now=NOW, zone=HERE),
        lambda: when(text, now=NOW, zone=""),
        lambda: day(text, now=NOW),
        lambda: window(text, now=NOW),
        lambda: ends(text, start=START, now=NOW),
        lambda: ends(text, start=Moment(date(2026, 11, 24)), now=NOW),
        lambda: repeat(text, start=START),
        lambda: span(text),
        lambda: reminder(text),
        lambda: zone(text),
    ):
        with suppress(CalsyncError):
            attempt()

    words.speak("en")


LATER = NOW + timedelta(days=333, hours=5, minutes=7)


@settings(max_examples=300, deadline=None)
@given(text=TYPED)
def test_a_date_in_full_does_not_depend_on_now(text: str) -> None:
    """Where another reader finds year, month, day, hour and minute in the text alone, both readings are the same."""
    certain = elsewhere(text)
    if certain is None:
        return
    found = [read(text, now) for now in (NOW, LATER)]

    assert set(found) <= {certain, None}


TELLS = some.tuples(
    some.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    some.sampled_from(
        [
            "%d %B %Y %H:%M", "%B %d, %Y %I:%M %p", "%a %b %d %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S", "%Y-%m-%d %H:%M",
            "%Y/%m/%d %H:%M", "%I:%M%p on %A %d %B %Y", "%A, %B %d %Y at %H:%M", "%Y%m%dT%H%M%S", "%H:%M %d %b %Y", "%d.%m.%Y %H:%M",
        ]
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(tell=TELLS)
def test_the_usual_ways_to_write_a_date_in_full_are_read_as_another_reader_does(tell: tuple[datetime, str]) -> None:
    text = tell[0].strftime(tell[1])
    dotted = "%d.%m" in tell[1]

    found = when(text, now=NOW, zone="UTC").wall

    assert found == tell[0] == other.parse(text, dayfirst=dotted)


def read(text: str, now: datetime) -> datetime | None:
    try:
        wall = when(text, now=now, zone="").wall
    except CalsyncError:
        return None
    return wall if isinstance(wall, datetime) else None


def elsewhere(text: str) -> datetime | None:
    """What dateutil reads, where it finds everything in the text and can read it in one way only."""
    found = set()
    for default in (datetime(2004, 1, 1, 1, 1), datetime(2028, 8, 28, 22, 22)):
        for first in (True, False):
            try:
                found.add(other.parse(text, default=default, dayfirst=first).replace(tzinfo=None))
            except (ValueError, OverflowError, TypeError):
                return None
    return found.pop() if len(found) == 1 else None
