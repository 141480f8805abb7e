"""Who may get mail from a scheduling server by a write, and how a chosen guest comes onto what is sent."""

from __future__ import annotations

import pytest

from calsync_cli.core.event import guests, organizer, outgoing
from calsync_cli.core.mailing import mailed, only_answers, summoned, wanting
from tests.core.icals import TALK, WEEKLY, ics, swapped, with_line

ME, ANNA, BOB, PIET = (f"{name}@example.org" for name in ("me", "anna", "bob", "piet"))
OWN = frozenset({ME})
HOST = f"ORGANIZER:mailto:{ME}\n"
MINE = ics(TALK + HOST + f"ATTENDEE:mailto:{ANNA}\nATTENDEE;SCHEDULE-AGENT=NONE:mailto:{BOB}\n")
SECOND = "UID:talk@example.org\nRECURRENCE-ID{}\nDTSTART:20261201T150000Z\n"
LOCAL = ";TZID=Europe/Amsterdam:20261201T140000"
"""The same instant as 13:00 in UTC."""


def theirs(answer: str) -> bytes:
    return ics(TALK + f"ORGANIZER:mailto:{PIET}\nATTENDEE:mailto:{ANNA}\nATTENDEE;PARTSTAT={answer}:mailto:{ME}\n")


def test_guests_of_either_version_may_hear_of_ones_own_meeting() -> None:
    before = ics(TALK + HOST + f"ATTENDEE:mailto:{PIET}\n")

    assert mailed(before, MINE, OWN) == {ANNA, PIET}
    assert mailed(MINE, b"", OWN) == {ANNA}
    assert mailed(b"", MINE, OWN) == {ANNA}


def test_who_comes_or_goes_is_told_and_nobody_else_where_nothing_else_changed() -> None:
    more = with_line(MINE, f"ATTENDEE:mailto:{PIET}")

    assert mailed(MINE, more, OWN) == {PIET}
    assert mailed(more, MINE, OWN) == {PIET}
    assert mailed(MINE, swapped(more, ("LOCATION:Room 2", "LOCATION:Room 3")), OWN) == {ANNA, PIET}


@pytest.mark.parametrize(
    ("change", "answers"),
    [
        (("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED;X-SEQUENCE=1:"), True),
        (("ATTENDEE:", "SEQUENCE:2\r\nATTENDEE;PARTSTAT=DECLINED:"), True),
        ((f"ATTENDEE:mailto:{ANNA}", f"ATTENDEE:mailto:{PIET}"), False),
        (("LOCATION:Room 2", "LOCATION:Room 3"), False),
        (("ATTENDEE:", "STATUS:CANCELLED\r\nATTENDEE;PARTSTAT=ACCEPTED:"), False),
    ],
)
def test_answers_of_guests_are_told_from_changes_of_the_meeting(change: tuple[str, str], answers: bool) -> None:
    assert only_answers(MINE, swapped(MINE, change), OWN) == answers


def test_what_one_is_asked_to_by_others_is_no_answer() -> None:
    assert not only_answers(theirs("NEEDS-ACTION"), theirs("ACCEPTED"), OWN)


def test_oneself_and_whom_the_server_leaves_alone_are_not_mailed() -> None:
    only = ics(TALK + HOST + f"ATTENDEE:mailto:{ME}\nATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:{BOB}\n")

    assert mailed(b"", only, OWN) == frozenset()


def test_the_organizer_hears_of_an_answer_and_of_nothing_else() -> None:
    asked, answered = theirs("NEEDS-ACTION"), theirs("ACCEPTED")

    assert mailed(asked, answered, OWN) == {PIET}
    assert mailed(answered, swapped(answered, ("SUMMARY:", "LOCATION:here\r\nSUMMARY:")), OWN) == frozenset()
    assert mailed(answered, b"", OWN) == frozenset()


@pytest.mark.parametrize("before", ["ACCEPTED", "DECLINED", "NEEDS-ACTION"])
def test_the_organizer_hears_of_an_answer_taken_back_and_of_leaving(before: str) -> None:
    there = theirs(before)

    assert mailed(there, theirs("TENTATIVE"), OWN) == {PIET}
    assert mailed(there, swapped(there, (f"ATTENDEE;PARTSTAT={before}:mailto:{ME}\r\n", "")), OWN) == {PIET}
    assert mailed(theirs("ACCEPTED"), theirs("NEEDS-ACTION"), OWN) == {PIET}


def invited(*, rule: str = WEEKLY, more: str = "", second: str = "") -> bytes:
    """Somebody else's series; `second`: one's own answer for one occurrence."""
    people = f"ORGANIZER:mailto:{PIET}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{ME}\n"
    one = SECOND.format(LOCAL) + people.replace("ACCEPTED", second)
    return ics(rule + people + more, *([one] if second else []))


def test_the_organizer_hears_of_an_answer_for_one_occurrence() -> None:
    assert mailed(invited(), invited(second="DECLINED"), OWN) == {PIET}
    assert mailed(invited(second="DECLINED"), invited(), OWN) == {PIET}
    assert mailed(invited(), invited(second="ACCEPTED"), OWN) == frozenset()


def test_the_organizer_hears_that_one_occurrence_was_deleted() -> None:
    without = invited(more="EXDATE;TZID=Europe/Amsterdam:20261201T140000\n")
    spelled = invited(more="EXDATE:20261201T130000Z\n")

    assert mailed(invited(), without, OWN) == {PIET}
    assert mailed(without, spelled, OWN) == frozenset()


def test_an_answer_that_the_server_leaves_to_its_client_mails_nobody() -> None:
    quiet = swapped(theirs("ACCEPTED"), ("ORGANIZER:", "ORGANIZER;SCHEDULE-AGENT=NONE:"))

    assert mailed(theirs("NEEDS-ACTION"), quiet, OWN) == frozenset()


ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:soon\r\nTRIGGER:-PT10M\r\nEND:VALARM"


@pytest.mark.parametrize("line", [ALARM, "X-COLOUR:red", "LAST-MODIFIED:20261102T080000Z", "SEQUENCE:3"])
def test_what_is_ones_own_about_an_event_is_nobodys_news(line: str) -> None:
    assert mailed(MINE, with_line(MINE, line), OWN) == frozenset()


def test_an_event_without_organizer_is_ones_own() -> None:
    assert mailed(b"", ics(TALK + f"ATTENDEE:mailto:{ANNA}\n"), OWN) == {ANNA}


def test_somebody_is_wanting_who_was_chosen_and_is_here_and_not_there() -> None:
    assert wanting(MINE, ics(TALK), {"": {ANNA}})
    assert not wanting(MINE, MINE, {"": {ANNA}})
    assert not wanting(MINE, ics(TALK), {"": {PIET}})


def test_the_summoned_come_with_their_lines_and_an_organizer_and_all_else_stays() -> None:
    there = ics(TALK + "X-SERVER:1\n")

    got = summoned(there, MINE, {"": {ANNA}})

    assert (guests(got), organizer(got)) == (frozenset({ANNA}), ME)
    assert swapped(got, (f"ORGANIZER:mailto:{ME}\r\n", ""), (f"ATTENDEE:mailto:{ANNA}\r\n", "")) == there


def test_who_is_there_already_is_not_summoned_twice() -> None:
    assert summoned(MINE, MINE, {"": {ANNA}}) == MINE


def series(second: str, *, master: str = "") -> bytes:
    return ics(WEEKLY + HOST + master, SECOND.format(second) + HOST + f"ATTENDEE:mailto:{ANNA}\n")


def test_a_guest_chosen_for_one_occurrence_goes_out_on_that_one_alone() -> None:
    content = series(LOCAL, master=f"ATTENDEE:mailto:{ANNA}\n")

    got = outgoing(content, there=b"", chosen={"2026-12-01T13:00:00Z": {ANNA}}, own=OWN)

    assert got.count(f"ATTENDEE:mailto:{ANNA}".encode()) == 1
    assert got.index(b"ATTENDEE") > got.index(b"RECURRENCE-ID")


def test_a_guest_known_for_one_occurrence_is_not_known_for_the_series() -> None:
    there = series(":20261201T130000Z")
    here = series(LOCAL, master=f"ATTENDEE:mailto:{ANNA}\n")

    got = outgoing(here, there=there, chosen={}, own=OWN)

    assert got.count(f"ATTENDEE:mailto:{ANNA}".encode()) == 1


def test_a_guest_of_the_series_is_one_of_each_occurrence() -> None:
    here = series(LOCAL, master=f"ATTENDEE:mailto:{ANNA}\n")

    assert outgoing(here, there=ics(WEEKLY + f"ATTENDEE:mailto:{ANNA}\n"), chosen={}, own=OWN) == here
