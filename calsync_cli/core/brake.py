"""The brake: a round that would delete or make again too much stops before its first write, and says what it saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calsync_cli.core.look import Scene
from calsync_cli.core.model import LinkId, Side
from calsync_cli.core.steps import Deed, Drop, Put, Step
from calsync_cli.core.verdict import Verdict

FEW = 10
SHARE = 0.25
EMPTIED = 3

MOVED = frozenset({"moved", "moved-back"})
"""Why something goes that is to be found elsewhere, or comes again because it was carried off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a round may delete on one side of a link.

    A share of what the books hold, but never fewer than FEW; or a plain count, which a person gave and which stands.
    """

    share: float = SHARE
    count: int | None = None
    asked: bool = True
    """The count was given for this one run, so that emptying a side is meant too; a setting stands for every day."""

    def of(self, held: int) -> int:
        """The number for a side that held this many."""
        return max(FEW, int(held * self.share)) if self.count is None else self.count


@dataclass(frozen=True, slots=True)
class Alarm:
    """A link's side that would lose, or get again, too much."""

    link: LinkId
    side: Side
    what: str
    """"delete", "empty" or "again"."""
    count: int
    held: int


def alarms(scenes: Iterable[Scene], deeds: Iterable[Deed], limit: Limit) -> tuple[Alarm, ...]:
    """What speaks against the deeds; first rounds and new items never do, nor does what merely moved."""
    steps: dict[tuple[LinkId, Side], list[Step]] = {}
    for deed in deeds:
        if isinstance(deed, Step) and deed.why not in MOVED:
            for side in Side:
                steps.setdefault((deed.link, side), []).append(deed)
    found = [
        alarm
        for scene in scenes
        if not scene.link.first
        for side in Side
        for alarm in _on(scene, side, steps.get((scene.link.id, side), []), limit)
    ]
    return tuple(found)


def _on(scene: Scene, side: Side, steps: list[Step], limit: Limit) -> Iterable[Alarm]:
    wants = [(step, step.near if side is Side.NEAR else step.far) for step in steps]
    drops = sum(isinstance(want, Drop) for _, want in wants)
    again = sum(_again(step, want) for step, want in wants)
    most = limit.of(scene.held)
    told = limit.share >= 1 if limit.count is None else limit.asked and drops <= limit.count
    if drops > most:
        yield Alarm(scene.link.id, side, "delete", drops, scene.held)
    elif drops >= scene.held >= EMPTIED and not told and drops:
        yield Alarm(scene.link.id, side, "empty", drops, scene.held)
    if again > most:
        yield Alarm(scene.link.id, side, "again", again, scene.held)


def _again(step: Step, want: object) -> bool:
    """Made once more, though the books know it."""
    return (
        isinstance(want, Put) and want.over is None and step.pair is not None and step.verdict is not Verdict.BIRTH_FAR
    )
