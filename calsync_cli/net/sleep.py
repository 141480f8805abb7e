"""How long this machine has slept: clocks that stand still then, against one that does not."""

from __future__ import annotations

import time


def passed() -> float:
    """Seconds on a clock that does not stand still while the machine sleeps; its value alone means nothing."""
    return time.monotonic() + slept()


def slept() -> float:
    """Grows by the seconds that the machine was suspended; its value alone means nothing.

    clock_gettime(2): CLOCK_MONOTONIC, which time.monotonic and all waiting uses, does not count a suspension,
    CLOCK_BOOTTIME does. Where there is none, the wall clock serves, and setting it counts as a sleep too.
    """
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    now = time.time() if boottime is None else time.clock_gettime(boottime)
    return now - time.monotonic()
