"""Conflicts, undo, dry runs and repair with Google: decided, brought back and rebuilt, each once, and nobody is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.person import Googler


def titles(person: Googler) -> list[str]:
    return sorted(one.title for one in agree(person))


@pytest.fixture
def clashed(settled: Googler) -> Googler:
    """Both sides changed the title, each something else besides. The remote title stands."""
    settled.edits(settled.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Mine\r\nLOCATION:Room 2")
    settled.user.patch(settled.event_there("Lunch")["id"], {"summary": "Theirs", "description": "Soup"})
    settled.syncs(codes=(3,))
    return settled


# ── conflicts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_conflict_is_told_and_what_does_not_clash_is_merged(clashed: Googler) -> None:
    (row,) = clashed.sure("conflicts", "--json").json["conflicts"]

    there = clashed.event_there("Theirs")
    assert (row["what"], row["title"], row["detail"]) == ("conflict", "Mine", "SUMMARY")
    assert (there["location"], there["description"]) == ("Room 2", "Soup")
    assert titles(clashed) == ["Intake talk", "Theirs"]
    assert clashed.mails() == []
    clashed.quiet_round()


@pytest.mark.parametrize(
    ("keep", "wanted"),
    [
        ("local", ["Intake talk", "Mine"]),
        ("remote", ["Intake talk", "Theirs"]),
        ("both", ["Intake talk", "Mine", "Theirs"]),
    ],
)
def test_what_is_kept_stands_on_both_sides(clashed: Googler, keep: str, wanted: list[str]) -> None:
    clashed.sure("conflicts", "resolve", "1", "--keep", keep)

    clashed.syncs()

    assert titles(clashed) == wanted
    assert clashed.mails() == []
    clashed.quiet_round()


@pytest.mark.parametrize("deleted", ["here", "there"])
def test_an_edit_outlives_a_deletion_on_the_other_side(settled: Googler, deleted: str) -> None:
    lunch = settled.event_there("Lunch")["id"]
    if deleted == "here":
        settled.file(settled.uid("Lunch")).unlink()
        settled.user.patch(lunch, {"summary": "Late lunch"})
    else:
        settled.edits(settled.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Late lunch")
        settled.user.delete(lunch)

    settled.syncs(codes=(0, 3))

    assert titles(settled) == ["Intake talk", "Late lunch"]
    settled.quiet_round()


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def undone(person: Googler) -> None:
    person.sure("undo", person.sure("undo", "--list", "--json").json["items"][0]["id"])


def test_r10_what_was_deleted_here_comes_back_as_often_as_one_wants(settled: Googler) -> None:
    settled.writes("mine.ics", event("mine", "Mine"))
    settled.syncs()
    for _ in range(3):
        settled.file("mine").unlink()
        settled.syncs()
        assert titles(settled) == ["Intake talk", "Lunch"]
        undone(settled)
        settled.syncs()
        assert titles(settled) == ["Intake talk", "Lunch", "Mine"]

    assert settled.uid("Mine") == "mine"
    settled.quiet_round()


def deleted(person: Googler) -> None:
    person.user.delete(person.event_there("Lunch")["id"])


def overwritten(person: Googler) -> None:
    times = {key: {**day, "dateTime": None, "timeZone": None} for key, day in DAY.items()}
    person.user.patch(person.event_there("Lunch")["id"], {"summary": "Late lunch", **times})


DAY = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}}


@pytest.mark.parametrize("deed", [deleted, overwritten])
def test_r13_what_was_done_there_is_undone_on_both_sides(settled: Googler, deed: Callable[[Googler], None]) -> None:
    before = agree(settled)
    deed(settled)
    settled.syncs()
    assert agree(settled) != before

    undone(settled)
    settled.syncs()

    assert agree(settled) == before
    assert settled.mails() == []
    settled.quiet_round()


def test_everything_of_one_run_comes_back_at_once(settled: Googler) -> None:
    for title in ("Intake talk", "Lunch"):
        settled.user.delete(settled.event_there(title)["id"])
    run = settled.syncs("--max-delete", "2")["run"]

    settled.sure("undo", "--run", str(run))
    settled.syncs()

    assert titles(settled) == ["Intake talk", "Lunch"]


# ── dry run ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dry_run_says_what_a_round_then_does(settled: Googler) -> None:
    settled.writes("mine.ics", event("mine", "Mine"))
    settled.edits(settled.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Late lunch")
    settled.user.delete(settled.event_there("Intake talk")["id"])
    files = settled.mtimes()

    said = settled.syncs("--dry-run")

    assert (settled.writes_there(), settled.mtimes()) == ([], files)
    done = settled.syncs()
    assert said["calendar"] == done["calendar"]
    assert (done["calendar"]["out"], done["calendar"]["deleted_in"]) == (2, 1)


# ── state lost ───────────────────────────────────────────────────────────────────────────────────────────────────────


def rubbish(person: Googler) -> None:
    person.database.write_bytes(b"rubbish" * 1000)


def bodiless(person: Googler) -> None:
    person.alters("DELETE FROM body")


@pytest.mark.parametrize("damage", [rubbish, bodiless])
def test_repaired_nothing_is_lost_doubled_or_mailed_and_nobody_signs_in_again(
    settled: Googler, damage: Callable[[Googler], None]
) -> None:
    series = "RRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261202T100000Z\n"
    settled.writes("mine.ics", event("mine", "Mine", extra=series))
    settled.writes("other.ics", event("other", "Imported", extra="ORGANIZER:mailto:boss@outside.test\n"))
    settled.syncs()
    settled.edits(settled.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Late lunch")
    settled.writes("new.ics", event("new", "New here"))
    settled.user.insert({"summary": "New there", **DAY})
    damage(settled)
    assert settled.types("sync", "--json").error == "E503"
    settled.asked()

    repaired = settled.sure("doctor", "--repair", "--json").json
    settled.syncs(codes=(0, 3))

    assert repaired["repaired"] == [settled.email]
    wanted = ["Imported", "Intake talk", "Lunch", "Mine", "Mine", "Mine", "New here", "New there"]
    assert titles(settled) == wanted
    assert any(
        b"SUMMARY:Late lunch" in body for body in settled.attic.values()
    )  # what came first nobody knows any more
    assert settled.mails() == []
    settled.quiet_round()


# ── a team ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r25_a_colleague_is_invited_by_google_and_his_agenda_here_is_not_written(settled: Googler) -> None:
    bea = "bea@example.org"
    settled.sure("account", "add", bea)
    place = settled.home / "agenda" / bea

    words = ("--at", "2026-12-03 10:00", "--invite", bea, "--no-input", "--account", settled.email)
    settled.sure("event", "add", "Interview", *words)
    settled.syncs("--account", settled.email)

    assert settled.mails() == [("invitation", (bea,))]
    assert list(place.rglob("*.ics")) == []
