"""The rule of the merge: who changed a unit, each side measured by its own past, and whose value stays."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from calsync_cli.core.lines import Component
from calsync_cli.core.model import Prefer, Side
from calsync_cli.core.telling import differing, tell
from calsync_cli.core.times import Key
from calsync_cli.core.units import TIME, Laid, Unit, UnitKey, units_of
from calsync_cli.core.weave import Choice
from calsync_cli.core.zones import Zones


@dataclass(frozen=True, slots=True)
class Clash:
    """A property that both sides changed, in words; `kept` is the side whose value stays.

    `occurrence` is "" for the event itself; `property` is "" where one side deleted what the other edited.
    """

    occurrence: str
    property: str
    base: str
    mine: str
    theirs: str
    kept: Side


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whose value stays, whether both had changed it, and whether that changes the far side."""

    side: Side
    clash: bool = False
    to_far: bool = False


@dataclass(frozen=True, slots=True)
class Corner:
    """One of the four versions of one component."""

    part: Component | None
    zones: Zones
    units: Mapping[UnitKey, Unit]

    def says(self, name: UnitKey) -> Hashable:
        """What a unit says here, None where it is not here."""
        unit = self.units.get(name)
        return unit.says if unit else None


@dataclass(frozen=True, slots=True)
class Corners:
    """One component as it was and is on both sides."""

    near_base: Corner
    near: Corner
    far_base: Corner
    far: Corner

    @property
    def all(self) -> tuple[Corner, Corner, Corner, Corner]:
        """All four, the bases first on each side."""
        return self.near_base, self.near, self.far_base, self.far


@dataclass(slots=True)
class Protocol:
    """What the merge notes while it goes."""

    prefer: Prefer
    clashes: list[Clash] = field(default_factory=list)
    to_far: bool = False

    @property
    def side(self) -> Side:
        """The side that is preferred."""
        return Side.FAR if self.prefer is Prefer.REMOTE else Side.NEAR


def rule(near_base: Hashable, near: Hashable, far_base: Hashable, far: Hashable, preferred: Side) -> Ruling:
    """Whose value stays; None is "not there".

    Servers rewrite, so that the bases may differ although both sides agreed: what a side has that the *other* side's
    base had is no change of its. Where nobody changed anything and both differ, the far value stays; what the far side
    never took (a guest who is not invited, a dropped X-property) stays as it is near.
    """
    if near == far:
        return Ruling(Side.FAR)
    mine = near not in (near_base, far_base)
    theirs = far not in (far_base, near_base)
    if mine and theirs:
        return Ruling(preferred, clash=True, to_far=preferred is Side.NEAR)
    if mine:
        return Ruling(Side.NEAR, to_far=True)
    if theirs or far is not None:
        return Ruling(Side.FAR)
    return Ruling(Side.NEAR)


def corner(laid: Laid, part: Component | None, *, rule_in_time: bool = False) -> Corner:
    """A version's corner."""
    units = units_of(part, laid.zones) if part else {}
    if rule_in_time:
        units = _with_rule_in_time(units)
    return Corner(part, laid.zones, units)


def choose(
    corners: Corners, protocol: Protocol, occurrence: str, *, alive: frozenset[Key] = frozenset()
) -> dict[UnitKey, Choice]:
    """Unit by unit, what stays in a component that both sides have. `alive`: occurrences that nobody may except."""
    near, far = corners.near, corners.far
    chosen: dict[UnitKey, Choice] = {}
    for name in dict.fromkeys([*far.units, *near.units]):
        if name[0] == "EXDATE" and name[1] in alive:
            protocol.to_far = protocol.to_far or name in far.units
            continue
        ruling = _ruling(name, corners, protocol.side)
        protocol.to_far = protocol.to_far or ruling.to_far
        if ruling.clash:
            protocol.clashes += _clashes(name, corners, ruling.side, occurrence)
        unit = (near if ruling.side is Side.NEAR else far).units.get(name)
        if unit:
            chosen[name] = Choice(unit, foreign=ruling.side is Side.NEAR)
    return chosen


def _ruling(name: UnitKey, corners: Corners, preferred: Side) -> Ruling:
    near_base, near, far_base, far = (each.says(name) for each in corners.all)
    ruling = rule(near_base, near, far_base, far, preferred)
    if name[0] != "SEQUENCE" or not ruling.clash:
        return ruling
    # It counts the organizer's revisions (RFC 5545 3.8.7.4): of two counts the higher is right, and nobody's to choose.
    ahead = _count(corners.near) > _count(corners.far)
    return Ruling(Side.NEAR if ahead else Side.FAR, to_far=ahead)


def _count(corner: Corner) -> int:
    line = corner.part.first("SEQUENCE") if corner.part else None
    text = line.value.strip() if line else ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 (a number, not an attack)


def _clashes(name: UnitKey, corners: Corners, kept: Side, occurrence: str) -> list[Clash]:
    base = corners.far_base if corners.near_base.units.get(name) is None else corners.near_base
    was, mine, theirs = (
        tell(name, each.part, each.units.get(name), each.zones) for each in (base, corners.near, corners.far)
    )
    return [
        Clash(occurrence, each, was.get(each, ""), mine.get(each, ""), theirs.get(each, ""), kept)
        for each in differing(mine, theirs)
    ]


def _with_rule_in_time(units: dict[UnitKey, Unit]) -> dict[UnitKey, Unit]:
    """A rule that belongs to its start: UNTIL has the start's type of value (RFC 5545 3.3.10)."""
    time, recurrence = units.get((TIME, "")), units.get(("RRULE", ""))
    if not time or not recurrence:
        return units
    rest = {name: unit for name, unit in units.items() if unit not in (time, recurrence)}
    return rest | {(TIME, ""): Unit((time.says, recurrence.says), [*time.items, *recurrence.items])}
