"""The bells of a watch: a thread for each, all ringing into one queue, where one scheduler listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto
from queue import SimpleQueue
from threading import Event, Thread

Rings = Callable[[Event], Iterator[object]]
"""Rings until the event is set: Account.bell."""


class Ring(Enum):
    """Why the scheduler is called."""

    NEAR = auto()
    FAR = auto()
    RELOAD = auto()
    STOP = auto()


Line = SimpleQueue[Ring]

GRACE = 3.0
"""Seconds that a round may still take when it is asked to stop; then what it waits for is cut."""


class Bell:
    """A bell that rings until it is silenced."""

    def __init__(self, line: Line, which: Ring, rings: Rings) -> None:
        self._stop = Event()

        def listen() -> None:
            for _ in rings(self._stop):
                line.put(which)

        self._thread = Thread(target=listen, name=f"bell {which.name.lower()}", daemon=True)
        self._thread.start()

    def silence(self, *, seconds: float = 1.0) -> None:
        """Take it down; where it does not notice in time, it ends with the process."""
        self._stop.set()
        self._thread.join(seconds)


def outside(line: Line, stop: Event, reload: Event, *, late: Callable[[], None]) -> Callable[[], None]:
    """Put the wishes from outside on the line too, so that one wait hears all. What comes back ends that.

    `late` is called where the stop is not followed within GRACE.
    """
    over = Event()

    def stopping() -> None:
        stop.wait()
        line.put(Ring.STOP)
        if not over.wait(GRACE):
            late()

    def reloading() -> None:
        while reload.wait() and not over.is_set():
            reload.clear()
            line.put(Ring.RELOAD)

    for name, listen in (("stop", stopping), ("reload", reloading)):
        Thread(target=listen, name=f"wish {name}", daemon=True).start()

    def end() -> None:
        over.set()
        reload.set()
        stop.set()

    return end
