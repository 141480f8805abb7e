"""What happened: the log, the attic's list and the conflicts, written with each batch and read by the commands."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass, replace
from typing import Any

from calsync_cli.core.model import LinkId, Ref, RunId, Sha, Side
from calsync_cli.core.record import Happened, Outcome, Wait
from calsync_cli.core.steps import ClashNote, Conflict
from calsync_cli.core.verdict import Verdict
from calsync_cli.state.database import Database

Row = tuple[Any, ...]
"""sqlite3 types no columns."""


@dataclass(frozen=True, slots=True)
class Run:
    """One round as the log knows it; times in seconds since the epoch. `code` "" means that it ended well."""

    id: RunId
    began: float
    ended: float | None
    code: str
    report: str

    @property
    def by_hand(self) -> bool:
        """A command's own doing (undo, conflicts, calendars), which syncs nothing."""
        return not self.code and self.report not in {"", "x"}


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the log."""

    id: int
    run: RunId
    at: float
    happened: Happened


@dataclass(frozen=True, slots=True)
class AtticRow:
    """A body in the attic."""

    id: int
    run: RunId
    at: float
    link: LinkId
    calendar: str
    side: Side
    ref: Ref
    key: str
    title: str
    why: str
    name: str
    undone: float | None


@dataclass(frozen=True, slots=True)
class ConflictEntry:
    """A conflict that was decided by a setting, and may be decided otherwise."""

    id: int
    run: RunId
    at: float
    link: LinkId
    ref: Ref
    key: str
    title: str
    conflict: Conflict
    resolved: float | None


def write_chronicle(sql: sqlite3.Connection, run: RunId, now: float, outcome: Outcome) -> None:
    """Within the batch's own transaction."""
    sql.executemany(
        "INSERT INTO happened(run, at, link, verdict, title, key, near, far, why, before, after, goal, clash, code)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [_happened_row(run, now, one) for one in outcome.happened],
    )
    sql.executemany(
        "INSERT INTO attic(run, at, link, calendar, side, ref, key, title, why, name)"
        " VALUES (?,?,?,coalesce((SELECT name FROM link WHERE id=?),''),?,?,?,?,?,?)",
        [
            (run, now, kept.link, kept.link, kept.side, kept.ref, kept.key, kept.title, kept.why, kept.name)
            for kept in outcome.kept
        ],
    )
    sql.executemany(
        "INSERT INTO conflict(run, at, link, ref, key, title, notes, near_base, near, far_base, far, result, loser)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [(run, now, link, ref, key, title, *_conflict_row(one)) for link, key, title, ref, one in outcome.conflicts],
    )


def conflict_text(one: Conflict) -> str:
    """A conflict as an intent carries it."""
    return json.dumps(asdict(one))


def conflict_of(text: str) -> Conflict:
    """The same again."""
    said = json.loads(text)
    notes = tuple(ClashNote(**note) for note in said.pop("notes"))
    return Conflict(notes, loser=Side(said.pop("loser")), **said)


def _happened_row(run: RunId, now: float, one: Happened) -> tuple[object, ...]:
    return (
        run,
        now,
        one.link,
        one.verdict.name,
        one.title,
        one.key,
        one.near,
        one.far,
        one.why,
        _blob(one.before),
        _blob(one.after),
        one.to,
        one.clash,
        one.code,
    )


def _conflict_row(one: Conflict) -> tuple[object, ...]:
    notes = json.dumps([asdict(note) for note in one.notes])
    bodies = (one.near_base, one.near, one.far_base, one.far, one.result)
    return (notes, *(bytes.fromhex(sha) for sha in bodies), one.loser)


def _blob(sha: Sha | None) -> bytes | None:
    return None if sha is None else bytes.fromhex(sha)


def _sha(blob: bytes | None) -> Sha | None:
    return None if blob is None else Sha(blob.hex())


class Chronicle:
    """Reads what was written, and marks what a person dealt with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_run(self, now: float) -> RunId:
        """A number for a round."""
        with self._database.transaction() as sql:
            return RunId(int(sql.execute("INSERT INTO run(began) VALUES (?)", (now,)).lastrowid or 0))

    def end_run(self, run: RunId, now: float, *, code: str, report: str) -> None:
        """How it ended."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE run SET ended=?, code=?, report=? WHERE id=?", (now, code, report, run))

    def drop_run(self, run: RunId) -> None:
        """A round in which nothing happened leaves only its time: the log stays readable after a year of cron."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM run WHERE id<? AND report='' AND code='' AND ended IS NOT NULL", (run,))

    def runs(self, *, last: int = 50, only: RunId | None = None) -> tuple[Run, ...]:
        """Newest first."""
        where, values = ("WHERE id=?", (only, last)) if only is not None else ("", (last,))
        query = f"SELECT id, began, ended, code, report FROM run {where} ORDER BY id DESC LIMIT ?"  # noqa: S608
        with self._database.reading() as sql:
            return tuple(Run(*row) for row in sql.execute(query, values))

    def last_good(self) -> float | None:
        """When a round last ended well, however many have failed since; what a person did by hand is none."""
        with self._database.reading() as sql:
            row = sql.execute("SELECT max(ended) FROM run WHERE code='' AND report IN ('', 'x')").fetchone()
        return None if row[0] is None else float(row[0])

    def logged(self, *, after: int = 0, run: RunId | None = None, last: int = 1000) -> tuple[Logged, ...]:
        """Lines of the log, oldest first, at most the `last` ones."""
        where, values = ("AND run=?", (after, run, last)) if run is not None else ("", (after, last))
        query = (
            "SELECT id, run, at, link, verdict, title, key, near, far, why, before, after, goal, clash, code"  # noqa: S608
            f" FROM happened WHERE id>? {where} ORDER BY id DESC LIMIT ?"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, values).fetchall()
        return tuple(Logged(row[0], RunId(row[1]), row[2], _happened(row[3:])) for row in reversed(rows))

    def attic(self, *, run: RunId | None = None, item: int | None = None) -> tuple[AtticRow, ...]:
        """What lies in the attic, newest first."""
        column, value = ("run", run) if run is not None else ("id", item)
        where = "" if value is None else f"WHERE {column}=?"
        query = (
            "SELECT id, run, at, link, calendar, side, ref, key, title, why, name, undone"  # noqa: S608
            f" FROM attic {where} ORDER BY id DESC"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, () if value is None else (value,)).fetchall()
        return tuple(replace(AtticRow(*row), side=Side(row[5])) for row in rows)

    def undone(self, item: int, now: float) -> None:
        """An entry was brought back."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE attic SET undone=? WHERE id=?", (now, item))

    def forget_attic(self, names: frozenset[str]) -> None:
        """Entries whose files were pruned."""
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM attic WHERE name=?", [(name,) for name in names])

    def conflicts(self, *, item: int | None = None) -> tuple[ConflictEntry, ...]:
        """Open ones, newest first; or one, open or not."""
        where, values = ("WHERE id=?", (item,)) if item is not None else ("WHERE resolved IS NULL", ())
        query = (
            "SELECT id, run, at, link, ref, key, title, notes, near_base, near, far_base, far, result, loser, resolved"  # noqa: S608
            f" FROM conflict {where} ORDER BY id DESC"
        )
        with self._database.reading() as sql:
            return tuple(_entry(row) for row in sql.execute(query, values).fetchall())

    def resolve(self, item: int, now: float) -> None:
        """A person decided."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE conflict SET resolved=? WHERE id=?", (now, item))

    def waiting(self) -> tuple[tuple[float, Wait], ...]:
        """What is skipped or held, in all links, with the time since when."""
        with self._database.reading() as sql:
            rows = sql.execute(
                "SELECT since, link, side, ref, code, why, title, key, loud, tries, near_rev"
                " FROM recheck WHERE loud ORDER BY since"
            ).fetchall()
        return tuple((row[0], wait_of(row[1:])) for row in rows)


def wait_of(row: Row) -> Wait:
    """A row of recheck: link, side, ref, code, why, title, key, loud, tries, near_rev."""
    link, side, ref, code, why, title, key, loud, tries, near_rev = row
    return Wait(link, Side(side), ref, code, why, title, key, bool(loud), tries, near_rev)


def _happened(row: Row) -> Happened:
    link, verdict, title, key, near, far, why, before, after, goal, clash, code = row
    shas = (_sha(before), _sha(after))
    return Happened(link, Verdict[verdict], title, key, bool(near), bool(far), why, *shas, goal, bool(clash), code)


def _entry(row: Row) -> ConflictEntry:
    number, run, at, link, ref, key, title, notes, near_base, near, far_base, far, result, loser, resolved = row
    bodies = [Sha(bytes(blob).hex()) for blob in (near_base, near, far_base, far, result)]
    told = tuple(ClashNote(**note) for note in json.loads(str(notes)))
    conflict = Conflict(told, bodies[0], bodies[1], bodies[2], bodies[3], bodies[4], Side(loser))
    return ConflictEntry(number, run, at, link, ref, key, title, conflict, resolved)
