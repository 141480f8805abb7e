"""Who got what: whatever is done to a meeting, the mails that a real Cyrus sends are compared, and one guest hears nothing.

What Cyrus 3.6.1 does of itself (RFC 6638): a PUT by the organiser that changes the time, the place, the title or the notes
mails REQUEST to every guest outside and writes it into the calendars of those inside; an alarm, X-, CATEGORIES, TRANSP, CLASS
or the same bytes mail nobody; a guest added gets REQUEST, one removed CANCEL, the others nothing; one occurrence changed is
REQUEST with its RECURRENCE-ID, one excepted REQUEST for the series, DELETE is CANCEL (with Schedule-Reply: F too). A guest
added to an occurrence that was an exception already is told nothing (3.6.1 alone). Guests with SCHEDULE-AGENT=NONE get no
mail, but stand in everybody else's, so that a silent guest must not be sent at all. An attendee's changed PARTSTAT, EXDATE or
leaving mails REPLY to the organiser, and so does DELETE but for Schedule-Reply: F; ORGANIZER;SCHEDULE-AGENT=NONE or CLIENT none.

`invitations_sent` counts everybody whom the server tells. The colleague has his calendar on the same server, which writes it
there without a mail: so a meeting of one guest and one colleague counts two, and the sink holds one.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.mails import (
    LATER,
    NEW_START,
    START,
    Letter,
    Meeting,
    khal,
    letter,
    people,
    planned,
    signed_in,
    traces,
)
from tests.journeys.person import MORTAL, Person
from tests.servers.cyrus import Cyrus

BOTH = 2
"""The guest, by a mail, and the colleague, within the server."""


@pytest.fixture
def everybody(cyrus_server: Cyrus, tmp_path: Path) -> Iterator[Meeting]:
    """Whatever a test does with them: afterwards the silent guest's address is nowhere but here."""
    met = people(cyrus_server, tmp_path / "person")
    yield met
    assert [mail for mail in cyrus_server.sink.mails if mail.says(met.silent)] == []
    assert traces(met, met.silent) == []


@pytest.fixture
def fresh(everybody: Meeting) -> Meeting:
    """Signed in, nothing planned."""
    return signed_in(everybody)


@pytest.fixture
def met(everybody: Meeting) -> Meeting:
    """A meeting that everybody has been told of, but for the silent guest."""
    return planned(everybody)


def asked(met: Meeting, title: str = "Interview", start: str = START, occurrence: str = "") -> Letter:
    return Letter((met.guest,), "REQUEST", title, start, occurrence)


def cancelled(met: Meeting, title: str = "Interview", start: str = START) -> Letter:
    return Letter((met.guest,), "CANCEL", title, start)


def rests(met: Meeting) -> None:
    """One round more: nothing is sent to the server, and nobody is told anything."""
    met.me.served.log.mark()

    assert met.sync() == 0

    assert met.me.served.log.writes() == []
    assert met.post.letters() == []


# ── add ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_meeting_invites_who_was_chosen_and_once(fresh: Meeting) -> None:
    told = fresh.adds()
    foretold = fresh.foretold()

    sent = fresh.sync()

    (mail,) = fresh.post.new()
    assert (letter(mail), sent, foretold) == (asked(fresh), BOTH, BOTH)
    assert mail.says(fresh.colleague)
    assert sorted(told["invited"]) == sorted([fresh.guest, fresh.colleague])
    assert told["silent"] == [fresh.silent]
    (copy,) = fresh.theirs()
    assert b"SUMMARY:Interview" in copy
    rests(fresh)


def test_the_silent_guest_is_here_alone_and_what_looks_for_him_elsewhere_finds_the_invited_one(met: Meeting) -> None:
    (mail,) = met.post.mails

    found = {path.partition("/")[0] for path in traces(met, met.guest)}

    assert mail.says(met.guest)
    assert {"spool", "conf"} <= found
    assert met.silent.encode() in met.me.near()[0]
    assert (met.silent, False) in [(one["address"], one["invited"]) for one in met.shows()["attendees"]]


# ── three edits, and a reminder ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "title", "start", "said"),
    [
        (("--at", LATER), "Interview", NEW_START, NEW_START),
        (("--notes", "Bring a pen"), "Interview", START, "Bring a pen"),
        (("--title", "Second interview"), "Second interview", START, "Second interview"),
    ],
    ids=["time", "notes", "title"],
)
def test_an_edit_is_told_once_to_those_who_were_invited(
    met: Meeting, words: tuple[str, ...], title: str, start: str, said: str
) -> None:
    met.edits(*words)
    foretold = met.foretold()

    sent = met.sync()

    (mail,) = met.post.new()
    assert (letter(mail), sent, foretold) == (asked(met, title, start), BOTH, BOTH)
    assert mail.says(said)
    assert said.encode() in met.theirs()[0]
    rests(met)


def test_a_reminder_is_nobody_elses_business(met: Meeting) -> None:
    met.edits("--remind", "10m")

    sent = met.sync()

    assert (met.post.letters(), sent) == ([], 0)
    assert b"TRIGGER:-PT10M" in met.me.far()[0]


def test_an_edit_kept_quiet_is_held_until_somebody_lets_it_go(met: Meeting) -> None:
    told = met.edits("--at", LATER, "--quietly")
    assert told["held"]
    assert met.sync(codes=(3,)) == 0
    assert met.post.letters() == []

    met.edits("--at", LATER, "--notify")
    sent = met.sync()

    assert (met.post.letters(), sent) == ([asked(met, start=NEW_START)], BOTH)
    assert met.held() == []


# ── one occurrence, and from one on ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def series(everybody: Meeting) -> Meeting:
    """The same every week."""
    return planned(everybody, "--repeat", "FREQ=WEEKLY;COUNT=6")


def test_one_occurrence_moved_is_told_as_that_one(series: Meeting) -> None:
    series.edits("--occurrence", "2026-12-08", "--at", "2026-12-08 16:00")

    sent = series.sync()

    assert sent == BOTH
    assert series.post.letters() == [asked(series, start="20261208T160000Z", occurrence="20261208T140000Z")]
    rests(series)


def test_one_occurrence_deleted_is_told_once(series: Meeting) -> None:
    series.types("delete", series.id, "--occurrence", "2026-12-08")

    sent = series.sync()

    (mail,) = series.post.new()
    assert (letter(mail), sent) == (asked(series), BOTH)
    assert "EXDATE" in mail.event
    rests(series)


def test_from_one_occurrence_on_guests_hear_of_the_end_and_of_the_new_series(series: Meeting) -> None:
    series.edits("--following", "2026-12-22", "--at", "2026-12-22 16:00")

    series.sync()

    assert series.post.letters() == [asked(series), asked(series, start="20261222T160000Z")]
    rests(series)


# ── another program ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_by_khal_is_told_as_one_of_ours(met: Meeting) -> None:
    khal(met.me, "edit", "Interview", stdin="s\nKhal's interview\nn\n")

    sent = met.sync()

    assert (met.post.letters(), sent) == ([asked(met, "Khal's interview")], BOTH)
    assert met.silent.encode() in met.me.near()[0]
    rests(met)


def stranger_by_khal(met: Meeting) -> str:
    """Another program puts somebody on the event."""
    met.me.edits(met.uid, "SUMMARY:Interview", "SUMMARY:Interview\r\nATTENDEE:mailto:b&b@outside.test")
    return "b&b@outside.test"


def test_a_guest_whom_nobody_chose_is_not_invited_before_the_command_that_is_named(met: Meeting) -> None:
    stranger = stranger_by_khal(met)

    report = met.me.syncs()

    assert (met.post.letters(), report["invitations_sent"]) == ([], 0)
    shown = met.types("show", met.id)
    assert shown["undecided"] == [stranger]
    assert shown["fix"].startswith("calsync event invite ")
    assert shown["fix"].endswith(f" '{stranger}'")
    assert report["next"] == f"calsync event invite {met.id} '{stranger}'"

    met.types("invite", met.id, stranger)
    met.types("invite", met.id, stranger)
    sent = met.sync()

    assert (met.post.letters(), sent) == ([asked(met)._replace(to=(stranger,))], 1)
    met.types("invite", met.id, stranger)
    rests(met)


def test_r26_a_colleague_kept_silent_gets_one_invitation_when_invited(fresh: Meeting) -> None:
    fresh.me.env["CALSYNC_TEAM_MEMBERS"] = '["@team.test"]'
    colleague = "ann@team.test"
    told = fresh.adds("--silent", colleague)
    assert "colleague-silent" in told["warnings"]
    assert told["fix"].endswith(f" {colleague}")
    fresh.sync()
    assert [one.to for one in fresh.post.letters()] == [(fresh.guest,)]

    fresh.me.sure(*told["fix"].split()[1:])
    sent = fresh.sync()

    assert fresh.post.letters() == [asked(fresh)._replace(to=(colleague,))]
    assert sent == 1
    rests(fresh)


# ── merge, undo, adoption ────────────────────────────────────────────────────────────────────────────────────────────


def place_changed_there(met: Meeting) -> None:
    """By the organiser with another program, at the server: Cyrus tells the guests of that by itself."""
    met.me.edits_there(met.uid, "LOCATION:Room 1", "LOCATION:Room 2")
    assert met.post.letters() == [asked(met)]


def test_what_was_changed_on_both_sides_is_held_and_sent_when_somebody_says_so(met: Meeting) -> None:
    place_changed_there(met)
    met.edits("--title", "Second interview")

    assert met.sync(codes=(3,)) == 0
    assert met.post.letters() == []
    met.lets_go()
    sent = met.sync()

    (mail,) = met.post.new()
    assert (letter(mail), sent) == (asked(met, "Second interview"), BOTH)
    assert mail.says("Room 2")
    rests(met)


def test_an_undone_edit_is_held(met: Meeting) -> None:
    met.edits("--at", LATER)
    met.sync()
    met.post.new()

    newest = met.me.sure("undo", "--list", "--json").json["items"][0]["id"]
    met.me.sure("undo", newest)
    sent = met.sync(codes=(3,))

    assert (met.post.letters(), sent) == ([], 0)
    assert [row["title"] for row in met.held()] == ["Interview"]


def test_a_deletion_undone_brings_the_meeting_back_without_a_word(met: Meeting) -> None:
    met.types("delete", met.id)
    met.sync()
    met.post.new()

    newest = met.me.sure("undo", "--list", "--json").json["items"][0]["id"]
    met.me.sure("undo", newest)
    sent = met.sync()

    assert (met.post.letters(), sent) == ([], 0)
    assert b"ATTENDEE" not in met.me.far()[0]
    assert met.guest.encode() in met.me.near()[0]
    rests(met)


def test_connected_again_it_is_known_again_and_nobody_is_told(met: Meeting) -> None:
    met.me.sure("disconnect", "--yes")

    met.me.starts()

    assert met.post.letters() == []
    assert met.silent.encode() in met.me.near()[0]
    rests(met)


def test_a_new_machine_tells_nobody_and_then_an_edit_there_tells_the_guests(met: Meeting, tmp_path: Path) -> None:
    other = Person(tmp_path / "other", met.me.served, email=met.me.email).starts()
    assert met.post.letters() == []

    other.sure("event", "edit", met.id, "--at", LATER)
    sent = other.syncs()["invitations_sent"]

    assert (met.post.letters(), sent) == ([asked(met, start=NEW_START)], BOTH)
    assert met.sync() == 0
    assert met.post.letters() == []
    assert NEW_START.encode() in met.me.near()[0]
    assert met.silent.encode() in met.me.near()[0]


# ── killed ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def killed(met: Meeting, point: str) -> None:
    """Between the server's doing and our books."""
    ran = met.me.types("kill", point, "1", "sync", program=MORTAL)
    assert ran.code == -signal.SIGKILL, ran


def test_killed_after_the_invitation_went_it_does_not_go_again(fresh: Meeting) -> None:
    fresh.adds()
    killed(fresh, "far-create.after")

    sent = fresh.sync()

    assert (fresh.post.letters(), sent) == ([asked(fresh)], 0)
    rests(fresh)


def test_killed_before_the_invitation_went_it_goes_once(fresh: Meeting) -> None:
    fresh.adds()
    killed(fresh, "far-create.before")

    sent = fresh.sync()

    assert (fresh.post.letters(), sent) == ([asked(fresh)], BOTH)
    rests(fresh)


@pytest.mark.parametrize("deed", ["edit", "invite"])
def test_killed_after_an_edit_or_a_later_invitation_it_is_not_told_twice(met: Meeting, deed: str) -> None:
    if deed == "edit":
        met.edits("--at", LATER)
        wanted = asked(met, start=NEW_START)
    else:
        met.types("invite", met.id, "late@outside.test")
        wanted = asked(met)._replace(to=("late@outside.test",))
    killed(met, "far-edit.after")

    sent = met.sync()

    assert (met.post.letters(), sent) == ([wanted], 0)
    rests(met)


# ── delete ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_deleted_meeting_is_called_off_once(met: Meeting) -> None:
    met.types("delete", met.id)
    foretold = met.foretold()

    sent = met.sync()

    assert (met.post.letters(), sent, foretold) == ([cancelled(met)], BOTH, BOTH)
    rests(met)


def test_a_deletion_kept_quiet_is_held(met: Meeting) -> None:
    met.types("delete", met.id, "--quietly")

    sent = met.sync(codes=(3,))

    assert (met.post.letters(), sent, len(met.held())) == ([], 0, 1)
    assert len(met.me.far()) == 1


def test_a_guest_made_silent_later_is_told_that_it_is_off_for_him_and_no_more(met: Meeting) -> None:
    met.edits("--silent", met.guest)

    met.sync()

    assert met.post.letters() == [cancelled(met)]
    met.edits("--at", LATER)
    met.sync()
    assert met.post.letters() == []
    assert met.guest.encode() in met.me.near()[0]


# ── respond ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def colleague(met: Meeting, tmp_path: Path) -> Person:
    """The colleague has calsync too, and the invitation in his agenda."""
    return Person(tmp_path / "colleague", met.served, email=met.colleague).starts()


def responds(person: Person, *words: str) -> dict[str, Any]:
    (path,) = person.folder().glob("*.ics")
    uid = next(line[4:] for line in path.read_text().splitlines() if line.startswith("UID:"))
    return person.sure("event", "respond", uid, *words, "--json").json


def test_an_answer_comes_back_to_the_organiser(met: Meeting, colleague: Person) -> None:
    responds(colleague, "accept")
    told = colleague.syncs()

    sent = met.sync()

    assert (told["invitations_sent"], sent) == (1, 0)
    assert met.answers[met.colleague] == "accepted"
    assert met.answers[met.guest] == "needs-action"
    assert met.post.letters() == []
    rests(met)


def test_an_answer_kept_to_oneself_is_held(met: Meeting, colleague: Person) -> None:
    told = responds(colleague, "decline", "--quietly")
    report = colleague.syncs(codes=(3,))

    met.sync()

    assert (told["held"], report["invitations_sent"]) == (True, 0)
    assert met.answers[met.colleague] == "needs-action"


def test_an_edit_made_while_an_answer_came_is_told_as_any_other(met: Meeting, colleague: Person) -> None:
    responds(colleague, "accept")
    colleague.syncs()
    met.edits("--at", LATER)

    sent = met.sync()

    assert (met.post.letters(), sent) == ([asked(met, start=NEW_START)], BOTH)


BOSS = "boss@outside.test"


@pytest.fixture
def bidden(fresh: Meeting) -> Meeting:
    """Somebody outside has invited me."""
    from tests.doubles.events import event

    people = f"ORGANIZER:mailto:{BOSS}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{BOSS}\nATTENDEE:mailto:{fresh.me.email}\n"
    fresh.me.served.plain().put("theirs.ics", event("theirs", "Theirs", extra=people))
    fresh.me.syncs()
    fresh.id = "theirs"
    return fresh


def replied(start: str = "20261201T100000Z") -> Letter:
    return Letter((BOSS,), "REPLY", "Theirs", start)


def test_an_answer_goes_to_an_organiser_outside_and_to_nobody_else(bidden: Meeting) -> None:
    responds(bidden.me, "accept")
    foretold = bidden.foretold()

    sent = bidden.sync()

    (mail,) = bidden.post.new()
    assert (letter(mail), sent, foretold) == (replied(), 1, 1)
    assert "PARTSTAT=ACCEPTED" in mail.event
    responds(bidden.me, "accept")
    rests(bidden)


def test_an_answer_taken_back_by_undo_is_held(bidden: Meeting) -> None:
    responds(bidden.me, "accept")
    bidden.sync()
    bidden.post.new()

    newest = bidden.me.sure("undo", "--list", "--json").json["items"][0]["id"]
    bidden.me.sure("undo", newest)
    sent = bidden.sync(codes=(3,))

    assert (bidden.post.letters(), sent) == ([], 0)


def test_ones_own_copy_of_somebody_elses_meeting_goes_without_a_word(bidden: Meeting) -> None:
    (path,) = bidden.me.folder().glob("*.ics")
    path.unlink()

    sent = bidden.sync()

    assert (bidden.post.letters(), sent, bidden.me.far()) == ([], 0, [])


# ── disconnect ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_disconnect_that_deletes_everything_here_tells_nobody(met: Meeting) -> None:
    met.edits("--at", LATER)

    met.me.sure("disconnect", "--yes", "--account", met.me.email, "--delete-data")

    assert met.post.letters() == []
    assert START.encode() in met.theirs()[0]
