"""Somebody who listens to a bell in a thread, and knows since when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event, Thread

from calsync_cli.core.model import CollectionId

PATIENCE = 20.0

Rings = Callable[[Event], Iterator[CollectionId | None]]


class Listener:
    """Rings collected in a thread, from when the bell listens."""

    def __init__(self, bell: Rings) -> None:
        self.rings: SimpleQueue[CollectionId | None] = SimpleQueue()
        self.stop = Event()
        self.thread = Thread(target=self._listen, args=(bell,), daemon=True)
        self.thread.start()
        assert self.next() is None

    def _listen(self, bell: Rings) -> None:
        for ring in bell(self.stop):
            self.rings.put(ring)

    def next(self) -> CollectionId | None:
        """What rings next."""
        return self.rings.get(timeout=PATIENCE)

    def until(self, wanted: CollectionId | None) -> set[CollectionId | None]:
        """All that rings up to it."""
        heard: set[CollectionId | None] = set()
        while wanted not in heard:
            heard.add(self.next())
        return heard

    def end(self) -> None:
        """It ends when it is told."""
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
