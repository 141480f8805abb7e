"""What an account remembers of messages that show in several folders; all of it can be asked for anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from calsync_cli.state.database import Database

_OURS = "seen "
"""What names in the settings begin with; they are gone with the connection."""
_SPENT = "gmail_spent"
_TOP = 1 << 63
"""SQLite's numbers have a sign, Gmail's have none."""


class SqliteLedger:
    """core.mail.ports.Ledger over one Database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str:
        """From the settings."""
        with self._database.reading() as sql:
            row = sql.execute("SELECT value FROM setting WHERE name=?", (_OURS + name,)).fetchone()
        return str(row[0]) if row else ""

    def put(self, **words: str) -> None:
        """Nothing is written where nothing changed."""
        new = {name: word for name, word in words.items() if self.get(name) != word}
        if not new:
            return
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM setting WHERE name=?", [(_OURS + name,) for name in new])
            rows = [(_OURS + name, word) for name, word in new.items() if word]
            sql.executemany("INSERT INTO setting(name, value) VALUES (?, ?)", rows)

    def shown(self, folder: str) -> dict[int, int]:
        """One row each."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT message, uid FROM shown WHERE folder=?", (folder,))
            return {message if message >= 0 else message + 2 * _TOP: uid for message, uid in rows}

    def show(self, folder: str, shown: Mapping[int, int], gone: Sequence[int], *, afresh: bool) -> None:
        """In one transaction."""
        with self._database.transaction() as sql:
            if afresh:
                sql.execute("DELETE FROM shown WHERE folder=?", (folder,))
            sql.executemany("DELETE FROM shown WHERE folder=? AND message=?", [(folder, _signed(one)) for one in gone])
            rows = [(folder, _signed(message), uid) for message, uid in shown.items()]
            sql.executemany("INSERT OR REPLACE INTO shown(folder, message, uid) VALUES (?,?,?)", rows)


class DryLedger(SqliteLedger):
    """For a round that leaves no trace: what it learns is learnt anew by the next one."""

    def put(self, **words: str) -> None:
        """Nothing is kept."""

    def show(self, folder: str, shown: Mapping[int, int], gone: Sequence[int], *, afresh: bool) -> None:
        """Nothing is kept."""


def forget_shown(sql: sqlite3.Connection) -> None:
    """With the connection; not what a day's traffic was, which the same account may go on with."""
    sql.execute("DELETE FROM shown")
    sql.execute("DELETE FROM setting WHERE name LIKE ? AND name<>?", (_OURS + "%", _OURS + _SPENT))


def _signed(message: int) -> int:
    return message if message < _TOP else message - 2 * _TOP
