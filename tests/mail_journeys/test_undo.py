"""Bringing back mail that was deleted, on either side; nothing is twice in a folder, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mail_journeys.mailer import Mailer, letter


def items(person: Mailer) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = person.sure("undo", "--list", "--json").json["items"]
    return listed


@pytest.fixture
def without_bin(newcomer: Mailer) -> Mailer:
    """Inbox and archive are mapped, the bin is not."""
    newcomer.sure(*newcomer.connecting())
    newcomer.sure("map-folders", "--archive", "Archive", "--deleted", "none")
    newcomer.syncs()
    return newcomer


# ── deleted there ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_deleted_there_is_listed_by_its_subject_and_folder(settled: Mailer) -> None:
    settled.delivers(letter("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", number="greeting"))
    settled.syncs()
    with settled.there() as client:
        _, (uid,) = client.uid("SEARCH", "HEADER", "Message-ID", "greeting@test")
        client.uid("STORE", uid.decode(), "+FLAGS", "(\\Deleted)")
        client.uid("EXPUNGE", uid.decode())
    run = settled.syncs()["run"]

    (row,) = items(settled)

    assert (row["title"], row["folder"], row["calendar"], row["what"]) == ("Grüße", "inbox", "", "deleted")
    assert (row["direction"], row["run"], row["id"][0]) == ("in", run, "m")


def test_what_was_deleted_there_comes_back_with_its_flags_on_both_sides(settled: Mailer) -> None:
    settled.marks("Talk", "FRS")
    settled.syncs()
    settled.expunges("Talk")
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])

    assert settled.near() == {"Lunch": "", "Talk": "FRS"}
    settled.syncs()
    assert settled.far() == {"Lunch": "", "Talk": "\\Answered \\Flagged \\Seen"}
    assert items(settled) == []
    settled.settled()


def test_a_mark_of_deletion_does_not_come_back(settled: Mailer) -> None:
    settled.store("Talk", "\\Deleted")
    settled.syncs()
    settled.expunges("Talk")
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])
    settled.syncs()

    assert settled.far()["Talk"] == "\\Seen"


def test_a_letter_is_as_old_as_it_was(settled: Mailer) -> None:
    old = settled.file("Talk").stat().st_mtime
    settled.expunges("Talk")
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])

    assert settled.file("Talk").stat().st_mtime == pytest.approx(old, abs=1)


def test_undoing_twice_is_told_and_harmless(settled: Mailer) -> None:
    settled.expunges("Talk")
    settled.syncs()
    name = items(settled)[0]["id"]
    settled.sure("undo", name)

    again = settled.sure("undo", name, "--json", codes=(2,))

    assert again.json["error"]["code"] == "E003"
    assert settled.near() == {"Lunch": "", "Talk": "S"}


def test_a_whole_round_is_undone_and_the_brake_stays_quiet(settled: Mailer) -> None:
    subjects = [f"Number {n:02}" for n in range(12)]
    settled.delivers(*(letter(one) for one in subjects))
    settled.syncs()
    for one in subjects:
        settled.expunges(one)
    run = settled.syncs("--max-delete", "12")["run"]

    told = settled.sure("undo", "--run", str(run), "--json").json

    assert len(told["restored"]) == 12
    assert settled.syncs()["mail"]["out"] == 12
    assert sorted(settled.far()) == sorted(["Lunch", "Talk", *subjects])
    settled.settled()


def test_a_dry_run_says_what_would_come_back_and_changes_nothing(settled: Mailer) -> None:
    settled.expunges("Talk")
    settled.syncs()
    (row,) = items(settled)

    told = settled.sure("undo", row["id"], "--dry-run", "--json").json

    assert ([one["title"] for one in told["restored"]], told["dry_run"]) == (["Talk"], True)
    assert (sorted(settled.near()), items(settled)) == (["Lunch"], [row])


def test_what_was_in_a_folder_that_is_mapped_no_more_comes_back_into_its_maildir(settled: Mailer) -> None:
    settled.delivers(letter("Old"), folder="Archive")
    settled.syncs()
    settled.expunges("Old", folder="Archive")
    settled.syncs()
    settled.sure("map-folders", "--archive", "none")

    settled.sure("undo", items(settled)[0]["id"])

    assert sorted(settled.near("archive")) == ["Old"]
    settled.settled()
    assert settled.far("Archive") == {}


def test_what_the_bin_there_has_still_is_moved_out_of_it_once_the_bin_is_mapped(without_bin: Mailer) -> None:
    without_bin.moves("Talk", "Trash")
    without_bin.syncs()
    without_bin.sure("map-folders", "--deleted", "Trash")
    without_bin.syncs()

    without_bin.sure("undo", items(without_bin)[0]["id"])
    told = without_bin.syncs()["mail"]

    assert (told["moved"], told["out"]) == (1, 0)
    assert (sorted(without_bin.far()), without_bin.far("Trash")) == (["Lunch", "Talk"], {})
    without_bin.settled()


def test_of_two_copies_each_comes_back_to_where_it_was(settled: Mailer) -> None:
    settled.delivers(letter("Twin"))
    settled.delivers(letter("Twin"), folder="Archive")
    settled.syncs()
    settled.file("Twin", "archive").unlink()
    settled.syncs()
    settled.syncs()  # the bin is known here, so that nobody takes the next one for a move into it
    settled.expunges("Twin")
    settled.syncs()

    for row in items(settled):
        settled.sure("undo", row["id"])
        settled.syncs()

    assert ("Twin" in settled.far(), sorted(settled.far("Archive")), settled.far("Trash")) == (True, ["Twin"], {})
    assert ("Twin" in settled.near(), sorted(settled.near("archive")), settled.near("deleted")) == (True, ["Twin"], {})
    settled.settled()


# ── deleted here ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_deleted_here_moves_back_out_of_the_bin(settled: Mailer) -> None:
    settled.file("Talk").unlink()
    settled.syncs()
    settled.syncs()
    (row,) = items(settled)

    settled.sure("undo", row["id"])
    told = settled.syncs()["mail"]

    assert (row["title"], row["direction"], row["folder"]) == ("Talk", "out", "inbox")
    assert (told["moved"], told["in"], told["out"]) == (1, 0, 0)
    assert settled.far() == {"Lunch": "", "Talk": "\\Seen"}
    assert settled.near() == {"Lunch": "", "Talk": "S"}
    assert (settled.far("Trash"), settled.near("deleted"), items(settled)) == ({}, {}, [])
    settled.settled()


def test_what_was_deleted_here_comes_back_though_the_bin_was_not_fetched_yet(settled: Mailer) -> None:
    settled.file("Talk").unlink()
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])
    settled.syncs()

    assert settled.far() == {"Lunch": "", "Talk": "\\Seen"}
    assert settled.near() == {"Lunch": "", "Talk": "S"}
    assert (settled.far("Trash"), settled.near("deleted")) == ({}, {})
    settled.settled()


def test_where_the_bin_is_not_mapped_the_round_moves_it_out(without_bin: Mailer) -> None:
    without_bin.file("Talk").unlink()
    without_bin.syncs()
    (row,) = items(without_bin)

    without_bin.sure("undo", row["id"])
    waiting = items(without_bin)
    told = without_bin.syncs()["mail"]

    assert (row["title"], waiting) == ("Talk", [])
    assert (told["in"], told["out"]) == (1, 0)
    assert without_bin.near() == {"Lunch": "", "Talk": "S"}
    assert (sorted(without_bin.far()), without_bin.far("Trash")) == (["Lunch", "Talk"], {})
    without_bin.settled()


def test_what_is_in_the_bin_no_more_is_told_once(without_bin: Mailer) -> None:
    without_bin.file("Talk").unlink()
    without_bin.syncs()
    without_bin.expunges("Talk", folder="Trash")
    without_bin.sure("undo", items(without_bin)[0]["id"])

    told = without_bin.sure("sync").err

    assert "Talk" in told
    assert "not in the bin" in told
    assert "Talk" not in without_bin.sure("sync").err
    assert items(without_bin) == []
    without_bin.settled()


def test_a_dry_run_of_the_round_that_moves_it_out_tells_what_the_round_does(without_bin: Mailer) -> None:
    without_bin.file("Talk").unlink()
    without_bin.syncs()
    without_bin.sure("undo", items(without_bin)[0]["id"])

    plan = without_bin.syncs("--dry-run")

    assert sorted(without_bin.far("Trash")) == ["Talk"]
    assert without_bin.syncs()["messages"] == plan["messages"]


def test_pulling_alone_moves_nothing_out_of_the_bin(without_bin: Mailer) -> None:
    without_bin.file("Talk").unlink()
    without_bin.syncs()
    without_bin.sure("undo", items(without_bin)[0]["id"])

    without_bin.syncs("--pull-only")

    assert sorted(without_bin.far("Trash")) == ["Talk"]


def test_what_a_person_moved_is_not_offered(settled: Mailer) -> None:
    settled.carries("Lunch", "archive")
    settled.moves("Talk", "Archive")

    settled.syncs()

    assert items(settled) == []


def test_undo_is_in_the_log(settled: Mailer) -> None:
    settled.expunges("Talk")
    settled.syncs()

    settled.sure("undo", items(settled)[0]["id"])

    last = settled.sure("log", "--json").json["rows"][-1]
    assert (last["what"], last["folder"], last["count"]) == ("restored", "inbox", 1)
