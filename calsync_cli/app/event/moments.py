"""Times of an event: where it ends when that was not said, and which occurrence of a series a day means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from calsync_cli.app.event.found import Found
from calsync_cli.app.event.wishes import Which
from calsync_cli.core.draft import WHOLE, Extent, Reach
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.lines import Component
from calsync_cli.core.occasions import Occasion, clamped, found_in
from calsync_cli.core.times import Moment, Span, aware, later
from calsync_cli.core.units import recurs
from calsync_cli.core.zones import Zones

HOUR = timedelta(hours=1)
"""How long an event is when nobody says."""
AROUND = (timedelta(days=7), timedelta(days=62), timedelta(days=740))
"""How far it is looked for occurrences near a day that is none."""
NAMED = 4

NO_FILE = Zones(Component("VCALENDAR", b"", (), b""))
"""The zones of an event that is still to be written: those of the zone database."""


def ending(start: Moment, end: Moment | None, length: Span | None, zones: Zones = NO_FILE) -> Moment:
    """When it is over. An hour is one by the clock that runs on, also where the clocks change meanwhile."""
    if end is not None:
        return end
    usual = Span(timedelta(days=1), timedelta()) if start.all_day else Span(timedelta(), HOUR)
    found = later(start, length or usual, zones) if not (start.all_day and length and length.clock) else None
    if found is None:
        raise CalsyncError("E001", "length", flag="--for")
    return found


def reach(found: Found, which: Which, floating: tzinfo) -> Reach:
    """Which part of the series is meant. Raises E001 where it is none, E003 where nothing is on that day."""
    said = which.occurrence or which.following
    if said is None:
        return WHOLE
    flag = "--occurrence" if which.occurrence else "--following"
    if not any(recurs(part) or part.first("RECURRENCE-ID") for part in found.laid.parts.values()):
        raise CalsyncError("E001", "no-series", flag=flag)
    at = occurrence(found, said, floating)
    return Reach(Extent.ONE if which.occurrence else Extent.FOLLOWING, at)


def occurrence(found: Found, said: Moment, floating: tzinfo) -> Moment:
    """A day means what is on it now, else what was before it was moved; a time means the one that began then first."""
    near, fix = _near(found, said, AROUND[1], floating), f"calsync event show {found.entry.id[:8]}"
    for matches in (_starts, _started) if said.all_day else (_started, _starts):
        hits = [one for one in near if matches(one, said, found.laid.zones, floating)]
        if len(hits) == 1 and hits[0].occurrence is not None:
            return hits[0].occurrence
        if hits:
            times = _names(hits, floating, timed=True)
            raise CalsyncError("E003", "occurrence-several", name=_typed(said), names=times, fix=fix)
    raise CalsyncError("E003", "occurrence", name=_typed(said), names=_nearest(found, said, floating), fix=fix)


def upcoming(found: Found, now: datetime, floating: tzinfo, most: int) -> tuple[Occasion, ...]:
    """The next ones, in a year and a half."""
    got = found_in(found.laid, now, now + timedelta(days=550), floating=floating).occasions
    return tuple(one for one in got if one.end > now or one.start >= now)[:most]


def _instant(said: Moment, zones: Zones, floating: tzinfo) -> datetime:
    if not isinstance(said.wall, datetime):
        return datetime.combine(said.wall, time(), floating)
    return aware(said, zones) or said.wall.replace(tzinfo=floating)


def _near(found: Found, said: Moment, around: timedelta, floating: tzinfo) -> tuple[Occasion, ...]:
    middle = _instant(said, found.laid.zones, floating).astimezone(UTC)
    return found_in(found.laid, clamped(middle, -around), clamped(middle, around), floating=floating).occasions


def _starts(one: Occasion, said: Moment, zones: Zones, floating: tzinfo) -> bool:
    if said.all_day:
        return one.start.astimezone(floating).date() == said.wall
    return one.start == _instant(said, zones, floating)


def _started(one: Occasion, said: Moment, zones: Zones, floating: tzinfo) -> bool:
    at = one.occurrence
    if at is None:
        return False
    was = _instant(at, zones, floating)
    return was.astimezone(floating).date() == said.wall if said.all_day else was == _instant(said, zones, floating)


def _nearest(found: Found, said: Moment, floating: tzinfo) -> str:
    middle = _instant(said, found.laid.zones, floating)
    for around in AROUND:
        near = sorted(_near(found, said, around, floating), key=lambda one: abs(one.start - middle))[:NAMED]
        if near:
            return _names(sorted(near, key=lambda one: one.start), floating)
    return "-"


def _names(found: Sequence[Occasion], floating: tzinfo, *, timed: bool = False) -> str:
    """As --occurrence takes them."""
    form = "%Y-%m-%dT%H:%M" if timed else "%Y-%m-%d"
    return ", ".join(dict.fromkeys(one.start.astimezone(floating).strftime(form) for one in found))


def _typed(said: Moment) -> str:
    return said.wall.isoformat(timespec="minutes") if isinstance(said.wall, datetime) else said.wall.isoformat()


def within(when: Moment | None, zone: str, zones: Zones) -> Moment | None:
    """The same instant by another zone's clock; a day, or a floating time, stays what it says."""
    there = NO_FILE.zone(zone) or zones.zone(zone)
    at = aware(when, zones) if when else None
    if at is None or there is None or not zone:
        return when
    return Moment(at.astimezone(there).replace(tzinfo=None), zone)


def kept(when: Moment, was: Moment | None, zones: Zones) -> Moment:
    """A new time in the zone that the event has, so that a series goes on behaving as it did."""
    if was is None or when.all_day or was.all_day or when.zone == was.zone:
        return when
    if not was.zone:
        return Moment(when.wall)
    return within(when, was.zone, zones) or when
