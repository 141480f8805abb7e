"""A set-up that is taken along or comes back from its copy: mapped as before, and what is on this disk is adopted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.servers.line import Line

BIG = 40_000


@pytest.fixture
def way(newcomer: Mailer) -> Iterator[Line]:
    """Between the person and the server, counting."""
    made = Line(newcomer.server.imap).start()
    newcomer.port = made.port
    yield made
    made.stop()


def mapped(mailer: Mailer) -> dict[str, str]:
    (told,) = mailer.sure("status", "--json").json["accounts"]
    return {one["local"]: one["remote"] for one in told["mail"]["folders"]}


def exported(mailer: Mailer) -> dict[str, Any]:
    file = mailer.place / "setup.json"
    mailer.sure("account", "export", str(file))
    said: dict[str, Any] = json.loads(file.read_text())
    return said


@pytest.fixture
def moved(settled: Mailer, tmp_path: Path) -> Mailer:
    """The same person at another machine, where the set-up was taken over and the mail was copied to."""
    settled.sure("map-folders", "--map", "work/team=Drafts", "--junk", "none")
    exported(settled)
    other = Mailer(tmp_path / "other", settled.server, settled.user)
    (other.home / "mail").mkdir(parents=True)
    settled.mail.rename(other.mail)
    other.sure("account", "import", str(settled.place / "setup.json"))
    return other


def test_no_secret_and_no_identity_of_this_machine_is_written_down(settled: Mailer) -> None:
    said = exported(settled)

    assert (said["calsync"], "bound" in said) == (2, False)
    assert [(one["local"], one["remote"]) for one in said["mail"]["folders"]][:2] == [
        ("inbox", "INBOX"),
        ("archive", "Archive"),
    ]
    assert "root" not in json.dumps(said["mail"])


def test_what_was_taken_over_is_mapped_as_before_once_signed_in(moved: Mailer) -> None:
    assert mapped(moved)["work/team"] == "Drafts"

    moved.sure("connect", "--resume", "--password-file", str(moved.place / "password"))

    told = moved.sure("status", "--json").json["accounts"][0]
    assert (told["state"], told["mail"]["missing"], told["mail"]["none"]) == ("active", [], ["junk"])
    assert sorted(moved.near()) == sorted(moved.far()) == ["Lunch", "Talk"]
    moved.settled()


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "above the root": lambda mail: mail["folders"][0].update(local="../../elsewhere"),
    "absolute": lambda mail: mail["folders"][0].update(local="/tmp/elsewhere"),
    "hidden": lambda mail: mail["folders"][0].update(local=".git"),
    "a Maildir's own part": lambda mail: mail["folders"][0].update(local="inbox/cur"),
    "two on one": lambda mail: mail["folders"][0].update(remote="Archive"),
    "another setting": lambda mail: mail["settings"].update(mail_root="mine"),
    "a limit that is none": lambda mail: mail["settings"].update(mail_max_size="much"),
    "no folders": lambda mail: mail.pop("folders"),
}


@pytest.mark.parametrize("harm", HOSTILE)
def test_a_hostile_set_up_of_mail_is_refused_and_leaves_nothing(settled: Mailer, tmp_path: Path, harm: str) -> None:
    said = exported(settled)
    HOSTILE[harm](said["mail"])
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(said))
    other = Mailer(tmp_path / "other", settled.server, settled.user)

    ran = other.types("account", "import", str(file), "--json")

    assert (ran.code, ran.error) == (2, "E001")
    assert not other.mail.exists()
    assert not other.database.exists()


# ── repaired ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _rubbish(mailer: Mailer) -> None:
    mailer.database.write_bytes(b"rubbish" * 1000)


def _well(mailer: Mailer) -> None:
    """Nothing is wrong: repaired all the same, because it was asked for."""


@pytest.mark.parametrize("damage", [_rubbish, _well])
def test_repaired_the_folders_are_mapped_and_adopted_without_signing_in_again(
    newcomer: Mailer, way: Line, damage: Callable[[Mailer], None]
) -> None:
    newcomer.delivers(*(letter(f"Report {number}", body="0123456789" * (BIG // 10)) for number in range(5)))
    newcomer.starts()
    before = mapped(newcomer)
    newcomer.marks("Report 1", "FS")
    newcomer.file("Report 2").unlink()
    newcomer.expunges("Report 3")
    way.clear()
    damage(newcomer)

    newcomer.sure("doctor", "--repair", codes=(0, 3))
    newcomer.settled()

    assert mapped(newcomer) == before
    assert newcomer.near() == {"Lunch": "", "Talk": "S", **{f"Report {n}": "FS" * (n == 1) for n in range(5)}}
    assert sorted(newcomer.far()) == sorted(newcomer.near())
    assert way.down < 2 * BIG  # what was deleted here comes back, and nothing else is fetched
    assert way.up < 2 * BIG


def test_repaired_what_lies_in_the_attic_can_be_brought_back_still(settled: Mailer) -> None:
    settled.expunges("Lunch")
    settled.syncs()
    _rubbish(settled)

    settled.sure("doctor", "--repair")

    (row,) = settled.sure("undo", "--list", "--json").json["items"]
    assert (row["id"][0], row["title"]) == ("m", "Lunch")
    settled.sure("undo", row["id"])
    assert sorted(settled.near()) == ["Lunch", "Talk"]


# ── many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_account_s_mail_is_synced_at_once_and_told(settled: Mailer, tmp_path: Path) -> None:
    other = Mailer(
        tmp_path / "you", settled.server, settled.server.new_user(), email="you@example.org", env=settled.env
    )
    other.sure(*other.connecting())
    other.delivers(letter("For you"))
    settled.delivers(letter("For me"), letter("For me, too"))

    told = settled.sure("sync", "--all", "--json").json

    assert {one["account"]: one["mail"]["in"] for one in told["accounts"]} == {
        "me@example.org": 2,
        "you@example.org": 1,
    }


def test_the_list_of_accounts_says_where_mail_lies(settled: Mailer) -> None:
    (row,) = settled.sure("account", "list", "--json").json["accounts"]

    assert (row["state"], row["halves"], row["mail"], row["path"]) == ("active", ["mail"], str(settled.mail), None)
    assert "mail/me@example.org" in settled.sure("account", "list").out
