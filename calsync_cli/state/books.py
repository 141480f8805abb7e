"""The books of one account in SQLite: links, pairs, bodies, intents, and what waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Cursor, Link, LinkId, Mode, Pair, Ref, Rev, RunId, Sha, Side, Version
from calsync_cli.core.record import Intent, Outcome, Wait
from calsync_cli.core.shelf import sha_of
from calsync_cli.state.chronicle import conflict_of, conflict_text, wait_of, write_chronicle
from calsync_cli.state.database import Database

T = TypeVar("T")
Row = tuple[Any, ...]
"""sqlite3 types no columns."""

MAY_MAIL, QUIETLY = "may-mail", "quietly"
"""What a person said of an event's next write."""

CHUNK = 500
"""Below SQLite's limit of parameters in one statement."""

_PAIR = "id, link, near_ref, near_rev, near_sha, far_ref, far_rev, far_sha, key, title, native"
_LINK = "id, name, far_id, mode, is_primary, cursor, glance, rounds, display, color, shown"
_INTENT = (
    "op, link, pair, key, title, near_ref, near_rev, near_sha, far_ref, far_rev, far_sha, near_wanted, far_wanted,"
    " near_was, far_was, conflict"
)


class SqliteBooks:
    """core.record.Books over one Database. `now` gives seconds since the epoch."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def links(self) -> Sequence[Link]:
        """Calendars' links in the order they were made, the primary first."""
        with self._database.reading() as sql:
            query = f"SELECT {_LINK} FROM link WHERE half='calendar' ORDER BY is_primary DESC, id"  # noqa: S608 - a constant
            rows = sql.execute(query).fetchall()
        return [_link(row) for row in rows]

    def index(self, link: LinkId, side: Side) -> Mapping[Ref, tuple[Rev, Sha]]:
        """One row for each pair: what its side was called and held."""
        query = f"SELECT {side}_ref, {side}_rev, {side}_sha FROM pair WHERE link=?"  # noqa: S608 - side is an enum
        with self._database.reading() as sql:
            return {ref: (rev, Sha(sha.hex())) for ref, rev, sha in sql.execute(query, (link,))}

    def pairs_at(self, link: LinkId, near: AbstractSet[Ref], far: AbstractSet[Ref]) -> tuple[Pair, ...]:
        """Each pair once, even where both its refs are asked for."""
        found: dict[int, Pair] = {}
        for column, refs in (("near_ref", near), ("far_ref", far)):
            for pair in self._select(f"link={int(link)} AND {column}", refs):
                found[pair.id] = pair
        return tuple(found.values())

    def pairs_with(self, keys: AbstractSet[str]) -> tuple[Pair, ...]:
        """Of all links."""
        return tuple(self._select("key", keys))

    def _select(self, column: str, values: AbstractSet[str]) -> Iterator[Pair]:
        for part in _chunks(sorted(values)):
            marks = ",".join("?" * len(part))
            query = f"SELECT {_PAIR} FROM pair WHERE {column} IN ({marks})"  # noqa: S608 - no value is spliced in
            with self._database.reading() as sql:
                rows = sql.execute(query, part).fetchall()
            yield from map(_pair, rows)

    def count(self, link: LinkId) -> int:
        """How many pairs."""
        with self._database.reading() as sql:
            return int(sql.execute("SELECT count(*) FROM pair WHERE link=?", (link,)).fetchone()[0])

    def body(self, sha: Sha) -> bytes:
        """One of them."""
        return self.bodies({sha})[sha]

    def bodies(self, shas: AbstractSet[Sha]) -> Mapping[Sha, bytes]:
        """Read by the block: a select for each would take longer than the rest. What was altered is not believed."""
        found: dict[Sha, bytes] = {}
        for part in _chunks([bytes.fromhex(sha) for sha in shas]):
            query = f"SELECT sha, content FROM body WHERE sha IN ({','.join('?' * len(part))})"  # noqa: S608 - no value
            with self._database.reading() as sql:
                found.update((Sha(sha.hex()), bytes(content)) for sha, content in sql.execute(query, part))
        if len(found) < len(shas) or any(sha_of(content) != sha for sha, content in found.items()):
            raise CalsyncError("E503", "body", path=str(self._database.path))
        return found

    def keep(self, bodies: Iterable[tuple[Sha, bytes]]) -> None:
        """A body that is there already stays.

        They are kept as they are: to pack 10,000 events took a tenth of their first sync, and saved 8 MB.
        """
        rows = [(bytes.fromhex(sha), content) for sha, content in bodies]
        with self._database.transaction() as sql:
            sql.executemany("INSERT OR IGNORE INTO body(sha, content) VALUES (?, ?)", rows)

    def hush(self, shas: Iterable[Sha]) -> None:
        """Bodies that came by undo or repair: sending them mails nobody."""
        with self._database.transaction() as sql:
            sql.executemany(
                "INSERT OR REPLACE INTO hushed(sha, at) VALUES (?,?)",
                [(bytes.fromhex(sha), self._now()) for sha in shas],
            )

    def hushed(self) -> frozenset[Sha]:
        """All of them."""
        with self._database.reading() as sql:
            return frozenset(Sha(row[0].hex()) for row in sql.execute("SELECT sha FROM hushed"))

    def let_mail(self, key: str) -> None:
        """A person told a held write to go, mail included."""
        self._mark(MAY_MAIL, key)

    def quietly(self, key: str) -> None:
        """A person wants nobody to hear of the next write: it goes where the server can be quiet, or it waits."""
        self._mark(QUIETLY, key)

    def may_mail(self) -> frozenset[str]:
        """UIDs whose held write may go."""
        return self._marked(MAY_MAIL)

    def quiet(self) -> frozenset[str]:
        """UIDs whose next write mails nobody."""
        return self._marked(QUIETLY)

    def unmark(self, keys: AbstractSet[str]) -> None:
        """Both words were for one write."""
        rows = [(f"{mark} {key}",) for mark in (MAY_MAIL, QUIETLY) for key in keys]
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM setting WHERE name=?", rows)

    def _mark(self, mark: str, key: str) -> None:
        """The newer word counts."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM setting WHERE name IN (?,?)", (f"{MAY_MAIL} {key}", f"{QUIETLY} {key}"))
            sql.execute("INSERT INTO setting(name, value) VALUES (?, 'yes')", (f"{mark} {key}",))

    def _marked(self, mark: str) -> frozenset[str]:
        with self._database.reading() as sql:
            names = sql.execute("SELECT name FROM setting WHERE name LIKE ?", (f"{mark} %",)).fetchall()
        return frozenset(name.removeprefix(f"{mark} ") for (name,) in names)

    def intents(self, link: LinkId) -> tuple[Intent, ...]:
        """In the order of their ops."""
        with self._database.reading() as sql:
            rows = sql.execute(f"SELECT {_INTENT} FROM intent WHERE link=?", (link,)).fetchall()  # noqa: S608 - a constant
        return tuple(_intent(row) for row in rows)

    def unsettled(self) -> bool:
        """Whether a round was killed, or an answer lost, with something begun."""
        with self._database.reading() as sql:
            return sql.execute("SELECT 1 FROM intent LIMIT 1").fetchone() is not None

    def begin(self, intents: Sequence[Intent]) -> None:
        """Durable when it returns (synchronous=FULL)."""
        rows = [_intent_row(intent) for intent in intents]
        with self._database.transaction() as sql:
            sql.executemany(f"INSERT OR REPLACE INTO intent({_INTENT}) VALUES ({','.join('?' * 16)})", rows)  # noqa: S608

    def record(self, run: RunId, outcome: Outcome) -> None:
        """Pairs, forgotten pairs, closed intents, waits and the chronicle together."""
        now = self._now()
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM pair WHERE id=?", [(pair,) for pair in outcome.forgotten])
            sql.executemany("DELETE FROM pair WHERE id=?", [(pair.id,) for pair in outcome.pairs if pair.id])
            sql.executemany(
                "INSERT OR REPLACE INTO pair(id, link, near_ref, near_rev, near_sha, far_ref, far_rev, far_sha, key,"
                " title, native) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                map(_pair_row, outcome.pairs),
            )
            sql.executemany("DELETE FROM intent WHERE op=?", [(op,) for op in outcome.closed])
            sql.executemany(
                "INSERT INTO recheck(link, side, ref, code, why, title, key, loud, near_rev, tries, since, run)"
                " VALUES (?,?,?,?,?,?,?,?,?,1,?,?) ON CONFLICT DO UPDATE SET"
                " tries=CASE near_rev WHEN excluded.near_rev THEN tries+(run<>excluded.run) ELSE 1 END,"
                " code=excluded.code, why=excluded.why, title=excluded.title, loud=excluded.loud, run=excluded.run,"
                " near_rev=excluded.near_rev",
                [_wait_row(wait, now, run) for wait in outcome.waits],
            )
            write_chronicle(sql, run, now, outcome)

    def waits(self, link: LinkId) -> tuple[Wait, ...]:
        """With the number of rounds that tried in vain."""
        with self._database.reading() as sql:
            rows = sql.execute(
                "SELECT link, side, ref, code, why, title, key, loud, tries, near_rev FROM recheck WHERE link=?",
                (link,),
            ).fetchall()
        return tuple(wait_of(row) for row in rows)

    def clear(self, link: LinkId, kept: AbstractSet[tuple[Side, Ref]]) -> None:
        """What this round could handle, or did not meet again, waits no more."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT side, ref FROM recheck WHERE link=?", (link,)).fetchall()
        done = [(link, side, ref) for side, ref in rows if (Side(side), Ref(ref)) not in kept]
        if done:
            with self._database.transaction() as sql:
                sql.executemany("DELETE FROM recheck WHERE link=? AND side=? AND ref=?", done)

    def finish(self, link: LinkId, cursor: Cursor | None, glance: str) -> None:
        """The cursor is written last."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE link SET cursor=?, glance=?, rounds=rounds+1 WHERE id=?", (cursor, glance, link))


def _wait_row(wait: Wait, now: float, run: RunId) -> tuple[object, ...]:
    told = (wait.link, wait.side, wait.ref, wait.code, wait.why, wait.title, wait.key, wait.loud)
    return (*told, wait.near_rev, now, run)


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(values), CHUNK):
        yield values[at : at + CHUNK]


def _link(row: Row) -> Link:
    number, name, far_id, mode, primary, cursor, glance, rounds, display, color, shown = row
    return Link(
        number,
        name,
        far_id,
        Mode(str(mode)),
        bool(primary),
        cursor,
        glance,
        rounds,
        display,
        color,
        bool(shown),
    )


def _pair(row: tuple[int, int, str, str, bytes, str, str, bytes, str, str, bytes]) -> Pair:
    number, link, near_ref, near_rev, near_sha, far_ref, far_rev, far_sha, key, title, native = row
    return Pair(
        LinkId(link),
        Version(Ref(near_ref), Rev(near_rev), Sha(near_sha.hex())),
        Version(Ref(far_ref), Rev(far_rev), Sha(far_sha.hex())),
        key,
        title,
        native=native,
        id=number,
    )


def _pair_row(pair: Pair) -> tuple[object, ...]:
    near, far = pair.near, pair.far
    return (
        pair.id or None,
        pair.link,
        near.ref,
        near.rev,
        bytes.fromhex(near.sha),
        far.ref,
        far.rev,
        bytes.fromhex(far.sha),
        pair.key,
        pair.title,
        pair.native,
    )


def _intent(row: Row) -> Intent:
    op, link, pair, key, title, near_ref, near_rev, near_sha, far_ref, far_rev, far_sha, *rest = row
    near, far = Version(near_ref, near_rev, near_sha), Version(far_ref, far_rev, far_sha)
    near_wanted, far_wanted, near_was, far_was, told = rest
    wanted = (bool(near_wanted), bool(far_wanted))
    return Intent(
        op, link, pair, key, title, near, far, *wanted, near_was, far_was, conflict_of(told) if told else None
    )


def _intent_row(intent: Intent) -> tuple[object, ...]:
    near, far = intent.near, intent.far
    return (
        intent.op,
        intent.link,
        intent.pair,
        intent.key,
        intent.title,
        near.ref,
        near.rev,
        near.sha,
        far.ref,
        far.rev,
        far.sha,
        intent.near_wanted,
        intent.far_wanted,
        intent.near_was,
        intent.far_was,
        conflict_text(intent.conflict) if intent.conflict else "",
    )
