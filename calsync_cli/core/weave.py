"""A component made of two: one side's lines as they are, with the units in it that the other side decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calsync_cli.core.lines import Component, Line, fitted, fitted_line, make_line, param
from calsync_cli.core.properties import LISTED_MOMENTS, LISTED_TEXTS, STAMPS, TIMES
from calsync_cli.core.times import moment_of
from calsync_cli.core.units import TIME, Unit, UnitKey

_CARRIED = ("X-MOZ-LASTACK", "X-MOZ-SNOOZE-TIME", "X-MOZ-GENERATION")
"""Thunderbird's notes on a dismissed reminder; without them it would ring again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit that stays, and whether it is taken from the other component than the one woven into."""

    unit: Unit
    foreign: bool


def weave(
    host: Component,
    guest: Component,
    *,
    has: Mapping[UnitKey, Unit],
    chosen: Mapping[UnitKey, Choice],
    end: bytes,
    rule_in_time: bool = False,
) -> Component:
    """`host` with the chosen units: `has` are its own. Lines that nobody decided against keep their bytes and place."""
    names = {name for name, _ in [*has, *chosen]}
    changed = {name: _items(name, host, has, chosen, end) for name in names if _differs(name, has, chosen)}
    body: list[Line | Component] = []
    given: set[str] = set()
    for item in host.body:
        group = _group(item, host, rule_in_time=rule_in_time)
        if group not in changed:
            body.append(item)
        elif group not in given:
            given.add(group)
            body += changed[group]
    for group in sorted(changed.keys() - given):
        body = _inserted(body, changed[group])
    return host if not changed else host.with_body(_stamped(body, guest, end))


def carried(part: Component, other: Component, end: bytes) -> Component:
    """The component with what only a local program needs to find again in it."""
    missing = [line for name in _CARRIED if part.first(name) is None and (line := other.first(name))]
    if not missing:
        return part
    return part.with_body(_inserted(list(part.body), [fitted_line(line, end) for line in missing]))


def zones_used(items: Iterable[Line | Component]) -> set[str]:
    """The TZIDs that lines refer to."""
    found = set()
    for item in items:
        if isinstance(item, Component):
            found |= zones_used(item.body)
        elif tzid := param(item, "TZID"):
            found.add(tzid)
    return found


def _differs(name: str, has: Mapping[UnitKey, Unit], chosen: Mapping[UnitKey, Choice]) -> bool:
    wanted = {key: choice for key, choice in chosen.items() if key[0] == name}
    return any(choice.foreign for choice in wanted.values()) or wanted.keys() != {key for key in has if key[0] == name}


def _items(
    name: str, host: Component, has: Mapping[UnitKey, Unit], chosen: Mapping[UnitKey, Choice], end: bytes
) -> list[Line | Component]:
    """What stands for one name in the end."""
    wanted = {key: choice for key, choice in chosen.items() if key[0] == name}
    if name in LISTED_TEXTS:
        return _joined(name, host, wanted, end)
    kept: list[Line | Component] = []
    for line in (line for line in host.lines if line.name == name and name in LISTED_MOMENTS):
        elements = {key for key, unit in has.items() if unit.origin is line}
        if elements and all(key in wanted and not wanted[key].foreign for key in elements):
            kept.append(line)
            wanted = {key: choice for key, choice in wanted.items() if key not in elements}
    items = [item for choice in wanted.values() for item in choice.unit.items]
    return kept + [fitted(item, end) if isinstance(item, Component) else fitted_line(item, end) for item in items]


def _joined(name: str, host: Component, wanted: Mapping[UnitKey, Choice], end: bytes) -> list[Line | Component]:
    """A list of texts on one line: programs read the first CATEGORIES only, as often as not."""
    lines = [item for choice in wanted.values() for item in choice.unit.items if isinstance(item, Line)]
    if not lines:
        return []
    model = host.first(name) or lines[0]
    return [make_line(name, ",".join(line.value for line in lines), model.params, end=end)]


def _group(item: Line | Component, host: Component, *, rule_in_time: bool) -> str:
    """The name of the units that a line or alarm belongs to."""
    if isinstance(item, Component):
        return "" if host.name == "VCALENDAR" else item.name
    timed = host.name not in {"VCALENDAR", "VALARM"}
    in_time = item.name in TIMES or (rule_in_time and item.name == "RRULE")
    return TIME if timed and in_time else item.name


def _inserted(body: list[Line | Component], items: list[Line | Component] | list[Line]) -> list[Line | Component]:
    """Properties go before the first component, components last (RFC 5545 3.6)."""
    parts = [item for item in items if isinstance(item, Component)]
    lines = [item for item in items if isinstance(item, Line)]
    at = next((index for index, item in enumerate(body) if isinstance(item, Component)), len(body))
    return [*body[:at], *lines, *body[at:], *parts]


def _stamped(body: list[Line | Component], guest: Component, end: bytes) -> list[Line | Component]:
    """The newer of two DTSTAMPs and LAST-MODIFIEDs."""
    return [_newer(item, guest, end) if isinstance(item, Line) and item.name in STAMPS else item for item in body]


def _newer(line: Line, guest: Component, end: bytes) -> Line:
    other = guest.first(line.name)
    mine, theirs = moment_of(line), moment_of(other) if other else None
    if other is None or mine is None or theirs is None or mine.all_day or theirs.all_day:
        return line
    return fitted_line(other, end) if theirs.wall.isoformat() > mine.wall.isoformat() else line
