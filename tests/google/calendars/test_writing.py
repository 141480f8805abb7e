"""What is written to a Google calendar, in how many requests, over which version, and what each answer means."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Partial, Remove, Stale, Unknown, Wrote
from tests.google.scene import GUESTS, LUNCH, STAND_UP, Desk, edited, failure, lines, lone, text
from tests.servers.google.control import User

SERIES = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//home//EN
BEGIN:VEVENT
UID:standup@home
DTSTAMP:20260101T000000Z
DTSTART:20261201T090000Z
DTEND:20261201T093000Z
RRULE:FREQ=DAILY;COUNT=6
EXDATE:20261205T090000Z
SUMMARY:Stand-up
END:VEVENT
BEGIN:VEVENT
UID:standup@home
DTSTAMP:20260101T000000Z
RECURRENCE-ID:20261203T090000Z
DTSTART:20261203T110000Z
DTEND:20261203T113000Z
SUMMARY:Late stand-up
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

SINGLE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//home//EN
BEGIN:VEVENT
UID:lunch@home
DTSTAMP:20260101T000000Z
DTSTART:20261201T110000Z
DTEND:20261201T120000Z
SUMMARY:Lunch
CATEGORIES:FOOD
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

INVITATION = SINGLE.replace(
    b"SUMMARY:Lunch\r\n",
    b"SUMMARY:Lunch\r\nORGANIZER:mailto:bea@elsewhere.org\r\nATTENDEE:mailto:bea@elsewhere.org\r\n",
)


def wrote(done: object) -> Held:
    """What was written, as it is now."""
    assert isinstance(done, Wrote), done
    assert done.held is not None
    assert (done.ref, done.rev) == (done.held.ref, done.held.rev)
    return done.held


def series(desk: Desk) -> tuple[Held, list[str]]:
    """A series that somebody made with one changed occurrence, and the ids of its occurrences."""
    master = desk.insert(STAND_UP)["id"]
    ids = [one["id"] for one in desk.user.instances(master, desk.calendar)]
    desk.user.patch(ids[1], {"summary": "Long stand-up"}, desk.calendar)
    return desk.held(master), ids


def agrees(desk: Desk, held: Held) -> bool:
    """Whether a later look shows what the write told."""
    seen = desk.look().seen[held.ref]
    return (seen.rev, seen.held.content if seen.held else b"") == (held.rev, held.content)


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


def test_occurrences_without_their_series_cannot_be_made(desk: Desk) -> None:
    lonely = SERIES[: SERIES.index(b"BEGIN:VEVENT")] + SERIES[SERIES.rindex(b"BEGIN:VEVENT") :]

    done = desk.create(lonely)

    assert (type(done), getattr(done, "detail", "")) == (Denied, "no-master")


# ── what somebody else organizes ─────────────────────────────────────────────────────────────────────────────────


def test_an_event_of_another_organizer_is_taken_in_as_a_copy_and_mails_nobody(desk: Desk) -> None:
    held = wrote(desk.create(INVITATION, mail=GUESTS))

    assert lines(held, "UID", "ORGANIZER") == ["UID:lunch@home", "ORGANIZER:mailto:bea@elsewhere.org"]
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


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_one_request_with_the_fields_that_changed(desk: Desk) -> None:
    held = desk.held(desk.insert({**LUNCH, "location": "Rome", "colorId": "3"})["id"])

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Brunch"))))

    (asked,) = desk.user.requests()
    assert (asked["method"], asked["body"], asked["if_match"]) == ("PATCH", {"summary": "Brunch"}, held.rev)
    assert desk.user.get(held.ref, desk.calendar)["colorId"] == "3"
    assert agrees(desk, now)


def test_an_edit_that_says_the_same_in_other_words_asks_nothing(desk: Desk) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    reworded = edited(held, ("SUMMARY:Lunch", "SUMMARY;LANGUAGE=en:Lunch"))

    assert desk.edit(held, reworded) == Wrote(held.ref, held.rev)
    assert desk.asked() == []


def test_an_edit_of_the_series_itself_is_one_request(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"))))

    assert desk.asked() == ["PATCH event"]
    assert agrees(desk, now)


def test_an_edit_of_a_series_with_exceptions_tells_all_of_it_anew(desk: Desk) -> None:
    held, _ = series(desk)

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"))))

    assert lines(now, "SUMMARY") == ["SUMMARY:Sit-down", "SUMMARY:Long stand-up"]
    assert desk.asked() == ["GET event", "GET events", "PATCH event", "GET events"]
    assert agrees(desk, now)


def test_an_exception_is_changed_and_nothing_else(desk: Desk) -> None:
    held, ids = series(desk)

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Long stand-up", "SUMMARY:Very long"))))

    patched = [one for one in desk.user.requests() if one["method"] == "PATCH"]
    assert [(one["path"].rpartition("/")[2], one["body"]) for one in patched] == [(ids[1], {"summary": "Very long"})]
    assert agrees(desk, now)


def occurrence(held: Held, day: str, title: str) -> bytes:
    """The series with one more exception."""
    more = (
        f"BEGIN:VEVENT\r\n{lines(held, 'UID')[0]}\r\nRECURRENCE-ID;TZID=Europe/Zurich:{day}T120000\r\n"
        f"DTSTART;TZID=Europe/Zurich:{day}T120000\r\nDTEND;TZID=Europe/Zurich:{day}T130000\r\nSUMMARY:{title}\r\n"
        "END:VEVENT\r\n"
    )
    return edited(held, ("END:VCALENDAR", f"{more}END:VCALENDAR"))


def test_a_first_exception_is_made_of_the_occurrence_as_the_rule_makes_it(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])

    now = wrote(desk.edit(held, occurrence(held, "20261207", "Short stand-up")))

    patched = [one for one in desk.user.requests() if one["method"] == "PATCH"]
    assert [one["body"] for one in patched] == [{"summary": "Short stand-up"}]
    assert lines(now, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Short stand-up"]
    assert agrees(desk, now)


def test_an_exception_that_is_taken_back_is_as_the_rule_makes_it(desk: Desk) -> None:
    held, ids = series(desk)
    body = held.content.decode()
    start, end = body.rindex("BEGIN:VEVENT"), body.rindex("END:VCALENDAR")

    now = wrote(desk.edit(held, body[:start] + body[end:]))

    assert desk.user.get(ids[1], desk.calendar)["summary"] == "Stand-up"
    assert agrees(desk, now)


def test_an_exception_that_says_nothing_is_not_shown_and_says_nothing_later_either(desk: Desk) -> None:
    held, ids = series(desk)
    desk.user.patch(ids[1], {"summary": "Stand-up"}, desk.calendar)
    plain = desk.held(held.ref)
    assert lines(plain, "SUMMARY") == ["SUMMARY:Stand-up"]

    now = wrote(desk.edit(plain, edited(plain, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"))))

    assert lines(now, "SUMMARY") == ["SUMMARY:Sit-down"]
    assert desk.user.get(ids[1], desk.calendar)["summary"] == "Sit-down"


def exclude(held: Held, *days: str) -> bytes:
    """The series without these."""
    dates = "".join(f"EXDATE;TZID=Europe/Zurich:{day}T120000\r\n" for day in days)
    return edited(held, ("RRULE:FREQ=WEEKLY;COUNT=5\r\n", f"RRULE:FREQ=WEEKLY;COUNT=5\r\n{dates}"))


def test_an_occurrence_that_is_left_out_is_deleted_there_and_comes_back_when_wanted(desk: Desk) -> None:
    held, ids = series(desk)
    without = wrote(desk.edit(held, exclude(held, "20261207")))
    assert "DELETE event" in desk.asked()
    assert desk.user.get(ids[2], desk.calendar)["status"] == "cancelled"

    again = wrote(desk.edit(without, held.content))

    assert desk.user.get(ids[2], desk.calendar)["status"] == "confirmed"
    assert lines(again, "EXDATE") == []
    assert agrees(desk, again)


def test_an_occurrence_that_was_left_out_by_a_line_comes_back_when_wanted(desk: Desk) -> None:
    lines_ = ["RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Zurich:20261207T120000"]
    held = desk.held(desk.insert({**STAND_UP, "recurrence": lines_})["id"])
    again = edited(held, ("EXDATE;TZID=Europe/Zurich:20261207T120000\r\n", ""))

    now = wrote(desk.edit(held, again))

    assert len(desk.user.instances(held.ref, desk.calendar)) == 5
    assert agrees(desk, now)


def test_a_series_that_is_moved_takes_its_exceptions_along(desk: Desk) -> None:
    held, _ = series(desk)
    body = held.content.decode().replace("T120000", "T140000").replace("T130000", "T150000")

    now = wrote(desk.edit(held, body))

    assert lines(now, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Long stand-up"]
    assert lines(now, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/Zurich:20261130T140000"]
    assert agrees(desk, now)


def test_a_series_becomes_a_single_event_and_a_series_again(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])
    single = wrote(desk.edit(held, edited(held, ("RRULE:FREQ=WEEKLY;COUNT=5\r\n", ""))))
    assert lines(single, "RRULE") == []

    again = wrote(desk.edit(single, edited(single, ("SUMMARY:", "RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:"))))

    assert lines(again, "RRULE") == ["RRULE:FREQ=WEEKLY;COUNT=3"]
    assert agrees(desk, again)


# ── guards ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_exception_that_somebody_else_changed_meanwhile_makes_an_edit_of_occurrences_stale(desk: Desk) -> None:
    held, ids = series(desk)
    desk.user.patch(ids[1], {"summary": "Theirs"}, desk.calendar)

    done = desk.edit(held, edited(held, ("SUMMARY:Long stand-up", "SUMMARY:Mine")))

    assert done == Stale(held.ref)
    assert desk.user.get(ids[1], desk.calendar)["summary"] == "Theirs"


def test_an_exception_that_changes_in_the_very_moment_is_not_overwritten(desk: Desk) -> None:
    held, ids = series(desk)
    desk.user.refuse(412, "conditionNotMet", method="PATCH", path=ids[1])

    assert desk.edit(held, edited(held, ("SUMMARY:Long stand-up", "SUMMARY:Mine"))) == Stale(held.ref)


def test_an_edit_that_broke_off_half_way_says_so_and_converges(desk: Desk) -> None:
    held, ids = series(desk)
    both = edited(held, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"), ("SUMMARY:Long stand-up", "SUMMARY:Long sit-down"))
    desk.user.fault("cut-before", method="PATCH", path=ids[1])
    assert isinstance(desk.edit(held, both), Partial)

    now = wrote(desk.edit(desk.held(held.ref), both))

    assert lines(now, "SUMMARY") == ["SUMMARY:Sit-down", "SUMMARY:Long sit-down"]


def test_a_series_with_an_occurrence_that_changed_meanwhile_is_not_removed(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])
    second = desk.user.instances(held.ref, desk.calendar)[1]["id"]
    desk.user.patch(second, {"summary": "Theirs"}, desk.calendar)

    assert desk.remove(held) == Stale(held.ref)


def test_a_series_is_removed_with_all_that_belongs_to_it(desk: Desk) -> None:
    held, _ = series(desk)

    assert desk.remove(held) == Wrote(held.ref, Rev(""))
    assert desk.user.listed(desk.calendar) == []


def test_an_event_is_removed_in_one_request(desk: Desk) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])

    desk.remove(held)

    assert desk.asked() == ["DELETE event"]


@pytest.mark.parametrize("kind", ["cut-before", "cut-after"])
def test_a_lost_answer_to_a_removal_is_unknown(desk: Desk, kind: str) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    desk.user.fault(kind, method="DELETE")

    assert isinstance(desk.remove(held), Unknown)
    assert isinstance(desk.remove(held), Wrote)


@pytest.mark.parametrize("kind", ["not-json", "html", "cut-body"])
def test_an_answer_to_an_edit_that_cannot_be_read_is_unknown(desk: Desk, kind: str) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    desk.user.fault(kind, method="PATCH")

    assert isinstance(desk.edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Brunch"))), Unknown)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_error_on_a_write_is_unknown(desk: Desk, status: int) -> None:
    desk.user.refuse(status, "backendError", method="POST")

    assert isinstance(desk.create(SINGLE), Unknown)


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("mail", "told"), [(NOBODY, []), (GUESTS, ["invitation", "update", "cancellation"])])
def test_guests_are_told_where_that_is_decided_and_only_there(
    desk: Desk, mail: frozenset[str], told: list[str]
) -> None:
    me = desk.user.address
    guests = f"ORGANIZER:mailto:{me}\r\nATTENDEE:mailto:{me}\r\nATTENDEE:mailto:bea@example.org\r\n"
    held = wrote(desk.create(SINGLE.replace(b"CATEGORIES", guests.encode() + b"CATEGORIES"), mail=mail))
    later = edited(held, ("T110000Z", "T113000Z"))
    held = wrote(desk.edit(held, later, mail=mail))

    desk.remove(held, mail=mail)

    assert list(dict.fromkeys(one["kind"] for one in desk.user.mails() if one["to"] == "bea@example.org")) == told


# ── what is never written ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["birthday", "outOfOffice", "focusTime", "workingLocation", "fromGmail"])
def test_events_of_other_kinds_are_neither_changed_nor_removed_nor_moved(desk: Desk, kind: str) -> None:
    event = desk.user.put({**LUNCH, "eventType": kind}, desk.calendar)["id"]
    held = desk.held(event)
    ops = [
        Edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Brunch")), NOBODY),
        Remove(held, NOBODY),
        Move(held.ref, held.rev, CollectionId(desk.user.primary), Ref("x"), NOBODY),
        Create(Ref("abcdef"), held.content, NOBODY),
    ]

    done = desk.write(*ops)

    assert [(type(one), getattr(one, "detail", "")) for one in done] == [(Denied, "event-type")] * 4


def test_what_is_shown_without_its_content_is_never_written_back(desk: Desk) -> None:
    somebody = desk.user.google.new_user("somebody")
    theirs = somebody.new_calendar("Theirs")
    somebody.share(theirs, desk.user, "writerWithoutPrivateAccess")
    event = somebody.insert({**LUNCH, "visibility": "private"}, theirs)["id"]
    desk.calendar = theirs
    held = desk.held(event)

    done = desk.write(Edit(held, edited(held, ("DTSTAMP", "SUMMARY:Mine\r\nDTSTAMP")), NOBODY), Remove(held, NOBODY))

    assert done == [Denied(Ref(event), "E403", "redacted")] * 2


def test_flags_are_none_of_an_events(desk: Desk) -> None:
    (done,) = desk.write(Mark(Ref("abcdef"), Rev('"1"'), frozenset(), frozenset()))

    assert done == Denied(Ref("abcdef"), "E403", "flags")


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_series_moves_as_a_whole_and_keeps_its_id(desk: Desk) -> None:
    held, _ = series(desk)
    to = desk.user.new_calendar("Other")

    (done,) = desk.write(Move(held.ref, held.rev, CollectionId(to), Ref("x"), NOBODY))

    desk.calendar = to
    assert agrees(desk, wrote(done))
    assert done.ref == held.ref


def test_a_series_of_which_an_occurrence_changed_meanwhile_is_not_moved(desk: Desk) -> None:
    held, ids = series(desk)
    desk.user.patch(ids[1], {"summary": "Theirs"}, desk.calendar)

    (done,) = desk.write(Move(held.ref, held.rev, CollectionId(desk.user.primary), Ref("x"), NOBODY))

    assert done == Stale(held.ref)


def test_a_guest_cannot_move_a_meeting(desk: Desk, google_user: User) -> None:
    host = google_user.google.new_user("host")
    event = host.insert({**LUNCH, "attendees": [{"email": google_user.address}]})["id"]
    to, desk.calendar = desk.calendar, google_user.primary
    held = desk.held(event)

    (done,) = desk.write(Move(held.ref, held.rev, CollectionId(to), Ref("x"), NOBODY))

    assert done == Denied(Ref(event), "E403", "cannotChangeOrganizer")


# ── many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_stops_everything_is_raised_after_what_was_done_was_told(desk: Desk) -> None:
    store = desk.store()
    ops = [Create(store.new_ref(f"{number}@home"), SINGLE, NOBODY) for number in range(12)]
    desk.user.refuse(403, "userRateLimitExceeded", method="POST", after=5, times=None)
    told: list[Done] = []

    with pytest.raises(CalsyncError) as caught:
        told.extend(store.write(ops))

    assert failure(caught) == ("E401", "rate")
    assert desk.look().end.inventory == {done.ref for done in told if isinstance(done, Wrote)}
    assert len([done for done in told if isinstance(done, Wrote)]) == 5


def test_a_write_to_a_calendar_that_went_is_no_matter_of_one_event(desk: Desk) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    store = desk.store()
    desk.user.vanish(desk.calendar)

    with pytest.raises(CalsyncError) as caught:
        list(store.write([Remove(held, NOBODY)]))

    assert failure(caught) == ("E209", "gone")
