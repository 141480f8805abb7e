"""`calendars`: which ones are shown here, and in which ones events can be edited (R14, R16)."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from calsync_cli.app.backup import backup
from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import left_out, overrule
from calsync_cli.app.reach import CALENDAR
from calsync_cli.app.reports.accounts import CalendarRow, CalendarsReport
from calsync_cli.app.roster import retire
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Mode, Rights
from calsync_cli.state.settings import LinkRow


def rows(session: Session) -> tuple[CalendarRow, ...]:
    """The account's calendars, the primary first."""
    directories, feeds = Directories(session), left_out(session)
    return tuple(
        CalendarRow(
            id=link.name,
            name=link.display or link.name,
            path=directories.path(link.name).absolute() if link.shown else None,
            primary=link.primary,
            writable=link.rights is not Rights.READ,
            items=link.items,
            rights=link.rights,
            mode=link.mode,
            shown=link.shown,
            color=link.color,
            feed=link.id in feeds,
        )
        for link in session.settings.links()
    )


def calendars(desk: Desk) -> CalendarsReport:
    """As they were at the last sync. Raises E201, E205."""
    with reading(desk) as session:
        return _report(session)


def set_shown(desk: Desk, *, name: str, shown: bool) -> CalendarsReport:
    """A hidden calendar leaves this disk (its directory goes to the attic); the primary cannot."""
    with working(desk) as session:
        link = _named(session, name)
        if link.primary and not shown:
            raise CalsyncError("E206", "primary-shown", calendar=link.display)
        overrule(session, link, shown=shown)
        if link.shown is not shown:
            session.settings.set_shown(link.id, shown=shown)
        if not shown:
            _hide(session, replace(link, shown=False))
        backup(session)
        return _report(session, changed=link.name)


def _hide(session: Session, link: LinkRow) -> None:
    """Again where it was killed in between, or another program put the directory back."""
    directories = Directories(session)
    if directories.path(link.name).is_dir():
        number = session.chronicle.begin_run(session.desk.now())
        retire(session, directories, link, number)
        session.chronicle.end_run(number, session.desk.now(), code="", report="calendar")


def set_mode(desk: Desk, *, name: str, two_way: bool) -> CalendarsReport:
    """Raises E206 where the account may not write, or where it is the primary, which is two-way for good."""
    with working(desk) as session:
        link = _named(session, name)
        if link.primary and not two_way:
            raise CalsyncError("E206", "primary-two-way", calendar=link.display)
        if two_way and link.rights is Rights.READ:
            raise CalsyncError("E206", calendar=link.display)
        session.settings.set_mode(link.id, Mode.TWO_WAY if two_way else Mode.VIEW)
        backup(session)
        return _report(session, changed=link.name)


def _report(session: Session, *, changed: str = "") -> CalendarsReport:
    _ = session.connection
    _links(session)
    return CalendarsReport(account=session.account, calendars=rows(session), changed=changed)


def _links(session: Session) -> Sequence[LinkRow]:
    links = session.settings.links()
    if not links:
        session.with_half(CALENDAR)
        raise CalsyncError("E205", account=session.account)
    return links


def _named(session: Session, name: str) -> LinkRow:
    """By directory, else by the name shown; a beginning that no other has is enough. Raises E201, E205, E209, E003."""
    links = _links(session)
    for said in ({link.name: [link] for link in links}.get(name, []), [x for x in links if x.display == name]):
        if len(said) == 1:
            return said[0]
        if said:
            raise CalsyncError("E003", "calendar", name=name, fix="calsync calendars list")
    for fits in (str.__eq__, str.startswith):
        same = [link for link in links if fits(link.display.casefold(), name.casefold())]
        if name and len(same) == 1:
            return same[0]
    near = difflib.get_close_matches(name, [link.display for link in links], n=3, cutoff=0.4)
    names = ", ".join(near or [link.display for link in links])
    raise CalsyncError("E209", "calendar", name=name, names=names, fix="calsync calendars list")
