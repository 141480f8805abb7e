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
from calsync_cli.providers.imap.opening import reopened
from calsync_cli.providers.imap.parse import Line, status_of
from calsync_cli.providers.imap.session import Session

ANEW = 540.0
_STEP = 0.5
"""Seconds within which `stop` is noticed."""
_NAP = 5.0
"""Seconds of suspension after which a connection counts as dead."""
_NEWS = frozenset({b"EXISTS", b"EXPUNGE", b"FETCH"})


def news(session: Session, folder: str, stop: Event, *, due: float, every: float, anew: float = ANEW) -> Iterator[bool]:
    """True at each news of the folder, until `stop`; the first time at once, for what came before nobody saw.

    False at `due` and every so many seconds after: the net below, and all there is where the server has no IDLE.
    LostError where the connection died, or the machine slept: then the caller connects anew.
    """
    reopened(session, folder)
    yield True
    while not stop.is_set():
        if time.monotonic() >= due:
            due = time.monotonic() + every
            yield False
        until = min(due, time.monotonic() + anew)
        if "IDLE" in session.capabilities:
            yield from _once(session, stop, until)
        else:
            stop.wait(max(0.0, due - time.monotonic()))


def _once(session: Session, stop: Event, until: float) -> Iterator[bool]:
    """One IDLE, from its `+` to the answer to DONE."""
    finished = False
    try:
        with border.talking(session.host):
            napped = slept()
            tag = session.begin("IDLE")
            while not stop.is_set() and time.monotonic() < until:
                if session.stream.wait(_STEP):
                    if _heard(session, tag):
                        yield True
                elif slept() - napped > _NAP:
                    raise LostError("E402", "lost", host=session.host)
            if _done(session, tag):
                yield True
        finished = True
    finally:
        session.broken |= not finished
        session.used = passed()


def _done(session: Session, tag: str) -> bool:
    """End it; whether there was news until then. A line that died in silence is noticed here at the latest."""
    session.stream.send(b"DONE\r\n")
    rings = False
    with session.hurried():
        while not _ended(session, line := session.stream.line(), tag):
            rings |= is_news(line)
    return rings


def _heard(session: Session, tag: str) -> bool:
    """Read all that is there; whether any of it is news."""
    found = False
    while True:
        line = session.stream.line()
        if _ended(session, line, tag):  # the server ended it by itself
            raise LostError("E402", "lost", host=session.host)
        found |= is_news(line)
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


def is_news(line: Line) -> bool:
    """Whether somebody should look."""
    words = [word.upper() for word in line.words]
    return words[:1] == [b"*"] and (bool(_NEWS & set(words[2:3])) or words[1:2] == [b"VANISHED"])
