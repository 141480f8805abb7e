"""`choose-primary`: name the one calendar that new events go to. It is what activates the agenda (R28)."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from contextlib import closing

from calsync_cli.app.backup import backup
from calsync_cli.app.calendars import rows
from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import left_out, offered, unjudged
from calsync_cli.app.reports.accounts import CalendarRow, OfferReport
from calsync_cli.app.reports.rounds import ChooseReport, SyncReport
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.sync import sync as sync_now
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import Place, place
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights

NEXT = "calsync sync --watch"


def offer(desk: Desk) -> OfferReport:
    """The calendars to choose from, as the provider lists them now."""
    with reading(desk) as session:
        primary = next((link for link in session.settings.links() if link.primary), None)
        session.desk.tell.phase(Phase.LOOK)
        with closing(session.far()) as far:
            listed = list(far.glance())
            feeds = offered(session, far, listed) if primary is None else _left_out(session)
        usual = _usual(listed)
        return OfferReport(
            account=session.account,
            calendars=tuple(_row(one, usual=one is usual, feed=place(one.id) in feeds) for one in listed),
            primary=primary.far_id if primary else None,
        )


def _left_out(session: Session) -> frozenset[Place]:
    out = left_out(session)
    return frozenset(place(link.far_id) for link in session.settings.links() if link.id in out)


def _listed(session: Session) -> list[Glance]:
    session.desk.tell.phase(Phase.LOOK)
    with closing(session.far()) as far:
        return list(far.glance())


def _usual(listed: Sequence[Glance]) -> Glance | None:
    """The usual choice: the provider's default, else the first one that can be."""
    able = [glance for glance in listed if glance.rights is not Rights.READ]
    return next((glance for glance in able if glance.default), able[0] if able else None)


def _row(glance: Glance, *, usual: bool = False, feed: bool = False) -> CalendarRow:
    return CalendarRow(
        id=glance.id,
        name=glance.name,
        path=None,
        writable=glance.rights is not Rights.READ,
        rights=glance.rights,
        color=glance.color,
        usual=usual,
        feed=feed,
    )


def choose(desk: Desk, *, calendar: str, sync: bool, dry_run: bool) -> ChooseReport:
    """Raises E204 where another one was chosen before, E206 where it is read-only, E209 where there is none such."""
    with working(desk) as session:
        primary = next((link for link in session.settings.links() if link.primary), None)
        if primary is not None:
            already = calendar == primary.name or _means(session, calendar) == place(primary.far_id)
            if not already:
                raise CalsyncError("E204", calendar=primary.display, account=session.account)
            due = any(link.shown and not link.rounds for link in session.settings.links())
        else:
            already, due = False, True
            listed = _listed(session)
            chosen = _named(listed, calendar)
            if chosen.rights is Rights.READ:
                raise CalsyncError("E206", calendar=chosen.name)
            if dry_run:
                return ChooseReport(account=session.account, calendar=_row(chosen), next=NEXT)
            _activate(session, chosen, listed)
        row = next(row for row in rows(session) if row.primary)
    report: SyncReport | None = None
    if sync and due and not dry_run:
        report = sync_now(desk, SyncWish())
    return ChooseReport(account=session.account, calendar=row, already=already, sync=report, next=NEXT)


def _means(session: Session, name: str) -> Place | None:
    """Which of the calendars known here would be chosen by these words, as they were the first time (R61)."""
    known = [Glance(link.far_id, link.display, link.rights, "") for link in session.settings.links()]
    try:
        return place(_named(known, name).id)
    except CalsyncError:
        return None


def _named(listed: Sequence[Glance], name: str) -> Glance:
    """By id, by name, by name whatever its case, by the only name that begins so."""
    folded = name.casefold()
    for found in (
        [glance for glance in listed if place(glance.id) == place(name)],
        [glance for glance in listed if glance.name == name],
        [glance for glance in listed if glance.name.casefold() == folded],
        [glance for glance in listed if folded and glance.name.casefold().startswith(folded)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise CalsyncError("E003", "calendar", name=name, fix="calsync choose-primary --list")
    near = difflib.get_close_matches(name, [glance.name for glance in listed], n=3, cutoff=0.4)
    names = ", ".join(near or [glance.name for glance in listed])
    raise CalsyncError("E209", "calendar", name=name, names=names, fix="calsync choose-primary --list")


def _activate(session: Session, chosen: Glance, listed: Sequence[Glance]) -> None:
    """The primary first, because its being there is what makes the choice; the others follow with any sync."""
    directories = Directories(session, listed)
    directories.begin()
    name = directories.for_primary(chosen)
    session.settings.add_link(chosen, name, mode=Mode.TWO_WAY, primary=True)
    for glance in listed:
        if glance is not chosen:
            session.settings.add_link(glance, directories.for_calendar(glance), mode=Mode.VIEW, primary=False)
    waiting = unjudged(session)
    links = [link for link in session.settings.links() if link.id not in waiting]
    directories.dress({CollectionId(link.name): link for link in links})
    backup(session)
