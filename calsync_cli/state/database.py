"""One account's SQLite file: opened safely, brought up to date by named migrations, and honest about damage."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.schema import MIGRATIONS

BUSY = 10.0
"""Seconds to wait for another process's short transaction."""

HEADER = 100
"""Bytes of an SQLite file's header: what is shorter, SQLite takes for empty."""

_FULL = (
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database",
)


def _lay(path: Path) -> None:
    """A new file, under its name only once its first page is on disk; whoever comes second keeps the first's."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    os.close(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
    try:
        connection = sqlite3.connect(fresh, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("CREATE TABLE migration(name TEXT PRIMARY KEY)")
        finally:
            connection.close()
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)


class Database:
    """A connection that belongs to one thread. Every sqlite3 error leaves it as E503 (damaged) or E505 (disk)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._border():
            self._connection = self._open()
            self._migrate()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.path.exists():
            _lay(self.path)
        elif self.path.stat().st_size < HEADER:
            # Ours was never empty: SQLite would take this for a new one, and the round for a first one.
            raise CalsyncError("E503", "damaged", path=str(self.path), reason="truncated")
        connection = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def _migrate(self) -> None:
        tables = {row[0] for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        done: set[str] = set()
        if "migration" in tables:
            done = {row[0] for row in self._connection.execute("SELECT name FROM migration")}
        elif tables:
            raise CalsyncError("E503", "foreign", path=str(self.path))
        unknown = done - {name for name, _ in MIGRATIONS}
        if unknown:
            raise CalsyncError("E503", "newer", path=str(self.path))
        for name, script in MIGRATIONS:
            if name not in done:
                self._apply(name, script)

    def _apply(self, name: str, script: tuple[str, ...]) -> None:
        """All statements of a migration, and its name, or nothing."""
        with self.transaction():
            for statement in script:
                self._connection.execute(statement)
            self._connection.execute("INSERT OR IGNORE INTO migration(name) VALUES (?)", (name,))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A short write: all of it or nothing. No store is called inside."""
        with self._border():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has SQLite roll back by itself
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A few reads."""
        with self._border():
            yield self._connection

    def check(self) -> None:
        """Read the whole file. Raises E503 where it is damaged."""
        with self._border():
            told = [row[0] for row in self._connection.execute("PRAGMA integrity_check(5)")]
        if told != ["ok"]:
            raise CalsyncError("E503", "damaged", path=str(self.path), reason=str(told[0])[:200])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _border(self) -> Iterator[None]:
        """Where sqlite3's errors become ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._mapped(error) from error
        except OSError as error:
            raise CalsyncError("E505", "state", path=str(self.path), reason=error.strerror or "") from error

    def _mapped(self, error: sqlite3.Error) -> CalsyncError:
        said = str(error)
        if "locked" in said:
            return CalsyncError("E502", "state", path=str(self.path))
        if any(word in said for word in _FULL):
            return CalsyncError("E505", "state", path=str(self.path), reason=said[:200])
        return CalsyncError("E503", "damaged", path=str(self.path), reason=said[:200])
