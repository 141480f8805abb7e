"""What a killed round displaced: it lies in the attic, and nobody wrote down that it does."""

from __future__ import annotations

from calsync_cli.app import wiring
from calsync_cli.app.session import Session
from calsync_cli.core.model import LinkId, Ref, RunId, Side
from calsync_cli.core.record import Kept, Outcome
from calsync_cli.core.scan import scan

LATEST = 10
SLACK = 2.0
"""Seconds that an entry's name may be before its round, since it knows no fractions."""


def list_strays(session: Session, run: RunId) -> None:
    """Write them down, so that `undo` offers them. Only the holder of the lock may: another's are on their way."""
    began = _killed(session, run)
    if began is None:
        return
    attic = wiring.attic(session.desk, session.account)
    known = {row.name for row in session.chronicle.attic()}
    fresh = [
        one.name
        for one in attic.entries()
        if one.at.timestamp() >= began - SLACK and one.name not in known and not one.name.endswith(wiring.LETTER)
    ]
    kept = [_told(session, name, attic.read(name)) for name in fresh if attic.path(name).is_file()]
    if kept:
        session.books.record(run, Outcome(kept=kept))


def _killed(session: Session, now: RunId) -> float | None:
    """When the first of the latest rounds began that have no end; None where nothing was left half done."""
    if not session.books.unsettled():
        return None
    began = [run.began for run in session.chronicle.runs(last=LATEST) if run.ended is None and run.id != now]
    return min(began, default=None)


def _told(session: Session, name: str, content: bytes) -> Kept:
    found = scan(content)
    pairs = session.books.pairs_with({found.uid}) if found.uid else ()
    link = pairs[0].link if pairs else next((one.id for one in session.books.links()), LinkId(0))
    return Kept(link, Side.NEAR, Ref(""), found.uid, found.title, "changed", name)
