"""Days as they are written and spoken: 24 dec, 24/12, tomorrow, next friday, over 3 dagen, di week 48."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.amounts import Amount, amount
from calsync_cli.cli.dates.lexicon import WEEK
from calsync_cli.cli.dates.refusal import UnreadableError, no_day, two
from calsync_cli.cli.dates.said import Dated, Part, Shift, Week, Weekday, WeekNumber, Year
from calsync_cli.cli.dates.tokens import Token
from calsync_cli.cli.words.days import MONTHS as NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.cli.dates.clocks import Read

MONTHS = 12
DAYS = 31
FIRST_YEAR = 1970
"""Before that, four digits are a time that lacks its colon: 1930."""
LAST_YEAR = 2199
_WEEKS = 53
_CENTURY = 2000


def day(pieces: Sequence[Token], tongue: str) -> Read | None:
    """The day at the start of these pieces."""
    return _dated(pieces) or _numeric(pieces, tongue) or _named(pieces) or _relative(pieces)


def _dated(pieces: Sequence[Token]) -> Read | None:  # noqa: PLR0911  (a table: each form, its answer)
    """With the month's name, or the number of the day alone."""
    match pieces:
        case [Token("number" | "ordinal", of), Token("of"), Token("month", month), *rest]:
            return _with_year(of, month, rest, 3)
        case [Token("number" | "ordinal", of), Token("month", month), *rest]:
            return _with_year(of, month, rest, 2)
        case [Token("month", month), Token("filler"), Token("ordinal", of), *rest]:
            return _with_year(of, month, rest, 3)
        case [Token("month", month), Token("number" | "ordinal", of), *rest] if of <= DAYS:
            return _with_year(of, month, rest, 2)
        case [Token("ordinal", of, text=text), *_] if text[0].isdecimal():
            return (Dated(_number(of, text)),), 1
        case [Token("number", year), *_] if FIRST_YEAR <= year <= LAST_YEAR:
            return (Year(year),), 1
        case _:
            return None


def _with_year(of: int, month: int, rest: Sequence[Token], taken: int) -> Read:
    """A year that follows belongs to it; not where the number is an hour (24 dec 2000 uur is nobody's spelling)."""
    match rest:
        case [Token("number", year), *_] if FIRST_YEAR <= year <= LAST_YEAR:
            return (Dated(_number(of), month, year),), taken + 1
        case _:
            return (Dated(_number(of), month),), taken


def _number(of: int, text: str = "") -> int:
    if not 1 <= of <= DAYS:
        raise UnreadableError(text or str(of))
    return of


def _numeric(pieces: Sequence[Token], tongue: str) -> Read | None:
    """In digits alone: the year first, or day and month in the order of the language."""
    match pieces:
        case [Token("stamp", text=text), *_]:
            year, month, of = (int(part) for part in re.split(r"[-/]", text))
            return (_real(of, month, year, text),), 1
        case [Token("pair", text=text), *_]:
            first, second = (int(part) for part in re.split(r"[-/]", text))
            return (_ordered(first, second, 0, text, tongue),), 1
        case [Token("triple", text=text), *_]:
            first, second, year = (int(part) for part in re.split(r"[-/.]", text))
            short = len(re.split(r"[-/.]", text)[2]) == len("26")
            if short and tongue != "nl":
                raise UnreadableError(text)
            german = "." in text  # 24.12.2026 is day and month wherever it is written
            return (_ordered(first, second, year + _CENTURY * short, text, "nl" if german else tongue),), 1
        case _:
            return None


def _ordered(first: int, second: int, year: int, text: str, tongue: str) -> Dated:
    """Day and month from two numbers: Dutch puts the day first; in English it has to be told by the numbers."""
    if first > MONTHS or (tongue == "nl" and second <= MONTHS):
        return _real(first, second, year, text)
    if second > MONTHS or first == second:
        return _real(second, first, year, text)
    tail = f"-{year}" if year else ""
    if tail:
        raise two(f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}")
    raise two(_in_words(first, second), _in_words(second, first))


def _in_words(of: int, month: int) -> str:
    """In English: only an English reader is ever in doubt here."""
    return f"{of} {NAMES['en'].short[month - 1]}"


def _real(of: int, month: int, year: int, text: str) -> Dated:
    if not (1 <= of <= DAYS and 1 <= month <= MONTHS and (not year or year >= 1)):
        raise no_day(text)
    return Dated(of, month, year)


def _named(pieces: Sequence[Token]) -> Read | None:  # noqa: PLR0911  (a table: each form, its answer)
    """By the name of the day, of this week or another."""
    match pieces:
        case [Token("weekday", number), Token("coming" as which), *_]:
            return (Weekday(number, which),), 2
        case [Token("weekday", number), *_]:
            return (Weekday(number),), 1
        case [Token("this" | "next" | "coming" as which), Token("weekday", number), *_]:
            return (Weekday(number, which),), 2
        case [Token("unit", unit), Token("number", number), *_] if unit == WEEK and 1 <= number <= _WEEKS:
            return (WeekNumber(number),), 2
        case [Token("this"), Token("unit", unit), *_] if unit == WEEK:
            return (Week(0),), 2
        case [Token("next"), Token("unit", unit), *_] if unit == WEEK:
            return (Week(1),), 2
        case [Token("last"), Token("unit", unit), *_] if unit == WEEK:
            return (Week(-1),), 2
        case _:
            return None


def _relative(pieces: Sequence[Token]) -> Read | None:  # noqa: PLR0911  (a table: each form, its answer)
    """By the distance from now."""
    match pieces:
        case [Token("day", days), *_]:
            return (Shift(days=days),), 1
        case [Token("unit", text="day"), Token("after"), Token("day", 1), *_]:
            return (Shift(days=2),), 3
        case [Token("unit", text="day"), Token("before"), Token("day", -1), *_]:
            return (Shift(days=-2),), 3
        case [Token("this"), Token("part", part), *_]:
            return (Shift(), Part(part)), 2
        case [Token("now"), *_]:
            return (Shift(exact=True),), 1
        case [Token("in" | "over"), *rest] if found := amount(rest):
            return (_shift(found[0], 1),), found[1] + 1
        case _:
            return _behind(pieces)


def _behind(pieces: Sequence[Token]) -> Read | None:
    """2 weeks ago, 3 dagen geleden, 2 hours from now."""
    found = amount(pieces)
    match pieces[found[1] :] if found else ():
        case [Token("ago"), *_] if found:
            return (_shift(found[0], -1),), found[1] + 1
        case [Token("after", text="from"), Token("now"), *_] if found:
            return (_shift(found[0], 1),), found[1] + 2
        case _:
            return None


def _shift(by: Amount, sign: int) -> Shift:
    return Shift(by.months * sign, by.days * sign, by.minutes * sign, exact=bool(by.minutes))
