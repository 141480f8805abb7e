"""`undo`: bring back what was overwritten or deleted. It comes as a local change, and nobody is ever mailed.

What belonged to a view-only calendar comes back as a copy with a UID of its own in the primary calendar, where it
stays; what belonged to no calendar any more goes to the primary too. A whole calendar directory comes back beside the
others and is synced with nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.directories import UNCONNECTED
from calsync_cli.app.event.post import stamped
from calsync_cli.app.mail import undoing
from calsync_cli.app.pen import Pen, Spot, births, spot_of, under, writing
from calsync_cli.app.rejoining import rejoin
from calsync_cli.app.reports.items import UndoListReport, UndoReport, UndoRow
from calsync_cli.app.reports.told import Verb, Way
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Mode, RunId, Side
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.state.chronicle import AtticRow
from calsync_cli.state.post import WithdrawnRow

WHAT = {"deleted": Verb.DELETED, "view-only": Verb.PUT_BACK, "calendar": Verb.CALENDAR_GONE}
CARRIED = frozenset({"new-in-subcalendar"})
"""Why something lies in the attic though nothing was lost: it was carried to the primary calendar."""

_Found = tuple[list[AtticRow], list[WithdrawnRow]]
"""Events, and letters."""


def items(desk: Desk) -> UndoListReport:
    """What can be brought back of both halves, newest first. Raises E201."""
    with reading(desk, desk.owner()) as session:
        events = [_row(session, row) for row in _there(session, session.chronicle.attic())]
        letters = [undoing.row_of(session, row) for row in undoing.undoable(session)]
        found = sorted([*events, *letters], key=lambda row: row.when, reverse=True)
        return UndoListReport(account=session.account, items=tuple(found))


def undo(desk: Desk, *, item: str | None, run: int | None, dry_run: bool) -> UndoReport:
    """One item, or everything that one round displaced. Raises E003, E303, E502, E505."""
    with working(desk, desk.owner()) as session:
        rows, letters = _one(session, item) if item is not None else _all(session, RunId(run or 0))
        told = (*(_row(session, row) for row in rows), *(undoing.row_of(session, row) for row in letters))
        if not dry_run:
            _restore(session, rows)
            undoing.restore(session, letters)
        come = "calsync sync" if births(session) or session.folders.rows() else ""
        return UndoReport(account=session.account, restored=told, dry_run=dry_run, next=come)


def _there(session: Session, rows: Sequence[AtticRow]) -> list[AtticRow]:
    """Not brought back yet, not carried elsewhere, not pruned."""
    attic = wiring.attic(session.desk, session.account)
    return [row for row in rows if row.undone is None and row.why not in CARRIED and attic.path(row.name).exists()]


def _one(session: Session, item: str) -> _Found:
    letter = undoing.numbered(item)
    if letter is not None:
        rows, letters = list[AtticRow](), undoing.undoable(session, item=letter)
    else:
        number = int(item) if item.isdecimal() and len(item) < 16 else 0  # noqa: PLR2004 - SQLite's integers have 19
        rows, letters = _there(session, session.chronicle.attic(item=number)), []
    if not (rows or letters):
        raise CalsyncError("E003", "undo", name=item[:40], fix="calsync undo --list")
    return rows, letters


def _all(session: Session, run: RunId) -> _Found:
    """Of two versions of one event that a round displaced, the one from here is the one to go back to."""
    rows = _there(session, session.chronicle.attic(run=run))
    letters = undoing.undoable(session, run=run)
    if not (rows or letters):
        raise CalsyncError("E003", "undo-run", name=str(run), fix="calsync undo --list")
    near = {(row.calendar, row.key) for row in rows if row.side is Side.NEAR}
    return [row for row in rows if row.side is Side.NEAR or (row.calendar, row.key) not in near], letters


def _row(session: Session, row: AtticRow) -> UndoRow:
    shown = {link.name: link.display for link in session.settings.links()}
    return UndoRow(
        id=str(row.id),
        when=datetime.fromtimestamp(row.at, UTC),
        what=WHAT.get(row.why, Verb.CHANGED),
        title=row.title,
        calendar=shown.get(row.calendar) or row.calendar,
        run=row.run,
        direction=Way.IN if row.side is Side.NEAR else Way.OUT,
        path=wiring.attic(session.desk, session.account).path(row.name).absolute(),
    )


def _restore(session: Session, rows: Sequence[AtticRow]) -> None:
    if not rows:
        return
    with writing(session, "undo") as pen:
        for row in rows:
            if row.why == "calendar":
                wiring.unretire(session.desk, session.account, row.name, row.calendar)
            else:
                _write(pen, row)
            session.chronicle.undone(row.id, session.desk.now())


def _write(pen: Pen, row: AtticRow) -> None:
    session = pen.session
    content = wiring.attic(session.desk, session.account).read(row.name)
    found = scan(content)
    key, title = found.uid or row.key, row.title or found.title
    spot, copied = _place(session, row)
    over = None if copied else pen.find(spot, key, row.ref)
    if over is None and spot.link:
        spot = births(session) or spot
        over = None if copied else pen.find(spot, key)
    if copied or not found.uid or (over is None and _elsewhere(session, spot, key)):
        key = fresh_key(row.key, sha_of(content)) if found.uid else row.key
        content = under(key, content)
        over = pen.find(spot, key)
    session.books.hush([sha_of(content)])
    session.consents.lower(key)
    with stamped(session, key, notify=False):  # leave to mail was for what is undone now
        pen.put(spot, over, content, key=key, title=title)
    session.books.unmark({key})
    if key == row.key:
        rejoin(pen, spot, key, content)


def _place(session: Session, row: AtticRow) -> tuple[Spot, bool]:
    """Where it goes, and whether as a copy of its own."""
    links = session.settings.links()
    mine = next((link for link in links if link.name == row.calendar), None)
    if mine is not None and mine.mode is Mode.TWO_WAY and mine.shown:
        return spot_of(mine), False
    primary = births(session)
    if primary is not None:
        return primary, mine is not None
    there = wiring.agenda(session.desk, session.account)
    calendar = CollectionId(row.calendar)
    return Spot(calendar if calendar and there.path(calendar).is_dir() else UNCONNECTED), False


def _elsewhere(session: Session, spot: Spot, key: str) -> bool:
    """Another calendar has an event of this UID: two of them would be taken for one."""
    return any(pair.link != spot.link for pair in session.books.pairs_with({key}))
