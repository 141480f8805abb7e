"""Items that went from one calendar of an account to another: followed, not deleted here and created there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from calsync_cli.core.look import Face
from calsync_cli.core.model import LinkId, Mode, Pair, Ref
from calsync_cli.core.pairs import Bench
from calsync_cli.core.seats import single
from calsync_cli.core.shelf import fresh_key
from calsync_cli.core.steps import Deed, Drop, Keep, Put, Shift, Step, Transfer
from calsync_cli.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Moved:
    """The deeds, and which pairs and faces they answer for."""

    deeds: tuple[Deed, ...]
    pairs: frozenset[int]
    near: frozenset[tuple[LinkId, Ref]]
    far: frozenset[tuple[LinkId, Ref]]


def follow(benches: Sequence[Bench]) -> Moved:
    """Pairs that vanished from one calendar, while one new item with their UID appeared in another."""
    deeds: list[Deed] = []
    pairs: set[int] = set()
    near: set[tuple[LinkId, Ref]] = set()
    far: set[tuple[LinkId, Ref]] = set()
    primary = next((bench for bench in benches if bench.scene.link.primary), None)
    for source, target, pair, face in _near_moves(benches):
        deeds.extend(_near_moved(source, target, pair, face, primary))
        pairs.add(pair.id)
        near.add((target.scene.link.id, face.ref))
    for source, target, pair, face in _far_moves(benches):
        if pair.id not in pairs:
            deeds.extend(_far_moved(source, target, pair, face))
            pairs.add(pair.id)
            far.add((target.scene.link.id, face.ref))
    return Moved(tuple(deeds), frozenset(pairs), frozenset(near), frozenset(far))


_Found = tuple[Bench, Bench, Pair, Face]


def _near_moves(benches: Sequence[Bench]) -> Iterator[_Found]:
    lost = [(bench, pair) for bench in benches for pair in bench.seats.pairs if _left_near(bench, pair)]
    fresh = [(bench, face) for bench in benches for face in bench.seats.near if not _has_far_twin(bench, face)]
    return _across(lost, fresh)


def _left_near(bench: Bench, pair: Pair) -> bool:
    """Gone here, while the far side still has it and can be read."""
    gone_far = pair.far.ref in bench.seats.gone_far or pair.far.ref in bench.scene.far.unreadable
    return pair.near.ref in bench.seats.gone_near and not gone_far and bench.scene.mode is not Mode.PULL


def _has_far_twin(bench: Bench, face: Face) -> bool:
    return any(other.key == face.key for other in bench.seats.far)


def _far_moves(benches: Sequence[Bench]) -> Iterator[_Found]:
    lost = [
        (bench, pair)
        for bench in benches
        for pair in bench.seats.pairs
        if pair.far.ref in bench.seats.gone_far
        and pair.near.ref not in bench.seats.gone_near
        and pair.near.ref not in bench.scene.near.unreadable
    ]
    fresh = [
        (bench, face)
        for bench in benches
        for face in bench.seats.far
        if not any(other.key == face.key for other in bench.seats.near)
    ]
    return _across(lost, fresh)


def _across(lost: list[tuple[Bench, Pair]], fresh: list[tuple[Bench, Face]]) -> Iterator[_Found]:
    for (source, pair), (target, face) in single(lost, fresh, lambda one: one[1].key, lambda one: one[1].key):
        if source is not target:
            yield source, target, pair, face


def _near_moved(source: Bench, target: Bench, pair: Pair, face: Face, primary: Bench | None) -> list[Deed]:
    """A person moved a file into another calendar's directory."""
    both = source.scene.mode is Mode.TWO_WAY and target.scene.mode is Mode.TWO_WAY
    meeting = bool(source.meaning.guests(source.shelf[pair.far.sha]) - source.rules.own)
    if both and (source.scene.movable or not meeting):
        far = source.scene.far.faces.get(pair.far.ref)
        seen = far.version if far else pair.far
        return [Shift(source.scene.link.id, target.scene.link.id, pair.key, face.title, pair, face, seen)]
    back = _put_back(source, pair, face)
    leave = _leave(target, face)
    if source.scene.mode is Mode.TWO_WAY or target.scene.mode is not Mode.TWO_WAY or primary is None:
        return [back, leave]
    return [back, _copy(target, face, primary)]


def _put_back(source: Bench, pair: Pair, face: Face) -> Step:
    """The calendar it came from gets it again: a person's edits with it, where they may go to the far side."""
    far_face = source.scene.far.faces.get(pair.far.ref)
    far = far_face.version if far_face else pair.far
    step = Step(
        source.scene.link.id,
        Verdict.PUT_BACK,
        pair.key,
        face.title,
        Put(pair.near.sha),
        Keep(pair.far),
        pair=pair,
        why="moved-back",
    )
    if source.scene.mode is not Mode.TWO_WAY or face.sha == pair.near.sha:
        return step
    shelf = source.shelf
    joined = source.meaning.merge(
        near_base=shelf[pair.near.sha],
        near=shelf[face.sha],
        far_base=shelf[pair.far.sha],
        far=shelf[far.sha],
        prefer=source.rules.prefer,
    )
    merged = shelf.add(joined.content)
    return replace(step, near=Put(merged), far=Put(source.outgoing(merged, far.sha, pair.key), far))


def _leave(target: Bench, face: Face) -> Step:
    drop = Drop(face.version)
    return Step(target.scene.link.id, Verdict.RELOCATE, face.key, face.title, drop, Keep(), why="moved-back")


def _copy(target: Bench, face: Face, primary: Bench) -> Transfer:
    """Out of a calendar one may only view: a copy with a UID of its own goes to the primary."""
    key = fresh_key(face.key, face.sha)
    sha = target.shelf.add(target.meaning.with_key(target.shelf[face.sha], key))
    return Transfer(target.scene.link.id, primary.scene.link.id, key, face.title, face, sha, "copied-out-of-view")


def _far_moved(source: Bench, target: Bench, pair: Pair, face: Face) -> list[Deed]:
    """Somebody moved it at the provider: the file follows, with whatever a person changed in it meanwhile."""
    here = source.scene.near.faces.get(pair.near.ref)
    near = here.version if here else pair.near
    shelf = target.shelf
    if pair.near.sha == near.sha and pair.near.sha == pair.far.sha:
        wanted = face.sha
    else:
        joined = target.meaning.merge(
            near_base=shelf[pair.near.sha],
            near=shelf[near.sha],
            far_base=shelf[pair.far.sha],
            far=shelf[face.sha],
            prefer=target.rules.prefer,
        )
        wanted = shelf.add(joined.content)
    sent = target.outgoing(wanted, face.sha, pair.key)
    may_write = target.scene.mode is Mode.TWO_WAY and sent != face.sha and not target.would_mail(pair.key, face.sha)
    arrive = Step(
        target.scene.link.id,
        Verdict.BIRTH_NEAR,
        pair.key,
        face.title,
        Put(wanted),
        Put(sent, face.version) if may_write else Keep(face.version),
        why="moved",
    )
    leave = Step(
        source.scene.link.id, Verdict.ERASE_NEAR, pair.key, face.title, Drop(near), Keep(), pair=pair, why="moved"
    )
    return [arrive, leave]
