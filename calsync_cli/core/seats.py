"""Who belongs to whom: renamed items find their pair again, and items that never agreed find their counterpart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from calsync_cli.core.look import Face, Scene
from calsync_cli.core.model import Pair, Ref, Side, Version
from calsync_cli.core.shelf import is_made

LOST = "\0"
"""Marks the name of a file that now holds another event; no file has such a name."""

L = TypeVar("L")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Seats:
    """The pairs under their refs of now, and the faces that have none."""

    pairs: tuple[Pair, ...]
    moved: frozenset[int]
    """Ids of pairs whose refs changed without any content of theirs changing: to be noted."""
    near: tuple[Face, ...]
    far: tuple[Face, ...]
    gone_near: frozenset[Ref]
    gone_far: frozenset[Ref]


def seat(scene: Scene) -> Seats:
    """Follow renames on either side: what is gone under one name and new under another, with one UID, moved."""
    pairs: dict[int, Pair] = {pair.id: _unseated(scene, pair) for pair in scene.pairs}
    moved: set[int] = set()
    gone: dict[Side, set[Ref]] = {Side.NEAR: set(scene.near.gone), Side.FAR: set(scene.far.gone)}
    gone[Side.NEAR].update(pair.near.ref for pair in pairs.values() if pair.near.ref.startswith(LOST))
    for side in Side:
        for pair, face in _renames(scene, side, pairs.values(), gone[side]):
            was = pair.version(side)
            now = Version(face.ref, was.rev, was.sha)
            pairs[pair.id] = replace(pair, near=now) if side is Side.NEAR else replace(pair, far=now)
            gone[side].discard(was.ref)
            moved.add(pair.id)
    taken = {side: {pair.version(side).ref for pair in pairs.values()} for side in Side}
    return Seats(
        pairs=tuple(pairs.values()),
        moved=frozenset(moved),
        near=_without(scene.near.faces, taken[Side.NEAR]),
        far=_without(scene.far.faces, taken[Side.FAR]),
        gone_near=frozenset(gone[Side.NEAR]),
        gone_far=frozenset(gone[Side.FAR]),
    )


def _without(faces: Mapping[Ref, Face], taken: set[Ref]) -> tuple[Face, ...]:
    return tuple(face for ref, face in sorted(faces.items()) if ref not in taken)


def _unseated(scene: Scene, pair: Pair) -> Pair:
    """A file that was overwritten by another event (another UID) is gone, though its name is not."""
    face = scene.near.faces.get(pair.near.ref)
    if face is None or face.key == pair.key or face.bare or is_made(pair.key):
        return pair
    return replace(pair, near=replace(pair.near, ref=Ref(LOST + pair.near.ref)))


def _renames(scene: Scene, side: Side, pairs: Iterable[Pair], gone: AbstractSet[Ref]) -> list[tuple[Pair, Face]]:
    sight = scene.sight(side)
    lost = [pair for pair in pairs if pair.version(side).ref in gone]
    if not lost:
        return []
    held = {pair.version(side).ref for pair in pairs}
    fresh = [face for ref, face in sorted(sight.faces.items()) if ref not in held]
    return single(
        lost,
        fresh,
        lambda pair: _identity(pair.key, pair.version(side).sha),
        lambda face: _identity(face.key, face.sha),
    )


def _identity(key: str, sha: str) -> str:
    return f"uid:{key}" if key else f"sha:{sha}"


def single(
    left: Iterable[L], right: Iterable[R], of_left: Callable[[L], str], of_right: Callable[[R], str]
) -> list[tuple[L, R]]:
    """Those that say the same word, where exactly one on either side says it; "" matches nothing."""
    by_word: dict[str, tuple[list[L], list[R]]] = defaultdict(lambda: ([], []))
    for one in left:
        by_word[of_left(one)][0].append(one)
    for other in right:
        by_word[of_right(other)][1].append(other)
    return [
        (lefts[0], rights[0]) for word, (lefts, rights) in by_word.items() if word and len(lefts) == len(rights) == 1
    ]


@dataclass(frozen=True, slots=True)
class Couple:
    """Two items that were never agreed on and are taken for one."""

    near: Face
    far: Face


def couples(
    near: tuple[Face, ...], far: tuple[Face, ...], *, first: bool, likeness: Callable[[Face], str]
) -> tuple[Couple, ...]:
    """Counterparts by the very same bytes, then by UID where there is a single candidate.

    In the first round alone also by likeness (title, start and end).
    """
    rules: list[Callable[[Face], str]] = [lambda face: f"{face.key}\0{face.sha}", lambda face: face.key]
    if first:
        rules.append(likeness)
    found: list[Couple] = []
    here, there = list(near), list(far)
    for rule in rules:
        settled = {id(couple.near) for couple in found} | {id(couple.far) for couple in found}
        here = [face for face in here if id(face) not in settled]
        there = [face for face in there if id(face) not in settled]
        if here and there:
            found.extend(Couple(mine, theirs) for mine, theirs in single(here, there, rule, rule))
    return tuple(found)
