"""What happened to letters, as commands ask for it: what can be brought back, what was posted, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from calsync_cli.core.model import CollectionId, Flags, LinkId, Ref, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.state.chronicle import wait_of
from calsync_cli.state.database import Database

RESTORED = "restored"
"""What undo writes among what was posted."""

Row = tuple[Any, ...]
"""sqlite3 types no columns."""

_WITHDRAWN = "id, run, at, link, folder, ref, message_id, flags, why, name, undone, title, bin, wanted, begun"
_WAIT = "link, side, ref, code, why, title, key, loud, tries, near_rev"


@dataclass(frozen=True, slots=True)
class WithdrawnRow:
    """A letter that went from both sides: its file lies in the attic, or the message in the provider's bin."""

    id: int
    run: RunId
    at: float
    link: LinkId
    folder: str
    ref: Ref
    message_id: str
    flags: Flags
    why: str
    name: str
    """The attic's entry; or what the message is called in the bin."""
    undone: float | None = None
    title: str = ""
    bin: CollectionId = CollectionId("")  # noqa: RUF009 - a NewType of str
    wanted: float | None = None
    """Since when it is to come out of the bin."""
    begun: bool = False
    """A round was about to move it out of there."""

    @property
    def side(self) -> Side:
        """The side on which it went last: entries of the attic lie in the directory of a day, UIDs in none."""
        return Side.NEAR if "/" in self.name else Side.FAR


@dataclass(frozen=True, slots=True)
class PostedRow:
    """So many letters of a folder to which the same happened in one run."""

    run: RunId
    at: float
    link: LinkId
    folder: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that could not be handled, since when, and whether a person said that it may stay so."""

    since: float
    wait: Wait
    left: bool


class Post:
    """Reads what rounds of mail wrote down, and marks what a person dealt with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ── what can be brought back ─────────────────────────────────────────────────────────────────────────────────

    def withdrawn(self, *, run: RunId | None = None, item: int | None = None) -> tuple[WithdrawnRow, ...]:
        """Newest first; what was brought back too."""
        column, value = ("run", run) if run is not None else ("id", item)
        where = "" if value is None else f"WHERE {column}=?"
        query = f"SELECT {_WITHDRAWN} FROM withdrawn {where} ORDER BY id DESC"  # noqa: S608 - constants
        with self._database.reading() as sql:
            rows = sql.execute(query, () if value is None else (value,)).fetchall()
        return tuple(map(_withdrawn, rows))

    def wanted(self) -> tuple[WithdrawnRow, ...]:
        """What the next round is to fetch out of the bin, oldest first."""
        query = f"SELECT {_WITHDRAWN} FROM withdrawn WHERE wanted IS NOT NULL AND undone IS NULL ORDER BY id"  # noqa: S608
        with self._database.reading() as sql:
            return tuple(map(_withdrawn, sql.execute(query).fetchall()))

    def want(self, items: Iterable[int], now: float) -> None:
        """The next round is to bring them out of the bin."""
        self._set("wanted=?", [(now, item) for item in items])

    def begin(self, items: Iterable[int]) -> None:
        """A round is about to: who does not find them there any more may be finding its own deed."""
        self._set("begun=1", [(item,) for item in items])

    def undone(self, items: Iterable[int], now: float) -> None:
        """They came back."""
        self._set("undone=?, wanted=NULL", [(now, item) for item in items])

    def forget(self, items: Iterable[int]) -> None:
        """There is nothing left to bring back."""
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM withdrawn WHERE id=?", [(item,) for item in items])

    def _set(self, change: str, values: Sequence[Row]) -> None:
        if values:
            with self._database.transaction() as sql:
                sql.executemany(f"UPDATE withdrawn SET {change} WHERE id=?", values)  # noqa: S608 - constants

    def binned(self, run: RunId, bin_: CollectionId) -> None:
        """Where the messages lie that this run put into a bin."""
        with self._database.reading() as sql:
            found = sql.execute("SELECT 1 FROM withdrawn WHERE run=? AND bin='' AND name NOT LIKE '%/%'", (run,))
            if found.fetchone() is None:
                return
        with self._database.transaction() as sql:
            query = "UPDATE withdrawn SET bin=? WHERE run=? AND bin='' AND name NOT LIKE '%/%'"
            sql.execute(query, (bin_, run))

    def entitle(self, titles: Mapping[int, str]) -> None:
        """What a person knows them by."""
        self._set("title=?", [(title, item) for item, title in titles.items()])

    def owner(self, message_id: str, digest: str) -> tuple[LinkId, str, Ref, Flags] | None:
        """Whose letter this message is: link, folder, file and flags; None where that is nobody's, or not certain."""
        column, value = ("message_id", message_id) if message_id else ("digest", digest)
        query = (
            "SELECT letter.link, link.name, near, flags FROM letter JOIN link ON link.id=letter.link"  # noqa: S608 - constants
            f" WHERE {column}=? AND near IS NOT NULL LIMIT 2"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, (value,)).fetchall()
        if len(rows) != 1:
            return None
        link, folder, near, flags = rows[0]
        return LinkId(link), folder, Ref(near), frozenset(flags.split())

    def lying(self, link: LinkId, *, far: Ref = Ref(""), message_id: str = "") -> Ref:  # noqa: B008 - a NewType of str
        """The file here of the only letter of this folder that the server, or its sender, calls so; "" without one."""
        column, value = ("far", far) if far else ("message_id", message_id)
        if not value:
            return Ref("")
        query = f"SELECT near FROM letter WHERE link=? AND {column}=? AND near IS NOT NULL LIMIT 2"  # noqa: S608
        with self._database.reading() as sql:
            found = sql.execute(query, (link, value)).fetchall()
        return Ref(found[0][0]) if len(found) == 1 else Ref("")

    def claimed(self, message_id: str) -> bool:
        """Whether a message of this name in a bin is another item's to bring back."""
        query = "SELECT 1 FROM withdrawn WHERE message_id=? AND undone IS NULL AND name NOT LIKE '%/%' LIMIT 1"
        with self._database.reading() as sql:
            return sql.execute(query, (message_id,)).fetchone() is not None

    # ── what was posted ──────────────────────────────────────────────────────────────────────────────────────────

    def posted(self, runs: AbstractSet[RunId]) -> tuple[PostedRow, ...]:
        """Of these runs, oldest first."""
        if not runs:
            return ()
        query = (
            "SELECT posted.run, coalesce(run.ended, run.began, 0), posted.link,"
            " coalesce(nullif(posted.folder, ''), link.name, ''), what, count FROM posted"
            " LEFT JOIN run ON run.id=posted.run LEFT JOIN link ON link.id=posted.link"
            " WHERE posted.run BETWEEN ? AND ? AND count>0 ORDER BY posted.run, posted.link, what"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, (min(runs), max(runs))).fetchall()
        return tuple(PostedRow(*row) for row in rows if row[0] in runs)

    def restored(self, run: RunId, tally: Mapping[tuple[LinkId, str], int]) -> None:
        """What undo brought back, by link and folder."""
        with self._database.transaction() as sql:
            sql.executemany(
                "INSERT INTO posted(run, link, what, count, folder) VALUES (?,?,?,?,?)"
                " ON CONFLICT DO UPDATE SET count=count+excluded.count",
                [(run, link, RESTORED, count, folder) for (link, folder), count in tally.items()],
            )

    # ── what waits ───────────────────────────────────────────────────────────────────────────────────────────────

    def waiting(self) -> tuple[WaitingLetter, ...]:
        """The loud ones, of all folders, oldest first."""
        query = f"SELECT since, hushed, {_WAIT} FROM letter_wait WHERE loud ORDER BY since"  # noqa: S608 - constants
        with self._database.reading() as sql:
            rows = sql.execute(query).fetchall()
        return tuple(WaitingLetter(row[0], wait_of(row[2:]), bool(row[1])) for row in rows)

    def name(self, titles: Mapping[Wait, str]) -> None:
        """What a person knows them by."""
        with self._database.transaction() as sql:
            sql.executemany(
                "UPDATE letter_wait SET title=? WHERE link=? AND side=? AND ref=?",
                [(title, wait.link, wait.side, wait.ref) for wait, title in titles.items()],
            )

    def retry(self, wait: Wait) -> None:
        """The next round looks at the whole folder, and tries it as if for the first time."""
        with self._database.transaction() as sql:
            place = (wait.link, wait.side, wait.ref)
            sql.execute("DELETE FROM letter_wait WHERE link=? AND side=? AND ref=?", place)
            sql.execute("UPDATE link SET cursor=NULL, glance='', near_glance='' WHERE id=?", (wait.link,))

    def leave(self, wait: Wait, tries: int) -> None:
        """It stays as it is until it changes, and nobody is told of it; `tries` is more than a round makes."""
        with self._database.transaction() as sql:
            sql.execute(
                "UPDATE letter_wait SET hushed=1, tries=max(tries, ?) WHERE link=? AND side=? AND ref=?",
                (tries, wait.link, wait.side, wait.ref),
            )


def _withdrawn(row: Row) -> WithdrawnRow:
    number, run, at, link, folder, ref, message_id, flags, why, name, undone, title, bin_, wanted, begun = row
    return WithdrawnRow(
        number,
        RunId(run),
        at,
        LinkId(link),
        folder,
        Ref(ref),
        message_id,
        frozenset(flags.split()),
        why,
        name,
        undone,
        title,
        CollectionId(bin_),
        wanted,
        bool(begun),
    )
