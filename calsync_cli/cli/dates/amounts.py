"""Lengths of time as they are typed: 45m, 1h30, 90 min, 2 dagen, anderhalf uur."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.lexicon import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR
from calsync_cli.cli.dates.refusal import UnreadableError, refused
from calsync_cli.cli.dates.tokens import Token, plain, tokens
from calsync_cli.core.times import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 9_999
_AT_START = frozenset({"0", "at start", "at the start", "bij aanvang", "bij het begin"})
_SIXTY = 60


@dataclass(frozen=True, slots=True)
class Amount:
    """A length: months and days by the calendar, minutes by the clock."""

    months: int = 0
    days: int = 0
    minutes: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.months + other.months, self.days + other.days, self.minutes + other.minutes)


def span(text: str, *, flag: str = "--for") -> Span:
    """How long something lasts; longer than nothing, and without months, which have no one length."""
    found = _alone(text)
    if found is None or found.months or not (found.days or found.minutes):
        raise refused(flag, text, UnreadableError(text), otherwise="date-span")
    return Span(timedelta(days=found.days), timedelta(minutes=found.minutes))


def reminder(text: str, *, flag: str = "--remind") -> timedelta:
    """How long before the start: 15m, 1 uur, 10 min before; 0 is at the start."""
    if plain(text) in _AT_START:
        return timedelta()
    found = _alone(text, behind=("before", "of"))
    if found is None or found.months:
        raise refused(flag, text, UnreadableError(text), otherwise="date-reminder")
    return timedelta(days=found.days, minutes=found.minutes)


def amount(pieces: Sequence[Token]) -> tuple[Amount, int] | None:
    """The length at the start of these pieces, all its parts, and how many tokens it takes."""
    found = _one(pieces)
    if found is None:
        return None
    total, taken = found
    while more := _more(pieces[taken:]):
        total, taken = total + more[0], taken + more[1]
    return total, taken


def _more(pieces: Sequence[Token]) -> tuple[Amount, int] | None:
    """One part more, with “and” before it or not."""
    joined = 1 if pieces and pieces[0].kind == "and" else 0
    found = _one(pieces[joined:])
    return (found[0], found[1] + joined) if found else None


def _one(pieces: Sequence[Token]) -> tuple[Amount, int] | None:
    match pieces:
        case [Token("number", n), Token("unit", unit), *_] if n <= _MOST:
            return _of(n, unit), 2
        case [Token("decimal", text=text), Token("unit", unit), *_] if unit == HOUR:
            return _fraction(text)
        case [Token("clock", text=text), *rest] if "h" in text or "u" in text:
            return _joined(text, rest)
        case _:
            return _in_words(pieces)


def _in_words(pieces: Sequence[Token]) -> tuple[Amount, int] | None:  # noqa: PLR0911  (a table: each form, its answer)
    """Halves and quarters of an hour."""
    match pieces:
        case [Token("half", text="halfuur"), *_]:
            return Amount(minutes=30), 1
        case [Token("number", 1), Token("half", text="half"), Token("unit", unit), *_] if unit == HOUR:
            return Amount(minutes=30), 3
        case [Token("half"), Token("number", 1), Token("unit", unit), *_] if unit == HOUR:
            return Amount(minutes=30), 3
        case [Token("half"), Token("unit", unit), *_] if unit == HOUR:
            return Amount(minutes=30), 2
        case [Token("sesqui"), Token("unit", unit), *_] if unit == HOUR:
            return Amount(minutes=90), 2
        case [Token("number", n), Token("kwartier"), *_] if n <= _MOST:
            return Amount(minutes=15 * n), 2
        case [Token("kwartier"), *_]:
            return Amount(minutes=15), 1
        case _:
            return None


def _joined(text: str, rest: Sequence[Token]) -> tuple[Amount, int] | None:
    """1h30, 1u30, 1h30m."""
    hours, _letter, minutes = text.replace("u", "h").partition("h")
    if not minutes.isdecimal() or int(minutes) >= _SIXTY:
        return None
    said = bool(rest) and rest[0].kind == "unit" and rest[0].value == MINUTE
    return Amount(minutes=int(hours) * _SIXTY + int(minutes)), 1 + said


def _fraction(text: str) -> tuple[Amount, int] | None:
    """1,5 uur; only where whole minutes come out."""
    whole, _point, parts = text.replace(",", ".").partition(".")
    minutes, left = divmod((int(whole) * 100 + int(parts.ljust(2, "0"))) * _SIXTY, 100)
    return None if left else (Amount(minutes=minutes), 2)


def _of(n: int, unit: int) -> Amount:
    """So many of a unit."""
    made = {
        MINUTE: Amount(minutes=n),
        HOUR: Amount(minutes=_SIXTY * n),
        DAY: Amount(days=n),
        WEEK: Amount(days=7 * n),
        MONTH: Amount(months=n),
        YEAR: Amount(months=12 * n),
    }
    return made[unit]


def _alone(text: str, *, behind: tuple[str, ...] = ()) -> Amount | None:
    """The length that a text says and nothing else, but for words of these kinds behind it."""
    pieces = tokens(text)
    while pieces and pieces[-1].kind in behind:
        pieces = pieces[:-1]
    found = amount(pieces)
    return found[0] if found and found[1] == len(pieces) else None
