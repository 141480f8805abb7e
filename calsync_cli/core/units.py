"""A calendar taken apart into the units that can differ: a component's time, each property, each guest, each alarm."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from calsync_cli.core.lines import Calendar, Component, Line, make_line, param
from calsync_cli.core.properties import (
    LISTED_MOMENTS,
    LISTED_TEXTS,
    REPEATABLE,
    TIMES,
    View,
    address_of,
    counts,
    moments_meant,
    params_meant,
    value_of,
)
from calsync_cli.core.scan import escaped, unescaped
from calsync_cli.core.times import Key, Moment, Span, key, later, moment_of, span
from calsync_cli.core.zones import Zones, behaviour

TIME = "TIME"
ALARM = "VALARM"
_SEPARATE = frozenset({"RECURRENCE-ID", "UID"})
"""They say which component it is; they are not compared within it."""
_ALARM_CORE = frozenset({"ACTION", "TRIGGER", "REPEAT", "DURATION", "ATTENDEE"})
"""What a forgiving look minds of an alarm; servers add the DESCRIPTION that RFC 5545 3.6.6 demands, and a UID."""

UnitKey = tuple[str, Hashable]
"""A name, and the element where the name can stand for several: ("SUMMARY", ""), ("ATTENDEE", "a@example.org")."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which component of a calendar: its kind, its UID (only where a file holds several), and which occurrence."""

    kind: str
    uid: str = ""
    occurrence: Key = ()
    reach: str = ""
    nth: int = 0


ROOT = Place("VCALENDAR")


@dataclass(slots=True)
class Unit:
    """What one unit says, and the lines or alarms that say it; an element of a list knows the line it stands in."""

    says: Hashable
    items: list[Line | Component] = field(default_factory=list)
    origin: Line | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """A calendar laid out: its components by place; its own lines are at ROOT."""

    tree: Calendar
    zones: Zones
    parts: dict[Place, Component]

    def master(self) -> Component | None:
        """The component that is no override; the first where a file holds several."""
        return next((part for place, part in self.parts.items() if place != ROOT and not place.occurrence), None)

    def leading(self) -> Component | None:
        """The component that stands for the whole: the master, or the first override of a file without one."""
        return self.master() or next((part for place, part in self.parts.items() if place != ROOT), None)


def lay_out(tree: Calendar) -> Laid:
    """Find every component's place."""
    zones = Zones(tree)
    items = [part for part in tree.children if part.name != "VTIMEZONE"]
    several = len({uid_of(part) for part in items}) > 1
    parts: dict[Place, Component] = {ROOT: tree}
    for part in items:
        place = _place(part, zones, uid_of(part) if several else "", 0)
        while place in parts:
            place = Place(place.kind, place.uid, place.occurrence, place.reach, place.nth + 1)
        parts[place] = part
    return Laid(tree, zones, parts)


def units_of(part: Component, zones: Zones, view: View = View.STRICT) -> dict[UnitKey, Unit]:
    """What a component says, unit by unit; what does not count is left out."""
    units: dict[UnitKey, Unit] = {}
    timed = part.name not in {"VCALENDAR", "VALARM"}
    for line in part.lines:
        if line.name in _SEPARATE or not counts(line, view):
            continue
        if timed and line.name in TIMES:
            units.setdefault((TIME, ""), Unit(None)).items.append(line)
        elif line.name in LISTED_MOMENTS or line.name in LISTED_TEXTS:
            _take_list(units, line, zones)
        else:
            _take_line(units, line, zones, view)
    if (TIME, "") in units:
        units[TIME, ""].says = time_of(part, zones)
    for child in part.children if part.name != "VCALENDAR" else ():
        name = (child.name, _says(child, zones, View.FORGIVING))
        _add(units, name, _says(child, zones, view), child)
    return units


def sayings(laid: Laid, view: View = View.STRICT) -> dict[Place, dict[UnitKey, Hashable]]:
    """All that a calendar says: equal sayings, equal meaning."""
    return {
        place: {name: unit.says for name, unit in units_of(part, laid.zones, view).items()}
        for place, part in laid.parts.items()
    }


def uid_of(part: Component) -> str:
    """The UID of a component, or ""."""
    line = part.first("UID")
    return line.value.strip() if line else ""


def start_of(part: Component) -> Moment | None:
    """When a component starts, as written."""
    line = part.first("DTSTART")
    return moment_of(line) if line else None


def end_of(part: Component, zones: Zones) -> Moment | None:
    """When it ends: DTEND or DUE, else start and duration, else what RFC 5545 3.6.1 says of neither."""
    line = part.first("DTEND") or part.first("DUE")
    if line:
        return moment_of(line)
    start, length = start_of(part), part.first("DURATION")
    if start is None:
        return None
    whole = timedelta(days=1 if start.all_day and part.name == "VEVENT" else 0)
    return later(start, (span(length.value) if length else None) or Span(whole, timedelta()), zones)


def occurrence_of(part: Component) -> Moment | None:
    """Which occurrence an override replaces, as written."""
    line = part.first("RECURRENCE-ID")
    return moment_of(line) if line else None


def recurs(part: Component) -> bool:
    """Whether a component stands for several occurrences."""
    return any(line.name in {"RRULE", "RDATE"} for line in part.lines)


def time_of(part: Component, zones: Zones) -> Hashable:
    """When a component is: start and end as instants, and for a series how its zone behaves later on."""
    start, end = start_of(part), end_of(part, zones)
    written = tuple(line.value for line in part.lines if line.name in TIMES) if start is None else ()
    return (
        key(start, zones) if start else written,
        key(end, zones) if end else (),
        _behaviour(start, zones) if start and recurs(part) else (),
    )


def _behaviour(start: Moment, zones: Zones) -> Hashable:
    zone = zones.zone(start.zone) if start.zone else None
    return behaviour(zone, start.wall.year) if zone else ()


def _place(part: Component, zones: Zones, uid: str, nth: int) -> Place:
    line = part.first("RECURRENCE-ID")
    if line is None:
        return Place(part.name, uid, (), "", nth)
    at = moment_of(line)
    return Place(part.name, uid, key(at, zones) if at else ("?", line.value), param(line, "RANGE").upper(), nth)


def _take_line(units: dict[UnitKey, Unit], line: Line, zones: Zones, view: View) -> None:
    """One property. What can stand several times is told apart by what a server cannot help rewriting."""
    element: Hashable = ""
    if line.name == "ATTENDEE":
        element = address_of(line)
    elif line.name in REPEATABLE:
        element = value_of(line, zones, View.FORGIVING)
    _add(units, (line.name, element), (value_of(line, zones, view), params_meant(line, view)), line)


def _add(units: dict[UnitKey, Unit], name: UnitKey, says: Hashable, item: Line | Component) -> None:
    """What stands twice says both, in no order."""
    unit = units.setdefault(name, Unit(frozenset()))
    before = unit.says if isinstance(unit.says, frozenset) else frozenset()
    unit.says = before | {says}
    unit.items.append(item)


def _take_list(units: dict[UnitKey, Unit], line: Line, zones: Zones) -> None:
    """A line that lists: each element is a unit, with a line of its own for it."""
    for meant, text in _elements(line, zones):
        unit = units.setdefault((line.name, meant), Unit(True))
        if not unit.items:
            unit.items.append(make_line(line.name, text, line.params))
            unit.origin = line


def _elements(line: Line, zones: Zones) -> Iterator[tuple[Hashable, str]]:
    if line.name in LISTED_MOMENTS:
        yield from moments_meant(line, zones)
    else:
        # Cyrus splits at escaped commas, Xandikos escapes those that part: every comma parts, none can be relied on.
        yield from ((word, escaped(word)) for each in unescaped(line.value).split(",") if (word := each.strip()))


def _says(child: Component, zones: Zones, view: View) -> Hashable:
    """All that an alarm (or another component within one) says."""
    units = units_of(child, zones, view)
    if view is View.FORGIVING and child.name == ALARM:
        units = {name: unit for name, unit in units.items() if name[0] in _ALARM_CORE}
    return frozenset((name, unit.says) for name, unit in units.items())
