"""Which components of an event stay in a merge: an occurrence edited on one side outlives its deletion on the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from calsync_cli.core.lines import Component, Line, line_end, make_line
from calsync_cli.core.model import Side
from calsync_cli.core.properties import TIMES
from calsync_cli.core.telling import headline, occurrence_at
from calsync_cli.core.threeway import Clash, Corner, Corners, Protocol, choose, corner
from calsync_cli.core.times import Key, Moment, apart, plus, written
from calsync_cli.core.units import Laid, Place, end_of, occurrence_of, start_of, units_of
from calsync_cli.core.weave import carried, weave

_OF_A_SERIES = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}) | TIMES


@dataclass(frozen=True, slots=True)
class Four:
    """The four versions of an event."""

    near_base: Laid
    near: Laid
    far_base: Laid
    far: Laid

    @property
    def all(self) -> tuple[Laid, Laid, Laid, Laid]:
        """All four, the bases first on each side."""
        return self.near_base, self.near, self.far_base, self.far


def corners_at(four: Four, place: Place, *, rule_in_time: bool = False) -> Corners:
    """One component in all four versions."""
    return Corners(*(corner(laid, laid.parts.get(place), rule_in_time=rule_in_time) for laid in four.all))


def fate(four: Four, place: Place, protocol: Protocol) -> Component | None:
    """What becomes of an override (or of a master that one side alone has)."""
    corners = corners_at(four, place)
    if corners.near.part and corners.far.part:
        known = _with_inherited(corners, four) if place.occurrence else corners
        return together(known, protocol, occurrence_at(place, *four.all), line_end(four.far.tree))
    if corners.near.part:
        return _near_alone(four, place, corners, protocol)
    return _far_alone(four, place, corners, protocol)


def together(
    corners: Corners,
    protocol: Protocol,
    occurrence: str,
    end: bytes,
    *,
    alive: frozenset[Key] = frozenset(),
    rule_in_time: bool = False,
) -> Component:
    """A component that both sides have. `alive`: occurrences that stay, whatever EXDATE says on one side."""
    near, far = corners.near.part, corners.far.part
    if near is None or far is None:
        raise AssertionError(occurrence)
    chosen = choose(corners, protocol, occurrence, alive=alive)
    woven = weave(far, near, has=corners.far.units, chosen=chosen, end=end, rule_in_time=rule_in_time)
    return carried(woven, near, end)


def spare(four: Four, kept: set[Place], protocol: Protocol) -> frozenset[Key]:
    """The occurrences whose override stays although one side deleted them meanwhile; each such deletion is told.

    Where one side excepts and overrides an occurrence at once, as some programs do, it is left as it is.
    """
    (near_was, _), (near, near_has), (far_was, _), (far, far_has) = (
        (_excepted(laid), {place.occurrence for place in laid.parts}) for laid in four.all
    )
    deleted = ((near - near_was) ^ (far - far_was)) - (near & near_has) - (far & far_has)
    spared = [place for place in kept if place.occurrence in deleted]
    for place in sorted(spared, key=str):
        told = occurrence_at(place, *four.all)
        if not any(clash.occurrence == told and not clash.property for clash in protocol.clashes):
            kept_side = Side.FAR if place.occurrence in near else Side.NEAR
            protocol.clashes.append(_outlived(four, place, corners_at(four, place), kept_side))
    return frozenset(place.occurrence for place in spared)


def _excepted(laid: Laid) -> set[Key]:
    master = laid.master()
    names = units_of(master, laid.zones) if master and master.first("EXDATE") else {}
    return {element for name, element in names if name == "EXDATE" and isinstance(element, tuple)}


def _near_alone(four: Four, place: Place, corners: Corners, protocol: Protocol) -> Component | None:
    was = corners.near_base
    edited = was.part is None or _differ(corners.near, was)
    if corners.far_base.part is None:
        protocol.to_far = protocol.to_far or edited
        return corners.near.part
    if not edited or not _differ(corners.near, corners.far_base):
        return None
    protocol.to_far = True
    protocol.clashes.append(_outlived(four, place, corners, Side.NEAR))
    return corners.near.part


def _far_alone(four: Four, place: Place, corners: Corners, protocol: Protocol) -> Component | None:
    was = corners.far_base
    if corners.near_base.part is None:
        return corners.far.part
    edited = was.part is None or _differ(corners.far, was)
    if edited and _differ(corners.far, corners.near_base):
        protocol.clashes.append(_outlived(four, place, corners, Side.FAR))
        return corners.far.part
    protocol.to_far = True
    return None


def _differ(one: Corner, other: Corner) -> bool:
    return {name: unit.says for name, unit in one.units.items()} != {
        name: unit.says for name, unit in other.units.items()
    }


def _outlived(four: Four, place: Place, corners: Corners, kept: Side) -> Clash:
    """A deletion that did not take place, because the other side had edited what it deleted."""
    base = corners.near_base if corners.near_base.part else corners.far_base
    was, mine, theirs = (headline(each.part, each.zones) for each in (base, corners.near, corners.far))
    return Clash(occurrence_at(place, *four.all), "", was, mine, theirs, kept)


def _with_inherited(corners: Corners, four: Four) -> Corners:
    """Overrides that are new on both sides have the occurrence they replace as their past."""
    near_base, far_base = (
        was if was.part else corner(laid, _inherited(laid, now.part))
        for was, laid, now in (
            (corners.near_base, four.near_base, corners.near),
            (corners.far_base, four.far_base, corners.far),
        )
    )
    return replace(corners, near_base=near_base, far_base=far_base)


def _inherited(laid: Laid, override: Component | None) -> Component | None:
    """The occurrence that an override replaces, as the master has it."""
    master = laid.master()
    at = occurrence_of(override) if override else None
    start = start_of(master) if master else None
    if master is None or at is None or start is None or at.all_day != start.all_day:
        return None
    body = [item for item in master.body if not (isinstance(item, Line) and item.name in _OF_A_SERIES)]
    end = end_of(master, laid.zones)
    times = [("DTSTART", at)]
    length = apart(end, start) if end else None
    until = plus(at, length) if length is not None else None
    if until:
        times.append(("DTEND", until))
    return master.with_body([*(_written(name, when) for name, when in times), *body])


def _written(name: str, when: Moment) -> Line:
    params, value = written(when)
    return make_line(name, value, params)
