"""What is due after a round: the copy of the set-up, and once a day letting go of what is too old to be asked for."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.backup import backup
from calsync_cli.app.session import Session
from calsync_cli.config import keys
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Side
from calsync_cli.state.post import Post, WithdrawnRow
from calsync_cli.state.sweep import sweep, unsuccessful

DAY = 86_400.0
MONTH, YEAR = 30 * DAY, 365 * DAY
LEAP = 60 * DAY
"""Who was away longer, or whose clock leapt, gets a day to find what is about to go."""
LARGEST = 1 << 30
"""Bytes that an attic may hold, whatever its entries' age."""


def upkeep(session: Session) -> None:
    """A disk that refuses is the next round's business, which has more to say about it than this."""
    try:
        backup(session)
        _quieten(session)
        _daily(session)
    except CalsyncError as error:
        if error.code != "E505":
            raise


def _daily(session: Session) -> None:
    """A clock that was ahead once must not put it off until then, nor empty the attic by a leap of its own."""
    now, last = session.desk.now(), float(session.settings.get("upkeep") or 0)
    if abs(now - last) < DAY:
        return
    session.settings.put(upkeep=str(now))
    if not last or now - last < LEAP:
        prune(session)


def prune(session: Session) -> None:
    """The attic by its age and size, its list, the log, and bodies that nothing refers to."""
    now = session.desk.now()
    attic = wiring.attic(session.desk, session.account)
    keep = session.desk.config[keys.ATTIC_KEEP]
    attic.prune(older_than=datetime.fromtimestamp(now, UTC) - keep, max_bytes=LARGEST)
    there = {entry.name for entry in attic.entries()}
    session.chronicle.forget_attic(frozenset(row.name for row in session.chronicle.attic() if row.name not in there))
    post = Post(session.database)
    post.forget(row.id for row in post.withdrawn() if _over(row, there, now - keep.total_seconds()))
    unsuccessful(session.database, before=now - MONTH)
    sweep(session.database, before=now - YEAR)


def _over(row: WithdrawnRow, there: AbstractSet[str], before: float) -> bool:
    """Not in the attic any more; what lies in a provider's bin is not offered for longer either: bins are emptied."""
    return row.name not in there if row.side is Side.NEAR else row.at < before and row.wanted is None


def _quieten(session: Session) -> None:
    """Leave to mail was given for one held write; once it went, it is over."""
    allowed = session.books.may_mail()
    if allowed:
        waiting = {wait.key for _, wait in session.chronicle.waiting()}
        session.books.unmark(allowed - waiting)
