"""What a day or time is counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Way(IntEnum):
    """Which one is meant where no year or week is said: the next, or the last one."""

    NEXT = 1
    LAST = -1


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is counted from. `now` is for “tomorrow” and “in 2 hours”; `base` is what the next one comes after."""

    now: datetime
    base: datetime
    way: Way = Way.NEXT
