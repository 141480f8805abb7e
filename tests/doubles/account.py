"""An account in memory: calendars that come and go, and a bell that a test rings."""

from __future__ import annotations

import queue
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Event

from calsync_cli.core.model import CollectionId, Glance, Rights, Traits
from tests.doubles.faults import Call, Fault, Faults
from tests.doubles.shelf import HONEST, NO_ODDITIES, Oddities, World
from tests.doubles.store import MemoryStore


class MemoryAccount:
    """Collections that one sign-in reaches."""

    def __init__(self, stores: Iterable[MemoryStore] = (), *, on_call: Callable[[str], None] | None = None) -> None:
        self.on_call = on_call
        self.calls: Counter[str] = Counter()
        self.closed = False
        self.names: dict[CollectionId, str] = {}
        """Names to show, where they differ from the id."""
        self.default: CollectionId | None = None
        self._faults = Faults()
        self._rings: queue.SimpleQueue[CollectionId | None] = queue.SimpleQueue()
        self._world = World()
        self._stores: dict[CollectionId, MemoryStore] = {}
        for store in stores:
            self.add(store)

    def add(self, store: MemoryStore) -> MemoryStore:
        """A calendar comes; all of an account tick on one clock."""
        self._world.tick = max(self._world.tick, store.shelf.world.tick)
        store.shelf.world = self._world
        self._world.shelves[CollectionId(store.name)] = store.shelf
        self._stores[CollectionId(store.name)] = store
        return store

    def make(self, name: str, *, traits: Traits = HONEST, odd: Oddities = NO_ODDITIES) -> MemoryStore:
        """A new empty calendar."""
        return self.add(MemoryStore(name, traits=traits, odd=odd, on_call=self.on_call))

    def forget(self, name: str) -> None:
        """A calendar goes: it is no longer listed and answers 404."""
        self._world.shelves.pop(CollectionId(name))
        self._stores.pop(CollectionId(name)).answers = False

    def ring(self, collection: str | None = None) -> None:
        """Let the bell ring."""
        self._rings.put(None if collection is None else CollectionId(collection))

    def fail_next(self, fault: Fault) -> None:
        """Queue a fault for the next glance."""
        self._faults.queue(Call.GLANCE, fault, None)

    def faults_spent(self) -> bool:
        """Every queued fault was hit, here and in each collection."""
        return not self._faults.left and all(store.faults_spent() for store in self._stores.values())

    def glance(self) -> Sequence[Glance]:
        """Every collection with a rev that changes with each change in it."""
        self.calls["glance"] += 1
        if self.on_call is not None:
            self.on_call("glance")
        self._faults.strike(Call.GLANCE)
        return [self._glance(collection, store) for collection, store in self._stores.items()]

    @property
    def requests(self) -> int:
        """A request for each glance, look, block of a fetch and op."""
        asked = sum(store.calls[name] for store in self._stores.values() for name in ("look", "fetch", "write.done"))
        return self.calls["glance"] + asked

    def open(self, collection: CollectionId) -> MemoryStore:
        """The store, which answers E209 when used if there is no such collection."""
        found = self._stores.get(collection)
        if found is None:
            found = MemoryStore(collection)
            found.answers = False
        return found

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when `ring` was called."""
        while not stop.is_set():
            try:
                yield self._rings.get(timeout=0.02)
            except queue.Empty:
                continue

    def close(self) -> None:
        """Remembered in `closed`."""
        self.closed = True

    def _glance(self, collection: CollectionId, store: MemoryStore) -> Glance:
        rev = f"{store.era}:{max(store.shelf.changed.values(), default=0)}" if store.odd.glances else ""
        return Glance(
            collection,
            self.names.get(collection, collection),
            Rights.OWNER if store.traits.writable else Rights.READ,
            rev,
            default=collection == self.default,
        )
