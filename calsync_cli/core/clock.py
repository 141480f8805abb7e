"""The clock that one event goes by: which instants its wall clock times and dates are, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from calsync_cli.core.lines import Component
from calsync_cli.core.times import Moment, moment_of, span
from calsync_cli.core.units import start_of
from calsync_cli.core.zones import Zones

DAY = timedelta(days=1)
NONE = timedelta()
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""Between these every zone can tell the time."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long an event takes: `nominal` by its wall clock, then `exact` in time that passes.

    DTSTART and DTEND in one zone make a nominal length: a night shift from 23:00 to 7:00 ends at seven in the night
    that the clocks change too. RFC 5545 3.8.5.3 says "exact" there, and libical, Thunderbird and khal say nominal.
    """

    nominal: timedelta = NONE
    exact: timedelta = NONE

    @property
    def most(self) -> timedelta:
        """Both, at least zero."""
        return max(self.nominal, NONE) + max(self.exact, NONE)


@dataclass(frozen=True, slots=True)
class Clock:
    """How one component tells the time. `zone` is the viewer's where the event's floats, or nobody knows it."""

    all_day: bool
    name: str
    """The TZID of its start; "" for dates and floating times."""
    zone: tzinfo
    zones: Zones

    def instant(self, wall: datetime) -> datetime:
        """When the clock shows this; in a gap by the offset before it, in a fold the first (RFC 5545 3.3.5)."""
        return _instant(wall, self.zone)

    def wall_at(self, at: datetime) -> datetime:
        """What the clock shows at an instant."""
        return min(max(at, _FIRST), _LAST).astimezone(self.zone).replace(tzinfo=None, fold=0)

    def key(self, when: Moment) -> datetime:
        """The instant of a moment in whatever zone; floating times and dates go by this clock."""
        if self.all_day or when.all_day:
            return self.instant(datetime.combine(_date(when.wall), time()))
        zone = self._zone(when.zone)
        return _instant(_timed(when.wall), zone or self.zone)

    def wall(self, when: Moment) -> datetime:
        """What the clock shows at a moment."""
        if self.all_day or when.all_day:
            return datetime.combine(_date(when.wall), time())
        same = when.zone in ("", self.name) or self._zone(when.zone) is None
        return _timed(when.wall) if same else self.wall_at(self.key(when))

    def moment(self, wall: datetime) -> Moment:
        """A time of this clock as it is written."""
        return Moment(wall.date()) if self.all_day else Moment(wall, self.name)

    def after(self, wall: datetime, length: Length) -> datetime:
        """What the clock shows at the end of what starts then."""
        end = plus(wall, length.nominal)
        return self.wall_at(plus(self.instant(end), length.exact)) if length.exact else end

    def stretch(self, wall: datetime, length: Length) -> tuple[datetime, datetime]:
        """Start and end, aware: times in UTC, whole days from midnight to midnight in the clock's zone."""
        if self.all_day:
            return wall.replace(tzinfo=self.zone), plus(wall, length.nominal).replace(tzinfo=self.zone)
        start = self.instant(wall)
        end = self.instant(plus(wall, length.nominal)) if length.nominal else start
        if end <= start and length.nominal > NONE:  # it begins in a gap, and the clock leapt over its end
            end = plus(start, length.nominal)
        return start, max(plus(end, length.exact), start)

    def _zone(self, name: str) -> tzinfo | None:
        if name == self.name:
            return self.zone
        return UTC if name == "UTC" else self.zones.zone(name) if name else None


def clock_of(start: Moment, zones: Zones, floating: tzinfo) -> Clock:
    """The clock of a component that starts so."""
    known = UTC if start.zone == "UTC" else zones.zone(start.zone) if start.zone else None
    return Clock(start.all_day, start.zone, known or floating, zones)


def length_of(part: Component, clock: Clock) -> Length:
    """How long a component takes: DTEND, else DURATION, else what RFC 5545 3.6.1 says of neither. Never negative."""
    start, line = start_of(part), part.first("DTEND")
    end = moment_of(line) if line else None
    if start and end:
        return between(start, end, clock)
    line = part.first("DURATION")
    return lasting(line.value if line else "", clock)


def between(start: Moment, end: Moment, clock: Clock) -> Length:
    """From a start to an end; whole days take one at least, whatever is written (RFC 5545 3.6.1)."""
    if clock.all_day:
        begun = isinstance(end.wall, datetime) and end.wall.time() > time()
        days = _date(end.wall) - _date(start.wall) + (DAY if begun else NONE)
        return Length(max(days, DAY))
    if end.zone in ("", start.zone):
        return Length(max(clock.wall(end) - clock.wall(start), NONE))
    return Length(exact=max(clock.key(end) - clock.key(start), NONE))


def lasting(text: str, clock: Clock) -> Length:
    """What a DURATION says; nothing where it says nothing."""
    length = span(text)
    if length is None:
        return Length(DAY if clock.all_day else NONE)
    if clock.all_day:
        days = -(-(length.days + length.clock) // DAY)
        return Length(max(days * DAY, DAY))
    return Length(max(length.days, NONE), max(length.clock, NONE))


def _instant(wall: datetime, zone: tzinfo) -> datetime:
    try:
        at = wall.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):  # the years 1 and 9999
        at = wall.replace(tzinfo=UTC)
    return min(max(at, _FIRST), _LAST)


def plus(when: datetime, by: timedelta) -> datetime:
    """So much later, or where the calendar of this program ends."""
    try:
        return when + by
    except OverflowError:
        return _LAST if when.tzinfo else _LAST.replace(tzinfo=None)


def _date(wall: date) -> date:
    return wall.date() if isinstance(wall, datetime) else wall


def _timed(wall: date) -> datetime:
    return wall if isinstance(wall, datetime) else datetime.combine(wall, time())
