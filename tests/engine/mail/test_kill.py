"""Killed at every call of a mailbox or of the books, and run again: as if nothing had been, nothing lost, then silence."""

from __future__ import annotations

import contextlib
import random

import pytest

from tests.doubles.fuse import Fuse, Killed
from tests.engine.mail.scenes import SCENES
from tests.engine.mail.world import World


def until_killed(world: World, at: int) -> Fuse:
    """A round that dies at this point; a process that starts anew afterwards."""
    world.on_call = fuse = Fuse(blow_at=at)
    with contextlib.suppress(Killed):
        world.sync()
    world.on_call = lambda _: None
    world.restart()
    return fuse


def undisturbed(scene, path):
    """What the scene comes to, and how many points it passes."""
    world = scene(path)
    world.on_call = fuse = Fuse()
    world.sync()
    world.on_call = lambda _: None
    world.sync()
    return world.sides(), len(fuse.passed)


def recovered(world: World, wanted, before: set[bytes]) -> None:
    """Two rounds bring what an undisturbed round brought, and a third one writes nothing."""
    world.sync()
    world.sync()
    written = world.writes()

    world.sync()

    assert world.writes() == written, "the third round wrote"
    assert world.sides() == wanted
    assert before <= world.everything(), "a message is lost"
    assert not world.result.waits, world.result.waits
    assert not any(world.books.parcels(link.id) for link in world.books.links())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_at_every_point_and_run_again(scene, tmp_path, capsys):
    wanted, points = undisturbed(scene, tmp_path / "whole")
    blown = 0
    for at in range(points):
        world = scene(tmp_path / str(at))
        before = world.everything()

        blown += until_killed(world, at).blown

        recovered(world, wanted, before)
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
        before = world.everything()

        until_killed(world, chance.randrange(points))
        twice += until_killed(world, chance.randrange(1, points)).blown

        recovered(world, wanted, before)
        world.database.close()
    assert twice > 0, "the second fuse never blew"
