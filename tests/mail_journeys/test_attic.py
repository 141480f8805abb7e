"""The attic for mail: what no bin holds, what a killed round put there, and how long it stays."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from typing import Any

from tests.mail_journeys.mailer import Mailer
from tests.mail_journeys.test_crash_matrix import dying


def items(person: Mailer) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = person.sure("undo", "--list", "--json").json["items"]
    return listed


def alters(person: Mailer, statement: str, *values: object) -> None:
    """Changes the state behind calsync's back."""
    line = sqlite3.connect(person.home / "state" / person.email / "state.db")
    try:
        with line:
            line.execute(statement, values)
    finally:
        line.close()


def test_it_holds_messages_as_messages(settled: Mailer) -> None:
    content = settled.file("Talk").read_bytes()
    settled.expunges("Talk")
    settled.syncs()

    (path,) = (settled.home / "attic").rglob("*.eml")

    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (content, 0o600)


def test_where_an_account_has_no_bin_it_serves_as_one(settled: Mailer) -> None:
    settled.sure("map-folders", "--deleted", "none")
    alters(settled, "UPDATE setting SET value='' WHERE name='mail_bin'")
    settled.file("Talk").unlink()
    settled.syncs()
    gone = sorted(settled.far())
    (row,) = items(settled)

    settled.sure("undo", row["id"])
    settled.syncs()

    assert (gone, row["title"], row["folder"], row["direction"]) == (["Lunch"], "Talk", "inbox", "out")
    assert settled.far() == {"Lunch": "", "Talk": "\\Seen"}
    assert settled.near() == {"Lunch": "", "Talk": "S"}
    settled.settled()


def test_what_a_killed_round_put_there_is_offered_after_the_next(settled: Mailer) -> None:
    settled.expunges("Talk")
    assert dying(settled, "kill", "disk-unlink.after", "1", "sync").code == -signal.SIGKILL

    settled.syncs()
    (row,) = items(settled)
    settled.sure("undo", row["id"])
    settled.syncs()

    assert row["title"] == "Talk"
    assert settled.far() == {"Lunch": "", "Talk": "\\Seen"}
    settled.settled()


def test_a_round_that_was_killed_before_the_file_went_offers_it_once(settled: Mailer) -> None:
    settled.expunges("Talk")
    assert dying(settled, "kill", "disk-unlink.before", "1", "sync").code == -signal.SIGKILL

    settled.syncs()

    assert [row["title"] for row in items(settled)] == ["Talk"]


def test_what_is_older_than_the_attic_keeps_goes_and_is_offered_no_more(settled: Mailer) -> None:
    settled.expunges("Talk")
    settled.file("Lunch").unlink()
    settled.syncs()
    day = next(one for one in (settled.home / "attic" / settled.email).iterdir())
    shutil.move(day, day.with_name("2020-01-01"))
    alters(settled, "UPDATE withdrawn SET name=replace(name, ?, '2020-01-01'), at=1577836800", day.name)
    offered = len(items(settled))
    alters(settled, "DELETE FROM setting WHERE name='upkeep'")

    settled.syncs()

    assert (offered, items(settled)) == (2, [])
    assert not day.with_name("2020-01-01").exists()


def test_what_was_half_brought_back_by_a_killed_round_is_no_news(settled: Mailer) -> None:
    settled.sure("map-folders", "--deleted", "none")
    settled.file("Talk").unlink()
    settled.syncs()
    settled.sure("undo", items(settled)[0]["id"])
    assert dying(settled, "kill", "wire-move.answered", "1", "sync").code == -signal.SIGKILL

    ran = settled.sure("sync")

    assert "not in the bin" not in ran.err
    assert (sorted(settled.far()), sorted(settled.near())) == (["Lunch", "Talk"], ["Lunch", "Talk"])
    assert (settled.far("Trash"), items(settled)) == ({}, [])


def test_nothing_comes_back_into_a_directory_without_its_disk(settled: Mailer) -> None:
    settled.expunges("Talk")
    settled.syncs()
    settled.mail.rename(settled.mail.with_name("elsewhere"))

    ran = settled.sure("undo", items(settled)[0]["id"], "--json", codes=(7,))

    assert ran.error == "E303"
    assert not settled.mail.exists()
