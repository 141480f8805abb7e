"""What calsync itself does to names in Maildirs while a bell listens, so that its own deeds do not ring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

_AGE = 60.0
"""Seconds after which a deed that nobody reported is forgotten: a later one of that name is somebody else's."""


class Echo:
    """Names made and taken away, each to be heard of once. Rounds write, the bell's thread reads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._deeds: dict[tuple[str, bool], float] = {}
        self._bells = 0

    @contextmanager
    def heard(self) -> Iterator[None]:
        """A bell listens. The next one may begin before the last has ended."""
        with self._lock:
            self._bells += 1
        try:
            yield
        finally:
            with self._lock:
                self._bells -= 1

    def renamed(self, name: str, to: str) -> None:
        """One name went and another came. Names are paths from the directory of all Maildirs."""
        self.gone(name)
        self.made(to)

    def made(self, name: str) -> None:
        """A name came."""
        self._note(name, there=True)

    def gone(self, name: str) -> None:
        """A name went."""
        self._note(name, there=False)

    def ours(self, name: str, *, there: bool) -> bool:
        """Whether that is what we did; told once for each deed."""
        with self._lock:
            at = self._deeds.pop((name, there), None)
            return at is not None and at > self._clock() - _AGE

    def _note(self, name: str, *, there: bool) -> None:
        if not self._bells:
            return
        now = self._clock()
        with self._lock:
            self._deeds[name, there] = now
            oldest = next(iter(self._deeds))
            while self._deeds[oldest] <= now - _AGE:
                del self._deeds[oldest]
                oldest = next(iter(self._deeds))
