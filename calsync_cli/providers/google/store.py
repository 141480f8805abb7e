"""A Google calendar as a store: look, fetch, write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from calsync_cli.core.model import CollectionId, Cursor, Fetched, Page, Ref, Rights, Traits
from calsync_cli.core.ops import Create, Done, Op, Wrote
from calsync_cli.providers.google.api import GoogleApi
from calsync_cli.providers.google.batch import written
from calsync_cli.providers.google.calendars import Facts
from calsync_cli.providers.google.fields import Frame
from calsync_cli.providers.google.gathering import Gathering
from calsync_cli.providers.google.looking import Looking
from calsync_cli.providers.google.names import name_of

BLOCK = 50
"""Each item is a request of its own: blocks are small, so that progress shows."""


class GoogleStore:
    """core.ports.Store over one calendar.

    `told` knows rights and zone, at the price of a request where need be, and `whose` who `self` is on its events.
    """

    def __init__(
        self, api: GoogleApi, collection: CollectionId, told: Callable[[], Facts], whose: Callable[[], str]
    ) -> None:
        self._collection = collection
        self._told = told
        self._gathering = Gathering(api, collection, lambda: Frame(whose(), told().zone))
        self._given: set[Ref] = set()
        self._lock = threading.Lock()

    @property
    def traits(self) -> Traits:
        """What this calendar can do."""
        return Traits(
            writable=self._told().glance.rights is not Rights.READ,
            deltas=True,
            guarded=True,
            moves=True,
            quiet=True,
            tells=True,
            private=True,
            block=BLOCK,
        )

    def new_ref(self, uid: str) -> Ref:
        """Where a new item goes: the same place each time, so that what was done by a killed round is found there.

        Within one run no place is given twice, unless nothing came of it.
        """
        with self._lock:
            generation = 0
            while (ref := name_of(self._collection, uid, generation)) in self._given:
                generation += 1
            self._given.add(ref)
            return ref

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """What is there, or what changed `since`; see core.ports.Store. Bodies come with it."""
        with self._lock:
            self._given |= known  # a second item with the UID of one of these is another event
        return Looking(self._gathering).look(since, known)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once, side by side."""
        return self._gathering.all(refs)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order; E401, E402, E106 and E209 are raised once what was done is told."""
        from calsync_cli.providers.google.deeds import Deeds  # most rounds write nothing, and are spared 10 ms

        deeds = Deeds(self._gathering, lambda: self._told().redacts)
        left = {op.ref for op in ops if isinstance(op, Create)}
        try:
            for done, op in zip(written(deeds.write, ops), ops, strict=False):
                if isinstance(op, Create) and isinstance(done, Wrote):
                    left.discard(op.ref)
                yield done
        finally:
            with self._lock:
                self._given -= left
