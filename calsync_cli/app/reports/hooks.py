"""How the program that runs after a round ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Hooked(StrEnum):
    """What became of it."""

    WELL = "well"
    MISSING = "missing"  # it cannot be started
    FAILED = "failed"
    SLOW = "slow"  # it took too long and was ended
    STOPPED = "stopped"  # calsync itself was asked to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class HookReport:
    """`[hooks] post_sync`. Whatever it did, the round is what it is: the exit code does not change."""

    program: str
    what: Hooked
    status: int | None = None
    """Its exit code; minus the number of the signal that ended it."""
    seconds: float = 0.0
    said: str = ""
    """The end of what it wrote."""
