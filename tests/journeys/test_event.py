"""The agenda in words, by the installed command: without an account, with a server, with a colleague, beside khal."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent, told
from tests.servers.access import AccessLog
from tests.servers.served import Served

KHAL = Path(sysconfig.get_path("scripts")) / "khal"
DAY = "2031-03-04"
"""A Tuesday."""


@pytest.fixture
def lone(tmp_path: Path) -> Person:
    """Somebody without an account or a server."""
    nowhere = Served(
        name="none", url="http://127.0.0.1:9/", user="nobody", password="none", home_url="", calendar_url="",
        log=AccessLog(tmp_path / "none.log"), stop=lambda: None, new_user=lambda: nowhere,
    )  # fmt: skip
    return Person(tmp_path / "person", nowhere, env={"TZ": "Europe/Amsterdam"})


def says(person: Person, *words: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """An event command's report."""
    return person.sure("event", *words, "--json", codes=codes).json


def added(person: Person, *words: str) -> dict[str, Any]:
    """The event that came of it."""
    (one,) = says(person, "add", *words)["events"]
    return one  # type: ignore[no-any-return]


def unfolded(body: bytes) -> bytes:
    return re.sub(rb"\r?\n[ \t]", b"", body)


def khal(person: Person, folder: Path, *words: str) -> str:
    place = person.place / "khal"
    place.mkdir(exist_ok=True)
    (place / "config").write_text(
        f"[calendars]\n[[mine]]\npath = {folder}\n[default]\ndefault_calendar = mine\nhighlight_event_days = False\n"
        "[locale]\nlocal_timezone = Europe/Amsterdam\ndefault_timezone = Europe/Amsterdam\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        f"longdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = {place}/khal.db\n"
    )
    env = {"HOME": str(place), "XDG_CONFIG_HOME": str(place), "XDG_DATA_HOME": str(place), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, str(KHAL), "-c", str(place / "config"), *words], env=env, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# ── without an account (R35) ─────────────────────────────────────────────────────────────────────────────────────


def test_r35_an_agenda_without_an_account_from_the_first_event_to_the_last(lone: Person) -> None:
    one = added(lone, "Dentist", "--at", f"{DAY} 14:00", "--for", "45m")
    says(lone, "edit", one["short"], "--where", "Main street 1")
    seen = says(lone, "show", one["short"])["events"][0]
    says(lone, "delete", one["short"])
    (gone,) = lone.sure("undo", "--list", "--json").json["items"][:1]
    lone.sure("undo", gone["id"])

    back = says(lone, "show", one["id"])["events"][0]

    assert (seen["where"], back) == ("Main street 1", seen)
    assert lone.sure("account", "list", "--json").json["accounts"] == []
    assert [row["account"] for row in lone.sure("status", "--json").json["accounts"]] == ["personal"]
    assert lone.types("sync", "--json").error == "E201"


def test_r35_the_agenda_of_before_is_the_first_primarys_with_all_that_was_remembered(newcomer: Person) -> None:
    one = added(newcomer, "Dentist", "--at", f"{DAY} 14:00", "--invite", "guest@example.com")
    two = added(newcomer, "Cancelled", "--at", f"{DAY} 16:00")
    says(newcomer, "delete", two["short"])
    newcomer.connects()
    between = added(newcomer, "Still personal", "--at", f"{DAY} 18:00")

    newcomer.chooses()

    both = agree(newcomer)
    assert {one["uid"], between["uid"]} <= set(both)
    (row,) = [row for row in newcomer.sure("undo", "--list", "--json").json["items"] if row["title"] == "Cancelled"]
    newcomer.sure("undo", row["id"])
    assert says(newcomer, "show", one["short"])["undecided"] == ["guest@example.com"]
    assert not (newcomer.home / "agenda" / "personal").joinpath("agenda").exists()
    newcomer.syncs()
    assert two["uid"] in agree(newcomer)
    silent(newcomer)


# ── with a server ────────────────────────────────────────────────────────────────────────────────────────────────


def test_r8_r9_r10_added_edited_and_deleted_here_is_so_there(settled: Person) -> None:
    one = added(settled, "Interview", "--at", f"{DAY} 14:00", "--remind", "15m", "--notes", "bring the file")
    settled.syncs()
    first = agree(settled)[one["uid"]]
    says(settled, "edit", one["short"], "--at", "15:30", "--where", "Room 9")
    settled.syncs()
    second = agree(settled)[one["uid"]]
    says(settled, "delete", one["short"])

    settled.syncs()

    assert "DTSTART:20310304T140000Z" in first[0]
    assert "DTSTART:20310304T153000Z" in second[0]
    assert "LOCATION:Room 9" in second[0]
    assert one["uid"] not in settled.there()
    silent(settled)


def test_r9_a_single_occurrence_and_this_and_following_arrive(settled: Person) -> None:
    one = added(settled, "Standup", "--at", f"{DAY} 9:00", "--for", "15m", "--repeat", "weekly")
    settled.syncs()
    says(settled, "edit", one["short"], "--occurrence", "2031-03-11", "--at", "10:00")
    report = says(settled, "edit", one["short"], "--following", "2031-03-25", "--title", "New standup")

    settled.syncs()

    both = agree(settled)
    head, tail = (both[each["uid"]] for each in report["events"])
    assert any("RECURRENCE-ID:20310311T090000Z" in part and "DTSTART:20310311T100000Z" in part for part in head)
    assert "SUMMARY:New standup" in tail[0]
    silent(settled)


def test_r17_on_a_server_without_scheduling_the_guest_is_on_it_and_the_silent_one_is_not(settled: Person) -> None:
    one = added(settled, "Talk", "--at", f"{DAY} 9:00", "--invite", "guest@example.com", "--silent", "hr@example.org")
    settled.syncs()
    for title in ("A", "B", "C"):
        says(settled, "edit", one["short"], "--title", title)
        settled.syncs()

    (there,) = [unfolded(body) for body in settled.far() if one["uid"].encode() in body]

    assert (b"guest@example.com" in there, b"hr@example.org" in there) == (True, False)
    assert b"hr@example.org" in unfolded(settled.file(one["uid"]).read_bytes())
    silent(settled)


def test_a_calendar_that_is_view_only_here_names_what_opens_it(settled: Person) -> None:
    settled.served.plain(settled.served.shared_url).put("shared.ics", event("shared", "Team day"))
    settled.syncs()

    refused = settled.types("event", "edit", "shared", "--title", "Mine", "--json")
    settled.sure(*refused.json["error"]["fix"].split()[1:])
    says(settled, "edit", "shared", "--title", "Mine")
    settled.syncs()

    assert (refused.code, refused.error) == (6, "E206")
    assert "SUMMARY:Mine" in agree(settled, settled.served.shared_url)["shared"][0]


def test_a_running_sync_is_waited_for(settled: Person) -> None:
    import fcntl
    import threading

    with (settled.home / "state" / settled.email / "lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        threading.Timer(1.0, lambda: fcntl.flock(lock, fcntl.LOCK_UN)).start()
        one = added(settled, "Patient", "--at", f"{DAY} 9:00")

    assert settled.file(one["uid"]).is_file()


# ── colleagues (R24 to R26) ──────────────────────────────────────────────────────────────────────────────────────

ME, YOU = "me@example.org", "you@example.org"


def test_r24_two_local_colleagues_see_each_others_meetings_without_any_sync(lone: Person) -> None:
    lone.sure("account", "add", ME)
    lone.sure("account", "add", YOU)

    report = says(lone, "-a", ME, "add", "Planning", "--at", f"{DAY} 9:00", "--invite", YOU)
    theirs = says(lone, "-a", YOU, "show", report["events"][0]["id"])["events"][0]
    says(lone, "-a", YOU, "respond", theirs["id"], "accept")
    says(lone, "-a", ME, "edit", theirs["id"], "--where", "Room 2")
    moved = says(lone, "-a", YOU, "show", theirs["id"])["events"][0]
    says(lone, "-a", ME, "delete", theirs["id"])

    gone = lone.types("-a", YOU, "event", "show", theirs["id"], "--json")

    assert (report["delivered"], theirs["title"], theirs["organizer"], theirs["mine"]) == ([YOU], "Planning", ME, False)
    assert moved["where"] == "Room 2"
    assert {one["address"]: one["answer"] for one in moved["attendees"]}[YOU] == "accepted"
    assert gone.error == "E003"


def test_r26_a_silent_colleague_is_warned_of_and_the_named_command_brings_it(lone: Person) -> None:
    lone.sure("account", "add", ME)
    lone.sure("account", "add", YOU)
    report = says(lone, "-a", ME, "add", "Planning", "--at", f"{DAY} 9:00", "--silent", YOU)

    lone.sure("-a", ME, *report["fix"].split()[1:])

    assert report["warnings"] == ["colleague-silent"]
    assert says(lone, "-a", YOU, "show", report["events"][0]["id"])["events"][0]["title"] == "Planning"


# ── khal ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_khal_reads_what_was_added_with_its_zone_alarms_and_rule(lone: Person) -> None:
    folder = lone.home / "agenda" / "personal" / "agenda"
    added(lone, "Call", "--at", f"{DAY} 9:00", "--tz", "America/New_York", "--remind", "15m", "--repeat", "weekly")
    added(lone, "Fair", "--at", DAY, "--until", "2031-03-06")

    form = "{start-date} {start-time} {title} {repeat-symbol}{alarm-symbol}"
    seen = khal(lone, folder, "list", "--format", form, DAY, "2031-03-12").splitlines()

    assert [line.split() for line in seen if "Call" in line] == [
        ["2031-03-04", "15:00", "Call", "⟳", "⏰"],
        ["2031-03-11", "14:00", "Call", "⟳", "⏰"],
    ]
    assert any("Fair" in line for line in seen)


def test_khal_reads_an_occurrence_that_was_moved_and_one_that_is_gone(lone: Person) -> None:
    folder = lone.home / "agenda" / "personal" / "agenda"
    one = added(lone, "Standup", "--at", f"{DAY} 9:00", "--repeat", "daily")
    says(lone, "edit", one["short"], "--occurrence", "2031-03-05", "--at", "11:00")
    says(lone, "delete", one["short"], "--occurrence", "2031-03-06")

    seen = khal(lone, folder, "list", "--format", "{start-date} {start-time}", DAY, "2031-03-07").splitlines()

    times = [line for line in seen if line.startswith("2031") and ":" in line]
    assert times == ["2031-03-04 09:00", "2031-03-05 11:00", "2031-03-07 09:00"]


def test_attendees_whom_khal_wrote_in_and_nobody_chose_are_not_sent_and_are_named(settled: Person) -> None:
    body = event("mine", "Made by khal", extra="ATTENDEE:mailto:guest@example.com\n")
    settled.writes("mine.ics", body)
    settled.syncs()

    seen = says(settled, "show", "mine")
    refused = settled.types("event", "edit", "mine", "--title", "New", "--no-input", "--json")
    says(settled, "edit", "mine", "--title", "New", "--invite-none")
    settled.syncs()

    assert (seen["undecided"], seen["fix"]) == (
        ["guest@example.com"],
        f"calsync event invite {seen['events'][0]['short']} guest@example.com",
    )
    assert (refused.code, refused.error) == (2, "E002")
    (there,) = [unfolded(body) for body in settled.far() if b"UID:mine" in body]
    assert b"guest@example.com" not in there
    assert "SUMMARY:New" in told(there)[0]
    silent(settled)


def test_the_command_that_is_named_brings_them_onto_it(settled: Person) -> None:
    settled.writes("mine.ics", event("mine", "Made by khal", extra="ATTENDEE:mailto:guest@example.com\n"))
    settled.syncs()
    fix = says(settled, "show", "mine")["fix"]

    settled.sure(*fix.split()[1:])
    settled.syncs()

    (there,) = [unfolded(body) for body in settled.far() if b"UID:mine" in body]
    assert b"guest@example.com" in there
    assert says(settled, "show", "mine")["undecided"] == []
    silent(settled)
