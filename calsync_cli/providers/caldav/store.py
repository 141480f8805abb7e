"""A calendar on a CalDAV server as a store: look, fetch, write."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from posixpath import splitext
from typing import TypeVar

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import (
    Create,
    Cursor,
    Done,
    Edit,
    End,
    Fetched,
    Held,
    Missing,
    Op,
    Page,
    Ref,
    Rev,
    Rights,
    Seen,
    Traits,
    Unknown,
    Unreadable,
    Wrote,
)
from calsync_cli.providers.caldav.collections import Facts
from calsync_cli.providers.caldav.dav import Dav
from calsync_cli.providers.caldav.fetching import Fetching
from calsync_cli.providers.caldav.listing import Listed, Listing
from calsync_cli.providers.caldav.parallel import spread
from calsync_cli.providers.caldav.writing import Locked, Writing, ref_of

T = TypeVar("T")

BLOCK = 200
"""Large enough to cost few requests, far below the limits seen: 1000 hrefs (Zoho), 10,000 VEVENTs (Radicale)."""


class CalDavStore:
    """core.ports.Store over one calendar collection."""

    def __init__(self, dav: Dav, facts: Facts, *, quiet: bool, moves: bool) -> None:
        self._dav = dav
        self._facts = facts
        self._collection = str(facts.glance.id)
        self._writers = facts.quirks.writers
        self._suffix = facts.quirks.suffix
        self._spellings: dict[Ref, str] = {}
        self._fetching = Fetching(dav, self._collection, lambda ref: self._spellings.get(ref, ref))
        self._writing = Writing(dav, self._fetching, auto_schedule=not quiet, unquoted=facts.quirks.unquoted)
        self._traits = Traits(
            writable=facts.glance.rights is not Rights.READ,
            deltas=facts.deltas,
            guarded=True,
            moves=moves,
            quiet=quiet,
            block=BLOCK,
        )

    @property
    def traits(self) -> Traits:
        """What this calendar can do."""
        return self._traits

    def new_ref(self, uid: str) -> Ref:
        """Where a new item goes: a name of chance, for a UID may hold anything and its old name may still be reserved.

        `uid` is not part of it: Nextcloud's bin and SOGo's unheeded If-None-Match both punish names made of it.
        """
        del uid
        return Ref(f"{self._collection}{uuid.uuid4()}{self._suffix}")

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """What is there, or what changed `since`; see core.ports.Store.

        A server that has forgotten a token may list everything and no deletions, as if all had changed (SOGo, DAViCal):
        where more than half of what is known comes as changed, the listing of etags is asked for besides.
        """
        listing = Listing(self._dav, self._collection, known, self._spellings)
        delta = listing.delta(since) if since and self._traits.deltas else None
        if delta is not None and 2 * len(known & delta.alive.keys()) <= len(known):
            yield self._page(delta, whole=False)
            return
        listed = listing.members() if delta else self._everything(listing)
        if delta is not None:
            listed.token = delta.token
        self._confirm(listed, known)
        yield self._page(listed, whole=True)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once, block by block, a few blocks ahead of the reader."""
        for block in spread(self._fetching.block, _blocks(refs), self._dav.http.limits.connections):
            yield from block

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order; E401, E402, E108 and E209 are raised once what was done is told."""
        for chunk in _blocks(ops):
            yield from self._write(chunk)

    def _everything(self, listing: Listing) -> Listed:
        """All members, and a token where the server has tokens.

        Where the first answer was cut short by 507 the inventory comes from PROPFIND: Stalwart loses members between
        its pages.
        """
        first = listing.delta("") if self._traits.deltas else None
        if first is not None and not first.truncated:
            return first
        listed = listing.members()
        listed.token = first.token if first else ""
        return listed

    def _confirm(self, listed: Listed, known: AbstractSet[Ref]) -> None:
        """What is known and not listed is asked for by name, so that a listing cut short deletes nothing."""
        absent = sorted(known - listed.alive.keys() - listed.unreadable.keys())
        for fetched in self.fetch(absent):
            match fetched:
                case Held():
                    listed.alive[fetched.ref] = fetched.rev
                case Unreadable():
                    listed.unreadable[fetched.ref] = fetched
                case Missing():
                    listed.gone.add(fetched.ref)

    def _page(self, listed: Listed, *, whole: bool) -> Page:
        self._learn_suffix(listed)
        bodies = self._without_etag(listed)
        seen = tuple(
            Seen(ref, bodies[ref].rev if ref in bodies else Rev(etag), held=bodies.get(ref))
            for ref, etag in listed.alive.items()
        )
        inventory = frozenset(listed.alive) | frozenset(listed.unreadable) if whole else None
        return Page(
            seen=seen,
            gone=() if whole else tuple(listed.gone),
            unreadable=tuple(listed.unreadable.values()),
            end=End(Cursor(listed.token) if listed.token else None, inventory),
        )

    def _without_etag(self, listed: Listed) -> dict[Ref, Held]:
        """Items that the listing gave no etag for are read at once: their revision is made from their bytes."""
        bodies: dict[Ref, Held] = {}
        for fetched in self.fetch([ref for ref, etag in listed.alive.items() if not etag]):
            match fetched:
                case Held():
                    bodies[fetched.ref] = fetched
                case Missing():
                    del listed.alive[fetched.ref]
                    listed.gone.add(fetched.ref)
                case Unreadable():
                    del listed.alive[fetched.ref]
                    listed.unreadable[fetched.ref] = fetched
        return bodies

    def _learn_suffix(self, listed: Listed) -> None:
        """New items are called as the server calls its own (.eml on Kerio)."""
        used = Counter(splitext(ref)[1] for ref in listed.alive)
        suffix = used.most_common(1)[0][0] if used else ""
        if suffix in {".ics", ".eml"}:
            self._suffix = suffix

    def _write(self, ops: Sequence[Op]) -> Iterator[Done]:
        fatal: list[CalsyncError] = []

        def deed(op: Op) -> Done | Locked | None:
            if fatal:
                return None
            try:
                return self._writing.write(op)
            except CalsyncError as error:
                fatal.append(error)
                return None

        answers = [self._unlocked(answer, deed) for answer in list(spread(deed, ops, self._writers))]
        told = self._read_back(ops, answers, fatal)
        while told and told[-1] is None:
            told.pop()
        # What was not sent stands as unknown where later ones were done: answers come in the order of the ops.
        yield from (done or Unknown(ref_of(op), "not-sent") for op, done in zip(ops, told, strict=False))
        if fatal:
            raise fatal[0]

    def _unlocked(self, answer: Done | Locked | None, deed: Callable[[Op], Done | Locked | None]) -> Done | None:
        """423 is one writer too many (Xandikos): from here on one at a time, beginning with those refused."""
        if not isinstance(answer, Locked):
            return answer
        self._writers = 1
        again = deed(answer.op)
        return Unknown(ref_of(answer.op), "locked") if isinstance(again, Locked) else again

    def _read_back(
        self, ops: Sequence[Op], answers: Sequence[Done | None], fatal: list[CalsyncError]
    ) -> list[Done | None]:
        """What the server made of the items whose PUT told no etag that vouches for the bytes sent, in one multiget."""
        doubtful = {
            done.ref
            for op, done in zip(ops, answers, strict=True)
            if isinstance(op, Create | Edit)
            and isinstance(done, Wrote)
            and not (done.rev and self._facts.quirks.echoes)
        }
        held: dict[Ref, Held] = {}
        try:
            held = {now.ref: now for now in self.fetch(sorted(doubtful)) if isinstance(now, Held)}
        except CalsyncError as error:
            fatal.append(error)
        return [_settled(done, doubtful, held) for done in answers]


def _settled(done: Done | None, doubtful: set[Ref], held: dict[Ref, Held]) -> Done | None:
    if not isinstance(done, Wrote) or done.ref not in doubtful:
        return done
    now = held.get(done.ref)
    return Wrote(done.ref, now.rev, now) if now else Unknown(done.ref, "not-read-back")


def _blocks(things: Sequence[T]) -> list[Sequence[T]]:
    return [things[start : start + BLOCK] for start in range(0, len(things), BLOCK)]
