"""Two versions of an event, each changed since both agreed, made one: unit by unit, and no edit is lost unseen."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from calsync_cli.core.event import changes, same_meaning
from calsync_cli.core.lines import Component, Line, fitted, line_end, parse, render
from calsync_cli.core.model import Prefer, Side
from calsync_cli.core.occurrences import Four, corners_at, fate, spare, together
from calsync_cli.core.rekey import rekeyed, shift_between
from calsync_cli.core.threeway import Clash, Protocol, rule
from calsync_cli.core.times import key
from calsync_cli.core.units import ROOT, TIME, Laid, Place, lay_out, start_of
from calsync_cli.core.weave import zones_used
from calsync_cli.core.zones import behaviour

__all__ = ["Clash", "Merged", "merge", "merge_without_base"]


@dataclass(frozen=True, slots=True)
class Merged:
    """One event of two. `near_changed` and `far_changed`: whether that side has to be written.

    What the far side never took (guests who are not invited, X-properties it dropped) is in `content` and does not
    make `far_changed` true.
    """

    content: bytes
    clashes: tuple[Clash, ...]
    near_changed: bool
    far_changed: bool


def merge(*, near_base: bytes, near: bytes, far_base: bytes, far: bytes, prefer: Prefer) -> Merged:
    """Both sides' changes in one event, each side measured by its own past.

    Built on the far side's text, so that the fields that only a server knows survive. Where both changed the same unit
    to different things, `prefer` decides and a Clash tells. Raises Broken where one of them cannot be parsed.
    """
    four = Four(*(lay_out(parse(content, mend=False)) for content in (near_base, near, far_base, far)))
    protocol = Protocol(prefer)
    rule_in_time = _types_differ(four)
    four = _on_one_grid(four, protocol.side, rule_in_time=rule_in_time)
    content = render(_assembled(four, protocol, rule_in_time=rule_in_time))
    return Merged(content, tuple(protocol.clashes), not same_meaning(content, near), protocol.to_far)


def merge_without_base(*, near: bytes, far: bytes, prefer: Prefer) -> Merged:
    """Two versions that were never agreed on: the preferred side's stays whole, and the clashes tell what differed."""
    content, kept = (far, Side.FAR) if prefer is Prefer.REMOTE else (near, Side.NEAR)
    clashes = tuple(
        Clash(change.occurrence, change.property, "", change.before, change.after, kept)
        for change in changes(near, far)
    )
    if not clashes:
        return Merged(far, (), near_changed=False, far_changed=False)
    return Merged(content, clashes, near_changed=kept is Side.FAR, far_changed=kept is Side.NEAR)


def _types_differ(four: Four) -> bool:
    """One side has whole days and the other times: the rule then has to come with its start."""
    starts = [start_of(master) for laid in (four.near, four.far) if (master := laid.master())]
    return len({start.all_day for start in starts if start}) > 1


def _on_one_grid(four: Four, preferred: Side, *, rule_in_time: bool) -> Four:
    """All four versions with their exceptions on the series as it will be, so that occurrences find each other."""
    place = next((place for place in four.far.parts if place != ROOT and not place.occurrence), None)
    if place is None or place not in four.near.parts or len({_start_key(laid) for laid in four.all}) == 1:
        return four
    corners = corners_at(four, place, rule_in_time=rule_in_time)
    near_base, near, far_base, far = (each.says((TIME, "")) for each in corners.all)
    winner = four.near if rule(near_base, near, far_base, far, preferred).side is Side.NEAR else four.far
    shifts = [shift_between(laid, winner) for laid in four.all]
    return Four(*(rekeyed(laid, shift) if shift else laid for laid, shift in zip(four.all, shifts, strict=True)))


def _start_key(laid: Laid) -> Hashable:
    master = laid.master()
    start = start_of(master) if master else None
    return key(start, laid.zones) if start else None


def _assembled(four: Four, protocol: Protocol, *, rule_in_time: bool) -> Component:
    """The far tree with every component as decided; overrides first, because the master has to spare them."""
    end = line_end(four.far.tree)
    both = [place for place in four.far.parts if place in four.near.parts and not place.occurrence]
    places = [place for place in dict.fromkeys([*four.far.parts, *four.near.parts]) if place not in both]
    decided = {place: fate(four, place, protocol) for place in places}
    alive = spare(four, {place for place, part in decided.items() if part}, protocol)
    for place in both:
        corners = corners_at(four, place, rule_in_time=rule_in_time)
        decided[place] = together(corners, protocol, "", end, alive=alive, rule_in_time=rule_in_time)
    return _tree(four, decided, end)


def _tree(four: Four, decided: dict[Place, Component | None], end: bytes) -> Component:
    """The far tree with the decided components in it, and the zones that they need."""
    root = decided[ROOT] or four.far.tree
    places = {id(part): place for place, part in four.far.parts.items()}
    body: list[Line | Component] = []
    for item in root.body:
        place = places.get(id(item))
        part = item if place is None else decided[place]
        body += [] if part is None else [part]
    added = [fitted(part, end) for place, part in decided.items() if part and place not in four.far.parts]
    if not any(isinstance(item, Component) and item.name != "VTIMEZONE" for item in [*body, *added]):
        return four.far.tree  # each side deleted what the other kept: nothing would be left of the event
    return root.with_body(_with_zones([*body, *added], four, end))


def _with_zones(body: list[Line | Component], four: Four, end: bytes) -> list[Line | Component]:
    """The zones that near lines brought along; a zone that was redefined near replaces the far one."""
    used = sorted(zones_used(item for item in body if isinstance(item, Component) and item.name != "VTIMEZONE"))
    wanted = {tzid: block for tzid in used if (block := four.near.zones.block(tzid)) and _brought(tzid, four)}
    if not wanted:
        return body
    rest = [item for item in body if not (isinstance(item, Component) and _tzid(item) in wanted)]
    at = next((index for index, item in enumerate(rest) if isinstance(item, Component)), len(rest))
    return [*rest[:at], *(fitted(block, end) for block in wanted.values()), *rest[at:]]


def _brought(tzid: str, four: Four) -> bool:
    """Whether a zone is the near side's to define: nobody else does, or it was changed there alone."""
    if four.far.zones.block(tzid) is None:
        return tzid not in zones_used(part for place, part in four.far.parts.items() if place != ROOT)
    master = four.near.master()
    start = start_of(master) if master else None
    year = start.wall.year if start else 2000
    near_base, near, far_base, far = (_behaviour(laid, tzid, year) for laid in four.all)
    return near not in (near_base, far) and far == far_base


def _behaviour(laid: Laid, tzid: str, year: int) -> Hashable:
    zone = laid.zones.zone(tzid)
    return behaviour(zone, year) if zone else None


def _tzid(part: Component) -> str:
    line = part.first("TZID") if part.name == "VTIMEZONE" else None
    return line.value.strip() if line else ""
