"""A series that one side moved: the other side's exceptions move along, so that they still hit their occurrences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calsync_cli.core.grid import Grid, grid
from calsync_cli.core.lines import Component, Line, line_end, make_line, param
from calsync_cli.core.times import Moment, apart, aware, key, moment_of, moments_of, plus, written
from calsync_cli.core.units import Laid, lay_out, occurrence_of, start_of
from calsync_cli.core.zones import Zones

_FOLLOWING = frozenset({"DTSTART", "DTEND", "DUE"})


@dataclass(frozen=True, slots=True)
class Shift:
    """From an occurrence of the series as it was to that of the series as it is now."""

    old: Moment
    old_zones: Zones
    new: Moment
    new_zones: Zones
    days: Grid

    def moved(self, at: Moment) -> Moment:
        """Where an occurrence went; the same moment where it still is one.

        The start may have moved along the series (its first occurrences were cut off) or the whole series to another
        time or day: so the same day is tried first, then the nearest days, then the full distance.
        """
        local = self._local(at)
        gap = (_day(self.new) - _day(self.old)).days
        near = (gap + 3) % 7 - 3
        days = [plus(Moment(_day(local)), timedelta(days=each)) for each in dict.fromkeys((0, near, gap))]
        found = next((self._on(_day(day), local) for day in days if day and self.days.has(_day(day))), None)
        return at if found is None or key(found, self.new_zones) == key(at, self.old_zones) else found

    def _local(self, at: Moment) -> Moment:
        """The moment by the clock of the old series' zone."""
        zoned, home = aware(at, self.old_zones), aware(self.old, self.old_zones)
        if not zoned or not home or at.zone == self.old.zone:
            return at
        try:
            return Moment(zoned.astimezone(home.tzinfo).replace(tzinfo=None), self.old.zone)
        except (OverflowError, ValueError):  # the years 1 and 9999
            return at

    def _on(self, day: date, local: Moment) -> Moment | None:
        """The occurrence of that day in the new series."""
        start = self.new.wall
        if not isinstance(start, datetime):
            return Moment(day)
        if isinstance(local.wall, datetime) and isinstance(self.old.wall, datetime):
            off = local.wall - datetime.combine(local.wall.date(), self.old.wall.time())  # several a day
            return plus(Moment(datetime.combine(day, start.time()), self.new.zone), off)
        return Moment(datetime.combine(day, start.time()), self.new.zone)


def shift_between(old: Laid, new: Laid) -> Shift | None:
    """What moves the exceptions of `old` along to the series as `new` has it; None where nothing has to move."""
    was, now = old.master(), new.master()
    before, after = start_of(was) if was else None, start_of(now) if now else None
    rule = now.first("RRULE") if now else None
    if rule is None or before is None or after is None or key(before, old.zones) == key(after, new.zones):
        return None
    return Shift(before, old.zones, after, new.zones, grid(rule.value, _day(after)))


def rekeyed(laid: Laid, shift: Shift) -> Laid:
    """The calendar with its exceptions and overrides on the moved series; the master's own time stays."""
    body = [
        _rekeyed(item, shift, line_end(laid.tree)) if isinstance(item, Component) and item.name != "VTIMEZONE" else item
        for item in laid.tree.body
    ]
    return lay_out(laid.tree.with_body(body))


def _rekeyed(part: Component, shift: Shift, end: bytes) -> Component:
    at, start = occurrence_of(part), start_of(part)
    to = shift.moved(at) if at else None
    follows = at is not None and start is not None and key(start, shift.old_zones) == key(at, shift.old_zones)
    body: list[Line | Component] = []
    for item in part.body:
        if isinstance(item, Component):
            body.append(item)
        elif item.name == "EXDATE":
            body += _exceptions(item, shift, end)
        elif at and to and to != at and (item.name == "RECURRENCE-ID" or (follows and item.name in _FOLLOWING)):
            body.append(_moved_line(item, at, to, end))
        else:
            body.append(item)
    return part.with_body(body)


def _exceptions(line: Line, shift: Shift, end: bytes) -> list[Line]:
    """An EXDATE with its moments moved; a line for each where any of them did move."""
    pairs = [(text, at, shift.moved(at) if at else None) for text, at in moments_of(line)]
    if all(at == to for _, at, to in pairs):
        return [line]
    moved = [written(to) if to else (line.params, text) for text, _, to in pairs]
    return [make_line("EXDATE", text, params, end=end) for params, text in moved]


def _moved_line(line: Line, at: Moment, to: Moment, end: bytes) -> Line:
    """A RECURRENCE-ID, DTSTART or DTEND as far from where it was as the occurrence went."""
    was = moment_of(line)
    distance = apart(was, at) if was else None
    if distance is None:
        return line
    # An end by the clock of what lasts whole days now, or the other way round, becomes the start.
    params, value = written((plus(to, distance) if at.all_day == to.all_day else None) or to)
    reach = param(line, "RANGE")
    return make_line(line.name, value, f"RANGE={reach};{params}".rstrip(";") if reach else params, end=end)


def _day(at: Moment) -> date:
    return at.wall.date() if isinstance(at.wall, datetime) else at.wall
