"""Scenes to be killed in: how an account stands when a round begins. Each gives a world that is ready for that round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from calsync_cli.core.model import Mode
from tests.doubles.memory import HONEST
from tests.engine.events import event, guest, series
from tests.engine.world import World, settled

LOUD = replace(HONEST, quiet=False)
STUCK = replace(HONEST, moves=False)
TWO = {"work": Mode.TWO_WAY, "team": Mode.TWO_WAY}
VIEWED = {"work": Mode.TWO_WAY, "team": Mode.VIEW}


def file_of(world: World, uid: str, name: str = "work") -> str:
    """The name of the local file that holds this event."""
    return next(ref for ref, body in world.near[name].contents().items() if f"UID:{uid}\r\n".encode() in body)


def edit_near(world: World, uid: str, body: bytes, name: str = "work") -> None:
    world.near[name].put(file_of(world, uid, name), body)


def move_near(world: World, uid: str, source: str, target: str, body: bytes | None = None) -> None:
    ref = file_of(world, uid, source)
    content = body or world.near[source].contents()[ref]
    world.near[source].drop(ref)
    world.near[target].put(f"moved-{ref}", content)


def move_far(world: World, uid: str, source: str, target: str) -> None:
    ref = next(ref for ref, body in world.far[source].contents().items() if f"UID:{uid}\r\n".encode() in body)
    content = world.far[source].contents()[ref]
    world.far[source].drop(ref)
    world.far[target].put(f"moved-{ref}", content)


def first_sync(path: Path) -> World:
    world = World(path)
    for at in range(10):
        world.far["work"].put(f"e{at}.ics", event(f"e{at}", f"Event {at}"))
    return world


def first_sync_of_two_filled_sides(path: Path) -> World:
    world = World(path, TWO)
    for name in TWO:
        for at in range(2):
            world.near[name].put(f"same{at}.ics", event(f"{name}-same{at}"))
            world.far[name].put(f"there{at}.ics", event(f"{name}-same{at}"))
        world.near[name].put("near.ics", event(f"{name}-near", "Mine"))
        world.far[name].put("far.ics", event(f"{name}-near", "Theirs"))
        world.far[name].put("there.ics", event(f"{name}-there"))
    world.near["work"].put("here.ics", event("here", "Only here"))
    world.near["work"].put(
        "alike-n.ics", event("alike-n", "The same thing", start="20261224T090000Z", end="20261224T100000Z")
    )
    world.far["work"].put(
        "alike-f.ics", event("alike-f", "The same thing", start="20261224T090000Z", end="20261224T100000Z")
    )
    return world


def edits_of_different_items(path: Path) -> World:
    world = settled(World(path), count=4)
    edit_near(world, "e0", event("e0", "Edited here"))
    world.far["work"].put("e1.ics", event("e1", "Edited there"))
    world.near["work"].put("new.ics", event("n", "New here"))
    world.far["work"].put("new.ics", event("f", "New there"))
    return world


def both_edited_without_a_clash(path: Path) -> World:
    world = settled(World(path))
    edit_near(world, "e0", event("e0", "Event 0", place="Room 2"))
    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    return world


def both_edited_with_a_clash(path: Path) -> World:
    world = settled(World(path))
    edit_near(world, "e0", event("e0", "Titled here", place="Room 2"))
    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    return world


def deletions_both_ways(path: Path) -> World:
    world = settled(World(path), count=8)
    world.near["work"].drop(file_of(world, "e0"))
    world.far["work"].drop("e1.ics")
    world.near["work"].drop(file_of(world, "e2"))
    world.far["work"].drop("e2.ics")
    world.near["work"].drop(file_of(world, "e3"))
    world.far["work"].put("e3.ics", event("e3", "Edited there"))
    edit_near(world, "e4", event("e4", "Edited here"))
    world.far["work"].drop("e4.ics")
    return world


def moved_here(path: Path) -> World:
    world = _two(path)
    move_near(world, "e0", "work", "team")
    move_near(world, "t0", "team", "work", event("t0", "Moved and edited"))
    return world


def moved_here_on_a_server_that_moves_nothing(path: Path) -> World:
    world = _two(path, far_traits=STUCK)
    move_near(world, "e0", "work", "team")
    move_near(world, "t0", "team", "work", event("t0", "Moved and edited"))
    return world


def moved_there(path: Path) -> World:
    world = _two(path)
    move_far(world, "e0", "work", "team")
    move_far(world, "t0", "team", "work")
    edit_near(world, "t0", event("t0", "Event 0", place="Edited here"), "team")
    return world


def a_series(path: Path) -> World:
    world = World(path)
    for uid in ("a", "b", "c", "d"):
        world.far["work"].put(f"{uid}.ics", series(uid))
    world.sync()
    edit_near(world, "a", series("a", place="Room 3"))
    world.far["work"].put("a.ics", series("a", moved="20261209T140000Z"))
    edit_near(world, "b", series("b", skipped="20261210T090000Z"))
    world.far["work"].put("c.ics", series("c", "Renamed"))
    world.near["work"].drop(file_of(world, "d"))
    return world


def a_stray_file_in_a_view_calendar(path: Path) -> World:
    world = _two(path, VIEWED)
    world.near["team"].put("stray.ics", event("stray", "Dropped here"))
    return world


def a_copy_in_a_view_calendar(path: Path) -> World:
    world = _two(path, VIEWED)
    world.near["team"].put("copied.ics", event("e0", "Event 0, but edited"))
    world.near["team"].put("bare.ics", event("", "No UID"))
    return world


def moves_in_and_out_of_a_view_calendar(path: Path) -> World:
    world = _two(path, VIEWED)
    move_near(world, "e0", "work", "team")
    move_near(world, "t0", "team", "work")
    return world


def an_event_without_uid(path: Path) -> World:
    world = settled(World(path))
    world.near["work"].put("bare.ics", event("", "No UID here"))
    world.far["work"].put("bare.ics", event("", "No UID there"))
    return world


def a_view_calendar_edited_here(path: Path) -> World:
    world = _two(path, VIEWED)
    edit_near(world, "t0", event("t0", "Not mine to edit"), "team")
    world.near["team"].drop(file_of(world, "t1", "team"))
    edit_near(world, "t2", event("t2", "Not mine to edit"), "team")
    world.far["team"].put("t2.ics", event("t2", "Edited there"))
    edit_near(world, "t3", event("t3", "Edited, but gone there"), "team")
    world.far["team"].drop("t3.ics")
    return world


def a_far_store_that_mails(path: Path) -> World:
    """Guests there are known to the server; what is written must be about other events, or wait."""
    world = World(path, far_traits=LOUD)
    for at in range(3):
        world.far["work"].put(f"e{at}.ics", event(f"e{at}", f"Event {at}"))
    world.far["work"].put("met.ics", event("met", "Meeting", more=guest("ann@x.example")))
    world.sync()
    edit_near(world, "e0", event("e0", "Event 0", place="Room 2", more=guest("bob@x.example")))
    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    world.near["work"].put("new.ics", event("new", "New", more=guest("bob@x.example")))
    world.far["work"].put("met.ics", event("met", "Meeting, later", more=guest("ann@x.example")))
    return world


def renamed_files(path: Path) -> World:
    world = settled(World(path), count=4)
    for uid in ("e0", "e1"):
        ref = file_of(world, uid)
        body = world.near["work"].contents()[ref]
        world.near["work"].drop(ref)
        world.near["work"].put(f"renamed-{uid}.ics", body if uid == "e0" else event("e1", "Renamed and edited"))
    world.far["work"].drop("e2.ics")
    world.far["work"].put("renamed-e2.ics", event("e2", "Renamed there"))
    return world


def _two(path: Path, calendars: dict[str, Mode] | None = None, **kwargs: object) -> World:
    world = World(path, calendars or TWO, **kwargs)
    for at in range(4):
        world.far["work"].put(f"e{at}.ics", event(f"e{at}", f"Event {at}"))
        world.far["team"].put(f"t{at}.ics", event(f"t{at}", f"Event {at}"))
    world.sync()
    return world


SCENES: tuple[Callable[[Path], World], ...] = (
    first_sync,
    first_sync_of_two_filled_sides,
    edits_of_different_items,
    both_edited_without_a_clash,
    both_edited_with_a_clash,
    deletions_both_ways,
    moved_here,
    moved_here_on_a_server_that_moves_nothing,
    moved_there,
    a_series,
    a_stray_file_in_a_view_calendar,
    a_copy_in_a_view_calendar,
    moves_in_and_out_of_a_view_calendar,
    an_event_without_uid,
    a_view_calendar_edited_here,
    a_far_store_that_mails,
    renamed_files,
)
