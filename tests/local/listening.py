"""Somebody who listens to a bell in a thread, and knows since when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
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

    def until(
        self, wanted: CollectionId | None, deed: Callable[[int], object] = lambda _: None
    ) -> set[CollectionId | None]:
        """All that rings up to it. The deed is done before each ring: one may fall between two sets of watches."""
        heard: set[CollectionId | None] = set()
        for number in count():
            if wanted in heard:
                break
            deed(number)
            heard.add(self.next())
        return heard

    def end(self) -> None:
        """It ends when it is told."""
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
