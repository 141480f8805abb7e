"""The agenda's directory gone, moved, not mounted, replaced or somebody else's: E303, nothing is deleted, --accept-root."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.doubles.events import event
from tests.journeys.conftest import colleague
from tests.journeys.meddler import Said, meddling
from tests.journeys.person import Person, agree, silent


def deleted(person: Person) -> None:
    shutil.rmtree(person.agenda)


def moved_away(person: Person) -> None:
    person.agenda.rename(person.agenda.with_name("elsewhere"))


def not_mounted(person: Person) -> None:
    """An empty directory where the disk should be."""
    moved_away(person)
    person.agenda.mkdir()


def calendar_deleted(person: Person) -> None:
    shutil.rmtree(person.agenda / "calendar")


def calendar_replaced(person: Person) -> None:
    calendar_deleted(person)
    (person.agenda / "calendar").mkdir()


def calendars_swapped(person: Person) -> None:
    for source, target in (("calendar", "x"), ("team", "calendar"), ("x", "team")):
        (person.agenda / source).rename(person.agenda / target)


def pairs(person: Person) -> dict[str, set[int]]:
    """What was agreed on, by calendar."""
    found: dict[str, set[int]] = {"calendar": set(), "team": set(), "holidays": set()}
    for name, pair in person.rows("SELECT link.name, pair.id FROM pair JOIN link ON link.id=pair.link"):
        found[name].add(pair)
    return found


ACCIDENTS = (deleted, moved_away, not_mounted, calendar_deleted, calendar_replaced, calendars_swapped)


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_nothing_is_deleted_there_and_the_way_on_is_told(settled: Person, accident: Callable[[Person], None]) -> None:
    accident(settled)
    settled.served.log.mark()

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (7, "E303", "calsync sync --accept-root")
    assert settled.served.log.writes() == []
    assert len(settled.served.plain().list()) == 2


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_doctor_finds_it(settled: Person, accident: Callable[[Person], None]) -> None:
    accident(settled)

    rows = settled.sure("doctor", "--json", codes=(7,)).json["checks"]

    assert [(row["id"], row["error"]["code"]) for row in rows if row["what"] == "fail"] == [("agenda", "E303")]


@pytest.mark.parametrize("accident", [deleted, moved_away, not_mounted, calendar_deleted, calendar_replaced])
def test_accepted_both_sides_are_matched_anew_and_nothing_is_deleted(
    settled: Person, accident: Callable[[Person], None]
) -> None:
    accident(settled)

    settled.syncs("--accept-root")

    assert set(agree(settled)) == {"talk", "lunch"}
    silent(settled)


@pytest.mark.parametrize("accident", [calendar_deleted, calendar_replaced])
def test_where_one_calendar_is_off_that_one_alone_is_matched_anew(
    settled: Person, accident: Callable[[Person], None]
) -> None:
    settled.served.plain(settled.served.shared_url).put("board.ics", event("board", "Board"))
    settled.syncs()
    agreed = pairs(settled)
    accident(settled)

    report = settled.syncs("--accept-root")

    settled.served.plain(settled.served.shared_url).delete("board.ics")
    assert report["calendar"]["in"] == 2
    assert pairs(settled)["team"] == agreed["team"] != set()
    assert not pairs(settled)["calendar"] & agreed["calendar"]


def test_an_older_backup_without_one_calendar_deletes_nothing_that_came_since(settled: Person) -> None:
    """The root and the calendars in it bear our marks: what is missing looks deleted."""
    backup = settled.agenda.with_name("backup")
    shutil.copytree(settled.agenda, backup)
    shutil.rmtree(backup / "team")
    settled.writes("new.ics", event("new", "New here"))
    settled.syncs()
    shutil.rmtree(settled.agenda)
    backup.rename(settled.agenda)

    settled.syncs("--accept-root")

    assert set(agree(settled)) == {"talk", "lunch", "new"}
    silent(settled)


def test_an_older_backup_of_the_agenda_loses_nothing_that_came_since(settled: Person) -> None:
    backup = settled.agenda.with_name("backup")
    shutil.copytree(settled.agenda, backup)
    settled.writes("new.ics", event("new", "New here"))
    settled.served.plain().put("there.ics", event("there", "New there"))
    settled.syncs()
    shutil.rmtree(settled.agenda)
    backup.rename(settled.agenda)

    settled.syncs("--accept-root")

    assert set(agree(settled)) == {"talk", "lunch", "new", "there"}
    silent(settled)


def test_a_root_that_was_moved_on_purpose_by_setting_is_taken_with_what_is_in_it(settled: Person) -> None:
    there = settled.place / "Calendars"
    settled.agenda.rename(there)
    settled.sure("config", "set", "agenda.path", str(there))

    report = settled.syncs()

    assert (report["calendar"]["in"], report["calendar"]["out"]) == (0, 0)


def test_another_accounts_agenda_is_never_taken(settled: Person) -> None:
    settled.env["CALSYNC_AGENDA_PATH"] = str(settled.place / "shared")
    settled.syncs("--accept-root")
    other = colleague(settled)
    other.sure(*other.connecting())

    ran = other.types("choose-primary", other.primary_id, "--account", other.email, "--json")

    assert (ran.code, ran.error) == (7, "E303")


def test_accepting_cannot_be_tried(settled: Person) -> None:
    ran = settled.types("sync", "--accept-root", "--dry-run", "--json")

    assert (ran.code, ran.error) == (2, "E001")
    silent(settled)


def test_a_mass_deletion_stops_before_the_first_write_until_it_is_allowed(settled: Person) -> None:
    for number in range(20):
        settled.writes(f"n{number}.ics", event(f"n{number}", f"Event {number}"))
    settled.syncs()
    for number in range(20):
        settled.file(f"n{number}").unlink()
    settled.served.log.mark()

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.error) == (7, "E302")
    assert settled.served.log.writes() == []
    assert settled.syncs("--max-delete", "20")["calendar"]["deleted_out"] == 20


def test_stopped_in_the_second_pass_it_says_what_was_done_before(newcomer: Person) -> None:
    """While the first pass writes, files are deleted here, and one write finds another version, so there is a second."""
    uids = [f"n{number}" for number in range(20)]
    for uid in uids:
        newcomer.served.plain().put(f"{uid}.ics", event(uid, f"Event {uid}"))
    with meddling(newcomer.served.port) as meddler:
        newcomer.connects(url=meddler.url)
        newcomer.chooses()
        newcomer.edits("n0", "Event n0", "Changed")
        newcomer.edits("n1", "Event n1", "Changed")
        doomed = [newcomer.file(uid) for uid in uids[2:]]
        once = threading.Lock()

        def meddle(said: Said) -> Said:
            if said.method != "PUT" or not once.acquire(blocking=False):
                return said
            for path in doomed:
                path.unlink()
            return replace(said, status=412, body=b"")

        meddler.spoil = meddle
        ran = newcomer.types("sync", "--json")

    told = ran.json["error"]
    assert (ran.code, told["code"], told["variant"]) == (7, "E302", "delete-later")
    assert (told["params"]["done"], told["params"]["count"]) == ("1", "18")
    assert "Changes made before: 1" in told["message"]
