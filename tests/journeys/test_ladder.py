"""The CalDAV ladder by the installed command: rights, calendars that come and go, dead tokens, bad lines, few requests."""

from __future__ import annotations

import imaplib
import random
import shutil
import uuid
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent, uid_of
from tests.servers.cyrus import OWNER, SHARES, Cyrus
from tests.servers.plain import Plain
from tests.servers.radicale import start_radicale

EVERYWHERE = pytest.mark.parametrize("person", ["radicale", "xandikos", "cyrus"], indirect=True)
TODO = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:x\r
BEGIN:VTODO\r
UID:task\r
DTSTAMP:20260101T000000Z\r
SUMMARY:A task\r
END:VTODO\r
END:VCALENDAR\r
"""
DRESS = b"""<?xml version="1.0" encoding="utf-8"?>
<D:propertyupdate xmlns:D="DAV:" xmlns:A="http://apple.com/ns/ical/"><D:set><D:prop>
<D:displayname>%s</D:displayname><A:calendar-color>%s</A:calendar-color></D:prop></D:set></D:propertyupdate>"""


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Person:
    server = request.getfixturevalue(getattr(request, "param", "radicale"))
    return Person(tmp_path, server.new_user())


def new(title: str) -> tuple[str, bytes]:
    uid = uuid.uuid4().hex
    return uid, event(uid, title)


def put(person: Person, *titles: str, url: str = "") -> list[str]:
    """New events at the server; their UIDs."""
    made = [new(title) for title in titles]
    for uid, body in made:
        person.served.plain(url).put(f"{uid}{person.served.suffix}", body)
    return [uid for uid, _ in made]


def holidays(person: Person) -> tuple[str, str]:
    """The read-only calendar's URL, and the UID of a day in it that somebody else wrote."""
    url = person.served.readonly_url
    uid, body = new("A day off")
    Plain(url, "admin", "pw-admin").put(f"{uid}.ics", body)
    return url, uid


# ── rights ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_in_a_read_only_calendar_is_put_back_and_kept_in_the_attic(person: Person) -> None:
    url, uid = holidays(person)
    person.starts()
    theirs = person.file(uid, url).read_bytes()
    person.edits(uid, "A day off", "My own day", url)
    person.served.log.mark()

    told = person.syncs(codes=(0, 3))

    assert person.file(uid, url).read_bytes() == theirs
    assert [body for body in person.attic.values() if b"My own day" in body]
    assert [line["verb"] for line in told["lines"]] == ["put-back"]
    assert person.served.log.asked("PUT", "DELETE") == []
    silent(person)


def test_a_deletion_in_a_read_only_calendar_is_put_back(person: Person) -> None:
    url, uid = holidays(person)
    person.starts()
    person.file(uid, url).unlink()

    person.syncs(codes=(0, 3))

    assert uid_of(person.file(uid, url).read_bytes()) == uid
    silent(person)


def test_a_new_file_in_a_read_only_calendar_goes_to_the_primary(person: Person) -> None:
    url, _ = holidays(person)
    person.starts()
    uid, body = new("Dropped at the wrong place")
    person.writes("dropped.ics", body, url)

    person.syncs(codes=(0, 3))

    assert uid in agree(person)
    assert uid not in map(uid_of, person.near(url))
    silent(person)


def test_a_share_that_becomes_read_only_is_only_viewed_from_then_on(cyrus_server: Cyrus, tmp_path: Path) -> None:
    person = Person(tmp_path, cyrus_server.user(f"reader{uuid.uuid4().hex[:8]}"))
    url = person.served.shared_url
    (uid,) = put(person, "Ours", url=url)
    person.starts()
    person.sure("calendars", "set", person.folder(url).name, "--two-way")
    person.edits(uid, "Ours", "Mine", url)
    admin = imaplib.IMAP4("127.0.0.1", cyrus_server.imap)
    admin.login("cyradm", "pw-cyradm")
    admin.setacl(f'"user/{OWNER}/#calendars/team"', person.served.user, SHARES["holidays"])
    admin.logout()

    told = person.syncs(codes=(0, 3))

    assert [line["verb"] for line in told["lines"]] == ["put-back"]
    assert b"Ours" in person.file(uid, url).read_bytes()
    assert [body for body in person.attic.values() if b"Mine" in body]
    silent(person)


# ── calendars that come and go ───────────────────────────────────────────────────────────────────────────────────


@EVERYWHERE
def test_a_new_calendar_appears_without_being_asked_for(person: Person) -> None:
    person.starts()
    url = person.served.fresh_calendar().calendar_url
    (uid,) = put(person, "In the new one", url=url)

    person.syncs()

    assert uid_of(person.file(uid, url).read_bytes()) == uid
    assert (person.folder(url) / "displayname").read_text().strip()
    silent(person)


@EVERYWHERE
def test_a_calendar_is_gone_after_two_complete_lists_without_it(person: Person) -> None:
    url = person.served.fresh_calendar().calendar_url
    (uid,) = put(person, "Goes with its calendar", url=url)
    person.starts()
    folder = person.folder(url)
    person.served.plain(url).remove()

    person.syncs()
    after_one = folder.is_dir()
    person.syncs()

    assert after_one
    assert not folder.exists()
    assert [body for body in person.attic.values() if uid_of(body) == uid]
    silent(person)


def test_a_calendar_that_comes_back_in_between_keeps_its_directory(person: Person) -> None:
    url = person.served.fresh_calendar().calendar_url
    (uid,) = put(person, "Comes back", url=url)
    person.starts()
    folder, body = person.folder(url), person.served.plain(url).get(f"{uid}.ics")
    for _ in range(2):
        person.served.plain(url).remove()
        person.syncs()
        person.served.plain(url).make()
        person.served.plain(url).put(f"{uid}.ics", body)
        person.syncs(codes=(0, 3))

    assert person.file(uid, url).parent == folder


def test_a_renamed_and_recoloured_calendar_keeps_its_directory(person: Person) -> None:
    person.starts()
    folder = person.folder()
    body = DRESS % (b"Work &amp; more", b"#12ab34ff")
    person.served.plain().sure("PROPPATCH", "", body, Content_Type="application/xml")

    person.syncs()

    assert person.folder() == folder
    assert (folder / "displayname").read_text() == "Work & more"
    assert (folder / "color").read_text().lower() == "#12ab34"
    silent(person)


@EVERYWHERE
def test_a_calendar_for_tasks_alone_is_left_alone(person: Person) -> None:
    tasks = f"{person.served.home_url}tasks/"
    person.served.plain(tasks).make(component="VTODO", title="Tasks")
    person.served.plain(tasks).put("task.ics", TODO)
    person.served.log.mark()

    person.starts()

    assert not [one for one in person.served.log.asked("REPORT") if one.path.endswith("/tasks/")]
    assert "Tasks" not in [row["name"] for row in person.sure("calendars", "--json").json["calendars"]]
    assert not [path for path in person.agenda.rglob("*.ics") if b"VTODO" in path.read_bytes()]


def test_the_primary_that_vanishes_stops_everything(person: Person) -> None:
    put(person, "Stays here")
    person.starts()
    before = person.mtimes()
    person.served.plain().remove()

    stopped = person.types("sync", "--json")

    assert (stopped.code, stopped.error) == (7, "E304")
    assert person.mtimes() == before


# ── identity ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("person", ["radicale", "cyrus"], indirect=True)
def test_a_uid_that_another_calendar_has_makes_no_loop_and_loses_nothing(person: Person) -> None:
    """Cyrus takes a UID once for each user; Radicale once for each calendar."""
    second = person.served.fresh_calendar().calendar_url
    (uid,) = put(person, "In the other calendar", url=second)
    person.starts()
    person.writes("copied.ics", event(uid, "Copied into the primary"))

    person.syncs(codes=(0, 3))

    assert [body for body in person.near() if b"Copied into the primary" in body]
    assert [body for body in person.far(second) if b"In the other calendar" in body]
    silent(person)


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────


@EVERYWHERE
def test_a_dead_token_leads_to_a_full_look_that_deletes_only_what_is_gone(person: Person) -> None:
    stays, goes = put(person, "Stays", "Goes")
    person.starts()
    person.served.plain().delete(person.there()[goes])
    (comes,) = put(person, "Comes")
    person.alters("UPDATE link SET cursor='data:,forged-1', glance=''")

    told = person.syncs()

    assert set(agree(person)) == {stays, comes}
    assert (told["calendar"]["in"], told["calendar"]["deleted_in"]) == (1, 1)
    silent(person)


def test_a_server_that_forgot_its_tokens_and_came_back(tmp_path: Path) -> None:
    served = start_radicale(tmp_path / "server")
    try:
        person = Person(tmp_path, served)
        stays, goes = put(person, "Stays", "Goes")
        person.starts()
        served.plain().delete(f"{goes}.ics")
        for cache in (tmp_path / "server" / "store").rglob(".Radicale.cache"):
            shutil.rmtree(cache)

        person.syncs()

        assert list(agree(person)) == [stays]
        silent(person)
    finally:
        served.stop()


@EVERYWHERE
def test_full_finds_what_a_lying_token_hides(person: Person) -> None:
    (uid,) = put(person, "Before")
    person.starts()
    person.edits_there(uid, "Before", "After")
    fresh = Person(person.place / "other", person.served)
    fresh.starts()
    ((cursor, glance),) = fresh.rows("SELECT cursor, glance FROM link WHERE is_primary")
    person.alters("UPDATE link SET cursor=?, glance=? WHERE is_primary", cursor, glance)
    person.syncs()
    hidden = b"Before" in person.near()[0]

    person.syncs("--full")

    assert hidden
    assert "After" in agree(person)[uid][0]
    silent(person)


# ── few requests ─────────────────────────────────────────────────────────────────────────────────────────────────


@EVERYWHERE
@pytest.mark.parametrize("calendars", [1, 8])
def test_nothing_to_do_costs_three_requests_at_most(person: Person, calendars: int) -> None:
    for number in range(1, calendars):
        put(person, f"In calendar {number}", url=person.served.fresh_calendar().calendar_url)
    put(person, "In the primary")
    person.starts()
    person.syncs()
    person.served.log.mark()

    told = person.syncs()

    assert 1 <= len(person.served.log.asked()) <= 3
    assert told["requests"] == len(person.served.log.asked())


# ── bad lines ────────────────────────────────────────────────────────────────────────────────────────────────────


LOST = {"new": "PUT", "edited": "PUT", "deleted": "DELETE"}


@pytest.mark.parametrize("person", ["radicale", "cyrus"], indirect=True)
@pytest.mark.parametrize("deed", LOST)
def test_an_answer_that_is_lost_makes_nothing_twice(person: Person, line, deed: str) -> None:
    """The server did what it was asked, and the next try meets 412 or 404: that is not a conflict."""
    far = line(person.served)
    edited, deleted = put(person, "Before", "Goes")
    person.connects(url=far.url)
    person.chooses()
    uid, body = new("New")
    match deed:
        case "new":
            person.writes("new.ics", body)
        case "edited":
            person.edits(edited, "Before", "After")
        case _:
            person.file(deleted).unlink()
    far.lose_next(LOST[deed])

    person.sure("sync", codes=(0, 3, 8))
    lost = far.lost
    person.syncs()

    assert lost == 1
    said = agree(person)
    assert (uid in said, "After" in said[edited][0], deleted in said) == (
        deed == "new",
        deed == "edited",
        deed != "deleted",
    )
    assert person.sure("conflicts", "--json").json["conflicts"] == []
    silent(person)


@pytest.mark.parametrize("person", ["radicale", "cyrus"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_line_cut_at_random_places_until_all_is_done(person: Person, line, seed: int) -> None:
    chance = random.Random(f"bad line {seed}")
    far = line(person.served)
    there = put(person, *(f"There {number}" for number in range(8)))
    person.connects(url=far.url)
    person.chooses("--no-sync")
    here = [new(f"Here {number}") for number in range(6)]
    for uid, body in here:
        person.writes(f"{uid}.ics", body)
    cuts = 0
    for _ in range(6):
        far.clear()
        far.cut_next(after=chance.randrange(200, 9000), times=chance.randrange(1, 3))
        person.sure("sync", codes=(0, 3, 8))
        cuts += far.cut
    far.clear()

    person.syncs()

    assert cuts > 0, "the line was never cut"
    assert set(agree(person)) == {*there, *(uid for uid, _ in here)}
    silent(person)


def test_a_server_that_is_away_is_told_and_nothing_changes(person: Person, line) -> None:
    far = line(person.served)
    put(person, "Stays")
    person.connects(url=far.url)
    person.chooses()
    before = person.mtimes()
    far.refuse = True

    away = person.types("sync", "--json")

    assert (away.code, away.error) == (8, "E402")
    assert person.mtimes() == before
    far.clear()
    silent(person)
