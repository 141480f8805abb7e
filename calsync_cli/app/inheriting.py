"""What was done before any account becomes the first one's: choices about guests, and what lies in the attic (R35).

The events themselves follow with their directory; see directories. Done twice it is there once.
"""

from __future__ import annotations

from contextlib import suppress

from calsync_cli.app import wiring
from calsync_cli.app.session import Session, working
from calsync_cli.config.places import PERSONAL
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import LinkId
from calsync_cli.core.record import Kept, Outcome
from calsync_cli.state.chronicle import AtticRow

WHY = "inherited"


def inherit(session: Session) -> None:
    """Before the directory is carried over. A state that is damaged keeps nobody from choosing a primary calendar."""
    if not session.desk.places.database(PERSONAL).exists():
        return
    try:
        with working(session.desk, PERSONAL) as before:
            _take_attic(before, session)
            for uid, occurrence, address, choice in before.consents.everything():
                session.consents.choose(uid, address, choice, occurrence=occurrence)
    except CalsyncError as damaged:
        if damaged.code != "E503":
            raise


def part(session: Session) -> None:
    """After it was carried over: nothing is remembered of it twice."""
    for path in session.desk.places.state(PERSONAL).glob("state.db*"):
        with suppress(OSError):
            path.unlink()


def _take_attic(before: Session, session: Session) -> None:
    known = {row.name for row in session.chronicle.attic()}
    rows = [row for row in before.chronicle.attic() if row.undone is None and row.name not in known]
    wiring.carry_attic(session.desk, PERSONAL, session.account, [row.name for row in rows])
    if rows:
        number = session.chronicle.begin_run(session.desk.now())
        session.books.record(number, Outcome(kept=[_kept(row) for row in reversed(rows)]))
        session.chronicle.end_run(number, session.desk.now(), code="", report=WHY)


def _kept(row: AtticRow) -> Kept:
    return Kept(LinkId(0), row.side, row.ref, row.key, row.title, row.why, row.name)
