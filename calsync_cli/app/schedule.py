"""When a watch goes to work, for each half: bells wait for quiet, failures for their time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NEVER = float("inf")
MANY = 30
"""Failures in a row that are counted."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A change is synced when it has been quiet for `quiet`, at the latest `longest` after it began.

    After a failure it is tried again in `first`, then twice as long each time, up to `last`; where the account is in
    use by another run, in `busy`.
    """

    quiet: float = 0.5
    longest: float = 5.0
    first: float = 30.0
    last: float = 600.0
    busy: float = 0.5


class Schedule:
    """When the next round is due. Knows no clock: every question brings its time."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._wanted = 0.0
        """When the next round begins without a bell: at once, at the next try, or never."""
        self._rung: float | None = None
        """When it began to ring."""
        self._quiet = NEVER
        """When it will have been quiet."""
        self._barred = 0.0
        """No round before this time, whoever rings."""
        self._failures = 0

    @property
    def failing(self) -> bool:
        """The last round failed."""
        return self._failures > 0

    @property
    def due(self) -> float:
        """When to begin."""
        return max(min(self._wanted, self._quiet), self._barred)

    def ring(self, now: float) -> None:
        """Something changed: a round soon, once it is quiet."""
        if self._rung is None:
            self._rung = now
        self._quiet = min(now + self._pace.quiet, self._rung + self._pace.longest)

    def poll(self, now: float) -> None:
        """It is time to ask again; while it fails, the time of the next try stands."""
        if not self.failing:
            self.ring(now)

    def at_once(self) -> None:
        """A round now, whatever was waited for."""
        self._wanted = self._barred = 0.0

    def went_well(self) -> None:
        """Nothing is due any more."""
        self._calm()
        self._wanted, self._barred, self._failures = NEVER, 0.0, 0

    def busy(self, now: float) -> None:
        """Somebody else works: soon again."""
        self._calm()
        self._wanted = now + self._pace.busy

    def failed(self, now: float, *, retry_after: float | None = None) -> float:
        """How many seconds until the next try. What the server asked for bars bells too."""
        seconds = min(self._pace.first * 2.0**self._failures, self._pace.last)
        self._failures = min(self._failures + 1, MANY)
        if retry_after is not None:
            seconds = max(seconds, retry_after)
            self._barred = now + retry_after
        self._calm()
        self._wanted = now + seconds
        return seconds

    def _calm(self) -> None:
        self._rung, self._quiet = None, NEVER


class Timetable:
    """A schedule for each half: what one of them waits for is nothing to the other."""

    def __init__(self, paces: Mapping[str, Pace]) -> None:
        self._halves = {half: Schedule(pace) for half, pace in paces.items()}

    def __getitem__(self, half: str) -> Schedule:
        return self._halves[half]

    @property
    def due(self) -> float:
        """When to begin with the first of them."""
        return min(one.due for one in self._halves.values())

    def wanted(self, now: float) -> frozenset[str]:
        """The halves whose time has come."""
        return frozenset(half for half, one in self._halves.items() if one.due <= now)

    def at_once(self) -> None:
        """All of them now."""
        for one in self._halves.values():
            one.at_once()
