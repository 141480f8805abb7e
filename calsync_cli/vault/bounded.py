"""Do something that may never come back, for as long as one is willing to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NoReturn, TypeVar

T = TypeVar("T")


class TooLong(Exception):  # noqa: N818 - a verdict, mapped at once by the one caller
    """It did not come back in time. Its thread is left to itself and ends with the process at the latest."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives or raises.

    A thread, not a process: a keyring waits in a socket or a foreign call that lets go of the interpreter, so a daemon
    thread can be left behind; a child would cost another start of Python (0.2 s) and carry secrets through a pipe.
    """
    came: list[Callable[[], T]] = []
    thread = threading.Thread(target=_deliver, args=(work, came), name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if not came:
        raise TooLong
    return came[0]()


def _deliver(work: Callable[[], T], came: list[Callable[[], T]]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - not swallowed: raised again in the thread that waits
        failed = error
        came.append(lambda: _raise(failed))
    else:
        came.append(lambda: result)


def _raise(error: BaseException) -> NoReturn:
    raise error
