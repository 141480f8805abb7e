"""Who is told of what, at a provider that tells only when it is asked to: silence is the rule, news the exception."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from calsync_cli.core.bench import Rules
from calsync_cli.core.ops import Mark
from calsync_cli.core.shelf import sha_of
from tests.doubles.memory import HONEST
from tests.engine.events import event
from tests.engine.scenes import edit_near
from tests.engine.world import World, settled

ME, ANN, BOB = "me@x.example", "ann@x.example", "bob@x.example"
MINE = f"ORGANIZER:mailto:{ME}"
SILENT = f"ATTENDEE;SCHEDULE-AGENT=NONE:mailto:{BOB}"
PEOPLE = f"{MINE}\nATTENDEE:mailto:{ANN}\n{SILENT}"
ASKED = replace(HONEST, tells=True, private=True)


def rules(**more: object) -> Rules:
    return Rules(own=frozenset({ME}), **more)  # type: ignore[arg-type]  # each test gives fields of Rules by name


def told(world: World) -> list[str]:
    ops = [op for op in world.far["work"].ops if not isinstance(op, Mark)]
    return [address for op in ops for address in sorted(op.mail)]


def ref_in(world: World, side: str) -> str:
    store = (world.near if side == "near" else world.far)["work"]
    return next(ref for ref, body in store.contents().items() if b"UID:met" in body)


@pytest.fixture
def asked(tmp_path: Path) -> World:
    world = World(tmp_path, far_traits=ASKED)
    world.rules = rules()
    return settled(world)


@pytest.fixture
def invited(asked: World) -> World:
    """A meeting with a guest who was chosen and a silent one."""
    asked.rules = rules(chosen={"met": {"": frozenset({ANN})}})
    asked.near["work"].put("met.ics", event("met", "Meeting", more=PEOPLE))
    asked.sync()
    asked.rules = rules()
    return asked


def test_who_was_chosen_is_invited_and_the_silent_guest_goes_along_unseen(invited: World) -> None:
    assert told(invited) == [ANN]
    assert SILENT.encode() in invited.bodies("far")["met"]


def test_who_was_not_chosen_is_neither_sent_nor_told(asked: World) -> None:
    asked.near["work"].put("met.ics", event("met", "Meeting", more=f"{MINE}\nATTENDEE:mailto:{ANN}"))

    asked.sync()

    assert (told(asked), ANN.encode() in asked.bodies("far")["met"]) == ([], False)


@pytest.mark.parametrize(
    ("change", "heard"),
    [({"title": "Another title"}, []), ({"place": "Room 9"}, [ANN]), ({"end": "20261201T140000Z"}, [ANN])],
)
def test_of_an_edit_guests_hear_where_it_is_about_time_or_place(
    invited: World, change: dict[str, str], heard: list[str]
) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", **{"title": "Meeting", "more": PEOPLE, **change}))

    result = invited.sync()

    assert (told(invited), result.invited) == (heard, len(heard))


def test_of_a_deletion_guests_hear(invited: World) -> None:
    invited.far["work"].ops.clear()
    invited.near["work"].drop(ref_in(invited, "near"))

    invited.sync()

    assert told(invited) == [ANN]


@pytest.mark.parametrize(
    ("deed", "quietly"),
    [("edit", "word"), ("edit", "setting"), ("edit", "undo"), ("delete", "word"), ("delete", "setting")],
)
def test_nobody_hears_where_a_person_wants_it_quiet(invited: World, deed: str, quietly: str) -> None:
    invited.far["work"].ops.clear()
    edited = event("met", "Meeting", place="Room 9", more=PEOPLE)
    if deed == "edit":
        edit_near(invited, "met", edited)
    else:
        invited.near["work"].drop(ref_in(invited, "near"))
    match quietly:
        case "word":
            invited.rules = rules(quiet=frozenset({"met"}))
        case "setting":
            invited.rules = rules(updates=False)
        case _:
            invited.rules = rules(hushed=frozenset({sha_of(edited)}))

    invited.sync()

    assert (told(invited), bool(invited.far["work"].ops)) == ([], True)


def test_a_person_s_word_makes_even_another_title_known(invited: World) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", "Another title", more=PEOPLE))
    invited.rules = rules(may_mail=frozenset({"met"}))

    invited.sync()

    assert told(invited) == [ANN]


def test_a_merge_of_two_wills_goes_quietly_and_is_not_held(invited: World) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", "Meeting", place="Room 9", more=PEOPLE))
    there = event("met", "Meeting, later", more=PEOPLE)
    invited.far["work"].put(ref_in(invited, "far"), there)

    result = invited.sync()

    assert (told(invited), result.waits) == ([], [])
    assert all(word in invited.bodies("far")["met"] for word in (b"Room 9", b"later"))


def test_an_edit_that_meets_an_answer_is_told_as_any_edit_is(invited: World) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", "Meeting", place="Room 9", more=PEOPLE))
    answered = PEOPLE.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:")
    invited.far["work"].put(ref_in(invited, "far"), event("met", "Meeting", more=answered))

    invited.sync()

    assert told(invited) == [ANN]


def test_what_is_made_anew_is_nobody_s_news(invited: World) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", "Meeting", place="Room 9", more=PEOPLE))
    invited.far["work"].drop(ref_in(invited, "far"))

    invited.sync()

    assert (told(invited), "met" in invited.bodies("far")) == ([], True)


def test_a_first_round_tells_nobody(tmp_path: Path) -> None:
    world = World(tmp_path, far_traits=ASKED)
    world.rules = rules(chosen={"met": {"": frozenset({ANN})}})
    world.near["work"].put("met.ics", event("met", "Meeting", more=PEOPLE))

    world.sync()

    assert told(world) == []


def test_a_silent_guest_who_is_chosen_later_is_invited_once(invited: World) -> None:
    invited.far["work"].ops.clear()
    plain = PEOPLE.replace(";SCHEDULE-AGENT=NONE", "")
    edit_near(invited, "met", event("met", "Meeting", more=plain))
    invited.rules = rules(chosen={"met": {"": frozenset({BOB})}})

    invited.sync()
    invited.rules = rules()
    invited.sync()

    assert told(invited) == [BOB]


def test_a_silent_guest_whose_mark_was_dropped_is_not_invited_by_that(invited: World) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", "Meeting", more=PEOPLE.replace(";SCHEDULE-AGENT=NONE", "")))

    invited.sync()
    invited.sync()

    assert told(invited) == []
    assert f"ATTENDEE:mailto:{BOB}".encode() not in invited.bodies("far")["met"]


@pytest.mark.parametrize(("change", "heard"), [({"title": "Another title"}, 0), ({"place": "Room 9"}, 1)])
def test_a_dry_run_foretells_it(invited: World, change: dict[str, str], heard: int) -> None:
    invited.far["work"].ops.clear()
    edit_near(invited, "met", event("met", **{"title": "Meeting", "more": PEOPLE, **change}))

    assert (invited.sync(dry=True).invited, told(invited)) == (heard, [])
