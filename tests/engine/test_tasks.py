"""Tasks in a calendar that holds both (RFC 4791 5.2.3 allows it) are another program's: left alone, without a word."""

from __future__ import annotations

import pytest

from tests.engine.events import event
from tests.engine.world import World, settled

TASK = event("task", "Buy milk").replace(b"VEVENT", b"VTODO")


@pytest.mark.parametrize("side", ["near", "far"])
def test_a_task_is_left_alone_on_its_side_and_nobody_hears_of_it(tmp_path, side):
    world = settled(World(tmp_path))
    stores = {"near": world.near["work"], "far": world.far["work"]}
    stores[side].put("task.ics", TASK)
    before = world.writes()

    results = [world.sync() for _ in range(5)]

    assert world.writes() == before
    assert [wait for result in results for wait in result.waits if wait.loud] == []
    assert sum(result.fresh for result in results) == 0


def test_a_file_with_an_event_and_a_task_is_named(tmp_path):
    world = settled(World(tmp_path))
    both = event("both").replace(b"END:VCALENDAR", b"BEGIN:VTODO\r\nUID:other\r\nEND:VTODO\r\nEND:VCALENDAR")
    world.near["work"].put("both.ics", both)

    result = world.sync()

    assert [wait.why for wait in result.waits if wait.loud] == ["not-an-event"]
