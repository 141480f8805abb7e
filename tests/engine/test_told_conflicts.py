"""A conflict that was decided is told, and told once, wherever the round that decided it was killed."""

from __future__ import annotations

from itertools import count

from calsync_cli.core.bench import Rules
from calsync_cli.core.model import Prefer
from tests.doubles.fuse import Fuse, Killed
from tests.engine.events import event
from tests.engine.world import World, settled


def clashing(tmp_path, prefer: Prefer) -> World:
    world = settled(World(tmp_path), count=2)
    world.rules = Rules(prefer=prefer)
    ref = next(ref for ref, body in world.near["work"].contents().items() if b"UID:e0" in body)
    world.near["work"].put(ref, event("e0", "Mine", place="Room 2"))
    world.far["work"].put("e0.ics", event("e0", "Theirs"))
    return world


def killed_at(world: World, point: int) -> bool:
    fuse = Fuse(point)
    world.on_call = fuse
    try:
        world.sync()
    except Killed:
        pass
    finally:
        world.on_call = lambda _: None
    world.restart()
    return fuse.blown


def test_a_conflict_is_listed_once_wherever_its_round_was_killed(tmp_path):
    blown = 0
    for prefer in Prefer:
        for point in count():
            place = tmp_path / f"{prefer}{point}"
            place.mkdir()
            world = clashing(place, prefer)
            if not killed_at(world, point):
                break
            blown += 1
            world.sync()
            world.sync()

            assert [entry.key for entry in world.chronicle.conflicts()] == ["e0"], (prefer, point)

    print(f"\n  {blown} kill points")
    assert blown > 40
