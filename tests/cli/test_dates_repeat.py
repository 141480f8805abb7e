"""A recurrence in words is the rule that was meant, on the days that were meant, and is said back as it was understood."""
# ruff: noqa: DTZ001 - wall clocks, the zone stands beside them

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from calsync_cli.cli import words
from calsync_cli.cli.dates import repeat, spoken_rule
from calsync_cli.core.course import first_fit
from calsync_cli.core.rules import checked, ended
from calsync_cli.core.times import Moment

HERE = "Europe/Amsterdam"


@pytest.fixture(params=["en", "nl"])
def tongue(request: pytest.FixtureRequest) -> Iterator[str]:
    words.speak(request.param)
    yield request.param
    words.speak("en")


def nine(day: str) -> Moment:
    return Moment(datetime.fromisoformat(f"{day}T09:00"), HERE)


def days(rule: str, start: Moment) -> str:
    """The first four, by another reader of rules; UNTIL is UTC there, so the start is as well."""
    assert isinstance(start.wall, datetime)
    naive = rule.replace("Z", "")
    return " ".join(f"{at:%y%m%d}" for at in itertools.islice(rrulestr(naive, dtstart=start.wall), 4))


GOLDEN = [
    ("daily", "2026-11-24", "FREQ=DAILY", "261124 261125 261126 261127", "daily", "dagelijks"),
    ("elke dag", "2026-11-24", "FREQ=DAILY", "261124 261125 261126 261127", "daily", "dagelijks"),
    ("om de dag", "2026-11-24", "FREQ=DAILY;INTERVAL=2", "261124 261126 261128 261130", "every 2 days", "elke 2 dagen"),
    ("weekly", "2026-11-24", "FREQ=WEEKLY", "261124 261201 261208 261215", "weekly", "wekelijks"),
    ("elke week", "2026-11-24", "FREQ=WEEKLY", "261124 261201 261208 261215", "weekly", "wekelijks"),
    ("every 2 weeks", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2", "261124 261208 261222 270105", "every 2 weeks", "elke 2 weken"),
    ("every other week", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2", "261124 261208 261222 270105", "every 2 weeks", "elke 2 weken"),
    ("om de week", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2", "261124 261208 261222 270105", "every 2 weeks", "elke 2 weken"),
    ("om de drie weken", "2026-11-24", "FREQ=WEEKLY;INTERVAL=3", "261124 261215 270105 270126", "every 3 weeks", "elke 3 weken"),
    ("elke tweede week", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2", "261124 261208 261222 270105", "every 2 weeks", "elke 2 weken"),
    ("tue", "2026-11-24", "FREQ=WEEKLY;BYDAY=TU", "261124 261201 261208 261215", "every Tue", "elke di"),
    ("dinsdags", "2026-11-24", "FREQ=WEEKLY;BYDAY=TU", "261124 261201 261208 261215", "every Tue", "elke di"),
    ("every tue and thu", "2026-11-24", "FREQ=WEEKLY;BYDAY=TU,TH", "261124 261126 261201 261203", "every Tue and Thu", "elke di en do"),
    ("elke do en di", "2026-11-24", "FREQ=WEEKLY;BYDAY=TU,TH", "261124 261126 261201 261203", "every Tue and Thu", "elke di en do"),
    ("wekelijks op di, wo en do", "2026-11-24", "FREQ=WEEKLY;BYDAY=TU,WE,TH", "261124 261125 261126 261201", "every Tue, Wed and Thu", "elke di, wo en do"),
    ("every other tuesday", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "261124 261208 261222 270105", "every 2 weeks on Tue", "elke 2 weken op di"),
    ("every 2 weeks on tue and thu until 24 dec", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20261224T225959Z", "261124 261126 261208 261210", "every 2 weeks on Tue and Thu until 24 Dec", "elke 2 weken op di en do t/m 24 dec"),
    ("weekdays", "2026-11-27", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "261127 261130 261201 261202", "every weekday", "elke werkdag"),
    ("op werkdagen", "2026-11-27", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "261127 261130 261201 261202", "every weekday", "elke werkdag"),
    ("ma t/m vr", "2026-11-27", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "261127 261130 261201 261202", "every weekday", "elke werkdag"),
    ("every weekend", "2026-11-28", "FREQ=WEEKLY;BYDAY=SA,SU", "261128 261129 261205 261206", "every Sat and Sun", "elke za en zo"),
    ("monthly", "2026-11-24", "FREQ=MONTHLY", "261124 261224 270124 270224", "monthly", "maandelijks"),
    ("every 3 months", "2026-11-24", "FREQ=MONTHLY;INTERVAL=3", "261124 270224 270524 270824", "every 3 months", "elke 3 maanden"),
    ("monthly on the 15th", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", "261215 270115 270215 270315", "monthly on the 15th", "maandelijks op de 15e"),
    ("elke maand op de 15e", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", "261215 270115 270215 270315", "monthly on the 15th", "maandelijks op de 15e"),
    ("de 1e en 15e van elke maand", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=1,15", "261215 270101 270115 270201", "monthly on the 1st and 15th", "maandelijks op de 1e en 15e"),
    ("last day of the month", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", "261130 261231 270131 270228", "monthly on the last day", "maandelijks op de laatste dag"),
    ("first monday of the month", "2026-12-07", "FREQ=MONTHLY;BYDAY=1MO", "261207 270104 270201 270301", "monthly on the first Mon", "maandelijks op de eerste ma"),
    ("elke eerste maandag van de maand", "2026-12-07", "FREQ=MONTHLY;BYDAY=1MO", "261207 270104 270201 270301", "monthly on the first Mon", "maandelijks op de eerste ma"),
    ("last friday", "2026-11-27", "FREQ=MONTHLY;BYDAY=-1FR", "261127 261225 270129 270226", "monthly on the last Fri", "maandelijks op de laatste vr"),
    ("first and third tuesday of the month", "2026-12-01", "FREQ=MONTHLY;BYDAY=1TU,3TU", "261201 261215 270105 270119", "monthly on the first and third Tue", "maandelijks op de eerste en derde di"),
    ("every 2 months on the second wed", "2026-12-09", "FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE", "261209 270210 270414 270609", "every 2 months on the second Wed", "elke 2 maanden op de tweede wo"),
    ("laatste werkdag van de maand", "2026-11-30", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "261130 261231 270129 270226", "monthly on the last weekday", "maandelijks op de laatste werkdag"),
    ("yearly", "2026-11-24", "FREQ=YEARLY", "261124 271124 281124 291124", "yearly", "jaarlijks"),
    ("elk jaar op 24 december", "2026-12-24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "261224 271224 281224 291224", "yearly on 24 Dec", "jaarlijks op 24 dec"),
    ("every 29 feb", "2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "280229 320229 360229 400229", "yearly on 29 Feb", "jaarlijks op 29 feb"),
    ("last friday of november", "2026-11-27", "FREQ=YEARLY;BYMONTH=11;BYDAY=-1FR", "261127 271126 281124 291130", "yearly on the last Fri of Nov", "jaarlijks op de laatste vr van nov"),
    ("weekly 3 times", "2026-11-24", "FREQ=WEEKLY;COUNT=3", "261124 261201 261208", "weekly 3 times", "wekelijks 3 keer"),
    ("wekelijks 1x", "2026-11-24", "FREQ=WEEKLY;COUNT=1", "261124", "weekly 1 time", "wekelijks 1 keer"),
    ("dagelijks tot 26 nov", "2026-11-24", "FREQ=DAILY;UNTIL=20261126T225959Z", "261124 261125 261126", "daily until 26 Nov", "dagelijks t/m 26 nov"),
    ("weekly until 1 mar", "2026-11-24", "FREQ=WEEKLY;UNTIL=20270301T225959Z", "261124 261201 261208 261215", "weekly until 1 Mar 2027", "wekelijks t/m 1 mrt 2027"),
    ("rrule:freq=weekly;byday=tu;interval=1", "2026-11-24", "FREQ=WEEKLY;BYDAY=TU", "261124 261201 261208 261215", "every Tue", "elke di"),
    ("FREQ=WEEKLY;UNTIL=20261224", "2026-11-24", "FREQ=WEEKLY;UNTIL=20261224T225959Z", "261124 261201 261208 261215", "weekly until 24 Dec", "wekelijks t/m 24 dec"),
    ("FREQ=YEARLY;BYYEARDAY=328", "2026-11-24", "FREQ=YEARLY;BYYEARDAY=328", "261124 271124 281123 291124", "FREQ=YEARLY;BYYEARDAY=328", "FREQ=YEARLY;BYYEARDAY=328"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day", "rule", "when", "english", "dutch"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_words_are_the_rule_and_its_days(
    *, text: str, day: str, rule: str, when: str, english: str, dutch: str, tongue: str
) -> None:
    found = repeat(text, start=nine(day))

    said = spoken_rule(found, nine(day))
    assert (found, days(found, nine(day)), said) == (rule, when, dutch if tongue == "nl" else english)


def test_an_end_is_a_date_for_whole_days() -> None:
    assert repeat("weekly until 24 dec", start=Moment(date(2026, 11, 24))) == "FREQ=WEEKLY;UNTIL=20261224"


def test_an_end_floats_with_its_start() -> None:
    start = Moment(datetime(2026, 11, 24, 9, 0))

    assert repeat("weekly until 24 dec", start=start) == "FREQ=WEEKLY;UNTIL=20261224T235959"


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("FREQ=WEEKLY;WKST=SU;BYDAY=TU", "every Tue"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=9"),
        ("FREQ=MONTHLY;BYDAY=1MO,2TU", "FREQ=MONTHLY;BYDAY=1MO,2TU"),
        ("FREQ=MONTHLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=TU"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "FREQ=MONTHLY;BYMONTHDAY=-3"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1"),
        ("FREQ=DAILY;BYDAY=MO", "FREQ=DAILY;BYDAY=MO"),
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=YEARLY;BYMONTH=99;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=99;BYDAY=1MO"),
        ("banana", "banana"),
        ("", ""),
        ("FREQ=WEEKLY;UNTIL=banana", "FREQ=WEEKLY;UNTIL=banana"),
        ("FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=XX"),
        ("RSCALE=CHINESE;FREQ=YEARLY", "RSCALE=CHINESE;FREQ=YEARLY"),
    ],
)
def test_what_has_no_words_is_shown_as_it_is_written(rule: str, wanted: str) -> None:
    assert spoken_rule(rule, nine("2026-11-24")) == wanted


CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY = some.integers(1, 30).map(lambda n: f";INTERVAL={n}" if n > 1 else "")
SOME_DAYS = some.sets(some.integers(0, 6), min_size=1).map(lambda chosen: ",".join(CODES[n] for n in sorted(chosen)))
NTHS = some.sets(some.sampled_from([1, 2, 3, 4, 5]), min_size=1, max_size=3).map(sorted) | some.just([-1])
NTH_DAY = some.tuples(NTHS, some.sampled_from(CODES)).map(lambda pair: ",".join(f"{n}{pair[1]}" for n in pair[0]))
DATES = some.sets(some.integers(1, 31), min_size=1, max_size=3).map(lambda chosen: ",".join(map(str, sorted(chosen))))
MONTH = some.integers(1, 12)
ENDS = some.just("") | some.integers(1, 500).map(lambda n: f";COUNT={n}") | some.dates(date(2150, 1, 1), date(2190, 1, 1)).map(lambda on: f";UNTIL={on:%Y%m%d}")  # fmt: skip
RULES = some.one_of(
    EVERY.map(lambda n: f"FREQ=DAILY{n}"),
    some.tuples(EVERY, SOME_DAYS).map(lambda two: f"FREQ=WEEKLY{two[0]};BYDAY={two[1]}"),
    EVERY.map(lambda n: f"FREQ=WEEKLY{n}"),
    EVERY.map(lambda n: f"FREQ=MONTHLY{n}"),
    some.tuples(EVERY, NTH_DAY).map(lambda two: f"FREQ=MONTHLY{two[0]};BYDAY={two[1]}"),
    some.tuples(EVERY, DATES).map(lambda two: f"FREQ=MONTHLY{two[0]};BYMONTHDAY={two[1]}"),
    EVERY.map(lambda n: f"FREQ=MONTHLY{n};BYMONTHDAY=-1"),
    EVERY.map(lambda n: f"FREQ=YEARLY{n}"),
    some.tuples(EVERY, MONTH, some.integers(1, 29)).map(lambda three: f"FREQ=YEARLY{three[0]};BYMONTH={three[1]};BYMONTHDAY={three[2]}"),
    some.tuples(EVERY, MONTH, NTH_DAY).map(lambda three: f"FREQ=YEARLY{three[0]};BYMONTH={three[1]};BYDAY={three[2]}"),
)  # fmt: skip
STARTS = some.one_of(
    some.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda at: Moment(at.replace(second=0, microsecond=0), HERE)),
    some.dates(date(2026, 1, 1), date(2030, 1, 1)).map(Moment),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(text=RULES, end=ENDS, start=STARTS, spoken_in=some.sampled_from(words.LANGUAGES), typed_in=some.sampled_from(words.LANGUAGES))  # fmt: skip
def test_a_rule_that_is_said_back_is_understood_as_itself(
    text: str, end: str, start: Moment, spoken_in: str, typed_in: str
) -> None:
    begin = first_fit(checked(text), start)
    assume(begin.wall.year < 2150)
    rule = str(ended(checked(text + end), begin))
    words.speak(spoken_in)
    said = spoken_rule(rule, begin)
    words.speak(typed_in)

    again = repeat(said, start=begin)

    words.speak("en")
    assert again == rule, said


def test_a_year_is_said_of_an_end_in_another_one() -> None:
    start = nine("2026-11-24")
    rules = [f"FREQ=WEEKLY;UNTIL={start.wall + timedelta(days=away):%Y%m%d}" for away in (30, 60)]

    assert [spoken_rule(rule, start) for rule in rules] == ["weekly until 24 Dec", "weekly until 23 Jan 2027"]
