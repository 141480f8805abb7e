"""What a text about a moment says, piece by piece, before it is known which moment that is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum


class Doubt(Enum):
    """How sure the half of the day is."""

    NONE = "am, pm, noon"
    DIGITS = "by a 24-hour clock: 9:00, 21u30"
    SPOKEN = "as one speaks: nine o'clock, half tien"
    BARE = "a number alone: at 9"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of the day in minutes; 1440 is the end of the day."""

    minute: int
    doubt: Doubt = Doubt.DIGITS
    second: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Morning, afternoon, evening, night: no time, but it settles which half of the day an hour is in."""

    which: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A day by its number: 24, 24 December, 24 December 2026."""

    day: int
    month: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day by its name. `which`: "", this, coming, next."""

    number: int
    which: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """So far from now. `exact`: to the minute, else it is a day."""

    months: int = 0
    days: int = 0
    minutes: int = 0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A week: so many from this one."""

    weeks: int


@dataclass(frozen=True, slots=True)
class WeekNumber:
    """A week by its number in the year (ISO 8601)."""

    number: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year that stands apart from its day, as in “Tue 24 Nov 14:00 2026”."""

    number: int


@dataclass(frozen=True, slots=True)
class Midnight:
    """Twelve at night."""


@dataclass(frozen=True, slots=True)
class Zoned:
    """A time zone by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the clock is from UTC."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Filler:
    """A word that adds nothing: on, the, op, de."""


Piece = Clock | Part | Dated | Weekday | Shift | Week | WeekNumber | Year | Midnight | Zoned | Offset | Filler


@dataclass(frozen=True, slots=True)
class Said:
    """All that one text says; each at most once."""

    clock: Clock | None = None
    part: Part | None = None
    dated: Dated | None = None
    weekday: Weekday | None = None
    shift: Shift | None = None
    week: Week | None = None
    weeknumber: WeekNumber | None = None
    year: Year | None = None
    midnight: Midnight | None = None
    zoned: Zoned | None = None
    offset: Offset | None = None

    @property
    def timed(self) -> bool:
        """It tells a time of the day."""
        return bool(self.clock or self.midnight or (self.shift and self.shift.exact))

    @property
    def dayless(self) -> bool:
        """A time of the day alone."""
        return not (self.dated or self.weekday or self.shift or self.week or self.weeknumber or self.year)


NAMES = frozenset(field.name for field in fields(Said))
