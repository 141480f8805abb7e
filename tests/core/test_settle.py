"""What a killed round left open, read off what is seen now: each branch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calsync_cli.core.agenda import Agenda
from calsync_cli.core.look import Face, Sight
from calsync_cli.core.model import LinkId, Pair, Ref, Rev, Sha, Version
from calsync_cli.core.record import Intent
from calsync_cli.core.settle import settle
from calsync_cli.core.shelf import Shelf, sha_of
from tests.engine.events import event

LINK = LinkId(1)
WANTED, OTHER = event("x", "Wanted"), event("x", "Other")
REWRITTEN = WANTED.replace(b"-//tests//EN", b"-//server//EN")
BODIES = {sha_of(body): body for body in (WANTED, OTHER, REWRITTEN)}
HERE, THERE = Version(Ref("n"), Rev("n1"), sha_of(OTHER)), Version(Ref("f"), Rev("f1"), sha_of(OTHER))
GOAL = sha_of(WANTED)
NO = Sha("")

MAKE_NEAR = Intent("op", LINK, 0, "x", "X", Version(Ref("n"), Rev(""), GOAL), THERE, near_wanted=True, far_wanted=False)
EDIT_NEAR = replace(MAKE_NEAR, pair=7, near=Version(Ref("n"), Rev("n1"), GOAL))
MAKE_FAR = Intent("op", LINK, 0, "x", "X", HERE, Version(Ref("f"), Rev(""), GOAL), near_wanted=False, far_wanted=True)
EDIT_FAR = replace(MAKE_FAR, pair=7, far=Version(Ref("f"), Rev("f1"), GOAL))
YIELD_NEAR = replace(EDIT_NEAR, pair=0)
"""Two items that were never agreed on: the near one is to yield."""


def seen(ref: str, body: bytes, key: str = "x") -> Sight:
    return Sight({Ref(ref): Face(Ref(ref), Rev("now"), sha_of(body), key, "X")})


def settled(intent: Intent, *, near: Sight | None = None, far: Sight | None = None) -> Pair | None:
    return settle(intent, near or Sight(), far or Sight(), meaning=Agenda(), shelf=Shelf(BODIES.__getitem__))


@pytest.mark.parametrize("intent", [MAKE_NEAR, EDIT_NEAR, YIELD_NEAR])
def test_written_here_as_wanted_they_are_a_pair(intent):
    found = settled(intent, near=seen("n", WANTED))

    assert found == Pair(LINK, Version(Ref("n"), Rev("now"), GOAL), THERE, "x", "X", id=intent.pair)


@pytest.mark.parametrize("intent", [MAKE_FAR, EDIT_FAR])
@pytest.mark.parametrize("body", [WANTED, REWRITTEN])
def test_written_there_as_wanted_or_as_servers_write_they_are_a_pair(intent, body):
    found = settled(intent, far=seen("f", body))

    assert found == Pair(LINK, HERE, Version(Ref("f"), Rev("now"), sha_of(body)), "x", "X", id=intent.pair)


@pytest.mark.parametrize("intent", [MAKE_NEAR, EDIT_NEAR, YIELD_NEAR, MAKE_FAR, EDIT_FAR])
def test_where_nothing_was_written_the_tables_decide_anew(intent):
    assert settled(intent) is None


def test_made_here_and_then_edited_the_edit_is_an_edit():
    found = settled(MAKE_NEAR, near=seen("n", OTHER))

    assert found.near == Version(Ref("n"), Rev(""), GOAL)


def test_made_there_and_then_edited_the_edit_is_an_edit():
    found = settled(MAKE_FAR, far=seen("f", OTHER))

    assert found.far == Version(Ref("f"), Rev(""), GOAL)


@pytest.mark.parametrize(
    ("intent", "side", "ref"), [(EDIT_NEAR, "near", "n"), (YIELD_NEAR, "near", "n"), (EDIT_FAR, "far", "f")]
)
def test_what_was_to_be_overwritten_and_says_something_else_was_not(intent, side, ref):
    assert settled(intent, **{side: seen(ref, OTHER)}) is None


def test_another_event_under_the_chosen_name_is_not_ours():
    assert settled(MAKE_NEAR, near=seen("n", OTHER, key="y")) is None


def test_a_server_that_renames_is_found_by_the_only_uid():
    found = settled(MAKE_FAR, far=seen("elsewhere", WANTED))

    assert found.far.ref == "elsewhere"


def test_two_with_that_uid_are_not_guessed_at():
    two = Sight(dict(seen("one", WANTED).faces) | dict(seen("two", WANTED).faces))

    assert settled(MAKE_FAR, far=two) is None


@pytest.mark.parametrize(
    "intent",
    [
        replace(EDIT_NEAR, near=Version(Ref("n"), Rev("n1"), NO)),
        replace(EDIT_FAR, far=Version(Ref("f"), Rev("f1"), NO)),
        replace(YIELD_NEAR, near=Version(Ref("n"), Rev("n1"), NO)),
    ],
)
def test_a_deletion_needs_no_settling_whatever_is_there_now(intent):
    assert settled(intent, near=seen("n", OTHER), far=seen("f", OTHER)) is None


def test_where_both_sides_were_to_be_written_the_merge_is_run_again():
    both = replace(MAKE_NEAR, far_wanted=True)

    assert settled(both, near=seen("n", WANTED), far=seen("f", WANTED)) is None


def test_what_moved_keeps_its_past():
    was = sha_of(REWRITTEN)

    found = settled(replace(MAKE_FAR, near_was=was, far_was=was), far=seen("f", WANTED))

    assert (found.near, found.far) == (Version(Ref("n"), Rev(""), was), Version(Ref("f"), Rev(""), was))


def test_what_moved_unchanged_needs_no_second_look():
    found = settled(replace(MAKE_FAR, near_was=HERE.sha, far_was=GOAL), far=seen("f", WANTED))

    assert (found.near, found.far.rev) == (HERE, "now")
