"""From what was seen to what will be done: one plan for all calendars of an account, at most one deed for each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calsync_cli.core.bench import Bench, Rules
from calsync_cli.core.births import welcome
from calsync_cli.core.look import Face, Scene
from calsync_cli.core.meaning import Meaning
from calsync_cli.core.model import LinkId, Ref, Side
from calsync_cli.core.moves import Moved, follow
from calsync_cli.core.pairs import decide
from calsync_cli.core.seats import seat
from calsync_cli.core.shelf import Shelf
from calsync_cli.core.steps import Deed, Drop, Follow, Match, Plan, Put, Shift, Step, Transfer, Waiting


def plan(scenes: Sequence[Scene], meaning: Meaning, shelf: Shelf, rules: Rules) -> Plan:
    """The deeds that bring near and far to agreement, in the order in which they are safe; and what has to wait."""
    benches = [Bench(scene, seat(scene), meaning, shelf, rules) for scene in scenes]
    moved = follow(benches)
    rest = [_without(bench, moved) for bench in benches]
    primary = next((bench for bench in rest if bench.scene.link.primary), None)
    found: list[Deed | Waiting] = list(moved.deeds)
    match = Match()
    for bench in rest:
        found.extend(step for pair in bench.seats.pairs if pair.id not in moved.pairs and (step := decide(bench, pair)))
        births, matched = welcome(bench, None if bench is primary else primary)
        found.extend(births)
        match = _sum(match, matched) if bench.scene.link.first else match
    waiting = [one for one in found if isinstance(one, Waiting)]
    waiting.extend(one for bench in rest for one in _unreadable(bench))
    deeds = sorted((one for one in found if not isinstance(one, Waiting)), key=_order)
    return Plan(tuple(deeds), tuple(waiting), shelf.made, match)


def _without(bench: Bench, moved: Moved) -> Bench:
    link = bench.scene.link.id

    def left(faces: tuple[Face, ...], taken: frozenset[tuple[LinkId, Ref]]) -> tuple[Face, ...]:
        return tuple(face for face in faces if (link, face.ref) not in taken)

    seats = replace(bench.seats, near=left(bench.seats.near, moved.near), far=left(bench.seats.far, moved.far))
    return replace(bench, seats=seats)


def _order(deed: Deed) -> tuple[int, int, str]:
    """Moves first, then what arrives, deletions last: whoever is killed between has rather too much than too little."""
    match deed:
        case Shift() | Follow():
            rank = 0
        case Transfer():
            rank = 2
        case Step(why="moved-back", near=Put()):
            rank = 3  # until then its calendar lacks it, which tells that a copy of it is still to be made
        case Step():
            rank = 4 if isinstance(deed.near, Drop) or isinstance(deed.far, Drop) else 1
    return rank, deed.link, deed.key


def _unreadable(bench: Bench) -> list[Waiting]:
    """What cannot be read and has no pair: it is named, and waits."""
    paired = {side: {pair.version(side).ref for pair in bench.seats.pairs} for side in Side}
    return [
        Waiting(bench.scene.link.id, side, ref, one.why, one.detail or "unreadable", one.title, loud=bool(one.why))
        for side in Side
        for ref, one in sorted(bench.scene.sight(side).unreadable.items())
        if ref not in paired[side]
    ]


def _sum(one: Match, other: Match) -> Match:
    return Match(
        one.equal + other.equal,
        one.near + other.near,
        one.only_here + other.only_here,
        one.only_there + other.only_there,
    )
