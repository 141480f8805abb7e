"""Who hears of what is done to a meeting: by the mails that Google would send, and by what each request says of them."""

from __future__ import annotations

import json

import pytest

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.conftest import begun
from tests.google.meeting import LATER, Meeting
from tests.google.person import Googler
from tests.journeys.mails import khal

ALL, NONE = ("PATCH", "all"), ("PATCH", "none")


@pytest.fixture
def fresh(connected: Googler) -> Meeting:
    """Signed in, nothing planned."""
    return Meeting(begun(connected), connected.world.google.new_user("colleague"))


@pytest.fixture
def met(fresh: Meeting) -> Meeting:
    """A meeting that everybody has been told of, but for the silent guest."""
    fresh.adds()
    fresh.sync()
    fresh.heard()
    return fresh


@pytest.fixture
def series(fresh: Meeting) -> Meeting:
    """The same every week."""
    fresh.adds("--repeat", "FREQ=WEEKLY;COUNT=6")
    fresh.sync()
    fresh.heard()
    return fresh


# ── add ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r17_r18_a_new_meeting_invites_who_was_chosen_and_once(fresh: Meeting) -> None:
    fresh.adds()
    foretold = fresh.foretold()

    sent = fresh.sync()

    assert (foretold, sent, fresh.heard()) == (2, 2, fresh.all("invitation"))
    assert fresh.me.writes_there() == [("POST", "all")]
    assert len(fresh.copies()) == 1
    fresh.me.quiet_round()


def test_r17_the_silent_guest_is_here_and_in_private_properties_and_with_nobody_else(met: Meeting) -> None:
    private = met.there()["extendedProperties"]["private"]

    assert met.kept_quiet()
    for place in ("".join(private.values()), met.here()):
        assert [line for line in place.splitlines() if met.silent in line and "SCHEDULE-AGENT=NONE" in line]
    assert {one["address"]: one["invited"] for one in met.shows()["attendees"]}[met.silent] is False


def test_r17_a_meeting_of_silent_guests_alone_tells_nobody_and_stays_as_it_is(fresh: Meeting) -> None:
    told = fresh.types("add", "Interview", "--at", LATER, "--silent", fresh.silent)
    before = fresh.here()

    sent = fresh.sync()

    assert (sent, fresh.heard(), told["silent"]) == (0, [], [fresh.silent])
    assert fresh.kept_quiet()
    fresh.me.quiet_round()
    assert fresh.here() == before


def test_r17_a_silent_guest_hears_nothing_of_three_later_edits_and_a_deletion(met: Meeting) -> None:
    for words in (("--at", LATER), ("--where", "Room 2"), ("--title", "Second interview")):
        met.edits(*words)
        met.sync()
        assert met.kept_quiet()
        assert met.silent in met.here()
    met.types("delete", met.id)
    met.sync()

    kinds = met.heard()

    assert kinds == sorted([*met.all("update"), *met.all("update"), *met.all("cancellation")])


def test_r22_without_a_choice_an_edit_of_a_meeting_with_somebody_new_is_refused(met: Meeting) -> None:
    added = "SUMMARY:Interview\r\nATTENDEE:mailto:late@outside.test"
    met.me.edits(met.me.uid("Interview"), "SUMMARY:Interview", added)

    ran = met.me.types("event", "edit", met.id, "--at", LATER, "--no-input", "--json")

    assert (ran.code, ran.error) == (2, "E002")


# ── edit ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", [("--at", LATER), ("--where", "Room 2")], ids=["time", "place"])
def test_of_another_time_or_place_those_who_were_invited_hear_once(met: Meeting, words: tuple[str, ...]) -> None:
    met.edits(*words)
    foretold = met.foretold()

    sent = met.sync()

    assert (foretold, sent, met.heard()) == (2, 2, met.all("update"))
    assert met.me.writes_there() == [ALL]
    met.me.quiet_round()


@pytest.mark.parametrize(
    "words", [("--title", "Talk"), ("--notes", "Bring a pen"), ("--remind", "10m")], ids=["title", "notes", "reminder"]
)
def test_of_anything_else_nobody_hears(met: Meeting, words: tuple[str, ...]) -> None:
    met.edits(*words)
    foretold = met.foretold()

    sent = met.sync()

    assert (foretold, sent, met.heard()) == (0, 0, [])
    assert met.me.writes_there() == [NONE]
    met.me.quiet_round()


@pytest.mark.parametrize(
    ("words", "heard"), [(("--title", "Talk", "--notify"), True), (("--at", LATER, "--quietly"), False)]
)
def test_a_word_of_ones_own_comes_before_the_rule(met: Meeting, words: tuple[str, ...], *, heard: bool) -> None:
    told = met.edits(*words)

    sent = met.sync()

    assert met.heard() == (met.all("update") if heard else [])
    assert met.me.writes_there() == [ALL if heard else NONE]
    assert (sent, told["held"]) == (2 if heard else 0, False)
    met.me.quiet_round()


def test_where_updates_are_never_sent_none_is_but_a_first_invitation_is(fresh: Meeting) -> None:
    fresh.me.env["CALSYNC_EVENT_UPDATES"] = "never"
    fresh.adds()
    assert fresh.sync() == 2
    assert fresh.heard() == fresh.all("invitation")

    fresh.edits("--at", LATER)
    fresh.sync()
    fresh.types("delete", fresh.id)
    fresh.sync()

    assert fresh.heard() == []


def test_a_new_place_by_khal_is_told_as_one_of_ours(met: Meeting) -> None:
    khal(met.me, "edit", "Interview", stdin="l\nRoom 9\nn\n")

    sent = met.sync()

    assert (sent, met.heard()) == (2, met.all("update"))
    assert met.there()["location"] == "Room 9"
    assert met.silent in met.here()
    met.me.quiet_round()


def test_another_program_s_file_tells_nobody_until_the_command_that_is_named(fresh: Meeting) -> None:
    stranger = "b&b@outside.test"
    people = f"ORGANIZER:mailto:{fresh.me.email}\nATTENDEE:mailto:{stranger}\n"
    fresh.me.writes("met.ics", event("met", "Theirs", extra=people))
    assert (fresh.foretold(), fresh.sync(), fresh.heard()) == (0, 0, [])
    assert "attendees" not in fresh.there()
    assert stranger in fresh.here()
    fresh.id = "met"
    assert fresh.types("show", "met")["undecided"] == [stranger]

    fresh.types("invite", "met", stranger)
    sent = fresh.sync()

    assert (sent, fresh.heard()) == (1, [("invitation", (stranger,))])
    fresh.me.quiet_round()


def test_who_was_put_on_by_another_program_is_not_invited_by_an_edit(met: Meeting) -> None:
    added = "SUMMARY:Interview\r\nATTENDEE:mailto:late@outside.test"
    met.me.edits(met.me.uid("Interview"), "SUMMARY:Interview", added)
    met.sync()
    met.edits("--at", LATER, "--invite-none")

    met.sync()

    assert met.heard() == met.all("update")
    assert "late@outside.test" not in json.dumps(met.there()["attendees"])


# ── invite later, make silent later ──────────────────────────────────────────────────────────────────────────────────


def test_who_is_invited_later_gets_an_invitation_and_the_others_nothing(met: Meeting) -> None:
    met.types("invite", met.id, "late@outside.test")
    met.types("invite", met.id, "late@outside.test")

    sent = met.sync()

    assert (sent, met.heard()) == (1, [("invitation", ("late@outside.test",))])
    met.types("invite", met.id, "late@outside.test")
    met.me.quiet_round()


def test_a_silent_guest_who_is_invited_later_is_silent_no_more(met: Meeting) -> None:
    met.types("invite", met.id, met.silent)

    sent = met.sync()

    assert (sent, met.heard()) == (1, [("invitation", (met.silent,))])
    assert met.silent not in json.dumps(met.there().get("extendedProperties", {}))
    met.me.quiet_round()


def test_a_guest_made_silent_later_hears_that_it_is_off_for_him_and_no_more(met: Meeting) -> None:
    met.edits("--silent", met.guest)
    met.sync()
    assert met.heard() == [("cancellation", (met.guest,))]

    met.edits("--at", LATER)
    met.sync()

    assert met.heard() == [("update", (met.colleague.address,))]
    assert met.guest in met.here()


def test_r26_a_colleague_kept_silent_gets_one_invitation_by_the_command_that_is_named(fresh: Meeting) -> None:
    fresh.me.env["CALSYNC_TEAM_MEMBERS"] = '["@team.test"]'
    told = fresh.adds("--silent", "ann@team.test")
    assert "colleague-silent" in told["warnings"]
    fresh.sync()
    assert fresh.heard() == fresh.all("invitation")

    fresh.me.sure(*told["fix"].split()[1:])
    sent = fresh.sync()

    assert (sent, fresh.heard()) == (1, [("invitation", ("ann@team.test",))])
    fresh.me.quiet_round()


# ── one occurrence ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_occurrence_moved_is_an_update_of_that_one(series: Meeting) -> None:
    series.edits("--occurrence", "2026-12-08", "--at", "2026-12-08 16:00")

    sent = series.sync()

    assert (sent, series.heard()) == (2, series.all("update"))
    assert series.me.writes_there() == [ALL]
    assert series.kept_quiet()
    series.me.quiet_round()


def test_one_occurrence_called_off_is_a_cancellation_of_that_one(series: Meeting) -> None:
    series.types("delete", series.id, "--occurrence", "2026-12-08")

    sent = series.sync()

    assert (sent, series.heard()) == (2, series.all("cancellation"))
    assert series.me.writes_there() == [("DELETE", "all")]
    series.me.quiet_round()


def test_from_one_occurrence_on_guests_hear_of_the_end_and_of_the_new_series(series: Meeting) -> None:
    series.edits("--following", "2026-12-22", "--at", "2026-12-22 16:00")

    series.sync()

    assert series.heard() == sorted([*series.all("update"), *series.all("invitation")])
    assert series.kept_quiet()
    series.me.quiet_round()


# ── delete ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("quietly", [False, True])
def test_a_deletion_calls_off_what_people_were_told_of(met: Meeting, *, quietly: bool) -> None:
    met.types("delete", met.id, *(("--quietly",) if quietly else ()))
    foretold = met.foretold()

    sent = met.sync()

    assert (foretold, sent) == ((0, 0) if quietly else (2, 2))
    assert met.heard() == ([] if quietly else met.all("cancellation"))
    assert met.me.writes_there() == [("DELETE", "none" if quietly else "all")]
    assert met.copies() == []
    met.me.quiet_round()


def test_a_meeting_that_is_put_into_another_calendar_here_moves_there_with_its_guests_and_nobody_hears(
    met: Meeting,
) -> None:
    other = met.me.user.new_calendar("Work")
    met.me.syncs()
    met.me.sure("calendars", "set", "Work", "--two-way")
    met.sync()
    path = met.me.file(met.me.uid("Interview"))
    path.rename(met.me.folder(other) / path.name)

    sent = met.sync()

    assert (sent, met.heard(), met.me.writes_there()) == (0, [], [("POST", "none")])
    met.me.syncs()  # the other calendar is its organizer now, and oneself a guest of it, who gets a copy
    assert [one.title for one in agree(met.me, other)] == [one.title for one in agree(met.me)] == ["Interview"]
    assert [len(one["attendees"]) for one in met.me.user.listed(other)] == [3]
    met.me.quiet_round()


# ── nobody ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_happens_on_both_sides_is_merged_without_a_word(met: Meeting) -> None:
    met.edits("--at", LATER)
    met.me.user.patch(met.there()["id"], {"summary": "Second interview"})

    sent = met.sync()

    assert (sent, met.heard()) == (0, [])
    assert met.there()["summary"] == "Second interview"
    assert met.there()["start"]["dateTime"].startswith("2026-12-01T16:00:00+01:00")
    met.me.quiet_round()


def test_an_undone_edit_and_an_undone_deletion_tell_nobody(met: Meeting) -> None:
    met.edits("--at", LATER)
    met.sync()
    met.heard()
    undone(met)
    assert (met.sync(), met.heard()) == (0, [])
    assert met.there()["start"]["dateTime"].startswith("2026-12-01T15:00:00+01:00")

    met.types("delete", met.id)
    met.sync()
    met.heard()
    undone(met)

    assert (met.sync(), met.heard()) == (0, [])
    assert met.guest in met.here()
    assert "attendees" not in met.there()
    met.me.quiet_round()


def undone(met: Meeting) -> None:
    newest = met.me.sure("undo", "--list", "--json").json["items"][0]["id"]
    met.me.sure("undo", newest)


def test_a_meeting_deleted_there_and_edited_here_is_made_anew_without_a_word(met: Meeting) -> None:
    met.me.user.delete(met.there()["id"])
    met.edits("--at", LATER)

    sent = met.sync()

    assert (sent, met.heard()) == (0, [])
    assert met.there()["summary"] == "Interview"
    assert "attendees" not in met.there()
    met.me.quiet_round()


def test_state_lost_and_rebuilt_tells_nobody_and_the_meeting_is_known_again(met: Meeting) -> None:
    met.me.sure("doctor", "--repair", "--yes", codes=(0, 3))
    met.sync()
    assert met.heard() == []

    met.edits("--at", LATER)

    assert (met.sync(), met.heard()) == (2, met.all("update"))
    assert met.silent in met.here()
    met.me.quiet_round()


def test_r33_a_first_round_pushes_meetings_without_their_guests(connected: Googler) -> None:
    connected.chooses("--no-sync")
    people = f"ORGANIZER:mailto:{connected.email}\nATTENDEE:mailto:guest@outside.test\n"
    connected.writes("met.ics", event("met", "Interview", extra=people))

    connected.syncs()

    assert connected.mails() == []
    assert "attendees" not in connected.event_there("Interview")
    connected.quiet_round()


# ── respond ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bidden(fresh: Meeting) -> Meeting:
    """The colleague has invited me and a guest."""
    fresh.colleague.insert(
        {
            "summary": "Theirs",
            "start": {"dateTime": "2026-12-01T14:00:00Z"},
            "end": {"dateTime": "2026-12-01T15:00:00Z"},
            "attendees": [{"email": fresh.me.email}, {"email": fresh.guest}],
        }
    )
    fresh.me.syncs()
    fresh.id = fresh.me.sure("agenda", "2026-12-01", "--json").json["events"][0]["id"]
    return fresh


@pytest.mark.parametrize("quietly", [False, True])
def test_an_answer_goes_to_the_organizer_and_to_nobody_else(bidden: Meeting, *, quietly: bool) -> None:
    bidden.types("respond", bidden.id, "accept", *(("--quietly",) if quietly else ()))
    foretold = bidden.foretold()

    sent = bidden.sync()

    reply = [] if quietly else [("reply", (bidden.colleague.address,))]
    assert (foretold, sent, bidden.heard()) == (len(reply), len(reply), reply)
    assert bidden.me.writes_there() == [NONE if quietly else ALL]
    answers = {one["email"]: one["responseStatus"] for one in bidden.copies()[0]["attendees"]}
    assert answers[bidden.me.email] == "accepted"
    bidden.me.quiet_round()


def test_r21_the_guests_of_somebody_elses_meeting_are_not_ours_to_change(bidden: Meeting) -> None:
    ran = bidden.me.types("event", "edit", bidden.id, "--silent", bidden.guest, "--json", "--no-input")

    assert (ran.code, ran.error) == (6, "E207")


def test_an_edit_of_somebody_elses_meeting_by_another_program_is_put_back_or_told(bidden: Meeting) -> None:
    bidden.me.edits(bidden.me.uid("Theirs"), "SUMMARY:Theirs", "SUMMARY:Mine now")

    report = bidden.me.syncs(codes=(0, 3))

    assert bidden.copies()[0]["summary"] == "Theirs"
    assert (report["invitations_sent"], bidden.heard()) == (0, [])
    bidden.me.sure("sync", codes=(0, 3))
    assert bidden.copies()[0]["summary"] == "Theirs"


def test_a_reminder_of_one_s_own_on_somebody_elses_meeting_is_nobody_elses_business(bidden: Meeting) -> None:
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Go\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
    bidden.me.edits(bidden.me.uid("Theirs"), "END:VEVENT", alarm)

    sent = bidden.sync()

    assert (sent, bidden.heard(), bidden.me.writes_there()) == (0, [], [NONE])
    assert bidden.there()["reminders"]["overrides"] == [{"method": "popup", "minutes": 5}]
    bidden.me.quiet_round()


def test_where_guests_may_change_a_meeting_their_edits_tell_nobody(bidden: Meeting) -> None:
    bidden.colleague.patch(bidden.copies()[0]["id"], {"guestsCanModify": True})
    bidden.sync()
    bidden.me.edits(bidden.me.uid("Theirs"), "SUMMARY:Theirs", "SUMMARY:Ours\r\nLOCATION:Room 5")

    sent = bidden.sync()

    assert (sent, bidden.heard(), bidden.me.writes_there()) == (0, [], [NONE])
    assert bidden.there()["location"] == "Room 5"
    bidden.me.quiet_round()


def test_ones_own_copy_of_somebody_elses_meeting_goes_without_a_word(bidden: Meeting) -> None:
    bidden.me.file(bidden.me.uid("Theirs")).unlink()

    sent = bidden.sync()

    assert (sent, bidden.heard()) == (0, [])
    assert len(bidden.copies()) == 1


def test_r18_answers_are_read_back(met: Meeting) -> None:
    copy = met.copies()[0]
    answered = [
        {**one, "responseStatus": "accepted"} if one["email"] == met.colleague.address else one
        for one in copy["attendees"]
    ]
    met.colleague.patch(copy["id"], {"attendees": answered})

    met.sync()

    answers = {one["address"]: one["answer"] for one in met.shows()["attendees"]}
    assert (answers[met.colleague.address], answers[met.guest]) == ("accepted", "needs-action")
    met.edits("--at", LATER)
    assert (met.sync(), met.heard()) == (2, met.all("update"))
    there = {one["email"]: one["responseStatus"] for one in met.there()["attendees"]}
    assert there[met.colleague.address] == "accepted"
    met.me.quiet_round()


# ── somebody else's, by another way than Google ──────────────────────────────────────────────────────────────────────

BOSS = "boss@outside.test"


def invitation(met: Meeting, start: str = "20261201T100000Z", number: int = 1) -> bytes:
    """As a mail program puts it into the agenda."""
    people = f"ORGANIZER:mailto:{BOSS}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{BOSS}\nATTENDEE:mailto:{met.me.email}\n"
    return event(
        "theirs", "Theirs", start=start, end=start.replace("0000Z", "3000Z"), extra=f"{people}SEQUENCE:{number}\n"
    )


@pytest.fixture
def copied(fresh: Meeting) -> Meeting:
    """An invitation that came by mail, from outside."""
    fresh.me.writes("theirs.ics", invitation(fresh))
    fresh.sync()
    fresh.id = "theirs"
    return fresh


def test_an_invitation_that_came_by_mail_is_taken_in_as_a_copy_and_nobody_hears_of_it(copied: Meeting) -> None:
    there = copied.there()

    assert (there["iCalUID"], there["organizer"]["email"], there["privateCopy"]) == ("theirs", BOSS, True)
    assert [one["email"] for one in there["attendees"]] == [BOSS, copied.me.email]
    assert copied.heard() == []
    copied.me.syncs()
    copied.me.quiet_round()
    assert copied.shows()["organizer"] == BOSS


def test_what_the_organizer_made_of_it_since_replaces_the_copy(copied: Meeting) -> None:
    copied.me.user.patch(copied.there()["id"], {"colorId": "5"})
    copied.me.syncs()
    copied.me.writes("theirs.ics", invitation(copied, "20261202T120000Z", 2))

    assert (copied.foretold(), copied.sync(), copied.heard()) == (0, 0, [])

    there = copied.there()
    assert (there["start"]["dateTime"][:16], there["colorId"]) == ("2026-12-02T13:00", "5")
    copied.me.syncs()
    copied.me.quiet_round()


def test_an_answer_to_a_copy_is_noted_there_and_not_said_to_be_sent(copied: Meeting) -> None:
    said = copied.me.sure("event", "respond", copied.id, "accept", "--no-input")

    assert BOSS not in said.out + said.err
    assert (copied.foretold(), copied.sync(), copied.heard()) == (0, 0, [])

    answers = {one["email"]: one["responseStatus"] for one in copied.there()["attendees"]}
    assert answers == {BOSS: "accepted", copied.me.email: "accepted"}
    copied.me.quiet_round()


def test_somebody_else_s_series_with_an_exception_is_there_without_people_and_whole(fresh: Meeting) -> None:
    whole = invitation(fresh).replace(b"SUMMARY:Theirs", b"RRULE:FREQ=DAILY;COUNT=4\r\nSUMMARY:Theirs")
    moved = event("theirs", "Theirs later", start="20261202T150000Z", end="20261202T160000Z")
    moved = moved.partition(b"BEGIN:VEVENT")[2].replace(b"SUMMARY", b"RECURRENCE-ID:20261202T100000Z\r\nSUMMARY")
    fresh.me.writes("theirs.ics", whole.replace(b"END:VCALENDAR\r\n", b"BEGIN:VEVENT" + moved))

    assert (fresh.sync(), fresh.heard()) == (0, [])

    assert [one.title for one in agree(fresh.me)] == ["Theirs", "Theirs later", "Theirs", "Theirs"]
    fresh.me.quiet_round()
