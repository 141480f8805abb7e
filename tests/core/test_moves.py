"""Moves between the calendars of one account: every case that the architecture names."""

from __future__ import annotations

import pytest

from calsync_cli.core.model import Mode, Side
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.core.steps import Drop, Follow, Keep, Put, Shift, Step, Transfer
from calsync_cli.core.verdict import Verdict
from tests.core.scenery import Calendar, planned
from tests.engine.events import event, guest

BODY, EDITED = event("x", "Moved"), event("x", "Moved and edited")
MEETING = event("x", "Meeting", more=guest("ann@x.example"))
THERE = event("x", "Moved", place="Edited there")


def two(
    mode: Mode = Mode.TWO_WAY, other: Mode = Mode.TWO_WAY, body: bytes = BODY, **kwargs
) -> tuple[Calendar, Calendar]:
    """The event has left work; where it went is for the test to say."""
    return Calendar("work", mode, **kwargs).was("a", body).gone(Side.NEAR, "a"), Calendar("team", other, **kwargs)


def test_between_two_calendars_that_may_be_edited_it_is_one_move():
    work, team = two()

    made, _ = planned(work, team.put(Side.NEAR, "b", BODY))

    (shift,) = made.deeds
    assert isinstance(shift, Shift)
    assert (shift.link, shift.to, shift.far.ref, shift.near.ref) == (1, 2, "a", "b")


def test_an_edited_file_moves_with_its_edit():
    work, team = two()

    made, _ = planned(work, team.put(Side.NEAR, "b", EDITED))

    assert [(type(deed), deed.near.sha) for deed in made.deeds] == [(Shift, sha_of(EDITED))]


def test_an_edit_there_at_the_same_time_moves_along():
    work, team = two()

    made, _ = planned(work.put(Side.FAR, "a", THERE), team.put(Side.NEAR, "b", BODY))

    assert [(type(deed), deed.far.sha, deed.far.rev) for deed in made.deeds] == [(Shift, sha_of(THERE), "2")]


def test_a_meeting_is_moved_where_the_server_moves():
    work, team = two(body=MEETING)

    made, _ = planned(work, team.put(Side.NEAR, "b", MEETING))

    assert [type(deed) for deed in made.deeds] == [Shift]


def test_a_meeting_is_put_back_where_the_server_moves_nothing():
    work, team = two(body=MEETING, movable=False)

    made, _ = planned(work, team.put(Side.NEAR, "b", MEETING))

    back, leave = made.deeds
    assert (back.verdict, back.why, back.near) == (Verdict.PUT_BACK, "moved-back", Put(sha_of(MEETING)))
    assert (leave.link, leave.near.over.ref, leave.far) == (2, "b", Keep())


def test_anything_else_is_moved_all_the_same_where_the_server_moves_nothing():
    work, team = two(movable=False)

    made, _ = planned(work, team.put(Side.NEAR, "b", BODY))

    assert [type(deed) for deed in made.deeds] == [Shift]


def test_into_a_view_calendar_it_is_put_back():
    work, team = two(other=Mode.VIEW)

    made, _ = planned(work, team.put(Side.NEAR, "b", BODY))

    back, leave = made.deeds
    assert (back.link, back.near, back.far.version.ref) == (1, Put(sha_of(BODY)), "a")
    assert (leave.link, isinstance(leave.near, Drop), leave.far) == (2, True, Keep())


def test_into_a_view_calendar_with_an_edit_the_edit_goes_where_it_came_from():
    work, team = two(other=Mode.VIEW)

    made, _ = planned(work, team.put(Side.NEAR, "b", EDITED))

    back = made.deeds[0]
    assert (back.near, back.far.sha, back.far.over.ref) == (Put(sha_of(EDITED)), sha_of(EDITED), "a")


@pytest.mark.parametrize("mine", [BODY, EDITED])
def test_into_a_view_calendar_while_edited_there_both_edits_live(mine):
    work, team = two(other=Mode.VIEW)

    made, shelf = planned(work.put(Side.FAR, "a", THERE), team.put(Side.NEAR, "b", mine))

    back = made.deeds[0]
    far = back.far.over if isinstance(back.far, Put) else back.far.version
    assert b"Edited there" in shelf[back.near.sha]
    assert (b"and edited" in shelf[back.near.sha]) is (mine is EDITED)
    assert far.rev == "2", "what was seen there is remembered as it was seen"


def out_of_view(body: bytes = BODY) -> tuple[Calendar, Calendar]:
    hols = Calendar("hols", Mode.VIEW).was("a", BODY).gone(Side.NEAR, "a")
    return hols, Calendar("work").put(Side.NEAR, "b", body)


def test_out_of_a_view_calendar_it_is_put_back_and_a_copy_goes_to_the_primary():
    hols, work = out_of_view()

    made, shelf = planned(work, hols)

    copy, back = made.deeds
    assert isinstance(copy, Transfer)
    assert (copy.to, copy.key, copy.known) == (1, fresh_key("x", sha_of(BODY)), False)
    assert copy.key.encode() in shelf[copy.sha]
    assert (back.link, back.near, back.why) == (3, Put(sha_of(BODY)), "moved-back")


def test_the_copy_is_made_once_though_the_round_was_killed_in_between():
    hols, work = out_of_view()
    made, shelf = planned(work, hols)
    copied = shelf[made.deeds[0].sha]

    made, _ = planned(work.put(Side.NEAR, "copy", copied), hols)

    assert [deed.known for deed in made.deeds if isinstance(deed, Transfer)] == [True]


def test_the_copy_is_made_before_it_is_put_back():
    hols, work = out_of_view()

    made, _ = planned(work, hols)

    assert [type(deed) for deed in made.deeds] == [Transfer, Step]


def test_out_of_a_view_calendar_while_edited_there_it_comes_back_as_it_is_there():
    hols, work = out_of_view()

    made, _ = planned(work, hols.put(Side.FAR, "a", THERE))

    back = made.deeds[-1]
    assert (back.near, back.far.version.rev) == (Put(sha_of(THERE)), "2")


def test_between_two_view_calendars_it_is_put_back():
    hols = Calendar("hols", Mode.VIEW).was("a", BODY).gone(Side.NEAR, "a")

    made, _ = planned(Calendar("work"), hols, Calendar("team", Mode.VIEW).put(Side.NEAR, "b", BODY))

    assert [(deed.link, deed.why) for deed in made.deeds] == [(3, "moved-back"), (2, "moved-back")]


def moved_there(mine: bytes = BODY) -> tuple[Calendar, Calendar]:
    work = Calendar("work").was("a", BODY).gone(Side.FAR, "a")
    return work if mine is BODY else work.put(Side.NEAR, "a", mine), Calendar("team").put(Side.FAR, "b", BODY)


@pytest.mark.parametrize("mine", [BODY, EDITED])
def test_moved_there_the_file_follows_as_it_is(mine):
    made, _ = planned(*moved_there(mine))

    (follow,) = made.deeds
    assert isinstance(follow, Follow)
    assert (follow.link, follow.to, follow.near.sha, follow.far.ref) == (1, 2, sha_of(mine), "b")


def test_moved_there_into_a_view_calendar_the_file_follows():
    work, _ = moved_there()

    made, _ = planned(work, Calendar("team", Mode.VIEW).put(Side.FAR, "b", BODY))

    assert [type(deed) for deed in made.deeds] == [Follow]


def test_moved_there_and_deleted_here_it_comes_again():
    work = Calendar("work").was("a", BODY).gone(Side.FAR, "a").gone(Side.NEAR, "a")

    made, _ = planned(work, Calendar("team").put(Side.FAR, "b", BODY))

    assert [deed.verdict for deed in made.deeds] == [Verdict.FORGET, Verdict.BIRTH_NEAR]


def test_moved_on_both_sides_to_the_same_place_it_is_adopted():
    work, team = two()

    made, _ = planned(work.gone(Side.FAR, "a"), team.put(Side.NEAR, "b", BODY).put(Side.FAR, "c", BODY))

    assert [(deed.verdict, deed.why) for deed in made.deeds] == [(Verdict.FORGET, ""), (Verdict.REST, "adopted")]


def test_a_file_whose_item_has_moved_and_which_lies_there_already_goes():
    work, team = moved_there(EDITED)

    made, _ = planned(work, team.put(Side.NEAR, "b", EDITED))

    gone = next(deed for deed in made.deeds if deed.link == 1)
    assert (gone.verdict, gone.why, gone.near.over.sha) == (Verdict.ERASE_NEAR, "moved", sha_of(EDITED))


def test_a_copy_in_a_second_calendar_is_no_move():
    work = Calendar("work").was("a", BODY)

    made, _ = planned(work, Calendar("team", Mode.VIEW).put(Side.NEAR, "b", BODY))

    (transfer,) = made.deeds
    assert (type(transfer), transfer.known) == (Transfer, True), "the primary has it: only the file here has to go"


def test_gone_here_and_unreadable_there_is_no_move():
    work, team = two()

    made, _ = planned(work.broken(Side.FAR, "a"), team.put(Side.NEAR, "b", BODY))

    assert not any(isinstance(deed, Shift) for deed in made.deeds)
    assert [wait.ref for wait in made.waiting] == ["a"]


@pytest.mark.parametrize("where", ["work", "team"])
def test_two_that_may_be_meant_are_no_move(where):
    work, team = two()
    (work if where == "work" else team).put(Side.NEAR, "c", event("x", "Another"))

    made, _ = planned(work, team.put(Side.NEAR, "b", BODY))

    assert not any(isinstance(deed, Shift) for deed in made.deeds)


def test_a_move_in_a_pull_only_round_waits_for_the_next():
    work, team = two(Mode.PULL, Mode.PULL)

    made, _ = planned(work, team.put(Side.NEAR, "b", BODY))

    assert made.deeds == ()


def test_what_cannot_be_merged_when_it_is_put_back_waits():
    work, team = two(other=Mode.VIEW)
    broken = THERE.replace(b"END:VEVENT", b"END:VTODO")
    team.put(Side.NEAR, "b", EDITED)
    work.put(Side.FAR, "a", THERE)
    work.bodies[sha_of(THERE)] = broken

    made, _ = planned(work, team)

    assert [(wait.code, wait.why) for wait in made.waiting] == [("E403", "broken")]
    assert made.deeds == ()
