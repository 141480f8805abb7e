"""A server whose ctag is a time: what changes within the second of our look is found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.agenda import Agenda
from calsync_cli.core.model import RunId
from calsync_cli.engine.order import Junction, Order, Round
from calsync_cli.engine.run import run_round
from tests.engine.events import event
from tests.engine.world import Silence, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def sync(world: World, rev: str, *, coarse: bool = True) -> int:
    """A round with this rev at a glance; how often the far calendar was looked into."""
    before = world.far["work"].calls["look"]
    order = Order(RunId(world.chronicle.begin_run(0)), world.rules, world.limit)
    work = Round(world.books, Agenda(), world.attic, order, Silence())
    junctions = [Junction(one.link, one.mode, one.near, one.far, rev, coarse) for one in world.junctions()]
    run_round(junctions, work)
    return world.far["work"].calls["look"] - before


def put(world: World, *uids: str) -> None:
    for uid in uids:
        world.far["work"].put(f"{uid}.ics", event(uid))


def test_what_came_within_the_second_of_a_look_is_found_by_the_next_round(world: World) -> None:
    put(world, "a")
    sync(world, "12:00:01")
    put(world, "b")

    sync(world, "12:00:01")

    assert len(world.near["work"].contents()) == 2


def test_what_came_within_the_second_of_a_write_is_found_by_the_next_round(world: World) -> None:
    sync(world, "12:00:00")
    world.near["work"].put("mine.ics", event("mine"))
    sync(world, "12:00:01")
    put(world, "b")

    sync(world, "12:00:01")

    assert len(world.near["work"].contents()) == 2


def test_at_rest_nothing_is_looked_into(world: World) -> None:
    put(world, "a")
    looks = [sync(world, "12:00:01") for _ in range(4)]

    assert looks == [1, 1, 0, 0]


def test_a_rev_that_is_exact_is_believed_at_once(world: World) -> None:
    put(world, "a")
    looks = [sync(world, "17", coarse=False) for _ in range(3)]

    assert looks == [1, 0, 0]
