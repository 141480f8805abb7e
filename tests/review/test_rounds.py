"""Rounds that meet a server's bad days: nothing twice, nobody mailed, and what is new is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.bench import Rules
from calsync_cli.core.brake import Limit
from calsync_cli.core.model import NOBODY, Mode, Prefer, Ref
from calsync_cli.core.ops import Denied
from tests.doubles.faults import Answer, Call, Lose, Unread
from tests.engine.events import event, guest
from tests.engine.scenes import LOUD, file_of
from tests.engine.world import World, settled

GUEST = guest("guest@example.com")


def uids(world: World, side: str, name: str = "work") -> list[str]:
    from tests.doubles.memory import uid_of

    store = (world.near if side == "near" else world.far)[name]
    return sorted(uid_of(body) for body in store.contents().values())


def test_a_refusal_after_a_lost_answer_is_told_as_new(tmp_path: Path) -> None:
    world = settled(World(tmp_path))
    ref = file_of(world, "e1")
    world.near["work"].put(ref, event("e1", "Edited"))
    world.far["work"].fail_next(Call.WRITE, Lose(done=False))
    first = world.sync()
    for _ in range(3):
        world.far["work"].fail_next(Call.WRITE, Answer(Denied(Ref("e1.ics"), "E403", "no")))

    second = world.sync()

    assert (first.fresh, second.fresh) == (0, 1)


def test_a_meeting_that_would_mail_is_not_made_twice_however_often_it_waited(tmp_path: Path) -> None:
    world = World(tmp_path, far_traits=LOUD)
    world.rules = Rules(prefer=Prefer.LOCAL)
    world.near["work"].put("m.ics", event("m", "Mine", more=GUEST))
    world.far["work"].put("m.ics", event("m", "Theirs", more=GUEST))

    for _ in range(8):
        world.sync()

    assert uids(world, "far") == ["m"]


def test_an_event_whose_creation_was_lost_and_cannot_be_read_yet_is_not_made_again(tmp_path: Path) -> None:
    world = settled(World(tmp_path))
    world.near["work"].put("new.ics", event("new", "New"))
    world.far["work"].fail_next(Call.WRITE, Lose(done=True))
    world.sync()
    world.far["work"].fail_next(Call.FETCH, Unread("E404"))
    world.sync()

    world.sync()

    assert uids(world, "far") == ["e0", "e1", "e2", "new"]


def test_a_calendar_that_is_listed_and_does_not_answer_does_not_keep_the_others_from_syncing(tmp_path: Path) -> None:
    world = settled(World(tmp_path, {"work": Mode.TWO_WAY, "zombie": Mode.VIEW}))
    world.far["zombie"].answers = False
    world.near["work"].put("new.ics", event("new", "New"))

    world.sync()

    assert "new" in uids(world, "far")


def test_a_calendar_that_does_not_answer_is_told_once_and_forgotten_when_it_answers(tmp_path: Path) -> None:
    world = settled(World(tmp_path, {"work": Mode.TWO_WAY, "zombie": Mode.VIEW}))
    world.far["zombie"].put("z.ics", event("z", "Back"))
    world.far["zombie"].answers = False

    told = [world.sync().fresh for _ in range(6)]
    world.far["zombie"].answers = True
    last = world.sync()

    assert (told, last.waits, uids(world, "near", "zombie")) == ([1, 0, 0, 0, 0, 0], [], ["z"])


def test_deleting_somebody_elses_meeting_mails_no_refusal_to_its_organizer(tmp_path: Path) -> None:
    world = World(tmp_path, far_traits=LOUD)
    world.rules = Rules(own=frozenset({"me@example.org"}))
    people = "\n".join([GUEST, guest("me@example.org"), "ORGANIZER:mailto:boss@example.com"])
    world.far["work"].put("m.ics", event("m", "Theirs", more=people))
    world.sync()
    world.near["work"].drop(file_of(world, "m"))

    result = world.sync()

    assert ([op.mail for op in world.far["work"].ops], result.invited) == ([NOBODY], 0)


def test_deleting_a_meeting_of_ones_own_tells_its_guests(tmp_path: Path) -> None:
    world = World(tmp_path, far_traits=LOUD)
    world.rules = Rules(own=frozenset({"me@example.org"}))
    world.far["work"].put("m.ics", event("m", "Mine", more=f"{GUEST}\nORGANIZER:mailto:me@example.org"))
    world.sync()
    world.near["work"].drop(file_of(world, "m"))

    result = world.sync()

    assert ([op.mail for op in world.far["work"].ops], result.invited) == ([{"guest@example.com"}], 1)


@pytest.mark.parametrize("prefer", list(Prefer))
def test_a_round_that_only_pulls_sends_nothing_whatever_was_changed_here(tmp_path: Path, prefer: Prefer) -> None:
    world = settled(World(tmp_path, {"work": Mode.TWO_WAY, "team": Mode.TWO_WAY}), count=5)
    world.rules = Rules(prefer=prefer)
    world.near["work"].put(file_of(world, "e0"), event("e0", "Mine"))
    world.far["work"].put("e0.ics", event("e0", "Theirs"))
    world.near["work"].put(file_of(world, "e1"), event("e1", "Mine"))
    world.near["work"].drop(file_of(world, "e2"))
    world.near["team"].put("moved.ics", world.near["work"].contents()[Ref(file_of(world, "e3"))])
    world.near["work"].drop(file_of(world, "e3"))
    world.near["work"].put("new.ics", event("new", "New"))
    world.near["team"].put("stray.ics", event("stray", "Stray"))

    world.sync(mode=Mode.PULL)

    assert [op for far in world.far.values() for op in far.ops] == []


@pytest.mark.parametrize(("asked", "left"), [(True, []), (False, ["e0", "e1", "e2"])])
def test_a_number_that_is_set_for_every_day_does_not_let_a_calendar_be_emptied(
    tmp_path: Path, *, asked: bool, left: list[str]
) -> None:
    world = settled(World(tmp_path))
    for ref in list(world.far["work"].contents()):
        world.far["work"].drop(ref)

    world.sync(limit=Limit(count=500, asked=asked))

    assert uids(world, "near") == left
