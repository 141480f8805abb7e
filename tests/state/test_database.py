"""The state file: migrated by name, refused when newer or damaged, never taken for new when it is not."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.state import database as room
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.database import Database
from calsync_cli.state.schema import MIGRATIONS
from calsync_cli.state.settings import Settings


def filled(path: Path) -> Path:
    """A state file as a process leaves it that ended well."""
    database = Database(path)
    Settings(database).put(**{f"name{at}": "x" * 500 for at in range(200)})
    database.close()
    return path


def read(path: Path) -> None:
    database = Database(path)
    try:
        database.check()
    finally:
        database.close()


def refused(path: Path) -> CalsyncError:
    """What opening it, or reading all of it, says."""
    with pytest.raises(CalsyncError) as raised:
        read(path)
    return raised.value


def fill_up(database: Database) -> None:
    for at in range(1000):
        Settings(database).put(**{f"n{at}": os.urandom(8000).hex()})


def test_every_migration_is_applied_once_and_written_down(tmp_path):
    filled(tmp_path / "state.db")

    with sqlite3.connect(tmp_path / "state.db") as sql:
        assert [row[0] for row in sql.execute("SELECT name FROM migration")] == [name for name, _ in MIGRATIONS]


@pytest.mark.parametrize("count", range(1, len(MIGRATIONS) + 1))
def test_a_file_of_every_earlier_release_is_brought_up_to_date(count, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MIGRATIONS", MIGRATIONS[:count])
    filled(tmp_path / "state.db")
    monkeypatch.undo()

    database = Database(tmp_path / "state.db")

    assert Settings(database).get("name7") == "x" * 500
    assert SqliteBooks(database).links() == []
    database.close()


def test_a_migration_that_breaks_off_leaves_nothing_of_itself(tmp_path, monkeypatch):
    filled(tmp_path / "state.db")
    broken = ("002-broken", ("CREATE TABLE half(x)", "CREATE TABLE nonsense nonsense"))
    monkeypatch.setattr(room, "MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(CalsyncError):
        Database(tmp_path / "state.db")
    monkeypatch.undo()

    database = Database(tmp_path / "state.db")

    with database.reading() as sql:
        assert not sql.execute("SELECT 1 FROM sqlite_master WHERE name='half'").fetchall()
    database.close()


def test_a_newer_schema_is_refused(tmp_path):
    with sqlite3.connect(filled(tmp_path / "state.db")) as sql:
        sql.execute("INSERT INTO migration VALUES ('999-future')")

    error = refused(tmp_path / "state.db")

    assert (error.code, error.variant) == ("E503", "newer")


def test_another_program_s_database_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "state.db") as sql:
        sql.execute("CREATE TABLE other(x)")

    error = refused(tmp_path / "state.db")

    assert (error.code, error.variant) == ("E503", "foreign")


@pytest.mark.parametrize("size", [0, 1, 50, 100, 512, 4096, 5000, 20000])
def test_a_truncated_file_is_damage_and_never_a_first_sync(size, tmp_path):
    path = filled(tmp_path / "state.db")
    assert path.stat().st_size > size
    os.truncate(path, size)

    assert refused(path).code == "E503"


@pytest.mark.parametrize("content", [b"\x00" * 8192, b"not a database at all, but long enough to look at" * 100])
def test_garbage_is_damage_and_never_a_first_sync(content, tmp_path):
    (tmp_path / "state.db").write_bytes(content)

    assert refused(tmp_path / "state.db").code == "E503"


def test_a_torn_page_in_the_middle_is_found_by_the_check(tmp_path):
    path = filled(tmp_path / "state.db")
    with path.open("r+b") as handle:
        handle.seek(4096 * 5)
        handle.write(os.urandom(4096))

    assert refused(path).code == "E503"


def test_damage_is_not_mended_by_looking_at_it(tmp_path):
    path = tmp_path / "state.db"
    path.write_bytes(b"garbage" * 1000)
    refused(path)

    assert path.read_bytes() == b"garbage" * 1000


def test_nobody_else_can_read_it(tmp_path):
    filled(tmp_path / "sub" / "state.db")

    assert (tmp_path / "sub" / "state.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "sub").stat().st_mode & 0o777 == 0o700


def test_nothing_but_the_database_is_left_beside_it(tmp_path):
    filled(tmp_path / "state.db")

    assert {path.name for path in tmp_path.iterdir()} <= {"state.db", "state.db-wal", "state.db-shm"}


def test_two_that_make_it_at_once_have_one_file(tmp_path, monkeypatch):
    lay, other = room._lay, []

    def overtaken(path: Path) -> None:
        monkeypatch.setattr(room, "_lay", lay)
        other.append(Database(path))
        Settings(other[0]).put(mine="first")
        lay(path)

    monkeypatch.setattr(room, "_lay", overtaken)
    second = Database(tmp_path / "state.db")

    assert Settings(second).get("mine") == "first"
    second.close()
    other[0].close()


def test_somebody_else_s_transaction_is_waited_for_and_then_named(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "BUSY", 0.05)
    database = Database(tmp_path / "state.db")
    holder = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(CalsyncError, match=r"E502\.state"):
        Settings(database).put(a="b")
    holder.execute("ROLLBACK")
    Settings(database).put(a="b")

    assert Settings(database).get("a") == "b"
    holder.close()
    database.close()


@pytest.fixture
def small(tmp_path):
    """A disk of 512 kB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine mounts no tmpfs")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_what_was_there_stays(small):
    database = Database(small / "state.db")
    Settings(database).put(before="there")

    with pytest.raises(CalsyncError, match=r"E505\.state"):
        fill_up(database)

    assert Settings(database).get("before") == "there"
    database.close()


def test_after_a_full_disk_the_same_connection_works_again(small):
    database = Database(small / "state.db")
    (small / "ballast").write_bytes(b"x" * 200_000)
    with pytest.raises(CalsyncError, match=r"E505\.state"):
        fill_up(database)

    (small / "ballast").unlink()
    Settings(database).put(after="works")

    assert Settings(database).get("after") == "works"
    database.close()


def test_a_directory_that_cannot_be_made_is_the_disk_s_fault_not_damage(tmp_path):
    (tmp_path / "file").write_text("in the way")

    assert refused(tmp_path / "file" / "state.db").code == "E505"
