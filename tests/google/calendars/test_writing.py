"""Guards, mail, what is never written, moves and many writes at once."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Partial, Remove, Stale, Unknown, Wrote
from calsync_cli.engine.layers import PatientStore
from tests.google.calendars.bodies import SINGLE, agrees, series, wrote
from tests.google.scene import GUESTS, LUNCH, STAND_UP, Desk, edited, failure, lines
from tests.servers.google.control import User

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

    done = desk.write(
        Edit(held, edited(held, ("DTSTAMP", "SUMMARY:Mine\r\nDTSTAMP")), NOBODY),
        Remove(held, NOBODY),
        Move(held.ref, held.rev, CollectionId(desk.user.primary), Ref("x"), NOBODY),
    )

    assert done == [Denied(Ref(event), "E403", "redacted")] * 3


def test_what_would_be_shown_without_its_content_is_not_put_there(desk: Desk) -> None:
    somebody = desk.user.google.new_user("somebody")
    desk.calendar = somebody.new_calendar("Theirs")
    somebody.share(desk.calendar, desk.user, "writerWithoutPrivateAccess")

    done = desk.create(SINGLE.replace(b"CATEGORIES:FOOD\r\n", b"CLASS:PRIVATE\n"))

    assert (type(done), getattr(done, "detail", "")) == (Denied, "redacted")


def test_an_answer_with_an_etag_that_is_none_is_set_right_by_the_next_look(desk: Desk) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    desk.user.fault("wrong-etag", method="PATCH")
    wrong = wrote(desk.edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Brunch"))))
    assert desk.edit(wrong, edited(wrong, ("SUMMARY:Brunch", "SUMMARY:Dinner"))) == Stale(held.ref)

    right = desk.look().seen[held.ref].held

    assert right is not None
    assert isinstance(desk.edit(right, edited(right, ("SUMMARY:Brunch", "SUMMARY:Dinner"))), Wrote)


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
    assert {type(done) for done in told} <= {Wrote}
    assert len(desk.look().end.inventory or ()) == 5


def test_what_was_refused_for_its_rate_is_asked_again_and_made_once(desk: Desk) -> None:
    store = PatientStore(desk.store(), lambda _: None)
    ops = [Create(store.new_ref(f"{number}@home"), SINGLE, NOBODY) for number in range(12)]
    desk.user.refuse(403, "rateLimitExceeded", method="POST", after=5, times=3)

    done = list(store.write(ops))

    assert [one.ref for one in done] == [op.ref for op in ops]
    assert {type(one) for one in done} == {Wrote}
    assert desk.look().end.inventory == {op.ref for op in ops}


def test_a_write_to_a_calendar_that_went_is_no_matter_of_one_event(desk: Desk) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    store = desk.store()
    desk.user.vanish(desk.calendar)

    with pytest.raises(CalsyncError) as caught:
        list(store.write([Remove(held, NOBODY)]))

    assert failure(caught) == ("E209", "gone")
