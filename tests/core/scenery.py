"""Scenes for the decisions: calendars with events, as both sides see them now, without any store."""

from __future__ import annotations

from dataclasses import dataclass, field

from calsync_cli.core.agenda import Agenda
from calsync_cli.core.bench import Rules
from calsync_cli.core.look import Face, Scene, Sight
from calsync_cli.core.model import CollectionId, Held, Link, LinkId, Mode, Pair, Ref, Rev, Side, Unreadable, Version
from calsync_cli.core.plan import plan
from calsync_cli.core.shelf import Shelf, sha_of
from calsync_cli.core.steps import Plan

AGENDA = Agenda()
NUMBERS = {"work": 1, "team": 2, "hols": 3}


@dataclass
class Calendar:
    """One link. `was` pairs two bodies that agreed; `put`, `gone` and `broken` are what is seen now."""

    name: str
    mode: Mode = Mode.TWO_WAY
    first: bool = False
    quiet: bool = True
    movable: bool = True
    pairs: list[Pair] = field(default_factory=list)
    faces: dict[Side, dict[Ref, Face]] = field(default_factory=lambda: {Side.NEAR: {}, Side.FAR: {}})
    lost: dict[Side, set[Ref]] = field(default_factory=lambda: {Side.NEAR: set(), Side.FAR: set()})
    unreadable: dict[Side, dict[Ref, Unreadable]] = field(default_factory=lambda: {Side.NEAR: {}, Side.FAR: {}})
    bodies: dict[str, bytes] = field(default_factory=dict)

    @property
    def link(self) -> LinkId:
        return LinkId(NUMBERS[self.name])

    def was(self, ref: str, near: bytes, far: bytes | None = None) -> Calendar:
        far = near if far is None else far
        key = AGENDA.face(Held(Ref(ref), Rev("1"), near)).key
        near_was, far_was = (Version(Ref(ref), Rev("1"), self._lay(body)) for body in (near, far))
        number = self.link * 100 + len(self.pairs) + 1
        self.pairs.append(Pair(self.link, near_was, far_was, key, "Title", id=number))
        return self

    def put(self, side: Side, ref: str, body: bytes) -> Calendar:
        self._lay(body)
        face = AGENDA.face(Held(Ref(ref), Rev("2"), body))
        assert isinstance(face, Face)
        self.faces[side][Ref(ref)] = face
        return self

    def gone(self, side: Side, ref: str) -> Calendar:
        self.lost[side].add(Ref(ref))
        return self

    def broken(self, side: Side, ref: str, why: str = "E403") -> Calendar:
        self.unreadable[side][Ref(ref)] = Unreadable(Ref(ref), why)
        return self

    def _lay(self, body: bytes):
        sha = sha_of(body)
        self.bodies[sha] = body
        return sha

    def scene(self, every: tuple[Calendar, ...]) -> Scene:
        link = Link(
            self.link,
            self.name,
            CollectionId(f"/{self.name}/"),
            self.mode,
            self.name == "work",
            rounds=0 if self.first else 1,
        )
        near, far = (Sight(self.faces[side], frozenset(self.lost[side]), self.unreadable[side]) for side in Side)
        touched = tuple(pair for pair in self.pairs if self._touched(pair))
        keys = {face.key for one in every for side in Side for face in one.faces[side].values()}
        keys |= {pair.key for one in every for pair in one.pairs if pair.far.ref in one.lost[Side.FAR]}
        twins = tuple(pair for pair in self.pairs if pair.key in keys)
        return Scene(link, self.mode, near, far, touched, twins, len(self.pairs), self.quiet, self.movable)

    def _touched(self, pair: Pair) -> bool:
        return any(
            pair.version(side).ref in found
            for side in Side
            for found in (self.faces[side], self.lost[side], self.unreadable[side])
        )


def planned(*calendars: Calendar, rules: Rules | None = None) -> tuple[Plan, Shelf]:
    """What is decided, and the shelf with every body it speaks of."""
    bodies = {sha: body for one in calendars for sha, body in one.bodies.items()}
    shelf = Shelf(bodies.__getitem__)
    return plan([one.scene(calendars) for one in calendars], AGENDA, shelf, rules or Rules()), shelf
