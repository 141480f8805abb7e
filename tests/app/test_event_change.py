"""Editing, deleting, inviting, answering: what is written, who is told, and what is refused with the command that helps."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.app.event.answering import respond
from calsync_cli.app.event.changing import edit
from calsync_cli.app.event.deleting import delete
from calsync_cli.app.event.inviting import invite
from calsync_cli.app.event.showing import before, show
from calsync_cli.app.event.wishes import DeleteWish, EditWish, Guests, InviteWish, RespondWish, Which
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.session import working
from calsync_cli.app.undo import items, undo
from calsync_cli.core.details import details, event_id
from calsync_cli.core.draft import Changes, Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.guests import guests
from calsync_cli.core.times import Moment, Span
from calsync_cli.state.consents import Choice
from tests.app.desks import GUEST, HR, ME, YOU, Place, at, meeting

BOSS = "boss@example.net"
WEEKLY = "RRULE:FREQ=WEEKLY\r\n"
ZONED = {
    "start": "DTSTART;TZID=Europe/London:20300115T140000",
    "end": "DTEND;TZID=Europe/London:20300115T150000",
}


@pytest.fixture
def place(home: Path) -> Place:
    return Place(home)


def edited(place: Place, uid: str = "talk", *, account: str | None = None, **more: Any) -> EventReport:
    which = Which(id=uid, occurrence=more.pop("occurrence", None), following=more.pop("following", None))
    changes = Changes(**{name: more.pop(name) for name in list(more) if name in Changes.__dataclass_fields__})
    return edit(place.desk(account), EditWish(which=which, changes=changes, **more))


def refused(code: str, variant: str = "") -> Any:
    return pytest.raises(CalsyncError, check=lambda error: (error.code, error.variant) == (code, variant))


# ── what is changed ──────────────────────────────────────────────────────────────────────────────────────────────


def test_r35_an_event_of_khal_is_edited_without_an_account_and_its_past_can_be_brought_back(place: Place) -> None:
    old = meeting(organizer="", guests=(), extra="X-KEPT:1\r\n")
    place.writes(old)

    report = edited(place, title="Longer talk", length=Span(timedelta(), timedelta(hours=2)))

    (row,) = items(place.desk()).items
    told = details(place.files()["talk"])
    assert (report.did, told.title, told.end) == ("edited", "Longer talk", at(15, 16))
    assert b"X-KEPT:1" in place.files()["talk"]
    undo(place.desk(), item=row.id, run=None, dry_run=False)
    assert place.files()["talk"] == old


def test_the_beginning_of_an_id_is_enough(place: Place) -> None:
    place.writes(meeting(organizer="", guests=()))

    edited(place, event_id("talk")[:4], where="Room 2")

    assert details(place.files()["talk"]).where == "Room 2"


def test_nothing_different_writes_nothing(place: Place) -> None:
    place.writes(meeting(organizer="", guests=()))
    before_ = place.folder().joinpath("talk.ics").stat().st_mtime_ns

    report = edited(place, title="Talk")

    assert report.warnings == ("unchanged",)
    assert place.folder().joinpath("talk.ics").stat().st_mtime_ns == before_


def test_nothing_said_is_a_missing_answer(place: Place) -> None:
    with refused("E002", "no-change"):
        edited(place)


def test_a_dry_run_writes_nothing_and_shows_what_would_be(place: Place) -> None:
    old = meeting(organizer="", guests=())
    place.writes(old)

    report = edited(place, title="New", dry_run=True)

    assert (report.events[0].title, place.files()["talk"]) == ("New", old)
    assert not place.home.joinpath("state").exists()


def test_a_time_by_ones_own_clock_keeps_the_zone_of_the_event(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), **ZONED))

    edited(place, start=at(16, 17, zone="Europe/Amsterdam"))

    assert details(place.files()["talk"]).start == at(16, 16, zone="Europe/London")


def test_a_zone_alone_keeps_the_wall_clock(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), **ZONED))

    edited(place, zone="Europe/Amsterdam")

    told = details(place.files()["talk"])
    assert (told.start, told.end) == (at(15, 14, zone="Europe/Amsterdam"), at(15, 15, zone="Europe/Amsterdam"))


def test_a_zone_that_is_named_with_a_time_is_the_new_one(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), **ZONED))

    edited(place, start=at(16, 9, zone="Asia/Tokyo"), zone="Asia/Tokyo")

    assert details(place.files()["talk"]).start == at(16, 9, zone="Asia/Tokyo")


def test_what_an_edit_starts_from_is_told_by_the_clock_that_was_asked_for(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), **ZONED))

    got = before(place.desk(), which=Which(id="talk"), zone="Europe/Amsterdam")

    assert (got.start, got.original) == (at(15, 15, zone="Europe/Amsterdam"), at(15, 14, zone="Europe/London"))


# ── series ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_series_is_edited_as_a_whole_and_the_report_says_so(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))

    report = edited(place, title="New")

    assert report.reach == "all"


def test_one_occurrence_is_found_by_its_day(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))

    report = edited(place, occurrence=Moment(date(2030, 1, 22)), start=at(23, 10))

    content = place.files()["talk"]
    assert (report.reach, report.events[0].occurrence) == ("one", "2030-01-22T14:00:00Z")
    assert details(content, at(22)).start == at(23, 10)
    assert details(content).start == at(15)


def test_an_occurrence_that_was_moved_is_found_by_where_it_is_now_and_by_where_it_was(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))
    edited(place, occurrence=Moment(date(2030, 1, 22)), start=at(23, 10))

    now = edited(place, occurrence=Moment(date(2030, 1, 23)), where="A")
    was = edited(place, occurrence=Moment(date(2030, 1, 22)), notes="B")
    exact = edited(place, occurrence=at(22), private=True)

    told = details(place.files()["talk"], at(22))
    assert {one.events[0].occurrence for one in (now, was, exact)} == {"2030-01-22T14:00:00Z"}
    assert (told.where, told.notes, told.private) == ("A", "B", True)


def test_a_day_without_an_occurrence_is_refused_with_the_nearest_ones(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))

    with refused("E003", "occurrence") as caught:
        edited(place, occurrence=Moment(date(2030, 1, 23)), title="x")

    assert caught.value.params["names"] == "2030-01-22, 2030-01-29"


def test_a_day_long_after_the_end_still_names_some(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra="RRULE:FREQ=WEEKLY;COUNT=2\r\n"))

    with refused("E003", "occurrence") as caught:
        edited(place, occurrence=Moment(date(2031, 6, 1)), title="x")

    assert caught.value.params["names"] == "2030-01-15, 2030-01-22"


def test_several_on_one_day_are_told_apart_by_their_time(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra="RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=3\r\n"))

    with refused("E003", "occurrence-several") as caught:
        edited(place, occurrence=Moment(date(2030, 1, 15)), title="x")
    edited(place, occurrence=at(15, 20), title="Evening")

    assert caught.value.params["names"] == "2030-01-15T14:00, 2030-01-15T20:00"
    assert details(place.files()["talk"], at(15, 20)).title == "Evening"


def test_an_event_that_happens_once_has_no_occurrences(place: Place) -> None:
    place.writes(meeting(organizer="", guests=()))

    with refused("E001", "no-series"):
        edited(place, following=Moment(date(2030, 1, 15)), title="x")


def test_this_and_following_makes_two_events_with_the_same_choices(place: Place) -> None:
    place.active()
    place.synced(meeting(extra=WEEKLY, guests=(GUEST, HR)))
    with working(place.desk(), ME) as session:
        session.consents.choose("talk", HR, Choice.SILENT)
        session.consents.choose("talk", GUEST, Choice.INVITE)

    report = edited(place, following=Moment(date(2030, 1, 29)), start=at(29, 10))

    first, second = report.events
    assert (report.reach, first.uid, details(place.files(ME, "work")[second.uid]).start) == (
        "following",
        "talk",
        at(29, 10),
    )
    assert place.choices(second.uid) == {GUEST: Choice.INVITE, HR: Choice.SILENT}
    assert GUEST in report.invited


def test_this_and_following_quietly_invites_nobody_to_the_new_series(place: Place) -> None:
    place.active()
    place.synced(meeting(extra=WEEKLY))
    with working(place.desk(), ME) as session:
        session.consents.choose("talk", GUEST, Choice.INVITE)

    report = edited(place, following=Moment(date(2030, 1, 29)), title="New", notify=False)

    assert place.choices(report.events[1].uid) == {GUEST: Choice.LOCAL}
    assert report.invited == ()


def test_this_and_following_keeps_the_guests_that_the_provider_invited_whoever_put_them_on_it(place: Place) -> None:
    """By webmail, or before there was calsync: without the rest they would take the series to be called off."""
    place.active()
    place.synced(meeting(extra=WEEKLY))

    report = edited(place, following=Moment(date(2030, 1, 29)), start=at(29, 10))

    assert place.choices(report.events[1].uid) == {GUEST: Choice.INVITE}
    assert report.invited == (GUEST,)


def test_this_and_following_invites_nobody_where_no_guest_is_to_hear_of_changes(place: Place) -> None:
    place.active()
    place.synced(meeting(extra=WEEKLY))
    with working(place.desk(), ME) as session:
        session.consents.choose("talk", GUEST, Choice.INVITE)
    which = Which(id="talk", following=Moment(date(2030, 1, 29)))

    report = edit(place.desk(CALSYNC_EVENT_UPDATES="never"), EditWish(which=which, changes=Changes(title="New")))

    assert place.choices(report.events[1].uid) == {GUEST: Choice.LOCAL}
    assert (report.invited, report.held) == ((), True)


# ── guests ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_guests_whom_the_provider_knows_hear_of_a_change(place: Place) -> None:
    place.active()
    place.synced(meeting())

    report = edited(place, start=at(16))

    assert (report.invited, report.held) == ((GUEST,), False)


@pytest.mark.parametrize(("more", "env"), [({"notify": False}, {}), ({}, {"CALSYNC_EVENT_UPDATES": "never"})])
def test_a_change_that_nobody_is_to_hear_of_is_held_where_the_server_cannot_be_quiet(
    place: Place, more: dict[str, Any], env: dict[str, str]
) -> None:
    place.active()
    place.synced(meeting())

    report = edit(place.desk(**env), EditWish(which=Which(id="talk"), changes=Changes(where="Room 9"), **more))

    assert (report.invited, report.held) == ((), True)
    assert report.fix == f"calsync event edit {report.events[0].short} --notify"


def test_notify_sends_what_the_setting_would_hold(place: Place) -> None:
    place.active()
    place.synced(meeting())

    report = edit(
        place.desk(CALSYNC_EVENT_UPDATES="never"),
        EditWish(which=Which(id="talk"), changes=Changes(where="Room 9"), notify=True),
    )

    assert (report.invited, report.held) == ((GUEST,), False)


def test_notify_alone_lets_a_held_change_go(place: Place) -> None:
    place.active()
    place.synced(meeting())
    edited(place, where="Room 9", notify=False)

    edited(place, notify=True)

    with working(place.desk(), ME) as session:
        assert (session.books.may_mail(), session.books.quiet()) == (frozenset({"talk"}), frozenset())


def test_a_server_that_can_be_quiet_holds_nothing(place: Place) -> None:
    place.active(mails=False)
    place.synced(meeting())

    report = edited(place, where="Room 9", notify=False)

    assert (report.held, report.invited) == (False, ())


def test_r22_attendees_whom_nobody_chose_are_asked_about(place: Place) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST, HR)), ME, "work")

    got = before(place.desk(), which=Which(id="talk"), zone="UTC")

    assert [guest.address for guest in got.guests] == [GUEST, HR]
    with refused("E002", "guests"):
        edited(place, title="New")


@pytest.mark.parametrize(
    ("said", "invited"),
    [
        (Guests(everybody=True), {GUEST, HR}),
        (Guests(everybody=False), set()),
        (Guests(named=(Invitee(GUEST, True), Invitee(HR, False))), {GUEST}),
        (Guests(named=(Invitee(HR, False),), everybody=True), {GUEST}),
    ],
)
def test_r22_a_word_about_them_is_remembered(place: Place, said: Guests, invited: set[str]) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST, HR)), ME, "work")

    report = edited(place, title="New", guests=said)

    choices = place.choices("talk")
    assert {address for address, choice in choices.items() if choice is Choice.INVITE} == invited
    assert set(report.invited) == invited
    assert set(choices) == {GUEST, HR}


@pytest.mark.parametrize(("setting", "choice"), [("all", Choice.INVITE), ("none", Choice.SILENT)])
def test_r22_a_setting_answers_instead(place: Place, setting: str, choice: Choice) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST,)), ME, "work")
    desk = place.desk(CALSYNC_EVENT_INVITE=setting)

    got = before(desk, which=Which(id="talk"), zone="UTC")
    edit(desk, EditWish(which=Which(id="talk"), changes=Changes(title="New")))

    assert (got.guests, place.choices("talk")) == ((), {GUEST: choice})


def test_letting_a_held_change_go_asks_about_nobody(place: Place) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST,)), ME, "work")

    report = edited(place, notify=True)

    assert (report.undecided, place.choices("talk")) == ((GUEST,), {})


def test_whom_the_provider_knows_is_not_in_question(place: Place) -> None:
    place.active()
    place.synced(meeting())

    report = edited(place, title="New")

    assert (report.undecided, place.choices("talk")) == ((), {})


def test_before_there_is_a_provider_nobody_is_in_question(place: Place) -> None:
    place.local(ME)
    place.writes(meeting(organizer="", guests=(GUEST,)), ME)

    report = edited(place, title="New")

    assert (report.undecided, place.choices("talk")) == ((), {})


def test_who_would_have_been_invited_once_is_named_when_there_is_a_provider(place: Place) -> None:
    place.active()
    place.synced(meeting(), meeting(organizer="", guests=()))
    with working(place.desk(), ME) as session:
        session.consents.choose("talk", GUEST, Choice.LOCAL)

    report = edited(place, title="New")

    assert (report.undecided, report.warnings) == ((GUEST,), ("undecided",))
    assert report.fix == f"calsync event invite {report.events[0].short} {GUEST}"


def test_r26_invite_invites_whom_it_names_and_nobody_else(place: Place) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST, HR)), ME, "work")

    report = invite(place.desk(), InviteWish(which=Which(id="talk"), addresses=(Invitee(GUEST, True),)))

    assert (report.did, report.invited, report.undecided) == ("invited", (GUEST,), (HR,))
    assert place.choices("talk") == {GUEST: Choice.INVITE}
    assert b"ORGANIZER" in place.files(ME, "work")["talk"]


def test_an_invitation_is_sent_whatever_event_updates_says(place: Place) -> None:
    place.active()
    place.synced(meeting())

    report = invite(
        place.desk(CALSYNC_EVENT_UPDATES="never"), InviteWish(which=Which(id="talk"), addresses=(Invitee(HR, True),))
    )

    assert HR in report.invited
    assert report.held is False


def test_who_was_silent_is_invited_after_all(place: Place) -> None:
    place.active()
    place.synced(meeting(guests=()), None)
    edited(place, guests=Guests(named=(Invitee(GUEST, False),)))

    invite(place.desk(), InviteWish(which=Which(id="talk"), addresses=(Invitee(GUEST, True),)))

    (guest,) = [one for one in details(place.files(ME, "work")["talk"]).guests if one.address == GUEST]
    assert (guest.silent, place.choices("talk")) == (False, {GUEST: Choice.INVITE})


def test_an_invitation_to_one_occurrence_is_for_that_one(place: Place) -> None:
    place.active()
    place.synced(meeting(extra=WEEKLY, guests=()))

    which = Which(id="talk", occurrence=Moment(date(2030, 1, 22)))
    report = invite(place.desk(), InviteWish(which=which, addresses=(Invitee(GUEST, True),)))

    content = place.files(ME, "work")["talk"]
    with working(place.desk(), ME) as session:
        assert session.consents.of("talk") == {("2030-01-22T14:00:00Z", GUEST): Choice.INVITE}
    assert [GUEST in {one.address for one in details(content, moment).guests} for moment in (None, at(22))] == [
        False,
        True,
    ]
    assert report.invited == (GUEST,)


@pytest.mark.parametrize(("name", "text"), [("where", "a\x1b[2Jb"), ("where", "a\nb"), ("notes", "a\x00b")])
def test_characters_that_cannot_be_seen_are_refused(place: Place, name: str, text: str) -> None:
    place.writes(meeting(organizer="", guests=()))

    with refused("E001", "control"):
        edited(place, **{name: text})


# ── somebody else's ──────────────────────────────────────────────────────────────────────────────────────────────

THEIRS = meeting(organizer=BOSS, guests=(ME, GUEST))


def test_r21_somebody_elses_meeting_is_not_edited(place: Place) -> None:
    place.active()
    place.synced(THEIRS)

    with refused("E207") as caught:
        edited(place, guests=Guests(named=(Invitee(GUEST, False),)))

    assert caught.value.params["fix"] == f"calsync event respond {event_id('talk')[:8]} --help"
    assert place.files(ME, "work")["talk"] == THEIRS


def test_r21_nobody_is_invited_to_somebody_elses_meeting(place: Place) -> None:
    place.active()
    place.synced(THEIRS)

    with refused("E207"):
        invite(place.desk(), InviteWish(which=Which(id="talk"), addresses=(Invitee(HR, True),)))


def test_ones_own_copy_can_be_deleted_and_the_organiser_is_not_told(place: Place) -> None:
    place.active()
    place.synced(THEIRS)

    report = delete(place.desk(), DeleteWish(which=Which(id="talk")))

    assert (report.warnings, report.invited, place.files(ME, "work")) == (("no-reply",), (), {})
    assert report.fix == f"calsync event respond {report.events[0].short} decline"


@pytest.mark.parametrize("more", [{"notify": True}])
def test_it_cannot_be_cancelled_for_the_others(place: Place, more: dict[str, Any]) -> None:
    place.active()
    place.synced(THEIRS)

    with refused("E207"):
        delete(place.desk(), DeleteWish(which=Which(id="talk"), **more))


def test_an_answer_goes_to_the_organiser(place: Place) -> None:
    place.active()
    place.synced(THEIRS)

    report = respond(place.desk(CALSYNC_EVENT_UPDATES="never"), RespondWish(which=Which(id="talk"), answer="accepted"))

    answers = {guest.address: guest.answer for guest in details(place.files(ME, "work")["talk"]).guests}
    assert answers == {ME: "accepted", GUEST: "needs-action"}
    assert (report.did, report.invited, report.held) == ("answered", (BOSS,), False)


def test_a_quiet_answer_is_held_where_the_server_cannot_be_quiet(place: Place) -> None:
    place.active()
    place.synced(THEIRS)

    report = respond(place.desk(), RespondWish(which=Which(id="talk"), answer="declined", quietly=True))

    assert (report.held, report.invited) == (True, ())
    assert report.fix == f"calsync event respond {report.events[0].short} decline"


def test_a_held_answer_goes_by_giving_it_again(place: Place) -> None:
    place.active()
    place.synced(THEIRS)
    respond(place.desk(), RespondWish(which=Which(id="talk"), answer="declined", quietly=True))

    report = respond(place.desk(), RespondWish(which=Which(id="talk"), answer="declined"))

    assert (report.held, report.invited) == (False, (BOSS,))
    with working(place.desk(), ME) as session:
        assert session.books.may_mail() == {"talk"}


def test_one_occurrence_is_answered_alone(place: Place) -> None:
    place.active()
    place.synced(meeting(organizer=BOSS, guests=(ME,), extra=WEEKLY))

    respond(place.desk(), RespondWish(which=Which(id="talk", occurrence=Moment(date(2030, 1, 22))), answer="declined"))

    content = place.files(ME, "work")["talk"]
    assert [details(content, moment).guests[0].answer for moment in (None, at(22))] == ["needs-action", "declined"]


@pytest.mark.parametrize(
    ("content", "variant"), [(meeting(), "own"), (meeting(organizer=BOSS, guests=(GUEST,)), "not-invited")]
)
def test_what_there_is_nothing_to_answer_about_is_refused(place: Place, content: bytes, variant: str) -> None:
    place.active()
    place.synced(content)

    with refused("E207", variant):
        respond(place.desk(), RespondWish(which=Which(id="talk"), answer="accepted"))


# ── calendars that can only be read here ─────────────────────────────────────────────────────────────────────────


def test_r16_a_view_only_calendar_names_what_opens_it(place: Place) -> None:
    place.active()
    place.synced(meeting(), calendar="team")

    with refused("E206", "view-only") as caught:
        edited(place, title="New")

    assert caught.value.params["fix"] == "calsync calendars set team --two-way"


def test_a_calendar_without_rights_stays_closed(place: Place) -> None:
    place.active()
    place.synced(meeting(), calendar="holidays")

    with refused("E206"):
        delete(place.desk(), DeleteWish(which=Which(id="talk")))


def test_an_event_in_two_calendars_is_edited_in_the_primary(place: Place) -> None:
    place.active()
    place.synced(meeting(), calendar="team")
    place.synced(meeting(), calendar="work")

    edited(place, title="New")

    assert [details(place.files(ME, name)["talk"]).title for name in ("team", "work")] == ["Talk", "New"]


# ── deleting ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r10_what_is_deleted_lies_in_the_attic(place: Place) -> None:
    place.writes(meeting(organizer="", guests=()))

    report = delete(place.desk(), DeleteWish(which=Which(id="talk")))

    assert (report.did, report.events[0].title, place.files()) == ("deleted", "Talk", {})
    assert [row.what for row in items(place.desk()).items] == ["deleted"]


def test_guests_hear_that_it_is_off(place: Place) -> None:
    place.active()
    place.synced(meeting())

    report = delete(place.desk(), DeleteWish(which=Which(id="talk")))

    assert (report.invited, report.held) == ((GUEST,), False)


def test_a_quiet_deletion_is_held_and_found_among_the_conflicts(place: Place) -> None:
    place.active()
    place.synced(meeting())

    report = delete(place.desk(), DeleteWish(which=Which(id="talk"), notify=False))

    assert (report.invited, report.held, report.fix) == ((), True, "calsync conflicts")
    assert report.warnings == ("held-deletion",)


def test_brought_back_it_invites_nobody(place: Place) -> None:
    place.active()
    place.synced(meeting())
    with working(place.desk(), ME) as session:
        session.consents.choose("talk", GUEST, Choice.INVITE)

    delete(place.desk(), DeleteWish(which=Which(id="talk")))

    assert place.choices("talk") == {}


def test_one_occurrence_goes_and_the_rest_stays(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))

    report = delete(place.desk(), DeleteWish(which=Which(id="talk", occurrence=Moment(date(2030, 1, 22)))))

    assert report.reach == "one"
    assert b"EXDATE:20300122T140000Z" in place.files()["talk"]


def test_from_the_first_on_is_all_of_it(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))

    delete(place.desk(), DeleteWish(which=Which(id="talk", following=Moment(date(2030, 1, 15)))))

    assert place.files() == {}


def test_a_dry_run_deletes_nothing(place: Place) -> None:
    place.writes(meeting(organizer="", guests=()))

    report = delete(place.desk(), DeleteWish(which=Which(id="talk"), dry_run=True))

    assert (report.dry_run, set(place.files())) == (True, {"talk"})


# ── colleagues ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def colleagues(place: Place) -> Place:
    """Mine and theirs, both with the meeting."""
    place.local(ME, YOU)
    place.writes(meeting(guests=()), ME)
    invite(place.desk(ME), InviteWish(which=Which(id="talk"), addresses=(Invitee(YOU, True),)))
    assert set(place.files(YOU)) == {"talk"}
    return place


def test_r24_an_edit_follows(colleagues: Place) -> None:
    report = edited(colleagues, account=ME, where="Room 3")

    assert (report.delivered, details(colleagues.files(YOU)["talk"]).where) == ((YOU,), "Room 3")


def test_what_a_colleague_changed_stays_theirs(colleagues: Place) -> None:
    path = colleagues.folder(YOU) / "talk.ics"
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:Talk", b"SUMMARY:Talk (me)\r\nDESCRIPTION:prepare"))

    edited(colleagues, account=ME, title="Workshop", where="Room 3")

    told = details(colleagues.files(YOU)["talk"])
    assert (told.title, told.notes, told.where) == ("Talk (me)", "prepare", "Room 3")


def test_what_a_colleague_took_out_does_not_come_back_by_an_edit(colleagues: Place) -> None:
    (colleagues.folder(YOU) / "talk.ics").unlink()

    report = edited(colleagues, account=ME, title="Workshop")

    assert (report.delivered, colleagues.files(YOU)) == ((), {})


def test_a_deletion_follows_and_can_be_undone_there(colleagues: Place) -> None:
    report = delete(colleagues.desk(ME), DeleteWish(which=Which(id="talk")))

    assert (report.delivered, colleagues.files(YOU)) == ((YOU,), {})
    assert [row.what for row in items(colleagues.desk(YOU)).items] == ["deleted"]


def test_a_copy_that_a_colleague_changed_survives_the_deletion(colleagues: Place) -> None:
    path = colleagues.folder(YOU) / "talk.ics"
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:Talk", b"SUMMARY:Mine now"))

    report = delete(colleagues.desk(ME), DeleteWish(which=Which(id="talk")))

    assert (report.delivered, set(colleagues.files(YOU))) == ((), {"talk"})


def test_for_the_colleague_it_is_somebody_elses(colleagues: Place) -> None:
    with refused("E207"):
        edited(colleagues, account=YOU, title="Mine")


def test_a_colleague_answers_for_themselves(colleagues: Place) -> None:
    respond(colleagues.desk(YOU), RespondWish(which=Which(id="talk"), answer="accepted"))
    edited(colleagues, account=ME, where="Room 4")

    told = details(colleagues.files(YOU)["talk"])
    assert {one.address: one.answer for one in told.guests}[YOU] == "accepted"
    assert told.where == "Room 4"


# ── showing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_of_it_is_shown_without_a_state(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=f"{WEEKLY}LOCATION:Room 1\r\nDESCRIPTION:a\\nb\r\n"))

    report = show(place.desk(), which=Which(id="talk"))

    (event,) = report.events
    assert (event.where, event.notes, event.recurrence) == ("Room 1", "a\nb", "FREQ=WEEKLY")
    assert [one.isoformat()[:10] for one in report.upcoming] == [
        "2030-01-15",
        "2030-01-22",
        "2030-01-29",
        "2030-02-05",
        "2030-02-12",
    ]
    assert report.path == place.folder() / "talk.ics"
    assert not place.home.joinpath("state").exists()


def test_who_was_never_decided_about_is_named_with_the_command(place: Place) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST,)), ME, "work")

    report = show(place.desk(), which=Which(id="talk"))

    assert (report.undecided, report.warnings) == ((GUEST,), ("undecided",))
    assert report.fix == f"calsync event invite {report.events[0].short} {GUEST}"


def test_an_occurrence_is_shown_as_it_is_then(place: Place) -> None:
    place.writes(meeting(organizer="", guests=(), extra=WEEKLY))
    edited(place, occurrence=Moment(date(2030, 1, 22)), title="Special")

    report = show(place.desk(), which=Which(id="talk", occurrence=Moment(date(2030, 1, 22))))

    assert (report.events[0].title, report.events[0].occurrence) == ("Special", "2030-01-22T14:00:00Z")


def test_what_nobody_has_is_unknown(place: Place) -> None:
    with refused("E003", "event"):
        show(place.desk(), which=Which(id="ffff"))


def test_a_connection_that_was_changed_keeps_nothing_from_being_shown(place: Place) -> None:
    place.active()
    place.synced(THEIRS)
    with working(place.desk(), ME) as session:
        session.settings.put(stage="connected", connection="{", fingerprint="")

    report = show(place.desk(), which=Which(id="talk"))

    assert report.events[0].title == "Talk"


def test_guests_of_the_file_stay_on_it_whatever_is_chosen(place: Place) -> None:
    place.active()
    place.writes(meeting(organizer="", guests=(GUEST, HR)), ME, "work")

    edited(place, title="New", guests=Guests(everybody=False))

    assert guests(place.files(ME, "work")["talk"]) >= {GUEST, HR}
