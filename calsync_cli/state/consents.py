"""Who was chosen to be invited, and who was not: a person's word, for one event and one address, never a file's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from calsync_cli.core.model import RunId
from calsync_cli.state.database import Database

PENDING = RunId(0)
"""A choice that no round has carried out yet."""

Chosen = Mapping[str, Mapping[str, frozenset[str]]]
"""UID → occurrence ("" for the series) → addresses."""


class Choice(StrEnum):
    """What was chosen for an attendee (R17)."""

    INVITE = "invite"
    SILENT = "silent"
    LOCAL = "local"
    """Would have been invited, but there was no provider to do it: it takes a new word (R33)."""


class Consents:
    """The choices of one account. An invitation is granted once: a guest who left is not invited again by it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def choose(self, uid: str, address: str, choice: Choice, *, occurrence: str = "") -> None:
        """`occurrence`: the original start as core.times.told gives it, "" for all of them."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT OR REPLACE INTO consent(uid, recurrence_id, address, choice, run) VALUES (?,?,?,?,?)",
                (uid, occurrence, address.strip().lower(), choice, PENDING),
            )

    def of(self, uid: str) -> dict[tuple[str, str], Choice]:
        """(occurrence, address) → choice."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT recurrence_id, address, choice FROM consent WHERE uid=?", (uid,)).fetchall()
        return {(occurrence, address): Choice(choice) for occurrence, address, choice in rows}

    def everything(self) -> list[tuple[str, str, str, Choice]]:
        """(uid, occurrence, address, choice), carried out or not."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT uid, recurrence_id, address, choice FROM consent ORDER BY 1, 2, 3").fetchall()
        return [(uid, occurrence, address, Choice(choice)) for uid, occurrence, address, choice in rows]

    def carry(self, uid: str, to: str) -> None:
        """A series was split: the second part has the same choices."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT OR REPLACE INTO consent(uid, recurrence_id, address, choice, run)"
                " SELECT ?, recurrence_id, address, choice, ? FROM consent WHERE uid=?",
                (to, PENDING, uid),
            )

    def forget(self, uid: str) -> None:
        """The event is gone: brought back, it invites nobody."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM consent WHERE uid=?", (uid,))

    def lower(self, uid: str) -> None:
        """What was not carried out yet takes a new word: an event that comes back by undo mails nobody."""
        with self._database.transaction() as sql:
            sql.execute(
                "UPDATE consent SET choice=? WHERE uid=? AND choice=? AND run=?",
                (Choice.LOCAL, uid, Choice.INVITE, PENDING),
            )

    def withdraw(self, words: Iterable[tuple[str, str, str]]) -> None:
        """(uid, occurrence, address): the word was for once, and what it was about is not there any more."""
        with self._database.transaction() as sql:
            sql.executemany(
                "UPDATE consent SET choice=? WHERE uid=? AND recurrence_id=? AND address=? AND choice=? AND run=?",
                [(Choice.LOCAL, *one, Choice.INVITE, PENDING) for one in words],
            )

    def chosen(self) -> Chosen:
        """Whom the next round may invite."""
        with self._database.reading() as sql:
            rows = sql.execute(
                "SELECT uid, recurrence_id, address FROM consent WHERE choice=? AND run=?", (Choice.INVITE, PENDING)
            ).fetchall()
        found: dict[str, dict[str, frozenset[str]]] = {}
        for uid, occurrence, address in rows:
            there = found.setdefault(uid, {})
            there[occurrence] = there.get(occurrence, frozenset()) | {address}
        return found

    def done(self, run: RunId, invited: Iterable[tuple[str, str, str]]) -> None:
        """(uid, occurrence, address): the provider has them on the event now."""
        with self._database.transaction() as sql:
            sql.executemany(
                "UPDATE consent SET run=? WHERE uid=? AND recurrence_id=? AND address=?",
                [(run, *one) for one in invited],
            )
