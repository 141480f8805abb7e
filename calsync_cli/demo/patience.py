"""Signals that wait until a step is whole, so that a process that was being started is known to who has to end it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Heard = Callable[[int, FrameType | None], object] | int | None

WAITING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def undisturbed() -> Iterator[None]:
    """What comes within this block is heard at its end. Other threads hear no signals anyway.

    Handlers, not a mask: the process that is started would inherit a mask (signal(7)).
    """
    came: list[tuple[int, FrameType | None]] = []
    before = _handlers() if threading.current_thread() is threading.main_thread() else {}
    for number in before:
        signal.signal(number, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for told, frame in came[:1]:
        heard = before[signal.Signals(told)]
        if callable(heard):
            heard(told, frame)
        else:
            os.kill(os.getpid(), told)


def _handlers() -> dict[signal.Signals, Heard]:
    """Those that Python knows of; what is ignored stays so, for the process that is started inherits that (nohup)."""
    found = ((number, signal.getsignal(number)) for number in WAITING)
    return {number: heard for number, heard in found if heard not in (None, signal.SIG_IGN)}
