"""Fetching ahead: a store works in a thread of its own while the thread that owns the books digests what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Queue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

DEPTH = 400
"""Items that may wait; more would only fill memory."""


def ahead(items: Iterable[T], depth: int = DEPTH) -> Iterator[T]:
    """The same items in the same order; what the store raises is raised here."""
    ready: Queue[tuple[bool, T | BaseException | None]] = Queue(depth)
    dropped = False

    def work() -> None:
        try:
            for item in items:
                if dropped:
                    return
                ready.put((True, item))
            ready.put((False, None))
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked, whatever it is
            ready.put((False, error))

    worker = Thread(target=work, daemon=True, name="calsync-ahead")
    worker.start()
    try:
        while True:
            more, item = ready.get()
            if more:
                yield item  # type: ignore[misc] # `more` says that it is an item
            elif isinstance(item, BaseException):
                raise item
            else:
                return
    finally:
        dropped = True
        while worker.is_alive():
            while not ready.empty():
                ready.get_nowait()
            worker.join(0.01)
