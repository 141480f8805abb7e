"""Items that went from one calendar of an account to another: followed, not deleted here and created there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from calsync_cli.core.bench import Bench
from calsync_cli.core.births import made_already
from calsync_cli.core.look import Face
from calsync_cli.core.model import LinkId, Mode, Pair, Ref, Sha, Side
from calsync_cli.core.seats import single
from calsync_cli.core.shelf import fresh_key
from calsync_cli.core.steps import Deed, Drop, Follow, Keep, Put, Shift, Step, Transfer, Waiting
from calsync_cli.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Moved:
    """The deeds, and which pairs and faces they answer for."""

    deeds: tuple[Deed | Waiting, ...]
    pairs: frozenset[int]
    near: frozenset[tuple[LinkId, Ref]]
    far: frozenset[tuple[LinkId, Ref]]


def follow(benches: Sequence[Bench]) -> Moved:
    """Pairs that vanished from one calendar, while one new item with their UID appeared in another."""
    deeds: list[Deed | Waiting] = []
    pairs: set[int] = set()
    near: set[tuple[LinkId, Ref]] = set()
    far: set[tuple[LinkId, Ref]] = set()
    primary = next((bench for bench in benches if bench.scene.link.primary), None)
    for source, target, pair, face in _near_moves(benches):
        try:
            deeds.extend(_near_moved(source, target, pair, face, primary))
        except ValueError:
            waiting = Waiting(pair.link, Side.FAR, pair.far.ref, "E403", "broken", face.title, pair.key)
            deeds.append(replace(waiting, near_rev=face.rev))
        pairs.add(pair.id)
        near.add((target.scene.link.id, face.ref))
    for source, target, pair, face in _far_moves(benches):
        if pair.id not in pairs:
            deeds.append(_far_moved(source, target, pair, face))
            pairs.add(pair.id)
            far.add((target.scene.link.id, face.ref))
    for pair, step in _left_behind(benches):
        if pair.id not in pairs:
            deeds.append(step)
            pairs.add(pair.id)
    return Moved(tuple(deeds), frozenset(pairs), frozenset(near), frozenset(far))


_Found = tuple[Bench, Bench, Pair, Face]


def _near_moves(benches: Sequence[Bench]) -> Iterator[_Found]:
    lost = [(bench, pair) for bench in benches for pair in bench.seats.pairs if _left_near(bench, pair)]
    return _across(lost, _fresh(benches, Side.NEAR) if lost else [])


def _left_near(bench: Bench, pair: Pair) -> bool:
    """Gone here, while the far side still has it and can be read."""
    gone_far = pair.far.ref in bench.seats.gone_far or pair.far.ref in bench.scene.far.unreadable
    return pair.near.ref in bench.seats.gone_near and not gone_far and bench.scene.mode is not Mode.PULL


def _far_moves(benches: Sequence[Bench]) -> Iterator[_Found]:
    lost = [(bench, pair) for bench in benches for pair in bench.seats.pairs if _left_far(bench, pair)]
    return _across(lost, _fresh(benches, Side.FAR) if lost else [])


def _left_far(bench: Bench, pair: Pair) -> bool:
    """Gone there, while the file is still here and can be read."""
    gone_near = pair.near.ref in bench.seats.gone_near or pair.near.ref in bench.scene.near.unreadable
    return pair.far.ref in bench.seats.gone_far and not gone_near


def _fresh(benches: Sequence[Bench], side: Side) -> list[tuple[Bench, Face]]:
    """New items of one side that have no counterpart on the other."""
    found: list[tuple[Bench, Face]] = []
    for bench in benches:
        faces, others = bench.seats.near, bench.seats.far
        if side is Side.FAR:
            faces, others = others, faces
        elif bench.scene.mode is Mode.PULL:
            continue
        counterparts = {face.key for face in others}
        found.extend((bench, face) for face in faces if face.key not in counterparts)
    return found


def _left_behind(benches: Sequence[Bench]) -> Iterator[tuple[Pair, Step]]:
    """A file whose item was moved there, and which lies in the new place already, to the byte.

    A round was killed between the two; without this, an edited file would bring the item back to its old calendar.
    """
    for bench in benches:
        for pair in bench.seats.pairs:
            face = bench.scene.near.faces.get(pair.near.ref)
            if face and _left_far(bench, pair) and any(_holds(one, face) for one in benches if one is not bench):
                link, drop = bench.scene.link.id, Drop(face.version)
                yield pair, Step(link, Verdict.ERASE_NEAR, pair.key, face.title, drop, Keep(), pair=pair, why="moved")


def _holds(bench: Bench, face: Face) -> bool:
    paired = any(pair.key == face.key and pair.near.sha == face.sha for pair in bench.scene.twins)
    return paired or any(other.key == face.key and other.sha == face.sha for other in bench.scene.near.faces.values())


def _across(lost: list[tuple[Bench, Pair]], fresh: list[tuple[Bench, Face]]) -> Iterator[_Found]:
    for (source, pair), (target, face) in single(lost, fresh, lambda one: one[1].key, lambda one: one[1].key):
        if source is not target:
            yield source, target, pair, face


def _near_moved(source: Bench, target: Bench, pair: Pair, face: Face, primary: Bench | None) -> list[Deed | Waiting]:
    """A person moved a file into another calendar's directory."""
    both = source.scene.mode is Mode.TWO_WAY and target.scene.mode is Mode.TWO_WAY
    meeting = bool(source.meaning.guests(source.shelf[pair.far.sha]) - source.rules.own)
    if both and (source.scene.movable or not meeting):
        far = source.scene.far.faces.get(pair.far.ref)
        seen = far.version if far else pair.far
        return [Shift(source.scene.link.id, target.scene.link.id, pair.key, face.title, pair, face, seen)]
    back = _put_back(source, pair, face)
    if isinstance(back, Waiting):
        return [back]
    leave = _leave(target, face)
    if source.scene.mode is Mode.TWO_WAY or target.scene.mode is not Mode.TWO_WAY or primary is None:
        return [back, leave]
    return [back, _copy(target, face, primary)]


def _put_back(source: Bench, pair: Pair, face: Face) -> Step | Waiting:
    """The calendar it came from gets it again: a person's edits with it, where they may go to the far side.

    Edits that nobody is to hear of, or that meet others, wait where the server would tell: as any such edit does.
    """
    far_face = source.scene.far.faces.get(pair.far.ref)
    far = far_face.version if far_face else pair.far
    mine = face.sha if source.scene.mode is Mode.TWO_WAY else pair.near.sha
    wanted = _joined(source, pair, mine, far.sha)
    sent = source.outgoing(wanted, far.sha, pair.key)
    quiet = source.hushed(pair.key, face.sha) or far.sha != pair.far.sha
    if mine != pair.near.sha and quiet and source.would_mail(pair.key, far.sha, sent):
        return Waiting(pair.link, Side.FAR, pair.far.ref, "E301", "would-mail", face.title, pair.key, near_rev=face.rev)
    return Step(
        source.scene.link.id,
        Verdict.PUT_BACK,
        pair.key,
        face.title,
        Put(wanted),
        Keep(far) if mine == pair.near.sha else Put(sent, far),
        pair=pair,
        why="moved-back",
        loud=not quiet,
    )


def _joined(source: Bench, pair: Pair, near: Sha, far: Sha) -> Sha:
    """What the near side is to hold; a merge only where it is needed."""
    if far == pair.far.sha:
        return near
    if near == pair.near.sha == pair.far.sha:
        return far
    shelf = source.shelf
    joined = source.meaning.merge(
        near_base=shelf[pair.near.sha],
        near=shelf[near],
        far_base=shelf[pair.far.sha],
        far=shelf[far],
        prefer=source.rules.prefer,
    )
    return shelf.add(joined.content)


def _leave(target: Bench, face: Face) -> Step:
    drop = Drop(face.version)
    return Step(target.scene.link.id, Verdict.RELOCATE, face.key, face.title, drop, Keep(), why="moved-back")


def _copy(target: Bench, face: Face, primary: Bench) -> Transfer:
    """Out of a calendar one may only view: a copy with a UID of its own goes to the primary."""
    key = fresh_key(face.key, face.sha)
    sha = target.shelf.add(target.meaning.with_key(target.shelf[face.sha], key))
    known = made_already(primary, key, sha)
    link = target.scene.link.id
    return Transfer(link, primary.scene.link.id, key, face.title, face, sha, "copied-out-of-view", known)


def _far_moved(source: Bench, target: Bench, pair: Pair, face: Face) -> Follow:
    """Somebody moved it at the provider: the file follows, with whatever a person changed in it meanwhile."""
    here = source.scene.near.faces.get(pair.near.ref)
    near = here.version if here else pair.near
    return Follow(source.scene.link.id, target.scene.link.id, pair.key, face.title, pair, near, face.version)
