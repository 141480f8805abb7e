"""Killed at every call of a port, and run again: both sides equal, nothing lost, nothing twice, no mail, then silence."""

from __future__ import annotations

import contextlib
import random
from collections import Counter

import pytest

from calsync_cli.core.agenda import Agenda
from tests.doubles.fuse import Fuse, Killed
from tests.doubles.memory import uid_of
from tests.engine.scenes import SCENES
from tests.engine.world import World

SAME = Agenda().same
Held = dict[str, dict[str, bytes]]


def sides(world: World) -> tuple[Held, Held]:
    """Calendar → UID → body, near and far; an UID that is there twice is a fault."""
    found: list[Held] = []
    for stores in (world.near, world.far):
        for store in stores.values():
            uids = Counter(map(uid_of, store.contents().values()))
            assert not [uid for uid, count in uids.items() if count > 1], f"twice in {store.name}"
        found.append(
            {name: {uid_of(body): body for body in store.contents().values()} for name, store in stores.items()}
        )
    return found[0], found[1]


def same(one: Held, other: Held) -> bool:
    return one.keys() == other.keys() and all(
        one[name].keys() == other[name].keys() and all(SAME(body, other[name][uid]) for uid, body in one[name].items())
        for name in one
    )


def originals(world: World) -> set[bytes]:
    return {body for store in (*world.near.values(), *world.far.values()) for body in store.contents().values()}


def until_killed(world: World, at: int) -> Fuse:
    """A round that dies at this point; a process that starts anew afterwards."""
    world.on_call = fuse = Fuse(blow_at=at)
    with contextlib.suppress(Killed):
        world.sync()
    world.on_call = lambda _: None
    world.restart()
    return fuse


def recovered(world: World, wanted: tuple[Held, Held], before: set[bytes], guests_apart: bool) -> None:
    """Two rounds bring what an undisturbed round brought, and a third one writes nothing."""
    world.sync()
    world.sync()
    written = world.writes()

    world.sync()

    near, far = sides(world)
    assert world.writes() == written, "the third round wrote"
    assert same(near, wanted[0])
    assert same(far, wanted[1])
    assert guests_apart or same(near, far)
    assert before <= world.everything(), "a body is lost"
    assert not [mail for store in world.far.values() for mail in store.shelf.mails], "mail was sent"


def undisturbed(scene, path) -> tuple[tuple[Held, Held], int]:
    """What the scene comes to, and how many points it passes."""
    world = scene(path)
    world.on_call = fuse = Fuse()
    world.sync()
    world.on_call = lambda _: None
    world.sync()
    return sides(world), len(fuse.passed)


def apart(scene) -> bool:
    """Guests that nobody invited are in the local file alone."""
    return scene.__name__ == "a_far_store_that_mails"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_at_every_point_and_run_again(scene, tmp_path, capsys):
    (tmp_path / "whole").mkdir()
    wanted, points = undisturbed(scene, tmp_path / "whole")
    blown = 0
    for at in range(points):
        world = scene(tmp_path / str(at))
        before = originals(world)

        blown += until_killed(world, at).blown

        recovered(world, wanted, before, apart(scene))
        world.database.close()
    with capsys.disabled():
        print(f"\n  {scene.__name__}: {blown} of {points} kill points", end="")
    assert blown == points > 0, "the fuse never blew"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_again_while_recovering(scene, tmp_path):
    wanted, points = undisturbed(scene, tmp_path / "whole")
    chance = random.Random(f"two kills {scene.__name__}")
    twice = 0
    for turn in range(8):
        world = scene(tmp_path / str(turn))
        before = originals(world)

        until_killed(world, chance.randrange(points))
        twice += until_killed(world, chance.randrange(1, points)).blown

        recovered(world, wanted, before, apart(scene))
        world.database.close()
    assert twice > 0, "the second fuse never blew"
