"""From when to when an event can take place: what an index is made of, without expanding anything that has no end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from calsync_cli.core.clock import DAY, NONE
from calsync_cli.core.lines import parse
from calsync_cli.core.occasions import clamped
from calsync_cli.core.pattern import Pattern
from calsync_cli.core.scan import Scan, scan
from calsync_cli.core.series import Series, series_of, strays
from calsync_cli.core.times import Moment, moment
from calsync_cli.core.times import span as duration
from calsync_cli.core.units import lay_out
from calsync_cli.core.unroll import Overwork, after_start

MARGIN = 2 * DAY
"""Zones are not looked at: the earth is 26 hours wide."""
_COUNTED = 2_000
"""Occurrences that are counted to find out when a COUNT ends."""


@dataclass(frozen=True, slots=True)
class Span:
    """Never too short, some days too long: dates and floating times are others in each zone."""

    first: datetime
    last: datetime | None
    """None: no end is known."""


def span(content: bytes, told: Scan | None = None) -> Span | None:
    """None where nothing in it has a start. `told`: what scan says of it, where that is known. Raises Broken."""
    told = told or scan(content)
    start = _told(told.start)
    if told.broken or told.recurring or start is None:
        return _whole(content)
    end = _told(told.end)
    length = duration(told.end.rpartition(":")[2]) if end is None else None
    last = max(_wall(end or start), _wall(start))
    return _span(_wall(start), clamped(last, max(length.days + length.clock, NONE) if length else NONE))


def _told(text: str) -> Moment | None:
    return moment(text.rpartition(":")[2])


def _wall(when: Moment) -> datetime:
    wall = when.wall if isinstance(when.wall, datetime) else datetime.combine(when.wall, time())
    return wall.replace(tzinfo=UTC)


def _span(first: datetime, last: datetime | None) -> Span:
    return Span(clamped(first, -MARGIN), None if last is None else clamped(last, MARGIN + DAY))


def _whole(content: bytes) -> Span | None:
    """A file with overrides, rules or damage, by all that it holds."""
    laid = lay_out(parse(content))
    lone = strays(laid, UTC)
    found = [_of(series) for series in series_of(laid, UTC)]
    for override in lone:
        start, end = override.clock.stretch(override.start, override.length)
        found.append((start, end))
    if not found:
        return None
    lasts = [last for _, last in found]
    last = None if None in lasts else max(last for last in lasts if last)
    return _span(min(first for first, _ in found), last)


def _of(series: Series) -> tuple[datetime, datetime | None]:
    overrides = [*series.changed.values(), *(override for _, override in series.ranged)]
    walls = [series.start, *(one.wall for one in series.added.values())]
    firsts = [series.clock.instant(wall) for wall in walls]
    firsts += [override.clock.instant(override.start) for override in overrides]
    lengths = [series.length, *(one.length for one in series.added.values() if one.length)]
    lengths += [override.length for override in overrides]
    moved = sum((_moved(series, override.start, override.occurrence) for override in overrides), NONE)
    first, margin = clamped(min(firsts), -moved), moved + max(length.most for length in lengths)
    ends = [_end(series, rule) for rule in series.rules]
    if None in ends:
        return first, None
    return first, clamped(max([*firsts, *(end for end in ends if end)]), margin)


def _moved(series: Series, start: datetime, was: Moment) -> timedelta:
    return abs(start - series.clock.wall(was))


def _end(series: Series, rule: Pattern) -> datetime | None:
    """The last start of a rule, or later; None where nobody can tell soon."""
    until = series.until(rule)
    if until is not None or rule.count is None:
        return until
    if rule.count > _COUNTED:
        return None
    try:
        *_, last = _counted(series, rule)
    except Overwork:
        return None
    return series.clock.instant(last)


def _counted(series: Series, rule: Pattern) -> Iterator[datetime]:
    yield series.start
    yield from after_start(rule, series.start, datetime.max)  # noqa: DTZ901 (a wall clock)
