"""When an event takes place: every occurrence of one .ics that overlaps a window, exceptions and changes included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from calsync_cli.core.clock import DAY, NONE
from calsync_cli.core.lines import Component, parse
from calsync_cli.core.pattern import Freq, Pattern
from calsync_cli.core.series import Override, Series, series_of, strays
from calsync_cli.core.times import Moment
from calsync_cli.core.units import Laid, lay_out
from calsync_cli.core.unroll import Overwork, after_start

MOST = 5_000
"""Occurrences of one event in one window: four days of an event that comes every minute."""
_SLACK = 2 * DAY
_LITTLE = timedelta(hours=3)
"""How far a wall clock time can be from where its instant would have it: Samoa once left out a day. For what comes by
the hour or oftener the usual change of clocks must do."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that an event takes place. `part` is the component that says what it is then."""

    start: datetime
    """Aware: in UTC; whole days from midnight to midnight in the viewer's zone."""
    end: datetime
    """Exclusive; the start where it takes no time at all."""
    all_day: bool
    occurrence: Moment | None
    """Its original start in a series (its RECURRENCE-ID), in the zone of the series; None where it happens once."""
    part: Component

    def overlaps(self, begin: datetime, end: datetime) -> bool:
        """Whether it takes place in [begin, end); what takes no time does so at its start."""
        return self.start < end and (self.end > begin or self.start == self.end == begin)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `cut`: there is more of it than anybody could read."""

    occasions: tuple[Occasion, ...]
    cut: bool = False


def occasions(content: bytes, begin: datetime, end: datetime, *, floating: tzinfo) -> tuple[Occasion, ...]:
    """Every occurrence that overlaps [begin, end), in the order of their starts; MOST at most. Raises Broken.

    `begin` and `end` are aware; dates and floating times are taken in `floating`. What is cancelled is there too.
    """
    return found_in(lay_out(parse(content)), begin, end, floating=floating).occasions


def found_in(laid: Laid, begin: datetime, end: datetime, *, floating: tzinfo, most: int = MOST) -> Found:
    """The same for what is parsed already, and whether that is all: `most` of them, for who has many such events."""
    found = [_stray(override) for override in strays(laid, floating)]
    cut = False
    for series in series_of(laid, floating):
        found += _changed(series)
        plain = _plain(series, begin.astimezone(UTC), end.astimezone(UTC))
        try:
            found += islice((one for one in plain if one.overlaps(begin, end)), most)
        except Overwork:
            cut = True
    there = sorted((one for one in found if one.overlaps(begin, end)), key=_order)
    return Found(tuple(there[:most]), cut or len(there) >= most)


def occasions_of(laid: Laid, begin: datetime, end: datetime, *, floating: tzinfo) -> tuple[Occasion, ...]:
    """The same without saying whether that is all."""
    return found_in(laid, begin, end, floating=floating).occasions


def _order(one: Occasion) -> tuple[datetime, datetime]:
    return one.start, one.end


def _plain(series: Series, begin: datetime, end: datetime) -> Iterator[Occasion]:
    """The occurrences that nobody changed, or only by changing an earlier one and all that follow."""
    low, high = _window(series, begin, end)
    less = {wall for rule in series.less for wall in _ruled(series, rule, low, high)}
    for wall in _walls(series, low, high):
        key = series.clock.instant(wall)
        if series.changed_at(key) or wall in less or series.lacks(key, wall):
            continue
        yield _occasion(series, wall, key)


def _walls(series: Series, low: datetime, high: datetime) -> Iterator[datetime]:
    """Start, RDATEs and rules, each time once."""
    seen = {series.start, *(one.wall for one in series.added.values())}
    yield from (wall for wall in seen if low <= wall <= high)
    for rule in series.rules:
        for wall in _ruled(series, rule, low, high):
            if wall not in seen:
                yield wall
            if len(series.rules) > 1:
                seen.add(wall)


def _ruled(series: Series, rule: Pattern, low: datetime, high: datetime) -> Iterator[datetime]:
    """What a rule gives, up to its UNTIL."""
    until, clock = series.until(rule), series.clock
    if until is None:
        return (wall for wall in after_start(rule, low, high) if wall >= low)
    high = min(high, clamped(clock.wall_at(until), DAY))
    return (wall for wall in after_start(rule, low, high) if wall >= low and clock.instant(wall) <= until)


def clamped(when: datetime, by: timedelta) -> datetime:
    """So much later or earlier, within what the calendar of this program has."""
    try:
        return when + by
    except OverflowError:
        return (datetime.min if by < NONE else datetime.max).replace(tzinfo=when.tzinfo)  # noqa: DTZ901


def _window(series: Series, begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The wall clock times between which an occurrence can start that overlaps the window."""
    lengths = [series.length, *(one.length for one in series.added.values() if one.length)]
    lengths += [override.length for _, override in series.ranged]
    slack = _LITTLE if any(rule.freq >= Freq.HOURLY for rule in series.rules) else _SLACK
    before = max(length.most for length in lengths) + slack
    moved = max((abs(override.shift(series.clock)) for _, override in series.ranged), default=NONE)
    return clamped(series.clock.wall_at(begin), -before - moved), clamped(series.clock.wall_at(end), slack + moved)


def _occasion(series: Series, wall: datetime, key: datetime) -> Occasion:
    occurrence = series.clock.moment(wall) if series.repeats else None
    override = series.ranged_at(key) if series.ranged else None
    if override is None:
        start, end = series.clock.stretch(wall, series.length_at(key))
        return Occasion(start, end, series.clock.all_day, occurrence, series.part)
    shifted = clamped(override.clock.wall_at(key), override.shift(series.clock))
    start, end = override.clock.stretch(shifted, override.length)
    return Occasion(start, end, override.clock.all_day, occurrence, override.part)


def _changed(series: Series) -> Iterator[Occasion]:
    """The overrides, wherever they are; of two for one occurrence the one that is for it alone."""
    mine = {**dict(series.ranged), **series.changed}
    return (_stray(override) for override in mine.values())


def _stray(override: Override) -> Occasion:
    start, end = override.clock.stretch(override.start, override.length)
    return Occasion(start, end, override.clock.all_day, override.occurrence, override.part)
