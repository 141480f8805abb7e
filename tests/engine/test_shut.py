"""A calendar that is listed and cannot be looked into: the others go on, and nothing is concluded from its silence."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Mode
from tests.doubles.faults import Call, Raise
from tests.engine.events import event
from tests.engine.world import World, settled


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, {"work": Mode.TWO_WAY, "team": Mode.TWO_WAY})
    settled(world, "team")
    return world


def nonsense() -> CalsyncError:
    return CalsyncError("E404", "xml", host="memory")


@pytest.mark.parametrize("code", ["E209", "E403", "E404"])
def test_one_that_is_shut_keeps_no_other_from_being_synced(world, code):
    world.far["team"].fail_next(Call.LOOK, Raise(lambda: CalsyncError(code, host="memory")))
    world.far["work"].put("new.ics", event("new"))

    result = world.sync(full=True)

    assert "new" in world.bodies("near", "work")
    assert [wait.why for wait in result.waits] == ["calendar"]


def test_a_primary_that_is_shut_stops_the_round_as_the_servers_fault(world):
    world.far["work"].fail_next(Call.LOOK, Raise(lambda: CalsyncError("E209", "gone", name="work", fix="")))

    with pytest.raises(CalsyncError) as raised:
        world.sync(full=True)

    assert (raised.value.code, raised.value.exit) == ("E404", 8)


def test_a_file_moved_out_of_one_that_is_shut_waits_until_it_opens_and_then_moves(world):
    ref, body = next(iter(world.near["team"].contents().items()))
    world.near["team"].drop(ref)
    world.near["work"].put("moved.ics", body)
    world.far["team"].fail_next(Call.LOOK, Raise(nonsense))
    world.sync(full=True)
    assert world.bodies("far", "work") == {}

    world.sync(full=True)

    assert list(world.bodies("far", "work").values()) == [body]
    assert [type(op).__name__ for op in world.far["team"].ops] == ["Move"]
