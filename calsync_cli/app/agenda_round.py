"""The calendar half of a round: which calendars, with which directories, and what became of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from calsync_cli.app import wiring
from calsync_cli.app.bounds import limit_of
from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import Echoes
from calsync_cli.app.inviting import carried_out, chosen
from calsync_cli.app.lines import Lines
from calsync_cli.app.reports.told import Line, Note
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.roster import Roster
from calsync_cli.app.session import Session
from calsync_cli.app.telling import Telling
from calsync_cli.config import keys
from calsync_cli.core.agenda import Agenda
from calsync_cli.core.bench import Rules
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import LinkId, Mode, Prefer, RunId
from calsync_cli.core.steps import Match
from calsync_cli.engine.dry import Overlay
from calsync_cli.engine.layers import Patient
from calsync_cli.engine.order import Junction, Order, Round
from calsync_cli.engine.run import run_round


@dataclass(frozen=True, slots=True)
class AgendaRound:
    """What a round of the calendars did."""

    work: Round
    lines: tuple[Line, ...]


def agenda_round(session: Session, patient: Patient, wish: SyncWish, number: RunId) -> AgendaRound:
    """Bring all shown calendars to agreement. Raises E302, E303, E304, and what the stores raise."""
    directories = Directories(session)
    if wish.accept_root:
        directories.accept()
    directories.check()
    roster = Roster(session, directories, number, Echoes(session, patient))
    told = roster.renew(patient.glance(), dry=wish.dry_run, full=wish.full)
    work = _round(session, wish, number)
    waiting = roster.waiting
    run_round(_junctions(session, patient, roster, wish, without=waiting), work)
    if work.result.alarms:
        raise _braked(session, work)
    if waiting:
        _second(session, patient, roster, wish, work, waited=waiting)
    lines = Lines(session, roster.names).of(work.result)
    if not wish.dry_run:
        carried_out(session, number, work.result)
        told += roster.left_out(happened.link for happened in work.result.happened)
    return AgendaRound(work, (*told, *lines))


def _second(
    session: Session, patient: Patient, roster: Roster, wish: SyncWish, work: Round, *, waited: AbstractSet[LinkId]
) -> None:
    """Calendars that may be a feed of our own: that can be told now that the primary has been read."""
    before = work.result.waits
    roster.settle()
    others = {link.id for link in session.settings.links()} - waited | roster.waiting
    rest = _junctions(session, patient, roster, wish, without=others)
    run_round(rest, replace(work, order=replace(work.order, matched=lambda _: None)))
    work.result.waits = [*before, *work.result.waits]


def _round(session: Session, wish: SyncWish, number: RunId) -> Round:
    config = session.desk.config
    connection = session.connection
    own = frozenset(address.lower().removeprefix("mailto:") for address in (*connection.addresses, connection.email))

    def matched(match: Match) -> None:
        session.desk.tell.note(
            Note.MATCH, equal=match.equal, near=match.near, only_here=match.only_here, only_there=match.only_there
        )

    order = Order(
        run=number,
        rules=Rules(
            prefer=Prefer(config[keys.SYNC_CONFLICT]),
            own=own,
            chosen=chosen(session, number, dry=wish.dry_run),
            may_mail=session.books.may_mail(),
            quiet=session.books.quiet(),
            updates=config[keys.EVENT_UPDATES] == "invited",
            hushed=session.books.hushed(),
        ),
        limit=limit_of(config[keys.SYNC_MAX_DELETE], wish.max_delete),
        full=wish.full,
        dry=wish.dry_run,
        matched=matched,
    )
    books = Overlay(session.books) if wish.dry_run else session.books
    attic = wiring.attic(session.desk, session.account)
    return Round(books, Agenda(), attic, order, Telling(session.desk.tell))


def _junctions(
    session: Session, far: Patient, roster: Roster, wish: SyncWish, *, without: AbstractSet[LinkId]
) -> list[Junction]:
    near = wiring.agenda(session.desk, session.account)
    away = {link.id for link in session.settings.links() if not link.shown} | roster.missing | without
    return [
        Junction(
            link,
            Mode.PULL if wish.pull_only and link.mode is Mode.TWO_WAY else link.mode,
            near.open(roster.directory(link)),
            far.open(link.far_id),
            rev=glance.rev,
            coarse=glance.coarse,
        )
        for link in session.books.links()
        if link.id not in away and (glance := roster.glance(link)) is not None
    ]


def _braked(session: Session, work: Round) -> CalsyncError:
    alarm = work.result.alarms[0]
    name = next(link.display for link in session.settings.links() if link.id == alarm.link)
    most = max(one.count for one in work.result.alarms)
    done = sum(happened.near or happened.far for happened in work.result.happened)
    return CalsyncError(
        "E302",
        f"{alarm.what}-later" if done else alarm.what,
        done=str(done),
        side=alarm.side,
        calendar=name,
        count=str(most),
        held=str(alarm.held),
        account=session.account,
    )
