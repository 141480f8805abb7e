"""Who is told of what, at a server that mails on its own: those who were chosen, when they were, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from calsync_cli.core.bench import Rules
from calsync_cli.core.model import Mode
from calsync_cli.core.ops import Mark
from calsync_cli.core.shelf import sha_of
from tests.doubles.memory import MemoryStore, guests_of
from tests.engine.events import event
from tests.engine.scenes import edit_near
from tests.engine.test_faults import LOUD
from tests.engine.world import World, settled

ME, ANN, BOB = "me@x.example", "ann@x.example", "bob@x.example"
OWN = frozenset({ME})
MINE = f"ORGANIZER:mailto:{ME}"
PEOPLE = "\n".join([MINE, f"ATTENDEE:mailto:{ANN}", f"ATTENDEE:mailto:{BOB}"])


def rules(**more: object) -> Rules:
    return Rules(own=OWN, **more)  # type: ignore[arg-type]  # each test gives fields of Rules by name


def choosing(*addresses: str, at: str = "") -> dict[str, dict[str, frozenset[str]]]:
    return {"met": {at: frozenset(addresses)}}


def told(world: World) -> list[str]:
    """Addresses that ops allowed the server to mail, in order."""
    ops = [op for op in world.far["work"].ops if not isinstance(op, Mark)]
    return [address for op in ops for address in sorted(op.mail)]


def ref_of(store: MemoryStore) -> str:
    return next(ref for ref, body in store.contents().items() if b"UID:met" in body)


@pytest.fixture
def loud(tmp_path: Path) -> World:
    world = World(tmp_path, far_traits=LOUD)
    world.rules = rules()
    return settled(world)


@pytest.fixture
def listed(loud: World) -> World:
    """Another program gave an event guests; nobody chose them."""
    loud.near["work"].put("met.ics", event("met", "Meeting", more=PEOPLE))
    loud.sync()
    return loud


@pytest.fixture
def invited(loud: World) -> World:
    """A meeting with a guest who was chosen and one who was not."""
    loud.rules = rules(chosen=choosing(ANN))
    loud.near["work"].put("met.ics", event("met", "Meeting", more=PEOPLE))
    loud.sync()
    loud.rules = rules()
    loud.far["work"].ops.clear()
    return loud


def far_guests(world: World) -> frozenset[str]:
    return guests_of(world.bodies("far")["met"])


def test_guests_whom_nobody_chose_are_not_told(listed: World) -> None:
    assert (far_guests(listed), told(listed)) == (frozenset(), [])


def test_who_is_chosen_later_is_invited_though_the_file_did_not_change(listed: World) -> None:
    listed.rules = rules(chosen=choosing(ANN))

    result = listed.sync()

    assert (far_guests(listed), told(listed), result.invited) == (frozenset({ANN}), [ANN], 1)
    assert MINE.encode() in listed.bodies("far")["met"]
    assert guests_of(listed.bodies("near")["met"]) == {ANN, BOB}


def test_an_invitation_goes_once(listed: World) -> None:
    listed.rules = rules(chosen=choosing(ANN))
    listed.sync()
    writes = listed.writes()

    listed.sync()

    assert listed.writes() == writes


def test_who_was_chosen_and_is_not_on_the_event_is_not_put_on_it(loud: World) -> None:
    loud.near["work"].put("met.ics", event("met", "Meeting"))
    loud.sync()
    loud.rules = rules(chosen=choosing(ANN))
    writes = loud.writes()

    loud.sync()

    assert (loud.writes(), far_guests(loud)) == (writes, frozenset())


def test_a_first_round_invites_nobody_whoever_was_chosen(tmp_path: Path) -> None:
    world = World(tmp_path, far_traits=LOUD)
    world.rules = rules(chosen=choosing(ANN))
    world.near["work"].put("met.ics", event("met", "Meeting", more=PEOPLE))

    world.sync()

    assert (far_guests(world), told(world)) == (frozenset(), [])


def test_a_guest_who_left_at_the_provider_is_not_invited_again_by_an_edit_here(invited: World) -> None:
    invited.far["work"].put(ref_of(invited.far["work"]), event("met", "Meeting", more=MINE))
    invited.sync()
    edit_near(invited, "met", event("met", "Meeting, moved", more=f"{MINE}\nATTENDEE:mailto:{BOB}"))

    invited.sync()

    assert (far_guests(invited), told(invited)) == (frozenset(), [])


def test_an_edit_tells_those_who_were_invited_and_them_alone(invited: World) -> None:
    edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))

    invited.sync()

    assert told(invited) == [ANN]


@pytest.mark.parametrize("deed", ["edit", "delete", "invite", "add", "nothing"])
def test_a_dry_run_foretells_how_many_are_told(invited: World, deed: str) -> None:
    match deed:
        case "edit":
            edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))
        case "delete":
            invited.near["work"].drop(ref_of(invited.near["work"]))
        case "invite":
            invited.rules = rules(chosen=choosing(BOB))
        case "add":
            invited.rules = rules(chosen={"new": {"": frozenset({ANN, BOB})}})
            invited.near["work"].put("new.ics", event("new", "New one", more=PEOPLE))
    foretold = invited.sync(dry=True)
    assert told(invited) == []

    done = invited.sync()

    assert foretold.invited == done.invited == len(told(invited))
    assert done.invited == {"edit": 1, "delete": 1, "invite": 1, "add": 2, "nothing": 0}[deed]


@pytest.mark.parametrize("word", [{"quiet": frozenset({"met"})}, {"updates": False}])
def test_an_edit_that_nobody_is_to_hear_of_waits(invited: World, word: dict[str, object]) -> None:
    edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))
    invited.rules = rules(**word)

    result = invited.sync()

    assert ([wait.why for wait in result.waits], told(invited)) == (["would-mail"], [])
    assert b"Room 2" in invited.bodies("near")["met"]


@pytest.mark.parametrize("word", [{"quiet": frozenset({"met"})}, {"updates": False}])
def test_a_deletion_that_nobody_is_to_hear_of_waits_until_a_person_says_so(
    invited: World, word: dict[str, object]
) -> None:
    invited.near["work"].drop(ref_of(invited.near["work"]))
    invited.rules = rules(**word)
    held = invited.sync()
    assert ([wait.why for wait in held.waits], told(invited)) == (["would-mail"], [])
    invited.rules = rules(**word, may_mail=frozenset({"met"}))

    invited.sync()

    assert ("met" in invited.bodies("far"), told(invited)) == (False, [ANN])


ACCEPTED = f"{MINE}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{ANN}"


def test_an_edit_made_while_an_answer_came_is_told_as_any_other(invited: World) -> None:
    invited.far["work"].put(ref_of(invited.far["work"]), event("met", "Meeting", more=ACCEPTED))
    edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))

    result = invited.sync()

    assert (result.waits, told(invited)) == ([], [ANN])
    assert b"PARTSTAT=ACCEPTED" in invited.bodies("near")["met"]
    assert b"Room 2" in invited.bodies("far")["met"]


@pytest.mark.parametrize("word", [{"quiet": frozenset({"met"})}, {"updates": False}])
def test_such_an_edit_waits_where_nobody_is_to_hear_of_it(invited: World, word: dict[str, object]) -> None:
    invited.far["work"].put(ref_of(invited.far["work"]), event("met", "Meeting", more=ACCEPTED))
    edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))
    invited.rules = rules(**word)

    result = invited.sync()

    assert ([wait.why for wait in result.waits], told(invited)) == (["would-mail"], [])


def test_what_was_changed_on_both_sides_waits(invited: World) -> None:
    invited.far["work"].put(ref_of(invited.far["work"]), event("met", "Renamed there", more=ACCEPTED))
    edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))

    result = invited.sync()

    assert ([wait.why for wait in result.waits], told(invited)) == (["would-mail"], [])


def test_an_invitation_waits_along_with_an_edit_that_nobody_is_to_hear_of(invited: World) -> None:
    edit_near(invited, "met", event("met", "Meeting", place="Room 2", more=PEOPLE))
    invited.rules = rules(quiet=frozenset({"met"}), chosen=choosing(BOB))
    held = invited.sync()
    assert ([wait.why for wait in held.waits], told(invited)) == (["would-mail"], [])
    invited.rules = rules(quiet=frozenset({"met"}), chosen=choosing(BOB), may_mail=frozenset({"met"}))

    invited.sync()

    assert (far_guests(invited), told(invited)) == ({ANN, BOB}, [ANN, BOB])


def test_an_event_without_guests_goes_whatever_was_said_about_mail(loud: World) -> None:
    edit_near(loud, "e0", event("e0", "Edited"))
    loud.rules = rules(updates=False, quiet=frozenset({"e0"}))

    result = loud.sync()

    assert (result.waits, loud.bodies("far")["e0"]) == ([], event("e0", "Edited"))


def test_an_event_that_comes_back_by_undo_invites_nobody(loud: World) -> None:
    body = event("met", "Meeting", more=PEOPLE)
    loud.rules = rules(chosen=choosing(ANN), hushed=frozenset({sha_of(body)}))
    loud.near["work"].put("met.ics", body)

    loud.sync()

    assert (far_guests(loud), told(loud)) == (frozenset(), [])


def theirs(answer: str) -> str:
    return f"ORGANIZER:mailto:{ANN}\nATTENDEE:mailto:{BOB}\nATTENDEE;PARTSTAT={answer}:mailto:{ME}"


@pytest.fixture
def guest(loud: World) -> World:
    """Somebody else's meeting, not answered yet."""
    loud.far["work"].put("met.ics", event("met", "Theirs", more=theirs("NEEDS-ACTION")))
    loud.sync()
    return loud


def test_an_answer_is_told_to_the_organizer_alone(guest: World) -> None:
    edit_near(guest, "met", event("met", "Theirs", more=theirs("ACCEPTED")))

    result = guest.sync()

    assert (told(guest), result.invited) == ([ANN], 1)


def test_a_silent_answer_waits_where_the_server_would_tell(guest: World) -> None:
    edit_near(guest, "met", event("met", "Theirs", more=theirs("ACCEPTED")))
    guest.rules = rules(quiet=frozenset({"met"}))

    result = guest.sync()

    assert ([wait.why for wait in result.waits], told(guest)) == (["would-mail"], [])


def test_a_note_of_ones_own_on_somebody_elses_meeting_mails_nobody(guest: World) -> None:
    edit_near(guest, "met", event("met", "Theirs", place="My desk", more=theirs("NEEDS-ACTION")))
    guest.rules = rules(quiet=frozenset({"met"}))

    result = guest.sync()

    assert (result.waits, told(guest)) == ([], [])


QUIET = f"{MINE}\nATTENDEE:mailto:{ANN}\nATTENDEE;SCHEDULE-AGENT=NONE:mailto:{BOB}"
"""As calsync writes it here: one guest who was invited, one who is to hear nothing."""


def reconnected(tmp_path: Path, *, place: str = "") -> World:
    """Both sides are full, the books are empty."""
    world = World(tmp_path, far_traits=LOUD)
    world.rules = rules()
    world.near["work"].put("met.ics", event("met", "Meeting", more=QUIET))
    world.far["work"].put("met.ics", event("met", "Meeting", place=place, more=f"{MINE}\nATTENDEE:mailto:{ANN}"))
    return world


def test_connected_again_a_silent_guest_is_no_difference(tmp_path: Path) -> None:
    world = reconnected(tmp_path)

    result = world.sync()

    assert (result.conflicts, result.happened, told(world)) == (0, [], [])
    assert world.bodies("near")["met"] == event("met", "Meeting", more=QUIET)


def test_connected_again_what_changed_there_comes_and_the_silent_guest_stays(tmp_path: Path) -> None:
    world = reconnected(tmp_path, place="Room 2")

    world.sync()

    here = world.bodies("near")["met"]
    assert (b"Room 2" in here, guests_of(here), told(world)) == (True, frozenset({ANN, BOB}), [])
    assert b"SCHEDULE-AGENT=NONE" in here
    world.sync()
    assert (world.bodies("near")["met"], far_guests(world)) == (here, frozenset({ANN}))


def test_an_edit_of_a_meeting_whose_file_was_moved_waits_where_nobody_is_to_hear_of_it(tmp_path: Path) -> None:
    modes = {"work": Mode.TWO_WAY, "team": Mode.TWO_WAY}
    world = World(tmp_path, modes, far_traits=replace(LOUD, moves=False))
    world.rules = rules()
    world.far["work"].put("met.ics", event("met", "Meeting", more=PEOPLE))
    settled(world)
    world.near["work"].drop(ref_of(world.near["work"]))
    edited = event("met", "Meeting", place="Room 2", more=PEOPLE)
    world.near["team"].put("met.ics", edited)
    world.rules = rules(updates=False)

    results = [world.sync() for _ in range(3)]

    assert [wait.why for wait in results[-1].waits] == ["would-mail"]
    assert told(world) == []
    assert edited in world.bodies("near", "team").values()
    world.rules = rules(updates=False, may_mail=frozenset({"met"}))
    world.sync()
    assert (told(world), b"Room 2" in world.bodies("far")["met"]) == ([ANN, BOB], True)
