"""The one-way feed (R23): published, subscribed to in the very account, known for what it is, and left out for good."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import CALSYNC, Person, agree, silent, uid_of
from tests.journeys.test_peers import khal
from tests.servers.plain import Plain

OWN = tuple(f"own-{number}" for number in range(6))
GUESTS = "ORGANIZER:mailto:boss@example.org\nATTENDEE:mailto:me@example.org\nATTENDEE:mailto:boss@example.org\n"


def published(person: Person) -> Plain:
    """A calendar of the account that it may only read, as a server's subscription is; the administrator fills it."""
    return Plain(f"{person.served.home_url}published/", "admin", "pw-admin")


def subscribed(person: Person, content: bytes) -> None:
    """The server takes a feed apart into events, as servers do, and shows them as a calendar."""
    published(person).sure("PUT", "", content, Content_Type="text/calendar; charset=utf-8")


def exported(person: Person, name: str = "feed.ics") -> bytes:
    file = person.place / name
    person.sure("feed", "export", str(file))
    return file.read_bytes()


def whole(*bodies: bytes) -> bytes:
    """Events in one calendar, as another program publishes them."""
    parts = [body[body.index(b"BEGIN:VEVENT") : body.index(b"END:VCALENDAR")] for body in bodies]
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\n" + b"".join(parts) + b"END:VCALENDAR\r\n"


def calendars(person: Person) -> dict[str, dict[str, object]]:
    (account,) = person.sure("status", "--json").json["accounts"]
    return {Path(row["id"]).name: row for row in account["calendar"]["calendars"]}


def feeds(person: Person) -> list[str]:
    return [row_id for row_id, row in calendars(person).items() if row["feed"]]


@pytest.fixture
def keeper(newcomer: Person) -> Person:
    """Keeps an agenda here, connected with nothing, and publishes it; the account's own calendar is empty."""
    newcomer.served.plain().empty()
    before = newcomer.home / "agenda" / "personal" / "agenda"
    before.mkdir(parents=True)
    for uid in OWN:
        (before / f"{uid}.ics").write_bytes(event(uid, f"Title {uid}"))
    subscribed(newcomer, exported(newcomer))
    return newcomer


@pytest.fixture
def busy(settled: Person) -> Person:
    """Connected; six events of their own beside the two that were there."""
    for uid in OWN:
        settled.writes(f"{uid}.ics", event(uid, f"Title {uid}"))
    settled.syncs()
    return settled


# ── known for what it is ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_feed_that_is_there_before_the_choice_is_offered_as_one(keeper: Person) -> None:
    keeper.connects()

    rows = keeper.sure("choose-primary", "--list", "--json").json["calendars"]

    assert [row["name"] for row in rows if row["feed"]] == [row["name"] for row in rows if "published" in row["id"]]


def test_a_feed_that_is_there_before_the_choice_is_told_of_and_left_out_in_five_runs(keeper: Person) -> None:
    keeper.connects()

    ran = keeper.chooses()

    assert "feed of your own agenda" in ran.err
    assert set(agree(keeper)) == set(OWN)
    assert sorted(path.name for path in keeper.agenda.iterdir() if path.is_dir()) == ["agenda", "holidays", "team"]
    for _ in range(5):
        assert "feed of your own agenda" not in silent(keeper).err


def test_a_feed_is_known_by_what_the_primary_holds_too(newcomer: Person) -> None:
    """A second machine: nothing is here yet, all is at the server."""
    for uid in OWN:
        newcomer.served.plain().put(f"{uid}.ics", event(uid))
    subscribed(newcomer, whole(*(event(uid) for uid in OWN)))

    newcomer.starts()

    assert len(feeds(newcomer)) == 1
    assert set(agree(newcomer)) == {"talk", "lunch", *OWN}
    silent(newcomer)


def test_a_feed_that_appears_later_never_gets_a_directory(busy: Person) -> None:
    subscribed(busy, exported(busy))

    report = busy.syncs()

    assert report["calendar"]["in"] == 0
    assert len(feeds(busy)) == 1
    assert sorted(path.name for path in busy.agenda.iterdir() if path.is_dir()) == ["calendar", "holidays", "team"]
    for _ in range(5):
        silent(busy)


def test_a_calendar_that_becomes_a_feed_leaves_this_disk(busy: Person) -> None:
    holidays = Plain(busy.served.readonly_url, "admin", "pw-admin")
    for uid in OWN:
        holidays.put(f"{uid}.ics", event(uid, f"Title {uid}"))

    busy.syncs()

    assert feeds(busy) == ["holidays"]
    assert not (busy.agenda / "holidays").exists()
    assert set(agree(busy)) == {"talk", "lunch", *OWN}
    for _ in range(5):
        silent(busy)


def test_a_calendar_whose_leaving_was_killed_half_way_leaves_with_the_next_round(busy: Person) -> None:
    holidays = Plain(busy.served.readonly_url, "admin", "pw-admin")
    for uid in OWN:
        holidays.put(f"{uid}.ics", event(uid, f"Title {uid}"))
    busy.syncs()
    (entry,) = [path for path in (busy.home / "attic" / busy.email).rglob("*holidays*") if path.is_dir()]
    entry.rename(busy.agenda / "holidays")

    busy.syncs()

    assert not (busy.agenda / "holidays").exists()
    silent(busy)


def test_the_feed_follows_the_agenda_and_goes_in_no_circle(busy: Person) -> None:
    subscribed(busy, exported(busy))
    busy.syncs()
    busy.edits(OWN[0], "Title", "Another title")
    busy.syncs()
    first = exported(busy)
    subscribed(busy, first)
    busy.syncs()

    again = exported(busy)

    assert again == first
    assert first.count(b"BEGIN:VEVENT") == 2 + len(OWN)
    assert len(feeds(busy)) == 1
    silent(busy)


def test_status_and_doctor_call_it_superfluous(busy: Person) -> None:
    subscribed(busy, exported(busy))
    busy.syncs()

    page = busy.sure("status").out
    rows = busy.sure("doctor", "--json", codes=(0, 5)).json["checks"]

    assert "feed of your own agenda" in page
    assert "calsync calendars show" in page
    assert [row["what"] for row in rows if row["id"] == "feed"] == ["warn"]


def test_without_a_feed_doctor_is_content(busy: Person) -> None:
    rows = busy.sure("doctor", "--json", codes=(0, 5)).json["checks"]

    assert [row["what"] for row in rows if row["id"] == "feed"] == ["ok"]


# ── what is none ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_calendar_of_holidays_is_none(busy: Person) -> None:
    subscribed(busy, whole(*(event(f"holiday-{number}") for number in range(12))))

    busy.syncs()

    assert feeds(busy) == []
    assert len(busy.near(f"{busy.served.home_url}published/")) == 12


def test_a_colleagues_calendar_with_meetings_that_we_share_is_none(busy: Person) -> None:
    for number in range(5):
        busy.writes(f"m{number}.ics", event(f"meeting-{number}", extra=GUESTS))
    busy.syncs(codes=(0, 3))
    subscribed(busy, whole(*(event(f"meeting-{number}", extra=GUESTS) for number in range(5))))

    busy.syncs(codes=(0, 3))

    assert feeds(busy) == []
    assert len(busy.near(f"{busy.served.home_url}published/")) == 5


def test_a_calendar_that_holds_much_else_is_none(busy: Person) -> None:
    subscribed(busy, whole(*(event(uid) for uid in OWN), event("theirs-1"), event("theirs-2")))

    busy.syncs()

    assert feeds(busy) == []


def test_a_calendar_that_ceases_to_be_a_feed_comes_back(busy: Person) -> None:
    subscribed(busy, exported(busy))
    busy.syncs()
    left_out = feeds(busy)
    subscribed(busy, whole(*(event(f"holiday-{number}") for number in range(4))))

    report = busy.syncs()

    assert (len(left_out), feeds(busy)) == (1, [])
    assert report["calendar"]["in"] == 4
    assert set(map(uid_of, busy.near(f"{busy.served.home_url}published/"))) == {f"holiday-{n}" for n in range(4)}
    silent(busy)


def test_a_feed_that_is_emptied_stays_out(busy: Person) -> None:
    subscribed(busy, exported(busy))
    busy.syncs()
    for href in published(busy).list():
        published(busy).delete(href)

    busy.syncs()

    assert len(feeds(busy)) == 1


def test_the_person_can_have_it_shown_all_the_same(busy: Person) -> None:
    content = exported(busy)
    subscribed(busy, content)
    busy.syncs()
    (name,) = feeds(busy)
    busy.sure("calendars", "show", name)

    busy.syncs()
    subscribed(busy, content.replace(b"Title", b"Heading"))
    busy.syncs()

    assert feeds(busy) == []
    assert len(busy.near(f"{busy.served.home_url}published/")) == 2 + len(OWN)
    silent(busy)


def test_hidden_by_the_person_it_stays_hidden_whatever_it_becomes(busy: Person) -> None:
    subscribed(busy, exported(busy))
    busy.syncs()
    (name,) = feeds(busy)
    busy.sure("calendars", "hide", name)
    subscribed(busy, whole(*(event(f"holiday-{number}") for number in range(4))))

    busy.syncs()

    assert (feeds(busy), calendars(busy)[name]["shown"]) == ([], False)


def test_at_rest_a_feed_and_a_calendar_of_holidays_cost_no_request(busy: Person) -> None:
    subscribed(busy, exported(busy))
    holidays = Plain(busy.served.readonly_url, "admin", "pw-admin")
    holidays.put("h.ics", event("h", "A holiday"))
    busy.syncs()
    busy.syncs()

    assert busy.syncs()["requests"] == 1


# ── what is published ────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_published_before_there_is_any_account(newcomer: Person) -> None:
    """R35."""
    before = newcomer.home / "agenda" / "personal" / "agenda"
    before.mkdir(parents=True)
    (before / "mine.ics").write_bytes(event("mine", "Mine"))
    newcomer.served.log.mark()

    ran = newcomer.types("feed", "export", "-")

    assert (ran.code, ran.out.count("BEGIN:VEVENT"), ran.out.count("SUMMARY:Mine")) == (0, 1, 1)
    assert newcomer.served.log.writes() == []


def test_where_nothing_is_there_is_nothing_to_publish(newcomer: Person) -> None:
    """An empty feed would be believed by whoever subscribed to it."""
    ran = newcomer.types("feed", "export", str(newcomer.place / "feed.ics"), "--json")

    assert (ran.code, ran.error, (newcomer.place / "feed.ics").exists()) == (6, "E201", False)


def test_an_agenda_that_is_not_mounted_empties_no_feed(busy: Person) -> None:
    before = exported(busy)
    busy.agenda.rename(busy.agenda.with_name("elsewhere"))
    busy.agenda.mkdir()

    ran = busy.types("feed", "export", str(busy.place / "feed.ics"), "--json")

    assert (ran.code, ran.error) == (7, "E303")
    assert (busy.place / "feed.ics").read_bytes() == before


def test_once_a_calendar_is_active_it_says_that_nobody_needs_it(busy: Person) -> None:
    ran = busy.sure("feed", "export", str(busy.place / "feed.ics"))
    told = busy.sure("feed", "export", str(busy.place / "feed.ics"), "--json").json

    assert "nobody needs this feed" in ran.err
    assert (told["superfluous"], told["events"], told["written"]) == (True, 8, False)


def test_what_others_share_with_the_account_is_not_published(busy: Person) -> None:
    Plain(busy.served.readonly_url, "admin", "pw-admin").put("h.ics", event("h", "Somebody else's"))
    busy.syncs()

    content = exported(busy)

    assert "Somebody else's" in busy.sure("agenda", "--search", "somebody").out
    assert b"Somebody else" not in content


def test_no_address_and_no_private_word_is_published(busy: Person) -> None:
    secret = "CLASS:PRIVATE\nLOCATION:Clinic\nDESCRIPTION:Results\n"
    busy.writes("s.ics", event("s", "Doctor", extra=secret))
    busy.writes("m.ics", event("m", "Meeting", extra=GUESTS))

    content = exported(busy)

    assert [word for word in (b"Doctor", b"Clinic", b"Results", b"example.org", b"VALARM") if word in content] == []
    assert b"SUMMARY:Private" in content


def test_broken_files_are_left_out_and_counted(busy: Person) -> None:
    busy.writes("broken.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nnonsense")

    ran = busy.sure("feed", "export", str(busy.place / "feed.ics"), "--json")

    assert (ran.json["skipped"], ran.json["events"]) == (1, 8)


def test_a_hidden_calendar_is_not_published(busy: Person) -> None:
    busy.served.plain(busy.served.shared_url).put("board.ics", event("board", "Board"))
    busy.syncs()
    shown = exported(busy)
    busy.sure("calendars", "hide", "Team")

    hidden = exported(busy)

    busy.served.plain(busy.served.shared_url).delete("board.ics")
    assert (b"UID:board" in shown, b"UID:board" in hidden) == (True, False)


def test_a_dry_run_writes_nothing(busy: Person) -> None:
    told = busy.sure("feed", "export", str(busy.place / "feed.ics"), "-n", "--json").json

    assert (told["events"], told["written"], (busy.place / "feed.ics").exists()) == (8, False, False)


def test_the_calendar_and_an_object_cannot_both_go_to_stdout(busy: Person) -> None:
    ran = busy.types("feed", "export", "-", "--json")

    assert (ran.code, ran.error) == (2, "E001")


def test_a_disk_that_is_full_leaves_the_file_as_it_was(busy: Person) -> None:
    file = busy.place / "feed.ics"
    file.write_bytes(b"before")
    limited = ("bash", "-c", 'ulimit -f 256; exec "$@"', "limited", *CALSYNC)
    big = event("big", "x" * 600_000)
    busy.writes("big.ics", big)

    ran = busy.types("feed", "export", str(file), "--json", program=limited)

    assert (ran.code, ran.error, ran.json["error"]["variant"]) == (8, "E505", "full")
    assert (file.read_bytes(), [path.name for path in busy.place.glob(".feed*")]) == (b"before", [])


def test_khal_takes_the_feed(busy: Person) -> None:
    file = busy.place / "feed.ics"
    busy.sure("feed", "export", str(file))
    other = Person(busy.place / "other", busy.served)
    (other.agenda / "Calendar").mkdir(parents=True)

    khal(other, "import", "--batch", "-a", "Calendar", str(file))

    found = {uid_of(path.read_bytes()) for path in (other.agenda / "Calendar").glob("*.ics")}
    assert found == {"talk", "lunch", *OWN}


def test_a_second_calsync_takes_the_feed(busy: Person, newcomer: Person) -> None:
    """As an account's own calendar, where it is imported; to that account it is no feed of its own."""
    del newcomer
    other = Person(busy.place / "second", busy.served.new_user())
    subscribed(other, exported(busy))

    other.starts()

    near = other.near(f"{other.served.home_url}published/")
    assert {uid_of(body) for body in near} == {"talk", "lunch", *OWN}
    assert feeds(other) == []


def test_the_file_is_one_calendar(busy: Person) -> None:
    content = exported(busy)

    assert re.findall(rb"(?m)^(?:BEGIN|END):VCALENDAR\r$", content) == [b"BEGIN:VCALENDAR\r", b"END:VCALENDAR\r"]
    assert b"\r\nMETHOD" not in content
    assert content.count(b"X-CALSYNC-FEED:1\r\n") == 1 + 2 + len(OWN)


def test_the_report_names_what_was_published(busy: Person) -> None:
    told = busy.sure("feed", "export", str(busy.place / "feed.ics"), "--json").json

    assert (told["account"], told["file"]) == (busy.email, str(busy.place / "feed.ics"))
    assert told["calendars"][0] == "Calendar"
    assert set(told["calendars"]) == {"Calendar", "Team"}
