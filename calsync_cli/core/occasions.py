"""When an event takes place: every occurrence of one .ics that overlaps a window, exceptions and changes included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from calsync_cli.core.lines import Component
from calsync_cli.core.times import Moment
from calsync_cli.core.units import Laid


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that an event takes place, as instants. `part` is the component that says what it is then."""

    start: datetime
    end: datetime
    """Exclusive; the start where it takes no time at all."""
    all_day: bool
    occurrence: Moment | None
    """Its original start in a series (its RECURRENCE-ID); None where the event happens once."""
    part: Component


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when an event can take place: never too short, at most some days too long."""

    first: datetime
    last: datetime | None
    """None: no end is known."""


def occasions(content: bytes, begin: datetime, end: datetime, *, floating: tzinfo) -> tuple[Occasion, ...]:
    """Every occurrence that overlaps [begin, end), in the order of their starts. Raises Broken.

    `begin` and `end` are aware; dates and floating times are taken in `floating`.
    """
    raise NotImplementedError


def occasions_of(laid: Laid, begin: datetime, end: datetime, *, floating: tzinfo) -> tuple[Occasion, ...]:
    """The same for what is parsed already."""
    raise NotImplementedError


def span(content: bytes) -> Span | None:
    """None where nothing in it has a start. Raises Broken."""
    raise NotImplementedError
