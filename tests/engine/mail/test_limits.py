"""What a limit leaves at the server: counted once, left there whatever happens to it, and let in by a wider limit."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from calsync_cli.core.brake import Limit
from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.mail.record import What
from tests.doubles.fuse import Fuse, Killed
from tests.engine.mail.world import World, bare, ids, mail

DAY = 86400.0
TODAY = 1_790_000_000.0
MONTH = TODAY - 30 * DAY


def aged(path: Path, old: int = 3, **world) -> World:
    """An account with so many old messages, and one of today."""
    made = World(path, **world)
    for at in range(old):
        made.far["inbox"].put(mail(f"old{at}", "a" * at), date=TODAY - (40 + at) * DAY)
    made.far["inbox"].put(mail("fresh"), date=TODAY)
    return made


def begun(path: Path, old: int = 3, **world) -> World:
    made = aged(path, old, **world)
    made.sync(since=MONTH)
    return made


def far_ref(world: World, name: str, folder: str = "inbox"):
    box = world.far[folder]
    return next(box.ref(uid) for uid, item in box.items.items() if f"<{name}@".encode() in item.content)


def told(world: World) -> dict[What, int]:
    return {what: count for (_, what), count in world.result.tally.items()}


def test_the_first_round_fetches_what_is_not_older(tmp_path):
    world = begun(tmp_path)

    assert ids(world.here()) == ["fresh"]
    assert told(world) == {What.FETCHED: 1, What.TOO_OLD: 3}


def test_a_dry_run_tells_the_same(tmp_path):
    world = aged(tmp_path)

    world.sync(since=MONTH, dry=True)

    assert told(world) == {What.FETCHED: 1, What.TOO_OLD: 3}


@pytest.mark.parametrize("deltas", [True, False])
def test_later_rounds_leave_it_there_as_the_days_go_by_and_say_nothing(tmp_path, deltas):
    world = begun(tmp_path, deltas=deltas)
    world.far["inbox"].flag(far_ref(world, "old0"), SEEN, FLAGGED)

    world.sync(since=MONTH + DAY)

    assert ids(world.here()) == ["fresh"]
    assert not told(world)
    world.sync(since=MONTH + 2 * DAY, full=True)
    assert ids(world.here()) == ["fresh"]
    assert not told(world)


def test_what_arrives_later_is_fetched_whatever_its_age(tmp_path):
    world = begun(tmp_path)
    world.far["inbox"].put(mail("ancient"), date=0.0)

    world.sync(since=MONTH)

    assert ids(world.here()) == ["ancient", "fresh"]


def test_what_is_deleted_of_it_there_is_forgotten_in_silence(tmp_path):
    world = begun(tmp_path)
    for at in range(3):
        world.far["inbox"].drop(far_ref(world, f"old{at}"))

    result = world.sync(since=MONTH)

    assert not result.alarms
    assert not told(world)
    assert [bool(one.near) for one in world.books.known(world.link("inbox").id)] == [True]


def test_what_is_moved_of_it_there_stays_there(tmp_path):
    world = begun(tmp_path)
    world.far["inbox"].carry(far_ref(world, "old2"), world.far["archive"])
    world.far["archive"].put(mail("young"), date=TODAY)

    world.sync(since=MONTH)

    assert ids(world.here("archive")) == ["young"]
    world.sync(since=MONTH, full=True)
    assert ids(world.here("archive")) == ["young"]


def test_a_wider_limit_lets_in_what_it_covers_though_nothing_changed(tmp_path):
    world = begun(tmp_path)
    world.glances = True
    world.sync(since=MONTH)
    world.sync(since=MONTH)

    world.sync(since=TODAY - 41 * DAY)

    assert ids(world.here()) == ["fresh", "old0", "old1"]
    world.sync()
    assert ids(world.here()) == ["fresh", "old0", "old1", "old2"]
    world.sync()
    assert not world.result.waits
    assert world.writes() == 4


def test_rounds_in_which_nothing_changed_look_at_nothing_though_the_limit_goes_with_the_days(tmp_path):
    world = begun(tmp_path)
    world.glances = True
    world.sync(since=MONTH, max_size=10_000)
    before = world.far["inbox"].calls.copy()

    for day in range(1, 4):
        world.sync(since=MONTH + day * DAY, max_size=10_000)

    assert world.far["inbox"].calls == before


def test_a_round_killed_while_a_wider_limit_lets_in_doubles_nothing(tmp_path):
    for at in range(1, 150, 3):
        world = begun(tmp_path / str(at))
        world.on_call = fuse = Fuse(blow_at=at)
        with suppress(Killed):
            world.sync()
        world.on_call = lambda _: None
        world.restart()

        world.sync(limit=Limit(count=1000))
        world.sync(limit=Limit(count=1000))

        assert ids(world.here()) == ids(world.there()) == ["fresh", "old0", "old1", "old2"]
        if not fuse.blown:
            return
    raise AssertionError("the fuse always blew")


def test_files_that_are_here_already_are_adopted_whatever_their_age(tmp_path):
    world = aged(tmp_path)
    for at in range(3):
        world.near["inbox"].put(bare(mail(f"old{at}", "a" * at)))

    world.sync(since=MONTH)

    assert told(world) == {What.FETCHED: 1, What.ADOPTED: 3}
    assert not world.far["inbox"].ops


def test_a_file_that_comes_back_here_is_what_was_left_there(tmp_path):
    world = begun(tmp_path)
    world.near["inbox"].put(bare(mail("old1", "a")))
    world.near["inbox"].put(bare(mail("new")))

    world.sync(since=MONTH)

    assert ids(world.there()) == ["fresh", "new", "old0", "old1", "old2"]
    world.sync(since=MONTH)
    near_flags = world.near_flags(mail("old1", "a"))
    world.far["inbox"].flag(far_ref(world, "old1"), *near_flags, SEEN)
    world.sync(since=MONTH)
    assert world.near_flags(mail("old1", "a")) == {*near_flags, SEEN}


def test_a_new_life_of_the_mailbox_lets_nothing_old_in(tmp_path):
    world = begun(tmp_path)
    world.far["inbox"].new_life()

    world.sync(since=MONTH)

    assert ids(world.here()) == ["fresh"]
    world.sync(since=MONTH)
    assert ids(world.here()) == ["fresh"]


def test_ten_thousand_left_there_cost_no_question_and_no_body(tmp_path):
    world = aged(tmp_path, 1, deltas=False)
    box = world.far["inbox"]
    for at in range(10_000):
        box.put(b"x%d" % at, date=0.0)
    world.sync(since=MONTH)
    world.near["inbox"].put(bare(mail("new")))
    calls, bodies = box.calls.copy(), len(box.bodies)

    world.sync(since=MONTH)

    asked = set(box.calls) - {"page", "write.create", "write.done", "write"}
    assert {name: box.calls[name] - calls[name] for name in asked if box.calls[name] != calls[name]} == {"look": 1}
    assert len(box.bodies) == bodies


# ── size ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("deltas", [True, False])
def test_a_message_that_is_too_big_is_told_once_and_stays_though_it_is_marked(tmp_path, deltas):
    world = World(tmp_path, deltas=deltas)
    world.far["inbox"].put(mail("big", "x" * 1000))
    world.sync(max_size=500)
    world.far["inbox"].flag(far_ref(world, "big"), SEEN)

    world.sync(max_size=500)

    assert not world.here()
    assert not told(world)
    assert len(world.there()) == 1


def test_a_larger_size_lets_it_in_though_nothing_changed_and_a_smaller_one_came_between(tmp_path):
    world = World(tmp_path)
    world.glances = True
    world.far["inbox"].put(mail("big", "x" * 1000))
    for size in (500, 500, 200, 300):
        world.sync(max_size=size)
        assert not world.here()

    world.sync(max_size=2000)

    assert ids(world.here()) == ["big"]
    assert ids(world.there()) == ["big"]
