"""Deciding a conflict otherwise, and what waits: list, show, resolve, and what the next sync makes of it."""

from __future__ import annotations

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent

BROKEN = b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def clashed(settled: Person) -> Person:
    """Both sides changed the title; the place was changed here alone. The remote title stands."""
    settled.edits("talk", "Intake talk", "Mine")
    settled.edits("talk", "Room 1", "Room 2")
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.syncs(codes=(3,))
    return settled


def title(person: Person, uid: str = "talk") -> str:
    return next(
        part.partition(":")[2] for one in agree(person)[uid] for part in one.split("|") if part.startswith("SUMMARY")
    )


def place(person: Person, uid: str = "talk") -> str:
    return next(
        part.partition(":")[2] for one in agree(person)[uid] for part in one.split("|") if part.startswith("LOCATION")
    )


def test_a_conflict_is_told_once_and_listed_until_it_is_resolved(clashed: Person) -> None:
    silent(clashed)

    (row,) = clashed.sure("conflicts", "--json").json["conflicts"]

    assert (row["id"], row["what"], row["title"], row["detail"]) == ("c1", "conflict", "Mine", "SUMMARY")


def test_it_is_shown_field_by_field_with_what_merged_by_itself(clashed: Person) -> None:
    (row,) = clashed.sure("conflicts", "show", "1", "--json").json["conflicts"]

    fields = {
        one["name"]: (one["before"], one["yours"], one["theirs"], one["kept"], one["clash"]) for one in row["fields"]
    }
    assert fields == {
        "SUMMARY": ("Intake talk", "Mine", "Theirs", "remote", True),
        "LOCATION": ("Room 1", "Room 2", "Room 1", "merged", False),
    }


@pytest.mark.parametrize(("keep", "wanted"), [("local", "Mine"), ("remote", "Theirs")])
def test_the_side_that_is_kept_stands_on_both_sides_after_the_next_sync(
    clashed: Person, keep: str, wanted: str
) -> None:
    clashed.sure("conflicts", "resolve", "1", "--keep", keep)
    clashed.syncs()

    assert (title(clashed), place(clashed)) == (wanted, "Room 2")
    assert clashed.sure("conflicts", "--json").json["conflicts"] == []
    silent(clashed)


def test_edits_made_after_the_conflict_survive_its_resolution(clashed: Person) -> None:
    clashed.edits("talk", "Room 2", "Room 3")
    clashed.syncs()
    clashed.edits_there("talk", "DTEND:20261201T110000Z", "DTEND:20261201T120000Z")
    clashed.syncs()

    clashed.sure("conflicts", "resolve", "c1", "--keep", "local")
    clashed.syncs()

    assert (title(clashed), place(clashed)) == ("Mine", "Room 3")
    assert any("DTEND:20261201T120000Z" in part for part in agree(clashed)["talk"])


def test_both_are_kept_as_two_events_and_doing_it_again_makes_no_third(clashed: Person) -> None:
    clashed.sure("conflicts", "resolve", "1", "--keep", "both")
    clashed.syncs()
    again = clashed.types("conflicts", "resolve", "1", "--keep", "both")
    clashed.syncs()

    titles = sorted(
        part
        for told in agree(clashed).values()
        for one in told
        for part in one.split("|")
        if part.startswith("SUMMARY")
    )
    assert again.code == 0
    assert titles == ["SUMMARY:Lunch", "SUMMARY:Mine", "SUMMARY:Theirs"]


def test_a_resolution_can_be_undone(clashed: Person) -> None:
    clashed.sure("conflicts", "resolve", "1", "--keep", "local")
    newest = clashed.sure("undo", "--list", "--json").json["items"][0]["id"]

    clashed.sure("undo", newest)
    clashed.syncs()

    assert title(clashed) == "Theirs"


def test_an_event_deleted_since_is_made_again_by_keeping_the_local_version(clashed: Person) -> None:
    clashed.file("talk").unlink()
    clashed.syncs()

    clashed.sure("conflicts", "resolve", "1", "--keep", "local")
    clashed.syncs()

    assert title(clashed) == "Mine"


def test_the_setting_local_keeps_ours_and_remote_can_still_be_chosen(settled: Person) -> None:
    settled.sure("config", "set", "sync.conflict", "local")
    settled.edits("talk", "Intake talk", "Mine")
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.syncs(codes=(3,))
    stood = title(settled)

    settled.sure("conflicts", "resolve", "1", "--keep", "remote")
    settled.syncs()

    assert (stood, title(settled)) == ("Mine", "Theirs")


@pytest.mark.parametrize("words", [("show", "99"), ("show", "x"), ("resolve", "w", "--keep", "local")])
def test_what_is_not_in_the_list_is_refused(clashed: Person, words: tuple[str, ...]) -> None:
    ran = clashed.types("conflicts", *words, "--json")

    assert (ran.code, ran.error) == (2, "E003")


def test_without_a_choice_the_flag_is_named(clashed: Person) -> None:
    ran = clashed.types("conflicts", "resolve", "1", "--json")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (2, "E002", "calsync conflicts resolve --help")
    assert "--keep local|remote|both" in ran.json["error"]["message"]


# ── what waits ───────────────────────────────────────────────────────────────────────────────────────────────────


def waiting(person: Person) -> dict[str, str]:
    (row,) = person.sure("conflicts", "--json").json["conflicts"]
    return row


def test_a_file_that_is_no_event_waits_with_its_place_and_the_rest_goes_on(settled: Person) -> None:
    path = settled.writes("broken.ics", BROKEN)
    settled.edits("lunch", "Lunch", "Late lunch")

    settled.syncs(codes=(3,))

    row = waiting(settled)
    assert (row["what"], row["code"]) == ("skipped", "E403")
    assert str(path) in row["detail"]
    assert any(b"Late lunch" in body for body in settled.far())


def test_a_broken_file_can_be_put_into_the_attic(settled: Person) -> None:
    path = settled.writes("broken.ics", BROKEN)
    settled.syncs(codes=(3,))

    settled.sure("conflicts", "resolve", waiting(settled)["id"], "--keep", "remote")
    report = settled.syncs()

    assert not path.exists()
    assert BROKEN in settled.attic.values()
    assert report["calendar"]["skipped"] == 0
    assert settled.sure("conflicts", "--json").json["conflicts"] == []


def test_two_files_of_one_uid_become_two_events_when_both_are_kept(settled: Person) -> None:
    settled.writes("copy.ics", event("talk", "A copy by hand"))
    settled.syncs(codes=(3,))
    row = waiting(settled)

    settled.sure("conflicts", "resolve", row["id"], "--keep", "both")
    settled.syncs()

    assert len(agree(settled)) == 3
    assert settled.sure("conflicts", "--json").json["conflicts"] == []
    silent(settled)


def test_a_choice_that_is_none_here_is_refused_and_names_those_there_are(settled: Person) -> None:
    settled.writes("copy.ics", event("talk", "A copy by hand"))
    settled.syncs(codes=(3,))

    ran = settled.types("conflicts", "resolve", waiting(settled)["id"], "--keep", "local", "--json")

    assert (ran.code, ran.error) == (2, "E001")
    assert "remote, both" in ran.json["error"]["message"]


def test_what_cannot_be_read_here_is_not_said_to_be_resolved(settled: Person) -> None:
    link = settled.folder() / "dangling.ics"
    link.symlink_to("nowhere")
    settled.syncs(codes=(3,))

    ran = settled.types("conflicts", "resolve", waiting(settled)["id"], "--keep", "remote", "--json")

    assert (ran.code, ran.error) == (8, "E505")
    assert link.is_symlink()
