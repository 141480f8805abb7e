"""A calendar on a CalDAV server as a store: look, fetch, write."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from posixpath import splitext
from typing import TypeVar

from calsync_cli.core.model import Cursor, End, Fetched, Held, Missing, Page, Ref, Rev, Rights, Seen, Traits, Unreadable
from calsync_cli.core.ops import Done, Op
from calsync_cli.net.parallel import spread
from calsync_cli.providers.caldav.batch import Batch
from calsync_cli.providers.caldav.collections import Facts
from calsync_cli.providers.caldav.dav import Dav
from calsync_cli.providers.caldav.fetching import Fetching
from calsync_cli.providers.caldav.listing import Listed, Listing
from calsync_cli.providers.caldav.writing import Writing

T = TypeVar("T")

BLOCK = 200
"""Large enough to cost few requests, far below the limits seen: 1000 hrefs (Zoho), 10,000 VEVENTs (Radicale)."""


class CalDavStore:
    """core.ports.Store over one calendar collection."""

    def __init__(self, dav: Dav, facts: Facts, *, quiet: bool, moves: bool) -> None:
        self._dav = dav
        self._facts = facts
        self._collection = str(facts.glance.id)
        self._suffix = facts.quirks.suffix
        self._spellings: dict[Ref, str] = {}
        self._fetching = Fetching(dav, self._collection, lambda ref: self._spellings.get(ref, ref))
        writing = Writing(dav, self._fetching, auto_schedule=not quiet)
        self._batch = Batch(writing, self.fetch, facts.quirks.writers)
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
            yield from self._batch.write(chunk)

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


def _blocks(things: Sequence[T]) -> list[Sequence[T]]:
    return [things[start : start + BLOCK] for start in range(0, len(things), BLOCK)]
