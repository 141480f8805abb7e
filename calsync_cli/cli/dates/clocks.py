"""Times of the day as they are written and spoken: 14:00, 9u30, 2pm, half 10, quarter past nine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.lexicon import AFTERNOON, EVENING, MORNING
from calsync_cli.cli.dates.refusal import DoubtError, UnreadableError, two
from calsync_cli.cli.dates.said import Clock, Doubt, Midnight, Part, Piece
from calsync_cli.cli.dates.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = 60
NOON = 12 * HOUR
DAY = 24 * HOUR
_DAYTIME = 8 * HOUR
_DAWN = 7 * HOUR

Read = tuple[tuple[Piece, ...], int]
"""What was read, and how many tokens it took."""


def clock(pieces: Sequence[Token], tongue: str) -> Read | None:
    """The time of the day at the start of these pieces."""
    return _written(pieces) or _spoken(pieces, tongue) or _apart(pieces, tongue)


def _written(pieces: Sequence[Token]) -> Read | None:  # noqa: PLR0911  (a table: each form, its answer)
    """In digits."""
    match pieces:
        case [Token("clock") as at, Token("ampm", half), *_]:
            return _halved(_digits(at), half, at), 2
        case [Token("clock") as at, Token("unit", 1), *_]:
            return (_digits(at),), 2
        case [Token("clock") as at, *_]:
            return (_digits(at),), 1
        case [Token("number", hour) as at, Token("ampm", half), *_]:
            return _halved(_hour(hour, at), half, at), 2
        case [Token("number", hour) as at, Token("unit", 1, text="u" | "uur" | "h"), Token("number", minute), *_] if (
            minute < HOUR
        ):
            return (_checked(hour * HOUR + minute, at),), 3
        case [Token("number", hour) as at, Token("unit", 1, text="u" | "uur" | "h" | "o'clock"), *_]:
            return (_hour(hour, at, Doubt.SPOKEN),), 2
        case _:
            return None


def _spoken(pieces: Sequence[Token], tongue: str) -> Read | None:
    """By halves and quarters, with the word for “hour” behind it or without."""
    before, taken = _shift(pieces)
    match pieces[taken:]:
        case [Token("half", text="half"), Token("number", hour) as at, *_] if not before and tongue == "en":
            raise two(_told(hour * HOUR - 30), _told(hour * HOUR + 30)) if 1 < hour <= NOON // HOUR else _odd(at)
        case [Token("half", text="half"), Token("number", hour) as at, *_]:
            found = _twelve(hour, before - 30, at)
            taken += 2
        case [Token("number", hour) as at, *_] if taken:
            found = _twelve(hour, before, at)
            taken += 1
        case _:
            return None
    rest = pieces[taken:]
    return (found,), taken + bool(rest and rest[0].kind == "unit" and rest[0].text in ("u", "uur", "o'clock"))


def _shift(pieces: Sequence[Token]) -> tuple[int, int]:  # noqa: PLR0911  (a table: each form, its answer)
    """How many minutes before or after the hour that follows, and how many tokens say so."""
    match pieces:
        case [Token("half"), Token("past"), *_]:
            return 30, 2
        case [Token("quarter" | "number", minutes), Token("past" | "over"), *_] if minutes < HOUR:
            return minutes, 2
        case [Token("quarter", minutes), Token("to" | "before", 0), *_]:
            return -minutes, 2
        case [Token("number", minutes), Token("before", 0), *_] if minutes < HOUR:  # not “9 to 10”: from nine to ten
            return -minutes, 2
        case [Token("number", minutes), Token("unit", 0), Token("past" | "over"), *_] if minutes < HOUR:
            return minutes, 3
        case [Token("number", minutes), Token("unit", 0), Token("to" | "before", 0), *_] if minutes < HOUR:
            return -minutes, 3
        case _:
            return 0, 0


def _apart(pieces: Sequence[Token], tongue: str) -> Read | None:  # noqa: PLR0911  (a table: each form, its answer)
    """Noon, midnight, a part of the day, and what follows “at”."""
    match pieces:
        case [Token("noon"), *_]:
            return (Clock(NOON, Doubt.NONE),), 1
        case [Token("midnight"), *_]:
            return (Midnight(),), 1
        case [Token("part", which), *_]:
            return (Part(which),), 1
        case [Token("in"), Token("filler"), Token("part", which), *_]:
            return (Part(which),), 3
        case [Token("at"), Token("part", which), *_]:
            return (Part(which),), 2
        case [Token("number", hour) as at, Token("in"), Token("filler"), Token("part"), *_]:
            return (_hour(hour, at, Doubt.BARE),), 1
        case [Token("number", hour) as at, Token("filler", text="'s"), Token("part"), *_]:
            return (_hour(hour, at, Doubt.BARE),), 1
        case [Token("at"), *rest] if found := clock(rest, tongue):
            return found[0], found[1] + 1
        case [Token("at"), Token("number", hour) as at, *_]:
            return (_hour(hour, at, Doubt.BARE),), 2
        case _:
            return None


def settled(at: Clock, part: Part | None) -> int:
    """The minute of the day, where nothing leaves room for doubt about its half."""
    if part:
        return _in_part(at, part.which)
    sure = at.minute < HOUR or at.minute >= NOON + HOUR or at.doubt in (Doubt.NONE, Doubt.DIGITS)
    if not sure and (at.doubt is Doubt.BARE or at.minute < _DAYTIME):
        raise two(_told(at.minute), _told((at.minute + NOON) % DAY))
    return at.minute


def _in_part(at: Clock, which: int) -> int:
    """The hour within a part of the day: 8 in the evening is 20:00."""
    minute = at.minute
    later = minute + NOON if minute < NOON and at.doubt is not Doubt.NONE else minute
    if which == MORNING and minute < NOON:
        return minute
    if which == AFTERNOON and NOON <= (later if minute < _DAWN else minute) < 19 * HOUR:
        return later if minute < _DAWN else minute
    if which == EVENING and 17 * HOUR <= later <= DAY:
        return later
    if which not in (MORNING, AFTERNOON, EVENING) and 21 * HOUR <= later <= DAY:
        return later
    raise DoubtError("date-part")


def _digits(at: Token) -> Clock:
    numbers = [int(part) for part in re.findall(r"\d+", at.text)]
    if numbers[1] >= HOUR or max(numbers[2:], default=0) >= HOUR:
        raise _odd(at)
    return _checked(numbers[0] * HOUR + numbers[1], at, second=sum(numbers[2:]))


def _checked(minute: int, at: Token, doubt: Doubt = Doubt.DIGITS, second: int = 0) -> Clock:
    if minute > DAY or (minute == DAY and second):
        raise _odd(at)
    return Clock(minute, doubt, second)


def _hour(hour: int, at: Token, doubt: Doubt = Doubt.DIGITS) -> Clock:
    return _checked(hour * HOUR, at, doubt)


def _halved(twelve: Clock, half: int, at: Token) -> tuple[Clock]:
    """With am or pm: 12 am is 0:00, 12 pm is noon."""
    if not HOUR <= twelve.minute < NOON + HOUR:
        raise _odd(at)
    return (Clock(twelve.minute % NOON + half * HOUR, Doubt.NONE, twelve.second),)


def _twelve(hour: int, minutes: int, at: Token) -> Clock:
    """A spoken time around an hour from one to twelve."""
    if not 1 <= hour <= NOON // HOUR:
        raise _odd(at)
    minute = hour * HOUR + minutes
    return Clock(minute if minute >= HOUR else minute + NOON, Doubt.SPOKEN)


def _told(minute: int) -> str:
    return f"{minute // HOUR}:{minute % HOUR:02}"


def _odd(at: Token) -> UnreadableError:
    return UnreadableError(at.text)
