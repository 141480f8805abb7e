"""Being asked to stop: SIGTERM ends a command as Ctrl-C does; a watch is told and ends by itself."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType


class Terminated(BaseException):
    """SIGTERM or SIGHUP came: like KeyboardInterrupt, nobody on the way may swallow it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the outside wants of a watch."""

    stop: threading.Event = field(default_factory=threading.Event)
    reload: threading.Event = field(default_factory=threading.Event)


@contextmanager
def terminable() -> Iterator[None]:
    """Within this block SIGTERM, and a terminal that closes, raise Terminated in the main thread.

    Under nohup SIGHUP is ignored, and stays so.
    """

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    heard = {signal.SIGTERM: terminate}
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        heard[signal.SIGHUP] = terminate
    with _handling(heard):
        yield


@contextmanager
def wishes() -> Iterator[Wishes]:
    """Within this block SIGINT and SIGTERM set `stop`, SIGHUP sets `reload`; nothing is interrupted.

    A handler runs in the main thread, possibly inside Event.wait while that holds the event's lock; Event.set there
    would wait for itself. SimpleQueue.put is made for this (reentrant); a thread of its own sets the events.
    """
    told = Wishes()
    heard: SimpleQueue[threading.Event | None] = SimpleQueue()
    setter = threading.Thread(target=_set_each, args=(heard,), daemon=True, name="signals")
    setter.start()
    events = {signal.SIGINT: told.stop, signal.SIGTERM: told.stop, signal.SIGHUP: told.reload}

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.put(events[signal.Signals(number)])

    with _handling(dict.fromkeys(events, hear)):
        yield told
    heard.put(None)


def _set_each(heard: SimpleQueue[threading.Event | None]) -> None:
    while (event := heard.get()) is not None:
        event.set()


@contextmanager
def _handling(handlers: Mapping[signal.Signals, signal._HANDLER]) -> Iterator[None]:
    """Handlers for this block, where signals can be handled at all (the main thread); then the ones before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
