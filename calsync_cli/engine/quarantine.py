"""What was refused again and again: left alone until either side changes, a full look, or a person's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from calsync_cli.core.look import Scene
from calsync_cli.core.model import LinkId, Ref, Rev, Side
from calsync_cli.core.record import Wait
from calsync_cli.core.steps import Deed, Drop, Follow, Keep, Plan, Put, Shift, Step, Transfer, Waiting, Want
from calsync_cli.core.verdict import Verdict
from calsync_cli.engine.order import Round

TRIES = 3
"""Rounds that an item is tried for."""

Place = tuple[LinkId, Side, Ref]


def quarantined(wait: Wait, work: Round) -> bool:
    """Only what a person was told of: a race or a pull-only round says nothing against an item."""
    told = wait.key in work.order.rules.may_mail
    return wait.loud and wait.tries > TRIES and not told and not work.order.full


def seen(wait: Wait, scene: Scene) -> bool:
    """Whether this look brought news of it."""
    sight = scene.sight(wait.side)
    return wait.ref in sight.faces or wait.ref in sight.gone or wait.ref in sight.unreadable


def without_quarantined(made: Plan, scenes: Sequence[Scene], work: Round) -> Plan:
    """The plan without deeds that were refused in too many rounds, on the very same files."""
    held: dict[Place, Wait] = {}
    for scene in scenes:
        for wait in work.books.waits(scene.link.id):
            news = wait.side is Side.FAR and seen(wait, scene)
            if quarantined(wait, work) and not news:
                held[wait.link, wait.side, wait.ref] = wait
    if not held:
        return made
    keys = {(wait.link, wait.key): wait for wait in held.values() if wait.side is Side.FAR and wait.key}
    found = [(deed, _held(deed, held) or _counterpart(deed, keys)) for deed in made.deeds]
    deeds = tuple(deed for deed, wait in found if wait is None)
    return replace(made, deeds=deeds, waiting=(*made.waiting, *(_waiting(wait) for _, wait in found if wait)))


def tried(made: Plan) -> frozenset[Place]:
    """What the plan's deeds are about: where one of these waits no more, it is because it was done."""
    return frozenset(place for deed in made.deeds for place in _places(deed)[0])


def _held(deed: Deed, held: Mapping[Place, Wait]) -> Wait | None:
    places, near_rev = _places(deed)
    waits = [held[place] for place in places if place in held]
    return next((wait for wait in waits if wait.near_rev == near_rev), None)


def _counterpart(deed: Deed, keys: Mapping[tuple[LinkId, str], Wait]) -> Wait | None:
    """What a new file would be the second of: its counterpart there waits, and is not asked for any more."""
    birth = isinstance(deed, Step) and deed.verdict is Verdict.BIRTH_FAR
    return keys.get((deed.link, deed.key)) if birth else None


def _places(deed: Deed) -> tuple[list[Place], Rev]:
    match deed:
        case Step():
            far = deed.pair.far.ref if deed.pair else _ref(deed.far)
            near = (deed.link, Side.NEAR, _ref(deed.near))
            return ([(deed.link, Side.FAR, far), near] if deed.writes else []), deed.near_rev
        case Shift():
            return [(deed.link, Side.FAR, deed.far.ref)], deed.near.rev
        case Follow():
            return [(deed.to, Side.FAR, deed.far.ref)], deed.near.rev
        case Transfer():
            return [(deed.link, Side.NEAR, deed.near.ref)], deed.near.rev
        case _:
            assert_never(deed)


def _ref(want: Want) -> Ref:
    match want:
        case Keep(version):
            return version.ref if version else Ref("")
        case Put(_, over):
            return over.ref if over else Ref("")
        case Drop(over):
            return over.ref
        case _:
            assert_never(want)


def _waiting(wait: Wait) -> Waiting:
    return Waiting(
        wait.link, wait.side, wait.ref, wait.code, wait.why, wait.title, wait.key, loud=True, near_rev=wait.near_rev
    )
