"""The books of mail in SQLite: letters, parcels, what waits, and what went to the attic; everything by the batch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import Kind, Known, MailLink, Parcel, Slip
from calsync_cli.core.model import Cursor, Flags, LinkId, Mode, Ref, Rev, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.state.database import Database

Row = tuple[Any, ...]
"""sqlite3 types no columns."""

CHUNK = 500
"""Below SQLite's limit of parameters in one statement."""

_LETTER = "id, link, near, near_rev, far, flags, message_id, size, digest"
_LINK = "id, name, far_id, mode, cursor, glance, near_glance, rounds"
_WAIT = "link, side, ref, code, why, title, key, loud, tries, near_rev"


class SqliteLetters:
    """core.mail.record.LetterBooks over one Database. `now` gives seconds since the epoch."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now
        self._words: dict[str, Flags] = {}

    def links(self) -> Sequence[MailLink]:
        """Mail's alone, in the order they were mapped."""
        with self._database.reading() as sql:
            rows = sql.execute(f"SELECT {_LINK} FROM link WHERE half='mail' AND shown ORDER BY id").fetchall()  # noqa: S608 - a constant
        return [_link(row) for row in rows]

    def known(self, link: LinkId) -> Sequence[Known]:
        """Of the same few sets of flags each is kept once."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT id, near, far, flags, near_rev FROM letter WHERE link=?", (link,))
            return [
                Known(number, Ref(near or ""), Ref(far or ""), self._flags(flags), Rev(near_rev))
                for number, near, far, flags, near_rev in rows
            ]

    def letters(self, ids: AbstractSet[int]) -> Mapping[int, Letter]:
        """Of any link."""
        return {letter.id: letter for letter in self._select(sorted(ids))}

    def _select(self, ids: Sequence[int]) -> Iterator[Letter]:
        for at in range(0, len(ids), CHUNK):
            part = ids[at : at + CHUNK]
            query = f"SELECT {_LETTER} FROM letter WHERE id IN ({','.join('?' * len(part))})"  # noqa: S608 - no value
            with self._database.reading() as sql:
                rows = sql.execute(query, part).fetchall()
            yield from map(self._letter, rows)

    def count(self, link: LinkId) -> int:
        """Those that are on both sides."""
        query = "SELECT count(*) FROM letter WHERE link=? AND near IS NOT NULL AND far IS NOT NULL"
        with self._database.reading() as sql:
            return int(sql.execute(query, (link,)).fetchone()[0])

    def taken(self, link: LinkId, far: AbstractSet[Ref]) -> frozenset[Ref]:
        """One statement for each block."""
        return self._among("far", link, far)

    def files(self, link: LinkId, near: AbstractSet[Ref]) -> frozenset[Ref]:
        """One statement for each block."""
        return self._among("near", link, near)

    def _among(self, side: str, link: LinkId, wanted: AbstractSet[Ref]) -> frozenset[Ref]:
        found: set[Ref] = set()
        refs = sorted(wanted)
        for at in range(0, len(refs), CHUNK):
            part = refs[at : at + CHUNK]
            query = f"SELECT {side} FROM letter WHERE link=? AND {side} IN ({','.join('?' * len(part))})"  # noqa: S608 - no value
            with self._database.reading() as sql:
                found.update(Ref(row[0]) for row in sql.execute(query, (link, *part)))
        return frozenset(found)

    def named(self, message_ids: AbstractSet[str]) -> Sequence[Letter]:
        """One pass over all letters for each block."""
        names = sorted(message_ids)
        found: list[Letter] = []
        for at in range(0, len(names), CHUNK):
            part = names[at : at + CHUNK]
            query = (
                f"SELECT {_LETTER} FROM letter WHERE near IS NOT NULL AND far IS NOT NULL"  # noqa: S608 - no value
                f" AND message_id IN ({','.join('?' * len(part))})"
            )
            with self._database.reading() as sql:
                found.extend(map(self._letter, sql.execute(query, part)))
        return found

    def holding(self, far: AbstractSet[Ref]) -> Sequence[Letter]:
        """One look into the index for each link and block."""
        refs = sorted(far)
        found: list[Letter] = []
        for at in range(0, len(refs), CHUNK):
            part = refs[at : at + CHUNK]
            query = (
                f"SELECT {_LETTER} FROM letter WHERE link IN (SELECT id FROM link WHERE half='mail')"  # noqa: S608
                f" AND far IN ({','.join('?' * len(part))}) AND near IS NOT NULL"
            )
            with self._database.reading() as sql:
                found.extend(map(self._letter, sql.execute(query, part)))
        return found

    def inside(self, links: AbstractSet[LinkId], message_ids: AbstractSet[str]) -> frozenset[tuple[str, int]]:
        """One pass over the letters of each link for each block."""
        found: set[tuple[str, int]] = set()
        names = sorted(message_ids)
        for link in links:
            for at in range(0, len(names), CHUNK):
                part = names[at : at + CHUNK]
                query = (
                    "SELECT DISTINCT message_id, CASE message_id WHEN '' THEN size ELSE 0 END FROM letter"  # noqa: S608 - no value
                    f" WHERE link=? AND message_id IN ({','.join('?' * len(part))})"
                )
                with self._database.reading() as sql:
                    found.update(sql.execute(query, (link, *part)).fetchall())
        return frozenset(found)

    def parcels(self, link: LinkId) -> Sequence[Parcel]:
        """In the order in which they were begun."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT op, link, kind, detail FROM parcel WHERE link=? ORDER BY op", (link,)).fetchall()
        return [self._parcel(row) for row in rows]

    def waits(self, link: LinkId) -> Sequence[Wait]:
        """Loud or not."""
        with self._database.reading() as sql:
            rows = sql.execute(f"SELECT {_WAIT} FROM letter_wait WHERE link=?", (link,)).fetchall()  # noqa: S608 - a constant
        return [_wait(row) for row in rows]

    def record(self, run: RunId, slip: Slip) -> None:
        """A letter that has a number takes the place of the one that had it, even where refs change hands."""
        if slip.empty:
            return
        now = self._now()
        old = [(letter.id,) for letter in slip.letters if letter.id] + [(number,) for number in slip.forgotten]
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM letter WHERE id=?", old)
            sql.executemany(f"INSERT INTO letter({_LETTER}) VALUES (?,?,?,?,?,?,?,?,?)", map(_row, slip.letters))  # noqa: S608
            sql.executemany("DELETE FROM parcel WHERE op=?", [(op,) for op in slip.closed])
            sql.executemany(
                "INSERT INTO parcel(op, link, kind, detail) VALUES (?,?,?,?)",
                [(one.op, one.link, one.kind, _detail(one)) for one in slip.begun],
            )
            sql.executemany(
                f"INSERT INTO letter_wait({_WAIT}, since, run) VALUES (?,?,?,?,?,?,?,?,1,?,?,?)"  # noqa: S608
                " ON CONFLICT DO UPDATE SET"
                " tries=CASE near_rev WHEN excluded.near_rev THEN tries+(run<>excluded.run) ELSE 1 END,"
                " code=excluded.code, why=excluded.why, title=coalesce(nullif(excluded.title, ''), title),"
                " key=excluded.key, loud=excluded.loud,"
                " run=excluded.run, hushed=CASE near_rev WHEN excluded.near_rev THEN hushed ELSE 0 END,"
                " near_rev=excluded.near_rev",
                [(*_told(wait), now, run) for wait in slip.waits],
            )
            sql.executemany(
                "INSERT INTO withdrawn(run, at, link, folder, ref, message_id, flags, why, name)"
                " VALUES (?,?,?,coalesce((SELECT name FROM link WHERE id=?),''),?,?,?,?,?)",
                [
                    (run, now, one.link, one.link, one.ref, one.message_id, _words(one.flags), one.why, one.name)
                    for one in slip.withdrawn
                ],
            )
            sql.executemany(
                "INSERT INTO posted(run, link, what, count, folder)"
                " VALUES (?,?,?,?,coalesce((SELECT name FROM link WHERE id=?),''))"
                " ON CONFLICT DO UPDATE SET count=count+excluded.count",
                [(run, link, what, count, link) for (link, what), count in slip.tally.items()],
            )

    def clear(self, link: LinkId, gone: AbstractSet[tuple[Side, Ref]]) -> None:
        """Nothing is written where nothing waits."""
        if gone:
            with self._database.transaction() as sql:
                sql.executemany(
                    "DELETE FROM letter_wait WHERE link=? AND side=? AND ref=?",
                    [(link, side, ref) for side, ref in gone],
                )

    def reopen(self, link: LinkId) -> None:
        """Nothing is written where they are forgotten already."""
        with self._database.transaction() as sql:
            sql.execute(
                "UPDATE link SET glance='', near_glance='' WHERE id=? AND (glance<>'' OR near_glance<>'')", (link,)
            )

    def disown(self, link: LinkId) -> None:
        """Refs of a life that no mailbox has, and each letter one of its own: it may have to be done twice."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE letter SET far='~'||id||'.'||far WHERE link=? AND far NOT LIKE '~%'", (link,))
            sql.execute("UPDATE link SET cursor=NULL, glance='', near_glance='' WHERE id=?", (link,))

    def finish(self, link: LinkId, cursor: Cursor | None, glance: str, near_glance: str) -> None:
        """The cursor is written last."""
        with self._database.transaction() as sql:
            sql.execute(
                "UPDATE link SET cursor=?, glance=?, near_glance=?, rounds=rounds+1 WHERE id=?",
                (cursor, glance, near_glance, link),
            )

    def _flags(self, text: str) -> Flags:
        flags = self._words.get(text)
        if flags is None:
            flags = self._words[text] = frozenset(text.split())
        return flags

    def _letter(self, row: Row) -> Letter:
        number, link, near, near_rev, far, flags, message_id, size, digest = row
        return Letter(
            LinkId(link),
            Ref(near or ""),
            Ref(far or ""),
            self._flags(flags),
            Rev(near_rev),
            size,
            message_id,
            digest,
            number or 0,
        )

    def _parcel(self, row: Row) -> Parcel:
        op, link, kind, detail = row
        return Parcel(op, LinkId(link), Kind(kind), tuple(self._letter(tuple(one)) for one in json.loads(detail)))


def _link(row: Row) -> MailLink:
    number, name, far_id, mode, *rest = row
    return MailLink(number, name, far_id, Mode(mode), *rest)


def _row(letter: Letter) -> Row:
    """A side that a letter has not is NULL, of which there may be many."""
    return (
        letter.id or None,
        letter.link,
        letter.near or None,
        letter.near_rev,
        letter.far or None,
        _words(letter.flags),
        letter.message_id,
        letter.size,
        letter.digest,
    )


def _detail(parcel: Parcel) -> str:
    return json.dumps([_row(letter) for letter in parcel.letters], ensure_ascii=False, separators=(",", ":"))


def _words(flags: Flags) -> str:
    return " ".join(sorted(flags))


def _told(wait: Wait) -> Row:
    told = (wait.link, wait.side, wait.ref, wait.code, wait.why, wait.title, wait.key, wait.loud)
    return (*told, wait.near_rev)


def _wait(row: Row) -> Wait:
    link, side, ref, code, why, title, key, loud, tries, near_rev = row
    return Wait(link, Side(side), ref, code, why, title, key, loud=bool(loud), tries=tries, near_rev=near_rev)
