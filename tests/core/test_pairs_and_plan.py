"""What becomes of a pair, and in which order all of it is done."""

from __future__ import annotations

import pytest

from calsync_cli.core.bench import Rules
from calsync_cli.core.model import Mode, Side
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.steps import Drop, Follow, Keep, Put, Shift, Step, Transfer
from calsync_cli.core.verdict import Verdict
from tests.core.scenery import Calendar, planned
from tests.engine.events import event, guest

WAS = event("x", "Was")
HERE, THERE = event("x", "Was", place="Here"), event("x", "There")
ANN = guest("ann@x.example")


def only(calendar: Calendar, rules: Rules | None = None) -> Step:
    made, _ = planned(calendar, rules=rules)
    (deed,) = made.deeds
    return deed


def test_what_means_the_same_is_noted_and_not_written():
    rewritten = WAS.replace(b"PRODID:-//tests//EN", b"PRODID:-//server//EN")

    deed = only(Calendar("work").was("a", WAS).put(Side.FAR, "a", rewritten))

    assert (deed.verdict, deed.writes, deed.far.version.sha) == (Verdict.REST, False, sha_of(rewritten))


def test_what_nobody_touched_is_not_spoken_of():
    made, _ = planned(Calendar("work").was("a", WAS))

    assert (made.deeds, made.waiting) == ((), ())


def test_both_made_the_same_edit_and_nothing_is_written():
    deed = only(Calendar("work").was("a", WAS).put(Side.NEAR, "a", THERE).put(Side.FAR, "a", THERE))

    assert (deed.verdict, deed.writes) == (Verdict.REST, False)


def test_both_edited_other_things_and_both_get_the_merge():
    made, shelf = planned(Calendar("work").was("a", WAS).put(Side.NEAR, "a", HERE).put(Side.FAR, "a", THERE))

    (deed,) = made.deeds
    assert (deed.near.sha, deed.conflict) == (deed.far.sha, None)
    assert all(word in shelf[deed.near.sha] for word in (b"Here", b"There"))


def test_where_the_server_had_rewritten_it_before_only_the_change_comes():
    theirs = WAS.replace(b"END:VEVENT", b"X-SERVER:1\r\nEND:VEVENT")
    work = Calendar("work").was("a", WAS, theirs).put(Side.FAR, "a", theirs.replace(b"SUMMARY:Was", b"SUMMARY:There"))

    made, shelf = planned(work)

    assert b"SUMMARY:There" in shelf[made.deeds[0].near.sha]


def test_a_view_calendar_gets_the_far_version_again_and_names_what_it_displaced():
    deed = only(Calendar("team", Mode.VIEW).was("a", WAS).put(Side.NEAR, "a", HERE))

    assert (deed.near.sha, deed.near.over.sha, deed.far, deed.why) == (
        sha_of(WAS),
        sha_of(HERE),
        Keep(deed.far.version),
        "view-only",
    )


def test_a_view_calendar_edited_on_both_sides_gets_theirs():
    deed = only(Calendar("team", Mode.VIEW).was("a", WAS).put(Side.NEAR, "a", HERE).put(Side.FAR, "a", THERE))

    assert (deed.near.sha, type(deed.far)) == (sha_of(THERE), Keep)


def test_a_view_calendar_s_deleted_file_comes_again():
    deed = only(Calendar("team", Mode.VIEW).was("a", WAS).gone(Side.NEAR, "a"))

    assert deed.near == Put(sha_of(WAS), None)


def test_a_view_calendar_s_edited_file_goes_when_it_is_gone_there():
    deed = only(Calendar("team", Mode.VIEW).was("a", WAS).put(Side.NEAR, "a", HERE).gone(Side.FAR, "a"))

    assert (type(deed.near), deed.near.over.sha) == (Drop, sha_of(HERE))


@pytest.mark.parametrize("side", Side)
def test_what_cannot_be_read_holds_the_other_side_s_deletion(side):
    made, _ = planned(Calendar("work").was("a", WAS).broken(side, "a").gone(side.other, "a"))

    assert (made.deeds, [wait.why for wait in made.waiting]) == ((), ["unreadable"])


def test_what_waits_is_asked_for_again_where_the_far_side_moved():
    made, _ = planned(Calendar("work").was("a", WAS).broken(Side.NEAR, "a").put(Side.FAR, "a", THERE))

    assert [(wait.side, wait.recheck) for wait in made.waiting] == [(Side.FAR, True)]


def test_an_event_that_got_another_uid_there_gets_it_here():
    other = WAS.replace(b"UID:x", b"UID:y")

    deed = only(Calendar("work").was("a", WAS).put(Side.FAR, "a", other))

    assert (deed.verdict, deed.near.sha, deed.key) == (Verdict.TO_NEAR, sha_of(other), "y")


def test_what_came_by_undo_goes_quietly_or_not_at_all():
    met, back = event("x", "Meeting", more=ANN), event("x", "Meeting of before", more=ANN)
    work = Calendar("work", quiet=False).was("a", met).put(Side.NEAR, "a", back)

    made, _ = planned(work, rules=Rules(hushed=frozenset({sha_of(back)})))

    assert (made.deeds, [wait.why for wait in made.waiting]) == ((), ["would-mail"])


def test_an_edit_of_a_person_s_own_goes_mail_or_not():
    met = event("x", "Meeting", more=ANN)
    work = Calendar("work", quiet=False).was("a", met).put(Side.NEAR, "a", event("x", "Meeting, later", more=ANN))

    assert only(work).verdict is Verdict.TO_FAR


def test_one_broken_body_makes_one_item_wait():
    bad = Calendar("work").was("a", WAS).put(Side.NEAR, "a", HERE).put(Side.FAR, "a", THERE)
    bad.bodies[sha_of(THERE)] = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
    bad.was("b", event("y")).put(Side.FAR, "b", event("y", "Good"))

    made, _ = planned(bad)

    assert ([deed.key for deed in made.deeds], [(wait.key, wait.why) for wait in made.waiting]) == (
        ["y"],
        [("x", "broken")],
    )


def test_moves_come_first_and_deletions_last():
    work = Calendar("work").was("gone", event("gone")).gone(Side.FAR, "gone").put(Side.NEAR, "new", event("new"))
    work.was("moved", event("m")).gone(Side.NEAR, "moved").was("left", event("l")).gone(Side.FAR, "left")
    team = (
        Calendar("team").put(Side.NEAR, "m", event("m")).put(Side.FAR, "l", event("l")).put(Side.NEAR, "s", event("s"))
    )

    made, _ = planned(work, team)

    kinds = [type(deed) for deed in made.deeds]
    assert kinds == [Follow, Shift, Step, Transfer, Step]
    assert (made.deeds[2].verdict, made.deeds[-1].verdict) == (Verdict.BIRTH_FAR, Verdict.ERASE_NEAR)


def test_at_most_one_deed_for_each_item():
    work = Calendar("work").was("a", WAS).gone(Side.NEAR, "a")
    team = Calendar("team").put(Side.NEAR, "b", HERE)

    made, _ = planned(work, team)

    assert len(made.deeds) == 1
