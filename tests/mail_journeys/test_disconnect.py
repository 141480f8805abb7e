"""Leaving with mail, coming back, and a connection that somebody changed: nothing is fetched or sent a second time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.servers.line import Line

BIG = 40_000
"""Octets of a message, beside which what is said of it is little."""


@pytest.fixture
def way(newcomer: Mailer) -> Iterator[Line]:
    """Between the person and the server, counting."""
    made = Line(newcomer.server.imap).start()
    newcomer.port = made.port
    yield made
    made.stop()


@pytest.fixture
def laden(newcomer: Mailer, way: Line) -> Mailer:
    """With large messages on both sides, through a line that counts."""
    newcomer.delivers(*(letter(f"Report {number}", body="0123456789" * (BIG // 10)) for number in range(5)))
    newcomer.delivers(letter("Kept", body="0123456789" * (BIG // 10)), folder="Archive")
    newcomer.starts()
    assert way.down > 6 * BIG
    way.clear()
    return newcomer


def setting_names(mailer: Mailer) -> set[str]:
    with closing(sqlite3.connect(mailer.database)) as sql:
        return {name for (name,) in sql.execute("SELECT name FROM setting")}


def leave(mailer: Mailer, *flags: str) -> None:
    mailer.sure("disconnect", "--yes", "--account", mailer.email, *flags)


def test_r53_the_mapping_and_all_that_was_said_of_mail_is_forgotten_and_the_mail_stays(settled: Mailer) -> None:
    settled.sure("map-folders", "--junk", "none")
    before = {path: path.read_bytes() for path in settled.files()}

    leave(settled)

    assert {name for name in setting_names(settled) if name.startswith("mail")} == {"mail_root"}
    with closing(sqlite3.connect(settled.database)) as sql:
        assert [sql.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("link", "letter")] == [(0,), (0,)]
    assert {path: path.read_bytes() for path in settled.files()} == before
    assert sorted(settled.far()) == ["Lunch", "Talk"]


def test_r54_after_a_new_link_nothing_is_fetched_again_and_nothing_is_there_twice(laden: Mailer, way: Line) -> None:
    here = {path.name: path.stat().st_ino for path in laden.files()}
    laden.marks("Report 1", "FS")
    leave(laden)

    laden.starts()

    assert way.down < BIG
    assert way.up < BIG
    assert len(laden.near()) == len(laden.far()) == 7
    assert sorted(laden.near("archive")) == sorted(laden.far("Archive")) == ["Kept"]
    assert {path.stat().st_ino for path in laden.files()} == set(here.values())
    assert laden.far()["Report 1"] == "\\Flagged \\Seen"
    laden.settled()


def test_r54_what_changed_on_either_side_meanwhile_is_taken_along(settled: Mailer) -> None:
    leave(settled)
    settled.delivers(letter("Came meanwhile"))
    settled.puts(letter("Written meanwhile"))

    settled.starts()

    assert sorted(settled.near()) == sorted(settled.far()) == ["Came meanwhile", "Lunch", "Talk", "Written meanwhile"]
    settled.settled()


def test_r54_another_provider_can_follow_and_gets_what_is_here(settled: Mailer) -> None:
    leave(settled)
    settled.user = settled.server.new_user()
    settled.delivers(letter("Already there"))

    settled.starts()

    assert sorted(settled.near()) == sorted(settled.far()) == ["Already there", "Lunch", "Talk"]
    settled.settled()


def test_r2_one_account_is_at_one_provider(settled: Mailer) -> None:
    ran = settled.types("connect", "kerio", "--server", settled.url, *settled.connecting()[4:], "--json")

    assert (ran.code, ran.error) == (6, "E211")
    settled.settled()


# ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r53_only_where_it_is_said_mail_is_deleted_here_and_other_programs_mail_stays(settled: Mailer) -> None:
    for sub in ("cur", "new", "tmp"):
        (settled.mail / "theirs" / sub).mkdir(parents=True)
    theirs = settled.mail / "theirs" / "cur" / "1.host:2,S"
    theirs.write_bytes(b"Subject: mine\n\n")
    index = settled.mail / "inbox" / "dovecot-uidlist"
    index.write_bytes(b"theirs")
    settled.sure("map-folders", "--sent", "none")

    leave(settled, "--delete-data")

    assert sorted(path for path in settled.mail.rglob("*") if path.is_file()) == [index, theirs]
    assert not (settled.mail / "sent").exists()
    assert sorted(settled.far()) == ["Lunch", "Talk"]


def test_r53_with_nothing_else_in_it_the_whole_directory_goes(settled: Mailer) -> None:
    settled.sure("map-folders", "--map", "work/projects=Drafts")

    leave(settled, "--delete-data")

    assert not settled.mail.exists()


def test_r53_after_a_damaged_state_the_mail_of_this_account_is_known_still(settled: Mailer) -> None:
    settled.database.write_bytes(b"rubbish" * 1000)

    leave(settled, "--delete-data")

    assert not settled.mail.exists()


def test_a_folder_that_is_a_link_to_elsewhere_loses_the_link_alone(settled: Mailer, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (settled.mail / "archive").rename(elsewhere)
    (settled.mail / "archive").symlink_to(elsewhere)
    (elsewhere / "cur" / "1.host:2,S").write_bytes(letter("Elsewhere"))

    leave(settled, "--delete-data")

    assert not settled.mail.exists()
    assert (elsewhere / "cur" / "1.host:2,S").exists()


def test_r53_a_copy_holds_every_message_and_takes_no_room(settled: Mailer, tmp_path: Path) -> None:
    nodes = {path.stat().st_ino for path in settled.files()}

    leave(settled, "--export", str(tmp_path / "copy"), "--delete-data")

    copied = [path for sub in ("cur", "new") for path in (tmp_path / "copy" / "mail" / "inbox" / sub).iterdir()]
    assert {path.stat().st_ino for path in copied} == nodes
    assert not settled.mail.exists()


@pytest.mark.parametrize("place", ["inside", "taken"])
def test_a_copy_into_the_mail_itself_or_over_another_is_refused(settled: Mailer, tmp_path: Path, place: str) -> None:
    (tmp_path / "copy" / "mail").mkdir(parents=True)
    target = settled.mail / "copy" if place == "inside" else tmp_path / "copy"

    ran = settled.types("disconnect", "--export", str(target), "--yes", "--json")

    assert (ran.code, ran.error) == (2, "E001")
    settled.settled()


def test_r53_what_was_not_sent_yet_is_counted(settled: Mailer) -> None:
    settled.marks("Lunch", "FS")
    settled.file("Talk").unlink()
    settled.puts(letter("Draft"), "sent")

    told = settled.sure("disconnect", "--dry-run", "--json").json

    assert (told["unsent"], told["connected"]) == (3, True)
    assert settled.sure("status", "--json").json["accounts"][0]["state"] == "active"


# ── changed since the sign-in ────────────────────────────────────────────────────────────────────────────────────


def _other_host(mailer: Mailer) -> None:
    with closing(sqlite3.connect(mailer.database)) as sql, sql:
        ((text,),) = sql.execute("SELECT value FROM setting WHERE name='connection'").fetchall()
        said = {**json.loads(text), "mail": mailer.url.replace("127.0.0.1", "localhost")}
        sql.execute("UPDATE setting SET value=? WHERE name='connection'", (json.dumps(said),))


def _other_token(mailer: Mailer) -> None:
    mailer.remembers("UPDATE setting SET value='another' WHERE name='secret_token'")


@pytest.mark.parametrize("change", [_other_host, _other_token])
@pytest.mark.parametrize("words", [("sync",), ("map-folders", "--archive", "none"), ("map-folders", "--list")])
def test_r55_what_was_changed_after_the_sign_in_stops_all_and_nobody_is_asked(
    newcomer: Mailer, way: Line, change: Callable[[Mailer], None], words: tuple[str, ...]
) -> None:
    newcomer.sure(*newcomer.connecting())
    way.clear()
    change(newcomer)
    newcomer.puts(letter("Mine"))

    ran = newcomer.types(*words, "--json")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (6, "E203", "calsync disconnect")
    assert way.connections == 0


def test_r55_the_page_says_so_and_what_to_do(settled: Mailer) -> None:
    _other_host(settled)

    told = settled.sure("status", "--json").json["accounts"][0]

    assert (told["error"]["code"], told["next"]) == ("E203", "calsync disconnect")
