"""One round at a time for each account: an flock that the kernel lets go of when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from calsync_cli.core.errors import CalsyncError

PAUSE = 0.05
"""Seconds between two tries; flock has no time limit of its own."""


@contextlib.contextmanager
def held(path: Path, *, account: str, wait: float, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the account while the block runs. `wait`: seconds; `waiting` is told once, when there is a queue.

    Raises CalsyncError E502 with the holder's process id where the time is over.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CalsyncError("E505", "state", path=str(path), reason=error.strerror or "") from error
    try:
        _acquire(handle, account, wait, waiting)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, account: str, wait: float, waiting: Callable[[], None] | None) -> None:
    until = time.monotonic() + wait
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            if time.monotonic() >= until:
                raise CalsyncError("E502", account=account, pid=_holder(handle)) from busy
            if waiting is not None and not told:
                waiting()
                told = True
            time.sleep(PAUSE)
        else:
            return


def _holder(handle: int) -> str:
    digits = os.pread(handle, 20, 0).decode("ascii", "replace")
    return digits if digits.isdigit() else "?"
