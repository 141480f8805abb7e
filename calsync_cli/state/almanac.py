"""Which file can matter for a time or an ID: an index of the events on this disk, kept by the fingerprints of files.

It answers for files and is never believed about events: a file that changed is read again, a row that was damaged
counts as a file that changed, and an index that cannot be used is made anew in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from calsync_cli.core.model import CollectionId, Ref, Rev
from calsync_cli.state.schema import AGENDA

PATIENCE = 500
"""Milliseconds that an index waits for a round that is writing; then it does without being kept."""
_BLOCK = 5_000
_COLUMNS = "calendar, ref, rev, kind, uid, id, first, last"


def _sum(kind: str, uid: str, id_: str, first: str, last: str) -> str:
    """What a row adds up to, in SQL: it tells a row that was damaged, and no more."""
    times = f"ifnull({first}, -1) * 3 + ifnull({last}, -1) * 5"
    return f"({times} + length({uid}) * 7 + length({id_}) * 11 + unicode({kind}) * 13) % 1000003"


_SEAL = _sum("kind", "uid", "id", "first", "last")
_PUT = (
    f"INSERT OR REPLACE INTO agenda({_COLUMNS}, seal)"  # noqa: S608 - from this module
    f" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, {_sum('?4', '?5', '?6', '?7', '?8')})"
)


class Kind(StrEnum):
    """What a file holds."""

    EVENT = "event"
    OTHER = "other"
    """Tasks, or nothing: another program's business."""
    BROKEN = "broken"
    SEAL = "seal"
    """No file: its `rev` is what the directory looked like when all of it had been read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A file as it was when it was read. `first` and `last` are seconds since 1970; None: no start; no end."""

    calendar: CollectionId
    ref: Ref
    rev: Rev
    kind: Kind
    uid: str = ""
    id: str = ""
    first: int | None = None
    last: int | None = None


class Ledger(Protocol):
    """Where an index lies."""

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A few reads."""

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """A short write: all of it or nothing."""


class Memory:
    """A ledger for this run alone."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        for statement in AGENDA:
            self._connection.execute(statement)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A few reads."""
        yield self._connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Nobody else looks, so each statement may count at once."""
        yield self._connection


class Index:
    """The rows of one account's files."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        with ledger.reading() as sql:
            sql.execute(f"PRAGMA busy_timeout={PATIENCE}")

    def known(self, calendar: CollectionId) -> Mapping[Ref, Rev]:
        """Which version of each file was read; those whose rows were damaged are left out."""
        query = f"SELECT ref, rev FROM agenda WHERE calendar=? AND ref<>'' AND seal={_SEAL}"  # noqa: S608 - above
        with self._ledger.reading() as sql:
            return dict(sql.execute(query, (calendar,)))

    def sealed(self, calendar: CollectionId) -> str:
        """What the directory looked like when all of it had been read; "" where that is not known or not to be had."""
        damaged = f"SELECT 1 FROM agenda WHERE calendar=? AND seal<>{_SEAL} LIMIT 1"  # noqa: S608 - stands above
        with self._ledger.reading() as sql:
            row = sql.execute("SELECT rev FROM agenda WHERE calendar=? AND ref=''", (calendar,)).fetchone()
            return "" if row is None or sql.execute(damaged, (calendar,)).fetchone() else str(row[0])

    def forget_but(self, calendars: Iterable[CollectionId]) -> None:
        """Let go of the calendars that are not here any more."""
        with self._ledger.reading() as sql:
            there = {row[0] for row in sql.execute("SELECT DISTINCT calendar FROM agenda")}
        for gone in sorted(there - set(calendars)):
            with self._ledger.transaction() as sql:
                sql.execute("DELETE FROM agenda WHERE calendar=?", (gone,))

    def learn(self, rows: Sequence[Row], gone: Sequence[tuple[CollectionId, Ref]] = ()) -> None:
        """Write down what was read, and forget what is not there. A seal that stood before is broken by it."""
        unsealed = {row.calendar for row in rows} | {calendar for calendar, _ in gone}
        ordered = sorted(rows, key=lambda row: (row.kind is Kind.SEAL, row.calendar, row.ref))  # sealed last
        for begin in range(0, max(len(ordered), 1), _BLOCK):
            with self._ledger.transaction() as sql:
                if not begin:
                    gone = [*gone, *((calendar, Ref("")) for calendar in sorted(unsealed))]
                    sql.executemany("DELETE FROM agenda WHERE calendar=? AND ref=?", gone)
                sql.executemany(_PUT, [_values(row) for row in ordered[begin : begin + _BLOCK]])

    def broken(self) -> int:
        """How many files are no calendars."""
        with self._ledger.reading() as sql:
            return int(sql.execute("SELECT count(*) FROM agenda WHERE kind=?", (Kind.BROKEN,)).fetchone()[0])

    def between(self, begin: int, end: int) -> list[Row]:
        """The events that can take place in these seconds."""
        return self._rows("first < ? AND (last IS NULL OR last >= ?)", (end, begin))

    def begins(self, prefix: str) -> list[Row]:
        """The events whose ID begins so."""
        return self._rows("id >= ? AND id < ?", (prefix, prefix + "\x7f"))

    def neighbours(self, id_: str) -> tuple[str, str]:
        """The IDs before and after one, or ""."""
        with self._ledger.reading() as sql:
            before = sql.execute("SELECT max(id) FROM agenda WHERE id < ?", (id_,)).fetchone()[0]
            after = sql.execute("SELECT min(id) FROM agenda WHERE id > ?", (id_,)).fetchone()[0]
        return before or "", after or ""

    def everything(self) -> list[Row]:
        """All rows, to be copied."""
        return self._rows("1", (), seal=f" AND seal={_SEAL}", kind="kind")

    def _rows(self, where: str, values: Sequence[object], *, seal: str = "", kind: str = "'event'") -> list[Row]:
        query = f"SELECT {_COLUMNS} FROM agenda WHERE kind={kind} AND {where}{seal}"  # noqa: S608 - from this module
        with self._ledger.reading() as sql:
            found = sql.execute(query, tuple(values)).fetchall()
        return [Row(each[0], each[1], each[2], Kind(each[3]), *each[4:]) for each in found]


def _values(row: Row) -> tuple[object, ...]:
    return (row.calendar, row.ref, row.rev, row.kind, row.uid, row.id, row.first, row.last)
