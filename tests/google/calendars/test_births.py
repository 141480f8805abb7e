"""New events: under which id, in how many requests, and what becomes of one that was made by half."""

from __future__ import annotations

import pytest

from calsync_cli.core.model import NOBODY, Ref
from calsync_cli.core.ops import Create, Denied, Stale, Unknown, Wrote
from tests.google.calendars.bodies import INVITATION, SERIES, SINGLE, agrees, wrote
from tests.google.scene import GUESTS, LUNCH, Desk, edited, lines, lone, text
from tests.servers.google.control import User

# ── new events ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_event_is_one_request_and_keeps_its_uid_and_what_google_cannot_say(desk: Desk) -> None:
    held = wrote(desk.create(SINGLE))

    assert desk.asked() == ["POST events"]
    assert lines(held, "UID", "CATEGORIES") == ["UID:lunch@home", "CATEGORIES:FOOD"]
    assert agrees(desk, held)


def test_a_new_series_is_made_with_its_exceptions_and_without_what_is_left_out(desk: Desk) -> None:
    held = wrote(desk.create(SERIES))

    assert lines(held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Late stand-up"]
    assert lines(held, "EXDATE") == ["EXDATE:20261205T090000Z"]
    assert desk.counted() == {"POST events": 1, "GET instances": 1, "PATCH event": 2, "GET events": 1}
    assert agrees(desk, held)


def test_the_same_event_made_again_is_found_to_be_there(desk: Desk) -> None:
    first = wrote(desk.create(SERIES))

    assert wrote(desk.create(SERIES)) == first


def test_an_id_that_is_burnt_is_followed_by_another(desk: Desk) -> None:
    first = wrote(desk.create(SINGLE))
    desk.remove(first)

    second = wrote(desk.create(SINGLE))

    assert second.ref != first.ref
    assert lines(second, "UID") == ["UID:lunch@home"]
    assert desk.look().end.inventory == {second.ref}


def test_two_items_with_one_uid_are_two_events(desk: Desk) -> None:
    store = desk.store()
    ops = [Create(store.new_ref("lunch@home"), SINGLE, NOBODY) for _ in range(2)]

    done = desk.write(*ops, store=store)

    assert len({wrote(one).ref for one in done}) == 2


def test_a_second_item_with_the_uid_of_one_that_is_known_is_another_event(desk: Desk) -> None:
    first = wrote(desk.create(SINGLE))
    store = desk.store()
    list(store.look(None, {first.ref}))

    (second,) = store.write([Create(store.new_ref("lunch@home"), SINGLE, NOBODY)])

    assert wrote(second).ref != first.ref


def test_a_name_of_which_nothing_came_is_given_again(desk: Desk) -> None:
    store = desk.store()
    ref = store.new_ref("lunch@home")
    desk.user.refuse(400, "invalid", method="POST")

    (done,) = store.write([Create(ref, SINGLE, NOBODY)])

    assert done == Denied(ref, "E403", "invalid")
    assert store.new_ref("lunch@home") == ref


@pytest.mark.parametrize("kind", ["cut-before", "cut-after"])
def test_a_lost_answer_to_a_creation_is_unknown_and_done_once_in_the_end(desk: Desk, kind: str) -> None:
    desk.user.fault(kind, method="POST")
    lost = desk.create(SINGLE)
    assert isinstance(lost, Unknown)

    again = wrote(desk.create(SINGLE))

    assert again.ref == lost.ref
    assert desk.look().end.inventory == {lost.ref}


@pytest.mark.parametrize("after", [0, 1])
def test_a_series_whose_making_broke_off_is_not_there_until_it_is_whole(desk: Desk, after: int) -> None:
    desk.user.fault("cut-before", method="PATCH", after=after)
    lost = desk.create(SERIES)
    assert isinstance(lost, Unknown)
    assert desk.look().end.inventory == frozenset()

    held = wrote(desk.create(SERIES))

    assert held.ref == lost.ref
    assert lines(held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Late stand-up"]
    assert desk.look().end.inventory == {held.ref}


def test_a_series_of_which_an_exception_is_refused_is_not_left_half_made(desk: Desk) -> None:
    desk.user.refuse(400, "invalid", method="PATCH")

    done = desk.create(SERIES)

    assert isinstance(done, Denied)
    assert desk.user.listed(desk.calendar) == []


def test_an_exception_of_what_the_rule_does_not_make_is_made_with_a_date_of_its_own(desk: Desk) -> None:
    stray = SERIES.replace(b"RECURRENCE-ID:20261203", b"RECURRENCE-ID:20261220")

    held = wrote(desk.create(stray))

    assert lines(held, "RDATE", "RECURRENCE-ID") == ["RDATE:20261220T090000Z", "RECURRENCE-ID:20261220T090000Z"]
    assert lines(held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Late stand-up"]


def test_an_exception_of_what_does_not_repeat_makes_a_series_of_dates(desk: Desk) -> None:
    single = SERIES.replace(b"RRULE:FREQ=DAILY;COUNT=6\r\nEXDATE:20261205T090000Z\r\n", b"")

    held = wrote(desk.create(single))

    assert lines(held, "RDATE", "RECURRENCE-ID") == ["RDATE:20261203T090000Z", "RECURRENCE-ID:20261203T090000Z"]
    assert lines(held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Late stand-up"]


def test_occurrences_without_their_series_cannot_be_made(desk: Desk) -> None:
    lonely = SERIES[: SERIES.index(b"BEGIN:VEVENT")] + SERIES[SERIES.rindex(b"BEGIN:VEVENT") :]

    done = desk.create(lonely)

    assert (type(done), getattr(done, "detail", "")) == (Denied, "no-master")


# ── what somebody else organizes ─────────────────────────────────────────────────────────────────────────────────


def test_an_event_of_another_organizer_is_taken_in_as_a_copy_and_mails_nobody(desk: Desk) -> None:
    held = wrote(desk.create(INVITATION, mail=GUESTS))

    assert lines(held, "UID", "ORGANIZER") == [
        "UID:lunch@home",
        "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:bea@elsewhere.org",
    ]
    assert desk.asked() == ["GET events", "POST import"]
    assert desk.user.mails() == []
    assert agrees(desk, held)


def test_a_copy_that_is_there_already_is_met(desk: Desk) -> None:
    first = wrote(desk.create(INVITATION))

    assert wrote(desk.create(INVITATION)) == first


def test_a_copy_does_not_overwrite_another_event_with_its_uid(desk: Desk) -> None:
    first = wrote(desk.create(INVITATION))

    done = desk.create(INVITATION.replace(b"SUMMARY:Lunch", b"SUMMARY:Dinner"))

    assert isinstance(done, Denied)
    assert done.uid_conflict
    assert b"SUMMARY:Lunch" in desk.held(first.ref).content


def test_a_copy_is_changed_by_taking_it_in_again_and_keeps_what_nobody_here_knows(desk: Desk) -> None:
    first = wrote(desk.create(INVITATION))
    desk.user.patch(first.ref, {"colorId": "4", "extendedProperties": {"private": {"theirs": "x"}}}, desk.calendar)
    held = desk.held(first.ref)

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Dinner"), ("T110000Z", "T113000Z"))))

    stored = desk.user.get(first.ref, desk.calendar)
    assert (stored["summary"], stored["colorId"]) == ("Dinner", "4")
    assert stored["extendedProperties"]["private"]["theirs"] == "x"
    assert desk.asked()[:3] == ["PATCH event", "GET event", "POST import"]
    assert agrees(desk, now)


def test_a_copy_of_a_series_gets_another_rule_by_taking_it_in_again(desk: Desk) -> None:
    first = wrote(desk.create(INVITATION.replace(b"SUMMARY", b"RRULE:FREQ=DAILY;COUNT=3\r\nSUMMARY")))

    now = wrote(desk.edit(first, edited(first, ("COUNT=3", "COUNT=5"))))

    assert lines(now, "RRULE") == ["RRULE:FREQ=DAILY;COUNT=5"]
    assert agrees(desk, now)


def test_a_copy_of_a_series_with_exceptions_cannot_be_taken_in_and_nothing_stays_of_it(desk: Desk) -> None:
    host = b"SUMMARY:Stand-up\r\nORGANIZER:mailto:bea@elsewhere.org\r\nATTENDEE:mailto:bea@elsewhere.org\r\n"

    done = desk.create(SERIES.replace(b"SUMMARY:Stand-up\r\n", host))

    assert (type(done), getattr(done, "detail", "")) == (Denied, "forbiddenForNonOrganizer")
    assert desk.user.listed(desk.calendar) == []


def test_a_copy_that_changed_meanwhile_is_stale(desk: Desk) -> None:
    first = wrote(desk.create(INVITATION))
    desk.user.patch(first.ref, {"colorId": "4"}, desk.calendar)
    desk.user.refuse(403, "forbiddenForNonOrganizer", method="PATCH")

    done = desk.edit(first, edited(first, ("SUMMARY:Lunch", "SUMMARY:Dinner")))

    assert done == Stale(first.ref)


def test_single_occurrences_are_answered_and_removed_one_by_one(desk: Desk) -> None:
    me = {"email": desk.user.address, "responseStatus": "needsAction"}
    for name, day in (("elsewhere_20261130T110000Z", "2026-11-30"), ("elsewhere_20261207T110000Z", "2026-12-07")):
        whole = {**lone(name, day), "organizer": {"email": "bea@elsewhere.org"}, "attendees": [me]}
        desk.user.put(whole, desk.user.primary)
    desk.calendar = desk.user.primary
    held = desk.held("elsewhere")

    now = wrote(desk.edit(held, edited(held, ("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"))))

    assert text(now).count("PARTSTAT=ACCEPTED") == 2
    assert agrees(desk, now)
    assert isinstance(desk.remove(now), Wrote)
    assert desk.user.listed(desk.calendar) == []


def test_a_guest_answers_and_cannot_change_the_title(desk: Desk, google_user: User) -> None:
    host = google_user.google.new_user("host")
    event = host.insert({**LUNCH, "attendees": [{"email": google_user.address}]}, sendUpdates="all")["id"]
    desk.calendar = google_user.primary
    held = desk.held(event)

    denied = desk.edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Dinner")))
    answered = desk.edit(held, edited(held, ("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")), mail=GUESTS)

    assert denied == Denied(Ref(event), "E403", "forbiddenForNonOrganizer")
    assert "PARTSTAT=ACCEPTED" in text(wrote(answered))
    assert [one["kind"] for one in google_user.mails()] == ["reply"]
