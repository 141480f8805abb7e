"""Bringing back what was deleted or overwritten: R10 to R13, R16; nobody is mailed, nothing is there twice."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.doubles.events import event
from tests.journeys.person import MORTAL, Person, agree, silent


def items(person: Person) -> list[dict[str, Any]]:
    return person.sure("undo", "--list", "--json").json["items"]


def titles(person: Person) -> list[str]:
    return sorted(
        part.partition(":")[2]
        for told in agree(person).values()
        for one in told
        for part in one.split("|")
        if part.startswith("SUMMARY")
    )


def test_r10_what_was_deleted_here_comes_back_on_both_sides(settled: Person) -> None:
    settled.file("lunch").unlink()
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])
    settled.syncs()

    assert titles(settled) == ["Intake talk", "Lunch"]
    assert items(settled) == []
    silent(settled)


def test_r13_what_was_deleted_there_comes_back_on_both_sides(settled: Person) -> None:
    settled.served.plain().delete("lunch.ics")
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])
    settled.syncs()

    assert titles(settled) == ["Intake talk", "Lunch"]


def test_r12_what_was_overwritten_from_there_comes_back(settled: Person) -> None:
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.syncs()
    (row,) = items(settled)

    settled.sure("undo", row["id"])
    settled.syncs()

    assert (row["what"], row["direction"]) == ("changed", "in")
    assert titles(settled) == ["Intake talk", "Lunch"]


def test_an_undo_can_be_undone(settled: Person) -> None:
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.syncs()
    settled.sure("undo", items(settled)[0]["id"])

    settled.sure("undo", items(settled)[0]["id"])
    settled.syncs()

    assert titles(settled) == ["Lunch", "Theirs"]


def test_everything_of_one_run_comes_back_at_once(settled: Person) -> None:
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.served.plain().delete("lunch.ics")
    run = settled.syncs()["run"]

    report = settled.sure("undo", "--run", str(run), "--json").json
    settled.syncs()

    assert len(report["restored"]) == 2
    assert titles(settled) == ["Intake talk", "Lunch"]


def test_trying_it_first_changes_nothing(settled: Person) -> None:
    settled.file("lunch").unlink()
    settled.syncs()
    before = settled.mtimes()

    report = settled.sure("undo", items(settled)[0]["id"], "--dry-run", "--json").json

    assert (report["dry_run"], report["restored"][0]["title"]) == (True, "Lunch")
    assert settled.mtimes() == before
    assert len(items(settled)) == 1


@pytest.mark.parametrize("words", [("99",), ("x",), ("--run", "99"), ("9" * 30,)])
def test_what_is_not_there_cannot_be_brought_back(settled: Person, words: tuple[str, ...]) -> None:
    ran = settled.types("undo", *words, "--json")

    assert (ran.code, ran.error) == (2, "E003")


def test_what_was_pruned_is_not_offered(settled: Person) -> None:
    settled.file("lunch").unlink()
    settled.syncs()

    shutil.rmtree(settled.home / "attic")

    assert items(settled) == []


def test_r16_an_edit_in_a_view_only_calendar_comes_back_as_a_copy_in_the_primary(settled: Person) -> None:
    team = settled.served.shared_url
    settled.served.plain(team).put("board.ics", event("board", "Board"))
    settled.syncs()
    settled.edits("board", "Board", "My board", team)
    settled.syncs(codes=(0, 3))
    (row,) = items(settled)

    settled.sure("undo", row["id"])
    settled.syncs()

    assert row["what"] == "put-back"
    assert titles(settled) == ["Intake talk", "Lunch", "My board"]
    assert [b"SUMMARY:Board" in body for body in settled.far(team)] == [True]
    silent(settled)
    settled.served.plain(team).delete("board.ics")


def test_after_a_disconnect_things_still_come_back_and_travel_after_the_next_connect(settled: Person) -> None:
    settled.file("lunch").unlink()
    settled.syncs()
    settled.sure("disconnect", "--yes")

    settled.sure("undo", items(settled)[0]["id"])
    settled.starts()

    assert titles(settled) == ["Intake talk", "Lunch"]
    silent(settled)


def test_a_calendar_that_went_comes_back_as_a_directory_of_its_own(settled: Person) -> None:
    settled.sure("calendars", "hide", "Team")
    (row,) = items(settled)

    settled.sure("undo", row["id"])
    settled.syncs()

    assert row["what"] == "calendar-gone"
    assert (settled.agenda / "team" / "displayname").read_text() == "Team"
    silent(settled)


def test_a_meeting_comes_back_without_a_word_to_its_guests(settled: Person) -> None:
    guests = "ORGANIZER:mailto:me@example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:guest@example.com\n"
    settled.served.plain().put("meeting.ics", event("meeting", "Meeting", extra=guests))
    settled.syncs()
    settled.file("meeting").unlink()
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])
    report = settled.syncs()

    assert report["invitations_sent"] == 0
    assert "Meeting" in titles(settled)


POINTS = (
    "disk-settle.after",
    "disk-swap.before",
    "disk-swap.after",
    "disk-claim.after",
    "books-record.before",
    "books-record.after",
)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_it_can_be_done_again_and_nothing_is_there_twice(settled: Person, point: str) -> None:
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.served.plain().delete("lunch.ics")
    run = str(settled.syncs()["run"])

    killed = settled.types("kill", point, "1", "undo", "--run", run, program=MORTAL)
    settled.types("undo", "--run", run)
    settled.syncs()

    assert killed.code == -9
    assert titles(settled) == ["Intake talk", "Lunch"]
    silent(settled)
