"""Waiting for news of a folder: IDLE in a loop of our own, that notices silence, sleep and death (RFC 2177).

The connection is read by Stream alone, so nothing that came along with the `+` is overlooked, and lines may be cut
anywhere. IDLE begins anew every nine minutes, before routers forget the connection; each end of it must be answered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.sleep import passed, slept
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.echo import Echo
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.parse import Line, status_of
from calsync_cli.providers.imap.session import Session

ANEW = 540.0
_STEP = 0.5
"""Seconds within which `stop` is noticed."""
_NAP = 5.0
"""Seconds of suspension after which a connection counts as dead."""


def news(session: Session, echo: Echo, stop: Event, *, due: float, every: float, anew: float = ANEW) -> Iterator[bool]:
    """True at each news of the echo's folder, until `stop`; the first time at once, for what came before nobody saw.

    False at `due` and every so many seconds after: the net below, and all there is where the server has no IDLE.
    LostError where the connection died, or the machine slept: then the caller connects anew.
    """
    echo.listens(opened(session, echo.folder).exists)
    yield True
    while not stop.is_set():
        if time.monotonic() >= due:
            due = time.monotonic() + every
            yield False
        until = min(due, time.monotonic() + anew)
        if "IDLE" in session.capabilities:
            yield from _once(session, echo, stop, until)
        else:
            stop.wait(max(0.0, due - time.monotonic()))


def _once(session: Session, echo: Echo, stop: Event, until: float) -> Iterator[bool]:
    """One IDLE, from its `+` to the answer to DONE."""
    finished = False
    try:
        with border.talking(session.host):
            napped = slept()
            tag = session.begin("IDLE")
            while not stop.is_set() and time.monotonic() < until:
                if session.stream.wait(_STEP):
                    if _heard(session, echo, tag):
                        yield True
                elif slept() - napped > _NAP:
                    raise LostError("E402", "lost", host=session.host)
            if _done(session, echo, tag):
                yield True
        finished = True
    finally:
        session.broken |= not finished
        session.used = passed()


def _done(session: Session, echo: Echo, tag: str) -> bool:
    """End it; whether there was news until then. A line that died in silence is noticed here at the latest."""
    session.stream.send(b"DONE\r\n")
    rings = False
    with session.hurried():
        while not _ended(session, line := session.stream.line(), tag):
            rings |= echo.news(line)
    return rings


def _heard(session: Session, echo: Echo, tag: str) -> bool:
    """Read all that is there; whether any of it is news."""
    found = False
    while True:
        line = session.stream.line()
        if _ended(session, line, tag):  # the server ended it by itself
            raise LostError("E402", "lost", host=session.host)
        found |= echo.news(line)
        if not session.stream.ahead:
            return found


def _ended(session: Session, line: Line, tag: str) -> bool:
    status = status_of(line.text)
    if status is not None and status.kind == "BYE":
        raise border.farewell(status, session.host)
    if status is None or status.tag != tag:
        return False
    if not status.ok:
        raise CalsyncError("E404", "imap", host=session.host)
    return True
