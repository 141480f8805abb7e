"""The bells of a watch: a thread for each, all ringing into one queue, where one scheduler listens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from queue import SimpleQueue
from threading import Event, Thread

from calsync_cli.app import wiring
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName

log = logging.getLogger(__name__)

Rings = Callable[[Event], Iterator[object]]
"""Rings until the event is set: Account.bell."""


class Ring(Enum):
    """Why the scheduler is called."""

    NEAR = auto()
    FAR = auto()
    POLL = auto()
    RELOAD = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class Call:
    """What the scheduler hears. A ring of one half costs the other nothing."""

    why: Ring
    half: str = ""


Line = SimpleQueue[Call]

GRACE = 3.0
"""Seconds that a round may still take when it is asked to stop; then what it waits for is cut."""


class Bell:
    """A bell that rings until it is silenced. A ring from afar that names nothing only says that it is time to ask."""

    def __init__(self, line: Line, why: Ring, half: str, rings: Rings) -> None:
        self._stop = Event()
        self._listens = Event()

        def listen() -> None:
            for what in rings(self._stop):
                call = Call(Ring.POLL if why is Ring.FAR and what is None else why, half)
                log.debug("bell %s %s", call.why.name.lower(), half)
                line.put(call)
                self._listens.set()

        self._thread = Thread(target=listen, name=f"bell {why.name.lower()} {half}", daemon=True)
        self._thread.start()

    def listens(self, *, seconds: float) -> bool:
        """Whether it has rung for the first time, within so many seconds: whatever changes from here on is heard."""
        return self._listens.wait(seconds)

    def silence(self, *, seconds: float = 1.0) -> None:
        """Take it down; where it does not notice in time, it ends with the process."""
        self._stop.set()
        self._thread.join(seconds)


def near(desk: Desk, account: AccountName, only: str | None, line: Line) -> tuple[Bell, ...]:
    """The bells of this disk: the agenda's and the mail's, each of which waits where there is nothing yet."""
    rings = {CALENDAR: wiring.agenda(desk, account).bell, MAIL: wiring.maildirs(desk, account).bell}
    return tuple(Bell(line, Ring.NEAR, half, each) for half, each in rings.items() if only in {None, half})


def outside(line: Line, stop: Event, reload: Event, *, late: Callable[[], None]) -> Callable[[], None]:
    """Put the wishes from outside on the line too, so that one wait hears all. What comes back ends that.

    `late` is called where the stop is not followed within GRACE.
    """
    over = Event()

    def stopping() -> None:
        stop.wait()
        line.put(Call(Ring.STOP))
        if not over.wait(GRACE):
            late()

    def reloading() -> None:
        while reload.wait() and not over.is_set():
            reload.clear()
            line.put(Call(Ring.RELOAD))

    for name, listen in (("stop", stopping), ("reload", reloading)):
        Thread(target=listen, name=f"wish {name}", daemon=True).start()

    def end() -> None:
        over.set()
        reload.set()
        stop.set()

    return end
