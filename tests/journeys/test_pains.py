"""The 25 pains of other tools (calendar-peers.md section 3) as far as CalDAV can meet them, by the installed command.

| pain | where |
|---|---|
| 1 another directory, deletions everywhere | here |
| 2 killed, or a failed listing taken for empty | test_kill_real; here; tests/engine/test_pains |
| 3 nothing once, then all again | here |
| 4 the freshly listed etag as guard | here |
| 5 a short multiget | here |
| 6 one bad item stops the calendar | test_adversarial, test_kerio |
| 7 ghosts: listed, and 404 for ever | here |
| 8 copies with one UID, no UID | here; test_adversarial |
| 9 the first round doubles all | here |
| 10 deleted Google events keep their id | Google's API alone; a refusal is never recorded as success: 11, here |
| 11 the UID lies in the server's bin | here |
| 12 one UID in two calendars | here; test_ladder |
| 13 occurrences that Graph does not list | Microsoft Graph alone |
| 14 the edge of a time window | calsync has no window: here, that old and far-off events stay |
| 15 an override as an event of its own | here |
| 16 an edited occurrence reverted after 412 | here |
| 17 overrides without SUMMARY, alone, EXDATE of another type | test_adversarial |
| 18 datetimes relabelled with another zone | Graph and EWS; here, that bytes and so TZIDs stay: test_adversarial |
| 19 Windows TZIDs, no VTIMEZONE | test_adversarial |
| 20 all-day off by one | here; test_adversarial (empty-day, zero-length) |
| 21 mails to guests that nobody wanted | here, by Cyrus' own mails |
| 22 an organizer in an override alone | test_adversarial; answering invitations is a later part |
| 23 sign-ins that die | OAuth is a later part; here, a password that was changed |
| 24 keyrings that hang or are silent | tests/vault |
| 25 weak, absent and -gzip etags | here |
"""

from __future__ import annotations

import os
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.meddler import Meddler, Said, as_it_is, instead, meddling
from tests.journeys.person import Person, agree, silent, told, uid_of
from tests.servers.cyrus import Cyrus

RESPONSE = re.compile(rb"<response>.*?</response>", re.DOTALL)
ETAG = re.compile(rb"(<getetag>)(?:&quot;|\")([^<]*?)(?:&quot;|\")(</getetag>)")


@pytest.fixture
def person(radicale, tmp_path: Path) -> Person:
    return Person(tmp_path, radicale.new_user())


@pytest.fixture
def odd(radicale) -> Iterator[Meddler]:
    """The same server with an oddity that a test chooses."""
    with meddling(radicale.port) as meddler:
        yield meddler


def through(person: Person, odd: Meddler) -> Person:
    person.connects(url=odd.url)
    person.chooses()
    return person


def put(person: Person, *titles: str, **more: str) -> list[str]:
    uids = [uuid.uuid4().hex for _ in titles]
    for uid, title in zip(uids, titles, strict=True):
        person.served.plain().put(f"{uid}.ics", event(uid, title, **more))
    return uids


def listing(said: Said) -> bool:
    """Whether it is a list of the primary's items."""
    return (
        said.method in {"PROPFIND", "REPORT"}
        and b"multiget" not in said.asked
        and b"supported-report-set" not in said.asked
    )


# ── data loss ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["moved away", "emptied", "replaced"])
def test_pain_01_another_directory_deletes_nothing_there(person: Person, how: str) -> None:
    uids = put(person, *(f"Event {number}" for number in range(12)))
    person.starts()
    match how:
        case "moved away":
            person.agenda.rename(person.place / "elsewhere")
        case "emptied":
            for path in person.folder().iterdir():
                path.unlink()
        case _:
            person.agenda.rename(person.place / "elsewhere")
            person.folder().mkdir(parents=True)

    stopped = person.types("sync", "--json")

    assert (stopped.code, stopped.error) == (7, "E303")
    assert set(person.there()) == set(uids)


def test_pain_01_a_directory_emptied_but_for_its_mark_trips_the_brake(person: Person) -> None:
    uids = put(person, "One", "Two", "Three")
    person.starts()
    for path in person.folder().glob("*.ics"):
        path.unlink()

    stopped = person.types("sync", "--json")

    assert (stopped.code, stopped.error) == (7, "E302")
    assert set(person.there()) == set(uids)


FAILURES = {
    "empty": lambda said: replace(said, body=RESPONSE.sub(b"", said.body)),
    "500": lambda said: instead(said, 500),
    "403": lambda said: instead(said, 403),
    "404": lambda said: instead(said, 404),
    "cut": lambda said: replace(said, body=said.body[:-40]),
    "page": lambda said: instead(said, 200, b"<html>Please wait</html>", Content_Type="text/html"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_pain_02_a_failed_listing_is_not_an_empty_calendar(person: Person, odd: Meddler, failure: str) -> None:
    put(person, *(f"Event {number}" for number in range(4)))
    through(person, odd)
    before = person.mtimes()
    odd.spoil = lambda said: FAILURES[failure](said) if said.path == person.primary_id and listing(said) else said
    person.alters("UPDATE link SET cursor='forgotten', glance=''")

    ran = person.types("sync", "--json")

    assert odd.spoiled
    assert ran.code in (0, 2, 3, 7, 8)
    assert person.mtimes() == before
    odd.spoil = as_it_is
    person.sure("sync")
    agree(person)


def test_pain_03_no_events_once_and_then_all_again_makes_no_second_set(person: Person, odd: Meddler) -> None:
    uids = put(person, *(f"Event {number}" for number in range(15)))
    through(person, odd)
    odd.spoil = lambda said: FAILURES["empty"](said) if said.path == person.primary_id and listing(said) else said
    person.types("sync", "--full")
    spoiled = odd.spoiled
    odd.spoil = as_it_is

    person.sure("sync", "--full")

    assert spoiled
    assert set(agree(person)) == set(uids)
    silent(person)


def test_pain_04_the_base_guards_a_write_not_what_was_listed_since(person: Person, odd: Meddler) -> None:
    (uid,) = put(person, "Before")
    through(person, odd)
    person.edits(uid, "Before", "Mine")
    theirs = event(uid, "Before", extra="LOCATION:Changed while we looked\n")

    def meanwhile(said: Said) -> Said:
        if said.method == "PROPFIND":  # the glance: all is as it was, and then somebody writes
            odd.spoil = as_it_is
            person.served.plain().put(person.there()[uid], theirs)
        return said

    odd.spoil = meanwhile
    person.sure("sync", codes=(0, 3))
    person.sure("sync", codes=(0, 3))

    (said,) = agree(person)[uid]
    assert "SUMMARY:Mine" in said
    assert "Changed while we looked" in said
    silent(person)


def test_pain_05_a_multiget_that_answers_in_part_loses_nothing(person: Person, odd: Meddler) -> None:
    uids = put(person, *(f"Event {number}" for number in range(9)))
    person.connects(url=odd.url)

    def short(said: Said) -> Said:
        parts = RESPONSE.findall(said.body)
        if b"multiget" not in said.asked or len(parts) < 2:
            return said
        return replace(said, body=said.body.replace(b"".join(parts), b"".join(parts[:3])))

    odd.spoil = short

    person.chooses()

    assert odd.spoiled
    assert set(agree(person)) == set(uids)


def test_pain_07_a_ghost_that_is_listed_and_never_found_stops_nothing(person: Person, odd: Meddler) -> None:
    (uid,) = put(person, "Real")
    ghost = (
        f"<response><href>{person.primary_id}ghost_R20180101T000000%40google.com.ics</href><propstat><prop><getetag>&quot;1&quot;"
        "</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
    ).encode()

    def haunted(said: Said) -> Said:
        at = said.body.find(b"<response>")
        if said.path != person.primary_id or not listing(said) or at < 0:
            return said
        return replace(said, body=said.body[:at] + ghost + said.body[at:])

    odd.spoil = haunted
    person.connects(url=odd.url)

    person.chooses(codes=(0, 3))

    assert odd.spoiled
    assert list(agree(person)) == [uid]
    (later,) = put(person, "Later")
    person.sure("sync", codes=(0, 3))
    assert later in agree(person)
    silent(person)


# ── duplicates and identity ──────────────────────────────────────────────────────────────────────────────────────


def test_pain_08_copies_of_one_file_are_neither_lost_nor_multiplied(person: Person) -> None:
    (uid,) = put(person, "Copied by a program")
    person.starts()
    body = person.file(uid).read_bytes()
    for number in range(5):
        person.writes(f"copy-{number}.ics", body)

    person.sure("sync", codes=(0, 3))
    person.sure("sync", codes=(0, 3))

    here, there = person.near(), person.far()
    assert len(here) == 6
    assert len(there) <= 6
    assert max(Counter(map(uid_of, there)).values()) == 1
    silent(person)


def test_pain_09_a_first_round_of_two_filled_sides_doubles_nothing(person: Person) -> None:
    same = put(person, *(f"By UID {number}" for number in range(3)))
    for number in range(3):
        put(person, f"By look {number}", start=f"2026120{number + 1}T080000Z", end=f"2026120{number + 1}T090000Z")
    person.connects()
    person.chooses("--no-sync")
    for number, uid in enumerate(same):
        person.writes(f"s{number}.ics", event(uid, f"By UID {number}"))
    for number in range(3):
        body = event(
            uuid.uuid4().hex,
            f"By look {number}",
            start=f"2026120{number + 1}T080000Z",
            end=f"2026120{number + 1}T090000Z",
        )
        person.writes(f"l{number}.ics", body)

    person.sure("sync", codes=(0, 3))

    assert len(agree(person)) == 6
    silent(person)


def test_pain_11_a_uid_in_the_servers_bin_is_told_and_not_tried_for_ever(person: Person, odd: Meddler) -> None:
    """nextcloud/server#30096."""
    through(person, odd)
    binned, calm = uuid.uuid4().hex, uuid.uuid4().hex
    refusal = b"""<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>Sabre\\DAV\\Exception\\BadRequest
</s:exception><s:message>Deleted calendar object with uid already exists in this calendar collection.</s:message></d:error>"""

    def bin_(said: Said) -> Said:
        refused = said.method == "PUT" and binned.encode() in said.asked
        if refused and said.status < 300:
            person.served.plain().delete(said.path)
        return instead(said, 400, refusal, Content_Type="application/xml") if refused else said

    odd.spoil = bin_
    for uid, title in ((binned, "In the bin"), (calm, "Calm")):
        path = person.writes(f"{uid}.ics", event(uid, title))
        os.utime(path, (1_700_000_000, 1_700_000_000))  # what is seconds old counts as changed at each look

    codes = [person.types("sync").code for _ in range(6)]

    assert codes == [3, 0, 0, 0, 0, 0]
    assert 1 <= odd.spoiled <= 4
    assert list(person.there()) == [calm]
    (row,) = person.sure("conflicts", "--json").json["conflicts"]
    assert (row["code"], row["title"]) == ("E403", "In the bin")


def test_pain_12_one_uid_in_two_calendars_is_two_events(person: Person) -> None:
    second = person.served.fresh_calendar().calendar_url
    (uid,) = put(person, "In the first")
    person.served.plain(second).put("x.ics", event(uid, "In the second"))

    person.starts()

    assert "In the first" in told(person.near()[0])[0]
    assert "In the second" in told(person.near(second)[0])[0]
    silent(person)


# ── recurrence and time ──────────────────────────────────────────────────────────────────────────────────────────


def test_pain_14_old_and_far_off_events_stay(person: Person) -> None:
    put(person, "Old", start="19700101T100000Z", end="19700101T110000Z")
    put(person, "Far off", start="20990101T100000Z", end="20990101T110000Z")

    person.starts()

    assert len(agree(person)) == 2
    silent(person)


def series(uid: str, *overrides: tuple[str, str]) -> bytes:
    """A daily series with titled overrides of some days."""
    master = event(uid, "Stand-up", extra="RRULE:FREQ=DAILY;COUNT=9\n").decode()
    parts = [
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:{day}T100000Z\r\nDTSTART:{day}T120000Z\r\n"
        f"DTEND:{day}T130000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        for day, title in overrides
    ]
    return master.replace("END:VCALENDAR", "".join(parts) + "END:VCALENDAR").encode()


@pytest.mark.parametrize("server", ["radicale", "cyrus"])
def test_pain_15_a_series_and_its_overrides_are_one_item(request, tmp_path: Path, server: str) -> None:
    person = Person(tmp_path, request.getfixturevalue(server).new_user())
    uid = uuid.uuid4().hex
    person.served.plain().put("s.ics", series(uid, ("20261202", "Moved")))
    person.starts()
    person.served.plain().put(person.there()[uid], series(uid, ("20261202", "Moved"), ("20261204", "Moved too")))
    person.syncs()
    added = len(agree(person)[uid])
    person.served.plain().put(person.there()[uid], series(uid, ("20261204", "Moved too")))

    person.syncs()

    assert added == 3
    assert len(agree(person)[uid]) == 2
    assert len(person.near()) == 1
    silent(person)


@pytest.mark.parametrize("server", ["radicale", "cyrus"])
def test_pain_16_two_occurrences_edited_on_two_sides_both_stay(request, tmp_path: Path, server: str) -> None:
    person = Person(tmp_path, request.getfixturevalue(server).new_user())
    uid = uuid.uuid4().hex
    person.served.plain().put("s.ics", series(uid, ("20261202", "Second"), ("20261204", "Fourth")))
    person.starts()
    person.edits(uid, "SUMMARY:Second", "SUMMARY:Second by me")
    person.edits_there(uid, "SUMMARY:Fourth", "SUMMARY:Fourth by them")

    person.syncs()

    said = " ".join(agree(person)[uid])
    assert "Second by me" in said
    assert "Fourth by them" in said
    silent(person)


@pytest.mark.parametrize("server", ["radicale", "cyrus"])
def test_pain_20_a_day_stays_the_day_it_is(request, tmp_path: Path, server: str) -> None:
    person = Person(tmp_path, request.getfixturevalue(server).new_user())
    there, here = uuid.uuid4().hex, uuid.uuid4().hex

    def day(uid: str) -> bytes:
        body = event(uid, "A day", start="20261224", end="20261225")
        return body.replace(b"DTSTART:", b"DTSTART;VALUE=DATE:").replace(b"DTEND:", b"DTEND;VALUE=DATE:")

    person.served.plain().put("d.ics", day(there))
    person.starts()
    person.writes("h.ics", day(here))
    person.types("sync", TZ="America/New_York")
    person.types("sync", TZ="Pacific/Auckland")

    assert all(b"DTSTART;VALUE=DATE:20261224\r\n" in body for body in (*person.near(), *person.far()))
    assert all(b"DTEND;VALUE=DATE:20261225\r\n" in body for body in (*person.near(), *person.far()))
    silent(person)


# ── invitations and sign-ins ─────────────────────────────────────────────────────────────────────────────────────


def test_pain_21_nobody_is_mailed_by_syncing(cyrus: object, cyrus_server: Cyrus, tmp_path: Path) -> None:
    """A meeting from a file, its edits, its deletion: the guest hears of none of it, for nobody chose to invite him."""
    del cyrus
    person = Person(tmp_path, cyrus_server.user(f"host{uuid.uuid4().hex[:8]}"))
    guest = f"guest-{uuid.uuid4().hex}@elsewhere.example"
    person.starts()
    uid = uuid.uuid4().hex
    meeting = (
        f"ORGANIZER:mailto:{person.served.user}@lab.test\nATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{guest}\n"
    )
    person.writes("m.ics", event(uid, "Meeting", extra=meeting))
    person.syncs(codes=(0, 3))
    person.edits(uid, "SUMMARY:Meeting", "SUMMARY:Meeting moved")
    person.syncs(codes=(0, 3))
    keeps = guest.encode() in person.file(uid).read_bytes()
    there = uid in person.there()
    person.file(uid).unlink()

    person.syncs(codes=(0, 3))

    assert keeps
    assert there
    assert not [mail for mail in cyrus_server.sink.mails if guest in mail.to]


def test_pain_23_a_password_that_no_longer_works_is_told_and_a_new_sign_in_is_enough(
    person: Person, odd: Meddler
) -> None:
    (uid,) = put(person, "Stays")
    through(person, odd)
    before = person.mtimes()
    odd.spoil = lambda said: instead(said, 401, WWW_Authenticate='Basic realm="x"')
    refused = person.types("sync", "--json")
    odd.spoil = as_it_is

    person.connects(url=odd.url)

    assert (refused.code, refused.error) == (4, "E108")
    assert person.mtimes() == before
    person.syncs()
    assert list(agree(person)) == [uid]
    silent(person)


# ── etags ────────────────────────────────────────────────────────────────────────────────────────────────────────


def weak(said: Said) -> Said:
    headers = {k: f"W/{v}" if k.lower() == "etag" else v for k, v in said.headers.items()}
    return replace(said, headers=headers, body=ETAG.sub(rb"\1W/&quot;\2&quot;\3", said.body))


def gzipped(said: Said) -> Said:
    headers = {k: v.rstrip('"') + '-gzip"' if k.lower() == "etag" else v for k, v in said.headers.items()}
    return replace(said, headers=headers)


def absent(said: Said) -> Said:
    headers = {k: v for k, v in said.headers.items() if k.lower() != "etag"}
    return replace(said, headers=headers, body=ETAG.sub(b"", said.body))


def not_told_at_put(said: Said) -> Said:
    return absent(said) if said.method == "PUT" else said


ETAGS = {"weak": weak, "-gzip": gzipped, "absent": absent, "not told at PUT": not_told_at_put}


@pytest.mark.parametrize("etags", ETAGS)
def test_pain_25_whatever_etags_are_both_ways_work_and_rest_comes(person: Person, odd: Meddler, etags: str) -> None:
    odd.spoil = ETAGS[etags]
    edited, deleted, theirs = put(person, "Before", "Goes", "Theirs")
    through(person, odd)
    person.edits(edited, "Before", "After")
    person.file(deleted).unlink()
    person.edits_there(theirs, "Theirs", "Theirs edited")
    fresh = uuid.uuid4().hex
    person.writes("fresh.ics", event(fresh, "Fresh"))

    person.syncs()

    said = agree(person)
    assert set(said) == {edited, theirs, fresh}
    assert "After" in said[edited][0]
    assert "Theirs edited" in said[theirs][0]
    silent(person)


@pytest.mark.parametrize("etags", ETAGS)
def test_pain_25_whatever_etags_are_a_newer_version_is_not_overwritten(
    person: Person, odd: Meddler, etags: str
) -> None:
    odd.spoil = ETAGS[etags]
    (uid,) = put(person, "Before")
    through(person, odd)
    person.edits(uid, "SUMMARY:Before", "SUMMARY:Mine")
    person.edits_there(uid, "DTEND:20261201T110000Z", "DTEND:20261201T120000Z")

    person.syncs(codes=(0, 3))
    person.syncs(codes=(0, 3))

    (said,) = agree(person)[uid]
    assert "SUMMARY:Mine" in said
    assert "20261201T120000Z" in said
    silent(person)


def test_a_server_that_asks_to_wait_is_waited_for(person: Person, odd: Meddler) -> None:
    """Vdirsyncer #733: Retry-After unheeded."""
    put(person, "Stays")
    through(person, odd)
    times = iter([True, True])
    odd.spoil = lambda said: instead(said, 503, Retry_After="0") if next(times, False) else said

    person.syncs()

    assert odd.spoiled == 2
    agree(person)


def test_a_server_that_asks_to_wait_long_is_left_alone(person: Person, odd: Meddler) -> None:
    through(person, odd)
    odd.spoil = lambda said: instead(said, 429, Retry_After="3600")

    ran = person.types("sync", "--json")

    assert (ran.code, ran.error) == (8, "E401")
    assert ran.json["error"]["retry_after"] == 3600
    assert odd.spoiled == 1
