"""Items that were never agreed on: new ones, counterparts, strays, and what has no UID or another's."""

from __future__ import annotations

import pytest

from calsync_cli.core.bench import Rules
from calsync_cli.core.model import Mode, Prefer, Side
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.core.steps import Drop, Keep, Match, Put, Transfer
from calsync_cli.core.verdict import Verdict
from tests.core.scenery import Calendar, planned
from tests.engine.events import event, guest

NEW = event("new", "New")
BARE = event("", "No UID")


def test_a_new_local_event_of_the_primary_goes_there():
    made, _ = planned(Calendar("work").put(Side.NEAR, "a", NEW))

    assert [(deed.verdict, deed.far) for deed in made.deeds] == [(Verdict.BIRTH_FAR, Put(sha_of(NEW)))]


@pytest.mark.parametrize("mode", [Mode.TWO_WAY, Mode.VIEW])
def test_a_new_local_event_of_a_sub_calendar_goes_to_the_primary_from_the_second_round_on(mode):
    made, _ = planned(Calendar("work"), Calendar("team", mode).put(Side.NEAR, "a", NEW))

    assert [(type(deed), deed.link, deed.to, deed.sha, deed.known) for deed in made.deeds] == [
        (Transfer, 2, 1, sha_of(NEW), False)
    ]


@pytest.mark.parametrize("mode", [Mode.TWO_WAY, Mode.VIEW])
def test_in_the_first_round_of_a_sub_calendar_it_goes_to_the_attic(mode):
    made, _ = planned(Calendar("work"), Calendar("team", mode, first=True).put(Side.NEAR, "a", NEW))

    assert [(deed.verdict, type(deed.near), deed.why) for deed in made.deeds] == [
        (Verdict.RELOCATE, Drop, "not-taken-here")
    ]


@pytest.mark.parametrize("mode", [Mode.TWO_WAY, Mode.VIEW])
def test_in_the_first_round_of_a_sub_calendar_what_is_there_too_is_adopted(mode):
    made, _ = planned(
        Calendar("work"), Calendar("team", mode, first=True).put(Side.NEAR, "a", NEW).put(Side.FAR, "b", NEW)
    )

    assert [(deed.verdict, deed.writes) for deed in made.deeds] == [(Verdict.REST, False)]


def test_without_a_primary_a_stray_waits_and_is_not_thrown_away():
    made, _ = planned(Calendar("team").put(Side.NEAR, "a", NEW))

    assert (made.deeds, [(wait.code, wait.why, wait.loud) for wait in made.waiting]) == (
        (),
        [("E403", "no-primary", True)],
    )


def test_a_stray_that_the_primary_has_already_only_goes():
    made, _ = planned(Calendar("work").was("a", NEW), Calendar("team").put(Side.NEAR, "b", NEW))

    assert [deed.known for deed in made.deeds] == [True]


def test_a_stray_whose_uid_means_something_else_in_the_primary_goes_as_a_copy():
    made, shelf = planned(Calendar("work").was("a", event("new", "Else")), Calendar("team").put(Side.NEAR, "b", NEW))

    (transfer,) = made.deeds
    assert (transfer.key, transfer.known) == (fresh_key("new", sha_of(NEW)), False)
    assert b"SUMMARY:New" in shelf[transfer.sha]


def test_a_copy_of_a_sub_calendar_s_event_goes_as_a_copy():
    team = Calendar("team").was("a", event("new", "Else")).put(Side.NEAR, "b", NEW)

    made, _ = planned(Calendar("work"), team)

    assert [deed.key for deed in made.deeds] == [fresh_key("new", sha_of(NEW))]


def test_a_stray_whose_item_was_moved_to_the_primary_there_only_goes():
    made, _ = planned(Calendar("work").put(Side.FAR, "x", NEW), Calendar("team", Mode.VIEW).put(Side.NEAR, "b", NEW))

    assert [deed.known for deed in made.deeds if isinstance(deed, Transfer)] == [True]


def test_a_second_file_with_a_uid_that_is_there_waits_and_is_named():
    made, _ = planned(Calendar("work").was("a", NEW).put(Side.NEAR, "b", event("new", "Copy")))

    assert (made.deeds, [(wait.ref, wait.why, wait.title) for wait in made.waiting]) == (
        (),
        [("b", "uid-twice", "Copy")],
    )


def test_of_two_new_files_with_one_uid_the_first_goes():
    made, _ = planned(Calendar("work").put(Side.NEAR, "a", NEW).put(Side.NEAR, "b", event("new", "Copy")))

    assert ([deed.near.version.ref for deed in made.deeds], [wait.ref for wait in made.waiting]) == (["a"], ["b"])


def test_what_has_no_uid_gets_one_on_both_sides():
    made, shelf = planned(Calendar("work").put(Side.NEAR, "a", BARE))

    (deed,) = made.deeds
    assert deed.near.sha == deed.far.sha
    assert f"UID:{fresh_key('', sha_of(BARE))}".encode() in shelf[deed.far.sha]


def test_what_has_no_uid_there_comes_as_it_is():
    made, _ = planned(Calendar("work").put(Side.FAR, "a", BARE))

    assert [deed.near for deed in made.deeds] == [Put(sha_of(BARE))]


def test_a_file_without_uid_whose_counterpart_got_one_gets_it_too():
    named = BARE.replace(b"DTSTAMP", f"UID:{fresh_key('', sha_of(BARE))}\r\nDTSTAMP".encode())

    made, _ = planned(Calendar("work").put(Side.NEAR, "a", BARE).put(Side.FAR, "b", named))

    assert [deed.near.sha for deed in made.deeds] == [sha_of(named)]


def test_an_item_that_cannot_be_read_and_is_new_is_named_and_waits():
    made, _ = planned(Calendar("work").broken(Side.FAR, "x").put(Side.NEAR, "a", NEW))

    assert ([deed.verdict for deed in made.deeds], [wait.ref for wait in made.waiting]) == ([Verdict.BIRTH_FAR], ["x"])


MINE, THEIRS = event("x", "Mine"), event("x", "Theirs")


@pytest.mark.parametrize(("prefer", "near", "far"), [(Prefer.REMOTE, Put, Keep), (Prefer.LOCAL, Keep, Put)])
def test_two_versions_without_a_past_the_preferred_one_stays_whole(prefer, near, far):
    made, _ = planned(Calendar("work").put(Side.NEAR, "a", MINE).put(Side.FAR, "b", THEIRS), rules=Rules(prefer=prefer))

    (deed,) = made.deeds
    assert (type(deed.near), type(deed.far), deed.verdict) == (near, far, Verdict.MEET_NEW)
    assert [(note.mine, note.theirs) for note in deed.conflict.notes] == [("Mine", "Theirs")]


def test_in_a_view_calendar_theirs_stays_whatever_is_preferred():
    team = Calendar("team", Mode.VIEW).put(Side.NEAR, "a", MINE).put(Side.FAR, "b", THEIRS)

    made, _ = planned(Calendar("work"), team, rules=Rules(prefer=Prefer.LOCAL))

    assert [(deed.near.sha, type(deed.far)) for deed in made.deeds] == [(sha_of(THEIRS), Keep)]


@pytest.mark.parametrize("prefer", Prefer)
def test_in_a_pull_only_round_two_versions_without_a_past_wait(prefer):
    work = Calendar("work", Mode.PULL).put(Side.NEAR, "a", MINE).put(Side.FAR, "b", THEIRS)

    made, _ = planned(work, rules=Rules(prefer=prefer))

    assert (made.deeds, [(wait.side, wait.recheck, wait.loud) for wait in made.waiting]) == (
        (),
        [(Side.FAR, True, False)],
    )


def test_in_the_first_round_the_same_thing_under_another_uid_is_matched_by_title_start_and_end():
    work = (
        Calendar("work", first=True)
        .put(Side.NEAR, "a", event("mine", "Lunch"))
        .put(Side.FAR, "b", event("theirs", "Lunch"))
    )

    made, _ = planned(work)

    assert ([deed.near.sha for deed in made.deeds], made.match) == (
        [sha_of(event("theirs", "Lunch"))],
        Match(0, 1, 0, 0),
    )


def test_later_the_same_title_is_another_event():
    work = Calendar("work").put(Side.NEAR, "a", event("mine", "Lunch")).put(Side.FAR, "b", event("theirs", "Lunch"))

    made, _ = planned(work)

    assert {deed.verdict for deed in made.deeds} == {Verdict.BIRTH_NEAR, Verdict.BIRTH_FAR}


def test_guests_whom_nobody_chose_stay_at_home():
    body = event("new", more=guest("ann@x.example"))

    made, shelf = planned(Calendar("work").put(Side.NEAR, "a", body))

    (deed,) = made.deeds
    assert b"ann@" not in shelf[deed.far.sha]
    assert deed.near == Keep(deed.near.version)


def test_guests_who_were_chosen_go_along():
    body = event("new", more=guest("ann@x.example") + "\n" + guest("bob@x.example"))

    made, shelf = planned(
        Calendar("work").put(Side.NEAR, "a", body), rules=Rules(chosen={"new": {"": frozenset({"ann@x.example"})}})
    )

    assert (b"ann@" in shelf[made.deeds[0].far.sha], b"bob@" in shelf[made.deeds[0].far.sha]) == (True, False)


def test_mine_is_not_put_over_theirs_where_that_would_mail():
    met = event("x", "Theirs", more=guest("ann@x.example"))
    work = Calendar("work", quiet=False).put(Side.NEAR, "a", MINE).put(Side.FAR, "b", met)

    made, _ = planned(work, rules=Rules(prefer=Prefer.LOCAL))

    assert (made.deeds, [(wait.why, wait.recheck) for wait in made.waiting]) == ((), [("would-mail", True)])


def test_a_pull_only_round_leaves_new_files_without_a_word():
    made, _ = planned(Calendar("work", Mode.PULL).put(Side.NEAR, "a", NEW))

    assert (made.deeds, [wait.loud for wait in made.waiting]) == ((), [False])
