"""Fetching ahead: a store works in a thread of its own while the thread that owns the books digests what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Queue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

BLOCK = 50
"""Items handed over at a time: a lock for each of ten thousand cost a twentieth of a first sync."""
DEPTH = 8
"""Blocks that may wait; more would only fill memory."""


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order; what the store raises is raised here, after what came before it."""
    ready: Queue[tuple[list[T], BaseException | None, bool]] = Queue(DEPTH)
    dropped = False

    def work() -> None:
        block: list[T] = []
        error: BaseException | None = None
        try:
            for item in items:
                if dropped:
                    return
                block.append(item)
                if len(block) == BLOCK:
                    ready.put((block, None, True))
                    block = []
        except BaseException as raised:  # noqa: BLE001 - carried to the thread that asked, whatever it is
            error = raised
        ready.put((block, error, False))

    worker = Thread(target=work, daemon=True, name="calsync-ahead")
    worker.start()
    try:
        more = True
        while more:
            block, error, more = ready.get()
            yield from block
            if error is not None:
                raise error
    finally:
        dropped = True
        while worker.is_alive():
            while not ready.empty():
                ready.get_nowait()
            worker.join(0.01)
