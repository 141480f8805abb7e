"""A folder at Gmail as a mailbox: messages go by their number, whichever UID the folder has for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from calsync_cli.core.mail.nouns import DELETED, LASTING, Sketch
from calsync_cli.core.model import (
    NO_FLAGS,
    Cursor,
    End,
    Fetched,
    Held,
    Missing,
    Page,
    Ref,
    Rev,
    Seen,
    Traits,
    Unreadable,
)
from calsync_cli.core.ops import Done, Op
from calsync_cli.providers.imap import ladder
from calsync_cli.providers.imap.fetching import GUESS
from calsync_cli.providers.imap.gmail import mirror as mirroring
from calsync_cli.providers.imap.gmail.absence import hidden, recheck
from calsync_cli.providers.imap.gmail.account import Gmail
from calsync_cli.providers.imap.gmail.archive import archived
from calsync_cli.providers.imap.gmail.mirror import Mirror
from calsync_cli.providers.imap.gmail.naming import message_of, ref
from calsync_cli.providers.imap.gmail.writing import GmailWriting
from calsync_cli.providers.imap.looking import PAGE
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.rows import Row
from calsync_cli.providers.imap.store import ImapMailbox

_COUNT = 1 << 24
"""Octets of bodies after which they are counted: whoever is killed has not counted the last ones."""


@dataclass(frozen=True, slots=True)
class GmailMailbox:
    """core.mail.ports.FarMailbox. `inner` is the folder as any IMAP server has it, where refs are UIDs."""

    gmail: Gmail
    name: str
    inner: ImapMailbox
    bin: str = ""

    @property
    def traits(self) -> Traits:
        """The folder's own, without the mark of a deletion: with autoExpunge, as usual, it deletes at once."""
        traits = self.inner.traits
        return replace(traits, flags=traits.flags - {DELETED})

    def new_ref(self, _key: str, /) -> Ref:
        """Gmail chooses."""
        return Ref("")

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """What is there, or what changed `since`; see core.ports.Store."""
        with self.gmail.heeding():
            pages = list(self._pages(_Cursor.read(since), known))
        yield from pages

    def _pages(self, since: _Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        mirror = self.gmail.fresh(self.name)
        alive = since is not None and since.uidvalidity == mirror.point.uidvalidity
        if not alive and mirror.since != 0:
            self.gmail.again(mirror)
        after = since.modseq if since is not None and alive else 0
        had = {message for one in known if (message := message_of(one)) is not None}
        there, held = self._there(mirror, had)
        rows = dict(mirror.rows)
        if alive and mirror.since is not None and mirror.since > after:
            with self.gmail.pool.lend(self.name) as session:
                rows |= mirroring.since(mirror, session, after)
        rows |= self._rows(mirror, {message for message in there - had if not _told(rows.get(message))})
        self.inner.sizes.update((row.uid, row.size) for row in rows.values() if row.size is not None)
        news = (row for message, row in rows.items() if message in there)
        seen = [_seen(row) for row in news if row.message not in had or row.modseq > after]
        for start in range(0, len(seen), PAGE):
            yield Page(tuple(seen[start : start + PAGE]))
        cursor = _Cursor(mirror.point.uidvalidity, mirror.point.modseq).written()
        lost = tuple(ref(message) for message in sorted(had - there - held))
        whole = None if alive else frozenset(map(ref, there | held))
        yield Page(gone=lost, end=End(cursor, whole, LASTING))

    def _there(self, mirror: Mirror, had: AbstractSet[int]) -> tuple[set[int], set[int]]:
        """What the folder has, and what it had that may be there still."""
        aside: set[int] = set()
        recheck(self.gmail, mirror)
        there = {message for message, uid in mirror.shown.items() if uid}
        if mirror.name == self.gmail.archive:
            lost = had - there - self.gmail.elsewhere()
            there, aside = archived(self.gmail, mirror, had)
        else:
            lost = had - there
        held = {message for message in lost if message in mirror.shown}
        found = hidden(self.gmail, mirror, lost - held)
        if found:
            self.gmail.check(mirror.name)
        for message in lost - held:
            mirror.put(message, 0) if message in found else mirror.drop(message)
        self.gmail.holds(mirror.name, some=bool(held or found))
        self.gmail.keep(mirror)
        return there, held | found | aside

    def _rows(self, mirror: Mirror, wanted: set[int]) -> dict[int, Row]:
        """Of those that came into sight without a change of their own."""
        if not wanted:
            return {}
        with self.gmail.pool.lend(self.name) as session:
            opened(session, self.name)
            rows = mirroring.asked(mirror, session, {mirror.shown[message] for message in wanted})
        return {row.message: row for row in rows.values()}

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once, in order. E401 where the day's traffic is used up."""
        with self.gmail.heeding():
            names = self._inner(refs)
            affordable, left = self._affordable(refs, names)
            octets = 0
            try:
                inner = self.inner.fetch([names[ref] for ref in affordable if ref in names])
                for one in _each(inner, affordable, names):
                    octets += len(one.content) if isinstance(one, Held) else 0
                    yield one
                    if octets >= _COUNT:
                        count, octets = octets, 0
                        self.gmail.spending.down(count)
            finally:
                self.gmail.spending.down(octets)
            if left:
                raise self.gmail.spending.over()

    def _affordable(self, refs: Sequence[Ref], names: Mapping[Ref, Ref]) -> tuple[Sequence[Ref], Sequence[Ref]]:
        """What today's traffic has room for, and the rest. The first goes at any rate where there is room at all."""
        room = self.gmail.spending.down(0)
        for at, one in enumerate(refs):
            if room <= 0:
                return refs[:at], refs[at:]
            uid = int(names[one].partition(".")[2]) if one in names else 0
            room -= self.inner.sizes.get(uid, GUESS) if uid else 0
        return refs, ()

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """Message-ID, size and date of each."""
        with self.gmail.heeding():
            names = self._inner(refs)
            yield from _each(self.inner.sketch([names[ref] for ref in refs if ref in names]), refs, names)

    def titles(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """Their subjects, of those that are there."""
        names = {inner: ref for ref, inner in self._inner(refs).items()}
        return {names[inner]: title for inner, title in self.inner.titles(list(names)).items() if inner in names}

    def recent(self, since: float) -> frozenset[Ref]:
        """What arrived since then."""
        uids = {uid: message for message, uid in self.gmail.fresh(self.name).shown.items() if uid}
        found = (int(one.partition(".")[2]) for one in self.inner.recent(since))
        return frozenset(ref(uids[uid]) for uid in found if uid in uids)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order."""
        with self.gmail.heeding():
            yield from GmailWriting(self.gmail, self.name, self.inner, self.bin).write(ops)

    def _inner(self, refs: Sequence[Ref]) -> dict[Ref, Ref]:
        """The refs by which the folder itself knows the messages, of those that it shows."""
        wanted = {message: one for one in refs if (message := message_of(one)) is not None}
        if not wanted:
            return {}
        with self.gmail.pool.lend(self.name) as session:
            life = opened(session, self.name).uidvalidity
            uids = self.gmail.uids(session, self.name, list(wanted))
        return {wanted[message]: ladder.ref(life, uid) for message, uid in uids.items()}


T = TypeVar("T", Fetched, Sketch | Missing | Unreadable)


def _each(answers: Iterator[T], refs: Sequence[Ref], names: Mapping[Ref, Ref]) -> Iterator[T | Missing]:
    """The folder's answers under the refs that were asked for."""
    for one in refs:
        yield replace(next(answers), ref=one) if one in names else Missing(one)
    yield from answers  # a flow ends when it is asked once more


def _told(row: Row | None) -> bool:
    return row is not None and row.flags is not None and row.size is not None


def _seen(row: Row) -> Seen:
    return Seen(ref(row.message), Rev(str(row.modseq) if row.modseq else ""), row.flags or NO_FLAGS, row.size)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a look ended."""

    uidvalidity: int
    modseq: int

    @classmethod
    def read(cls, cursor: Cursor | None) -> _Cursor | None:
        """None for what is none of ours."""
        try:
            return cls(**json.loads(cursor or "null"))
        except (ValueError, TypeError):
            return None

    def written(self) -> Cursor:
        """To be kept."""
        return Cursor(json.dumps({"uidvalidity": self.uidvalidity, "modseq": self.modseq}))
