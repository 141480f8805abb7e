"""How often, in words: every 2 weeks, om de week, first monday of the month, elke di en do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.lexicon import DAY, MONTH, WEEK, YEAR
from calsync_cli.cli.dates.refusal import UnreadableError, no_day, two
from calsync_cli.cli.dates.tokens import Token, tongue

if TYPE_CHECKING:
    from collections.abc import Sequence

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = CODES[:5]
WEEKEND = CODES[5:]
FREQUENCY = {DAY: "DAILY", WEEK: "WEEKLY", MONTH: "MONTHLY", YEAR: "YEARLY"}
_LAST = -1
_FIFTH = 5
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST = 999


@dataclass(frozen=True, slots=True)
class Cadence:
    """A rhythm: every so many units, on which days of them. A unit of None is not said."""

    unit: int | None = None
    interval: int = 1
    every: bool = False
    """“every” or “other” stood there, and days follow."""
    days: tuple[str, ...] = ()
    """Of the week."""
    nths: tuple[int, ...] = ()
    """Which of these days within a month or year, -1 the last."""
    dates: tuple[int, ...] = ()
    """Of the month."""
    months: tuple[int, ...] = ()
    workday: bool = False
    """The days are those on which one works, taken together."""


@dataclass(slots=True)
class _Reader:
    """What is left to read."""

    left: list[Token] = field(default_factory=list)

    def take(self, *kinds: str) -> Token | None:
        """The next token, if it is one of these."""
        if self.left and self.left[0].kind in kinds:
            return self.left.pop(0)
        return None

    def ahead(self, *kinds: str) -> bool:
        """The next tokens are of these kinds."""
        return len(self.left) >= len(kinds) and all(
            token.kind == kind for token, kind in zip(self.left, kinds, strict=False)
        )


def cadence(pieces: Sequence[Token]) -> Cadence:
    """The rhythm that all these tokens say together."""
    reader = _Reader([each for each in pieces if each.kind != "filler"])
    found = _of_months(_days(_head(reader), reader), reader)
    if reader.left:
        raise UnreadableError(reader.left[0].text)
    return _judged(found, pieces)


def _head(reader: _Reader) -> Cadence:
    """How often, before the days."""
    if often := reader.take("freq"):
        return Cadence(often.value)
    match reader.left:
        case [Token("every"), Token("unit", unit), *rest]:
            found, left = Cadence(unit), rest
        case [Token("every"), Token("number" | "ordinal", n), Token("unit", unit), *rest] if n <= _MOST:
            found, left = Cadence(unit, n), rest
        case [Token("every"), Token("other"), Token("unit", unit), *rest]:
            found, left = Cadence(unit, 2), rest
        case [Token("at", text="om"), Token("unit", unit), *rest]:
            found, left = Cadence(unit, 2), rest
        case [Token("at", text="om"), Token("number", n), Token("unit", unit), *rest] if n <= _MOST:
            found, left = Cadence(unit, n), rest
        case [Token("every"), Token("other"), *rest]:
            found, left = Cadence(None, 2, every=True), rest
        case [Token("every"), *rest]:
            found, left = Cadence(every=True), rest
        case _:
            return Cadence()
    if (found.unit is not None and found.unit not in FREQUENCY) or not found.interval:
        wrong = next((token for token in reader.left if token.kind == "unit" and found.interval), reader.left[1])
        raise UnreadableError(wrong.text)
    reader.left = left
    return found


def _days(found: Cadence, reader: _Reader) -> Cadence:  # noqa: PLR0911  (a table: each form, its answer)
    """On which days: of the week, by their number, or the first, second, last of a name."""
    if reader.ahead("workday") or reader.ahead("weekend"):
        whole = WORKDAYS if reader.left.pop(0).kind == "workday" else WEEKEND
        return replace(found, days=whole, workday=whole == WORKDAYS)
    if reader.ahead("weekday") or reader.ahead("weekdays"):
        return replace(found, days=_listed_days(reader))
    if reader.ahead("number", "month") or reader.ahead("month", "number") or reader.ahead("month", "ordinal"):
        return _dated(found, reader)
    numbers = _numbers(reader, "number") if found.unit == MONTH else _numbers(reader)
    if not numbers:
        return found
    if reader.ahead("weekday"):
        return replace(found, days=_listed_days(reader), nths=numbers)
    if reader.take("workday"):
        return replace(found, days=WORKDAYS, nths=numbers, workday=True)
    if numbers == (_LAST,) and not (reader.ahead("unit") and reader.left.pop(0).value == DAY):
        raise UnreadableError("last")
    return replace(found, dates=numbers)


def _listed_days(reader: _Reader) -> tuple[str, ...]:
    """Days of the week, in the order of the week."""
    numbers: set[int] = set()
    while day := reader.take("weekday", "weekdays"):
        numbers.add(day.value)
        if reader.ahead("until", "weekday"):
            numbers |= _range(day.value, reader)
        if reader.ahead("and", "weekday") or reader.ahead("and", "weekdays"):
            reader.take("and")
    return tuple(CODES[number] for number in sorted(numbers))


def _range(first: int, reader: _Reader) -> set[int]:
    """Mon through fri, ma t/m vr."""
    reader.take("until")
    last = reader.take("weekday")
    return {(first + more) % len(CODES) for more in range((last.value - first) % len(CODES) + 1)} if last else set()


def _dated(found: Cadence, reader: _Reader) -> Cadence:
    """24 december, december 24th."""
    pair = {token.kind: token.value for token in (reader.left.pop(0), reader.left.pop(0))}
    day = pair.get("number", pair.get("ordinal", 0))
    return replace(found, dates=(day,), months=(pair["month"],))


def _numbers(reader: _Reader, *more: str) -> tuple[int, ...]:
    """First and third; the 1st and 15th; last."""
    found = []
    while token := reader.take("ordinal", "last", *more):
        if token.kind == "last" and token.text not in ("last", "laatste"):
            raise UnreadableError(token.text)
        found.append(_LAST if token.kind == "last" else token.value)
        if reader.ahead("and"):
            reader.take("and")
    return tuple(sorted(set(found), key=lambda number: (number < 0, number)))


def _of_months(found: Cadence, reader: _Reader) -> Cadence:
    """Of the month, van elke maand, of december."""
    if month := reader.take("month"):  # the 24th december
        return replace(found, months=(month.value,))
    if not reader.take("of"):
        return found
    if month := reader.take("month"):
        return replace(found, months=(month.value,))
    reader.take("every")
    unit = reader.take("unit")
    if unit is None or unit.value != MONTH or found.unit not in (None, MONTH):
        raise UnreadableError("of" if unit is None else unit.text)
    return replace(found, unit=MONTH, every=False)


def _judged(found: Cadence, pieces: Sequence[Token]) -> Cadence:
    """The unit that the days call for, where they go together."""
    if found.nths:
        return _judged_nth(found, pieces)
    if found.dates:
        return _judged_dates(found)
    if found.days:
        if found.unit not in (None, WEEK) and not (found.unit == DAY and found.workday and found.interval == 1):
            raise UnreadableError(pieces[-1].text)
        return replace(found, unit=WEEK)
    if found.unit is None:
        raise UnreadableError(" ".join(each.text for each in pieces))
    return found


def _judged_nth(found: Cadence, pieces: Sequence[Token]) -> Cadence:
    """Every second tuesday is every two weeks for one, the second of the month for another."""
    if not all(number == _LAST or 1 <= number <= _FIFTH for number in found.nths):
        raise UnreadableError(str(max(found.nths)))
    if found.unit is None and found.every and not found.months and not set(found.nths) <= {1, _LAST}:
        raise two(*_either(found, pieces))
    if not _of_a_month(found):
        raise UnreadableError(pieces[-1].text)
    return replace(found, unit=YEAR if found.months else MONTH)


def _either(found: Cadence, pieces: Sequence[Token]) -> tuple[str, str]:
    """Both readings, in the language of what was typed."""
    number, name = max(found.nths), pieces[-1].text
    if tongue(pieces) == "nl":
        return f"elke {number} weken op {name}", f"{number}e {name} van de maand"
    ending = {2: "nd", 3: "rd"}.get(number, "th")
    return f"every {number} weeks on {name}", f"{number}{ending} {name} of the month"


def _judged_dates(found: Cadence) -> Cadence:
    """Days of the month; of one month of the year."""
    most = max(_DAYS[month - 1] for month in found.months) if found.months else _DAYS[0]
    for number in found.dates:
        if number != _LAST and not 1 <= number <= most:
            raise no_day(str(number))
    if not _of_a_month(found):
        raise UnreadableError(str(found.dates[0]))
    return replace(found, unit=YEAR if found.months else MONTH)


def _of_a_month(found: Cadence) -> bool:
    """Days of a month go with months, or with years where the month is named."""
    if found.unit is None:
        return found.interval == 1
    return found.unit == (YEAR if found.months else MONTH)
