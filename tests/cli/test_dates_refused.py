"""What is not understood for certain is refused, with the piece that was not, or with the readings that it could have."""
# ruff: noqa: DTZ001 - wall clocks, the zone stands beside them

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli import words
from calsync_cli.cli.dates import day, ends, reminder, repeat, span, when, window, zone
from calsync_cli.cli.words import _
from calsync_cli.cli.words.errors import SENTENCES, sentence
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment

HERE = "Europe/Amsterdam"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo(HERE))
TUESDAY = Moment(datetime(2026, 11, 24, 14, 0), HERE)


@pytest.fixture(params=["en", "nl"])
def tongue(request: pytest.FixtureRequest) -> Iterator[str]:
    words.speak(request.param)
    yield request.param
    words.speak("en")


@pytest.fixture
def dutch() -> Iterator[None]:
    words.speak("nl")
    yield
    words.speak("en")


def refusal(read: Callable[..., object], text: str, **more: object) -> CalsyncError:
    with pytest.raises(CalsyncError) as refused:
        read(text, **more)
    assert refused.value.code == "E001"
    return refused.value


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("banana", "banana"),
        ("tomorrow banana", "banana"),
        ("tue 14:00 sharp", "sharp"),
        ("tue 25:00", "25:00"),
        ("tue 14:75", "14:75"),
        ("24.12.", "24.12"),
        ("13pm", "13"),
        ("9am pm", "pm"),
        ("morgen morgen", "morgen"),
        ("tue tue", "tue"),
        ("14:00 15:00", "15:00"),
        ("do 14", "14"),
        ("tue 1930", "1930"),
        ("5 minutes", "5"),
        ("9 to 10", "9"),
        ("over 99999999 dagen", "over"),
        ("eind van de maand", "eind"),
        ("last friday", "last"),
        ("every tue", "every"),
        ("24 dec 14:00 Mars/Olympus", "mars/olympus"),
        ("🎄", "🎄"),
        ("24 décembre", "24"),
        ("half 13 uur vandaag", "13"),
    ],
)
def test_the_piece_that_is_not_understood_is_named(text: str, piece: str, tongue: str) -> None:
    error = refusal(when, text, now=NOW, zone=HERE)

    assert (error.variant, error.params["piece"]) == ("date-when", piece)


AMBIGUOUS = [
    ("next friday", "2026-11-20", "2026-11-27"),
    ("volgende vrijdag 14:00", "2026-11-20", "2026-11-27"),
    ("tomorrow at 3", "3:00", "15:00"),
    ("om 9", "9:00", "21:00"),
    ("3 uur", "3:00", "15:00"),
    ("morgen half 3", "2:30", "14:30"),
    ("kwart over 4", "4:15", "16:15"),
    ("tue midnight", "2026-11-24 0:00", "2026-11-24 24:00"),
    ("tomorrow half 10", "9:30", "10:30"),
    ("sat 3/4", "3 Apr", "4 Mar"),
    ("sat 3/4/2027", "2027-04-03", "2027-03-04"),
    ("this tuesday", "2026-11-24", "2026-11-17"),
]


@pytest.mark.parametrize(("text", "one", "other"), AMBIGUOUS)
def test_two_readings_are_both_named(text: str, one: str, other: str, tongue: str) -> None:
    error = refusal(when, text, now=NOW, zone=HERE)

    assert (error.variant, error.params["one"], error.params["other"]) == ("date-two", one, other)


@pytest.mark.parametrize("reading", [reading for _text, *both in AMBIGUOUS for reading in both])
def test_what_is_offered_instead_can_be_typed(reading: str, tongue: str) -> None:
    assert when(reading, now=NOW, zone=HERE)


@pytest.mark.parametrize("text", ["half 10", "3/4", "3/4/2027"])
def test_what_collides_is_refused_where_english_is_spoken(text: str) -> None:
    assert refusal(when, text, now=NOW, zone=HERE).variant == "date-two"


def test_two_digits_are_no_year_in_english() -> None:
    assert refusal(when, "24-12-26", now=NOW, zone=HERE).variant == "date-when"


@pytest.mark.parametrize(
    ("text", "variant", "params"),
    [
        ("tue 25 nov", "date-weekday-2", {"day": "2026-11-25"}),
        ("ma 24 november 2026", "date-weekday-1", {"day": "2026-11-24"}),
        ("friday tomorrow", "date-weekday-3", {"day": "2026-11-19"}),
        ("dinsdag over een week", "date-weekday-2", {"day": "2026-11-25"}),
        ("29 feb", "date-none", {"day": "2027-02-29"}),
        ("29 feb 2027", "date-none", {"day": "2027-02-29"}),
        ("2027-02-29", "date-none", {"day": "2027-02-29"}),
        ("31 nov", "date-none", {"day": "2026-11-31"}),
        ("30/2", "date-none", {"day": "2026-02-30"}),
        ("di week 53 2027", "date-none", {"day": "2027-W53"}),
        ("in 9999 years", "date-none", {"day": "12025-11-18"}),
        ("overmorgen 's avonds", "date-no-hour", {}),
        ("dinsdagmiddag", "date-no-hour", {}),
        ("tonight", "date-no-hour", {}),
        ("9 in the afternoon", "date-part", {}),
        ("20:00 's ochtends", "date-part", {}),
        ("2 uur 's nachts", "date-part", {}),
        ("tomorrow 24 dec", "date-twice", {}),
        ("in 2 hours 14:00", "date-twice", {}),
        ("volgende week", "date-unfinished", {}),
        ("week 48", "date-unfinished", {}),
        ("2027", "date-unfinished", {}),
        ("the 15th 2027", "date-unfinished", {}),
        ("28 mar 2027 2:30", "date-gap", {"day": "2027-03-28", "last": "01:59", "next": "03:00"}),
        ("2027-03-28T02:00", "date-gap", {"day": "2027-03-28", "last": "01:59", "next": "03:00"}),
        ("31 oct 2027 2:30 +01:00", "date-second", {"day": "2027-10-31", "time": "02:30"}),
        ("24 dec utc", "date-no-hour", {}),
        ("", "empty", {}),
        ("   ", "empty", {}),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    text: str, variant: str, params: dict[str, str], tongue: str
) -> None:
    error = refusal(when, text, now=NOW, zone=HERE, flag="--at")

    assert (error.variant, error.params | params) == (variant, error.params)


def test_the_second_of_two_equal_hours_is_refused() -> None:
    now = datetime.fromisoformat("2027-10-31T02:10:00+02:00").astimezone(ZoneInfo(HERE))

    assert refusal(when, "in 1 hour", now=now, zone=HERE).variant == "date-second"


def test_a_month_that_lacks_the_day_is_no_guess() -> None:
    now = datetime(2027, 1, 31, 10, 0, tzinfo=ZoneInfo(HERE))

    assert refusal(when, "in a month", now=now, zone=HERE).variant == "date-none"


MORE: list[tuple[str, Callable[[], object]]] = [
    ("date-day-only", lambda: day("tue 14:00", now=NOW)),
    ("date-day-only", lambda: ends("14:00", start=Moment(date(2026, 11, 24)), now=NOW)),
    ("date-no-hour", lambda: ends("tue", start=TUESDAY, now=NOW)),
    ("date-ends", lambda: ends("13:00 24 nov", start=TUESDAY, now=NOW)),
    ("date-ends", lambda: ends("22 nov", start=Moment(date(2026, 11, 24)), now=NOW)),
    ("date-span", lambda: span("banana")),
    ("date-span", lambda: span("0m")),
    ("date-span", lambda: span("2 months")),
    ("date-span", lambda: span("90")),
    ("date-span", lambda: span("1:30")),
    ("date-span", lambda: span("1h5")),
    ("date-span", lambda: span("1h banana")),
    ("date-span", lambda: span("0,33 uur")),
    ("empty", lambda: span("")),
    ("date-reminder", lambda: reminder("15")),
    ("date-reminder", lambda: reminder("1 month")),
    ("date-reminder", lambda: reminder("before")),
    ("date-zone", lambda: zone("Narnia")),
    ("date-zone", lambda: zone("../../etc/passwd")),
    ("date-zone", lambda: zone("localtime")),
    ("empty", lambda: zone(" ")),
    ("date-zone-several", lambda: zone("Istanbul")),
    ("date-window", lambda: window("banana", now=NOW)),
    ("date-window", lambda: window("tue..", now=NOW)),
    ("date-window", lambda: window("a..b..c", now=NOW)),
    ("date-stretch", lambda: window("tue 9:00", now=NOW)),
    ("date-backwards", lambda: window("2026-11-10..2026-11-01", now=NOW)),
    ("date-repeat", lambda: repeat("every banana", start=TUESDAY)),
    ("date-rule", lambda: repeat("FREQ=SECONDLY", start=TUESDAY)),
    ("date-rule", lambda: repeat("FREQ=WEEKLY;BANANA=1", start=TUESDAY)),
    ("date-start", lambda: repeat("every wed", start=TUESDAY)),
    ("date-ends", lambda: repeat("weekly until 1 nov 2026", start=TUESDAY)),
    *((f"date-weekday-{n}", lambda n=n: when(f"{'wed' if n != 2 else 'thu'} {23 + n} nov", now=NOW, zone=HERE)) for n in range(7)),
]  # fmt: skip


@pytest.mark.parametrize(("variant", "attempt"), MORE)
def test_other_flags_refuse_alike(variant: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(CalsyncError) as refused:
        attempt()

    assert (refused.value.code, refused.value.variant) == ("E001", variant)


def test_each_sentence_about_dates_is_met_here() -> None:
    met = {variant for variant, _attempt in MORE} | {
        *("date-when", "date-two", "date-none", "date-part", "date-twice", "date-unfinished", "date-gap", "date-second")
    }

    assert met - {"empty"} == {variant for _code, variant in SENTENCES if variant.startswith("date-")}


def told(error: CalsyncError) -> str:
    return sentence(ErrorReport(code=error.code, variant=error.variant, params=error.params), _)


@pytest.mark.parametrize(("variant", "attempt"), MORE)
def test_nothing_is_left_open_in_what_is_told(variant: str, attempt: Callable[[], object], tongue: str) -> None:
    with pytest.raises(CalsyncError) as refused:
        attempt()

    assert "…" not in told(refused.value)


READERS: dict[str, Callable[[str], object]] = {
    "date-when": lambda text: when(text, now=NOW, zone=HERE),
    "date-no-hour": lambda text: when(text, now=NOW, zone=HERE),
    "date-part": lambda text: when(text, now=NOW, zone=HERE),
    "date-unfinished": lambda text: when(text, now=NOW, zone=HERE),
    "date-day-only": lambda text: day(text, now=NOW),
    "date-window": lambda text: window(text, now=NOW),
    "date-stretch": lambda text: window(text, now=NOW),
    "date-span": span,
    "date-reminder": lambda text: reminder(text.partition(" (")[0]),
}


@pytest.mark.parametrize("variant", READERS)
def test_every_example_in_a_sentence_is_understood(variant: str, tongue: str) -> None:
    examples = re.sub(r"^.*: ", "", _(SENTENCES["E001", variant])).split(" · ")

    assert [READERS[variant](text) for text in examples]


def test_every_example_of_a_recurrence_is_understood(tongue: str) -> None:
    examples = re.sub(r"^.*: ", "", _(SENTENCES["E001", "date-repeat"])).split(" · ")
    starts = [Moment(datetime(2026, 12, number, 9, 0), HERE) for number in range(1, 8)]

    fitting = [[start for start in starts if fits(text, start)] for text in examples]

    assert len(examples) == 7
    assert all(fitting)


def fits(text: str, start: Moment) -> bool:
    try:
        return bool(repeat(text, start=start))
    except CalsyncError as error:
        if error.variant == "date-start":
            return False
        raise


def test_a_long_text_is_not_repeated_in_full() -> None:
    error = refusal(when, "x" * 5_000, now=NOW, zone=HERE)

    assert len(error.params["value"]) < 100
