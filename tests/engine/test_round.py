"""A round over memory stores: what arrives, what leaves, what stays."""

from __future__ import annotations

import pytest

from calsync_cli.core.model import Mode
from tests.engine.events import event
from tests.engine.world import World, settled


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_new_far_event_comes_here(world):
    world.far["work"].put("a.ics", event("a"))

    world.sync()

    assert world.bodies("near") == {"a": event("a")}


def test_a_new_local_event_goes_there(world):
    world.near["work"].put("a.ics", event("a"))

    world.sync()

    assert world.bodies("far") == {"a": event("a")}


def test_a_second_round_writes_nothing(world):
    settled(world)
    before = world.writes()

    world.sync()

    assert world.writes() == before


def test_an_edit_here_goes_there(world):
    settled(world)
    ref = next(iter(world.near["work"].contents()))
    world.near["work"].put(ref, event("e0", "Changed"))

    world.sync()

    assert world.bodies("far")["e0"] == event("e0", "Changed")


def test_an_edit_there_comes_here(world):
    settled(world)
    world.far["work"].put("e0.ics", event("e0", "Changed"))

    world.sync()

    assert world.bodies("near")["e0"] == event("e0", "Changed")


def test_a_deletion_here_goes_there_and_leaves_a_body_in_the_attic(world):
    settled(world)
    ref = next(ref for ref, body in world.near["work"].contents().items() if body == event("e0", "Event 0"))
    world.near["work"].drop(ref)

    world.sync()

    assert "e0" not in world.bodies("far")
    assert event("e0", "Event 0") in world.attic.bodies.values()


def test_a_deletion_there_comes_here_and_leaves_a_body_in_the_attic(world):
    settled(world)
    world.far["work"].drop("e0.ics")

    world.sync()

    assert "e0" not in world.bodies("near")
    assert event("e0", "Event 0") in world.near["work"].kept.values()


def test_an_edit_outlives_a_deletion(world):
    settled(world)
    world.far["work"].put("e0.ics", event("e0", "Edited there"))
    ref = next(ref for ref, body in world.near["work"].contents().items() if b"UID:e0" in body)
    world.near["work"].drop(ref)

    world.sync()

    assert world.bodies("near")["e0"] == world.bodies("far")["e0"] == event("e0", "Edited there")


def test_a_renamed_file_is_no_deletion(world):
    settled(world)
    ref, body = next(iter(world.near["work"].contents().items()))
    world.near["work"].drop(ref)
    world.near["work"].put("renamed.ics", body)
    before = len(world.far["work"].ops)

    world.sync()

    assert len(world.far["work"].ops) == before
    assert len(world.bodies("near")) == len(world.bodies("far")) == 3


def test_events_that_both_sides_have_are_adopted_and_nothing_is_written(world):
    for at in range(5):
        world.near["work"].put(f"n{at}.ics", event(f"e{at}"))
        world.far["work"].put(f"f{at}.ics", event(f"e{at}"))

    result = world.sync()

    assert world.writes() == 0
    assert result.match.equal == 5


def test_pull_only_writes_nothing_there(world):
    settled(world)
    world.near["work"].put("new.ics", event("new"))
    world.far["work"].put("theirs.ics", event("theirs"))
    before = len(world.far["work"].ops)

    world.sync(mode=Mode.PULL)

    assert len(world.far["work"].ops) == before
    assert "theirs" in world.bodies("near")


def test_what_pull_only_left_is_sent_by_the_next_round(world):
    settled(world)
    world.near["work"].put("new.ics", event("new"))
    world.sync(mode=Mode.PULL)

    world.sync()

    assert "new" in world.bodies("far")


def test_both_edited_meets_after_a_pull_only_round(world):
    settled(world)
    ref = next(ref for ref, body in world.near["work"].contents().items() if b"UID:e0" in body)
    world.near["work"].put(ref, event("e0", "Event 0", place="Room 2"))
    world.far["work"].put("e0.ics", event("e0", "New title"))
    world.sync(mode=Mode.PULL)

    world.sync()

    assert world.bodies("near")["e0"] == world.bodies("far")["e0"]
    assert b"Room 2" in world.bodies("far")["e0"]
    assert b"New title" in world.bodies("far")["e0"]


def test_a_dry_run_writes_nothing_and_tells_everything(world):
    settled(world)
    world.near["work"].put("new.ics", event("new"))
    before = world.writes()

    result = world.sync(dry=True)

    assert world.writes() == before
    assert [line.key for line in result.happened] == ["new"]
