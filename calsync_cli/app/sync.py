"""`sync`: one round of an account, from the lock to the report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.app import wiring
from calsync_cli.app.condition import ended_with
from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import Echoes
from calsync_cli.app.inviting import carried_out, chosen, unasked
from calsync_cli.app.lines import Lines, counts
from calsync_cli.app.reports.rounds import BatchReport, SyncReport
from calsync_cli.app.reports.told import Line, MatchReport, Note, Phase, Tell
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.roster import Roster
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.strays import list_strays
from calsync_cli.app.upkeep import upkeep
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName
from calsync_cli.config.units import Amount
from calsync_cli.core.agenda import Agenda
from calsync_cli.core.bench import Rules
from calsync_cli.core.brake import Limit
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import LinkId, Mode, Prefer, RunId
from calsync_cli.core.ports import Account
from calsync_cli.core.steps import Match
from calsync_cli.engine.dry import Overlay
from calsync_cli.engine.layers import Patient, Pause
from calsync_cli.engine.order import Junction, Order, Round
from calsync_cli.engine.run import run_round
from calsync_cli.engine.stoppable import Stopped

CHOOSE = "calsync choose-primary"


class _Progress:
    """The engine's words for what it does, told as phases."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def phase(self, name: str, total: int | None = None) -> None:
        self._tell.phase(Phase(name), total)

    def advance(self, n: int = 1) -> None:
        self._tell.advance(n)


def sync(desk: Desk, wish: SyncWish) -> SyncReport:
    """One round, and the hook after it.

    Raises whatever stops the round: E201 to E205, E302 to E304, E401, E402, E404, E108, E502, E503, E505.
    """
    report = _one(desk, wish)
    if desk.config[keys.HOOKS_POST_SYNC]:
        from calsync_cli.app.hooks import post_sync  # few have one

        return post_sync(desk, report)
    return report


def _one(desk: Desk, wish: SyncWish) -> SyncReport:
    with working(desk, wait=wish.wait) as session:
        _ = session.connection
        if not any(link.primary for link in session.settings.links()):
            if wish.only == "calendar":
                raise CalsyncError("E205", account=session.account)
            return SyncReport(ok=True, account=session.account, run=0, dry_run=wish.dry_run, next=CHOOSE)
        far = _reached(session, dry=wish.dry_run)
        try:
            return run(session, far, wish)
        finally:
            far.close()


def _reached(session: Session, *, dry: bool) -> Account:
    """The account; what keeps us from it stands in the log, so that `status` can say it."""
    try:
        return session.far()
    except CalsyncError as error:
        if not dry:
            number = session.chronicle.begin_run(session.desk.now())
            session.chronicle.end_run(number, session.desk.now(), code=error.code, report=ended_with(error))
        raise


def run(session: Session, far: Account, wish: SyncWish, *, pause: Pause | None = None) -> SyncReport:
    """The round itself, with an account that is open already (`--watch` keeps it, and does not sleep but waits)."""
    begun = time.monotonic()
    patient = Patient(far, pause=pause or _pause(session.desk.tell))
    if wish.dry_run:  # leaves no trace, not in the log either
        return replace(_run(session, patient, wish, RunId(0)), seconds=time.monotonic() - begun)
    number = session.chronicle.begin_run(session.desk.now())
    try:
        list_strays(session, number)
        report = _run(session, patient, wish, number)
    except Stopped:  # as if it had been killed: such a round has no end in the log
        raise
    except CalsyncError as error:
        session.chronicle.end_run(number, session.desk.now(), code=error.code, report=ended_with(error))
        raise
    session.chronicle.end_run(number, session.desk.now(), code="", report="x" if report.lines else "")
    session.chronicle.drop_run(number)
    upkeep(session)
    return replace(report, seconds=time.monotonic() - begun)


def _run(session: Session, patient: Patient, wish: SyncWish, number: RunId) -> SyncReport:
    directories = Directories(session)
    if wish.accept_root:
        if wish.dry_run:
            raise CalsyncError("E001", "both", flag="--accept-root", other="--dry-run")
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
    return _report(session, work, (*told, *lines), wish, requests=patient.requests)


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


def _pause(tell: Tell) -> Pause:
    def pause(seconds: float) -> None:
        tell.note(Note.THROTTLED, seconds=round(seconds))
        time.sleep(seconds)

    return pause


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
        limit=_limit(config[keys.SYNC_MAX_DELETE], wish.max_delete),
        full=wish.full,
        dry=wish.dry_run,
        matched=matched,
    )
    books = Overlay(session.books) if wish.dry_run else session.books
    attic = wiring.attic(session.desk, session.account)
    return Round(books, Agenda(), attic, order, _Progress(session.desk.tell))


def _limit(usual: Amount, told: Amount | None) -> Limit:
    """A percentage is a share, which spares small calendars; a number is a number."""
    amount = told or usual
    if amount.percent:
        return Limit(share=amount.number / 100)
    return Limit(count=amount.number, asked=told is not None)


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


def _report(session: Session, work: Round, lines: Sequence[Line], wish: SyncWish, *, requests: int) -> SyncReport:
    result = work.result
    match = result.match
    return SyncReport(
        ok=True,
        account=session.account,
        run=work.order.run,
        calendar=counts(result),
        invitations_sent=result.invited,
        requests=requests,
        attention=result.fresh,
        dry_run=wish.dry_run,
        match=MatchReport(equal=match.equal, near=match.near, only_here=match.only_here, only_there=match.only_there)
        if match
        else None,
        lines=tuple(lines),
        next="calsync conflicts" if result.fresh else unasked(session, work),
    )


def sync_all(
    desk: Desk, wish: SyncWish, *, jobs: int, shard: tuple[int, int] | None, manner: Sequence[str] = ()
) -> BatchReport:
    """Every connected account, each in a process of its own; one that fails stops no other.

    `manner`: the flags of how it is told, which each process gets too.
    """
    from calsync_cli.app.fleet import in_processes

    names = [name for name in desk.places.accounts() if _connected(desk, name)]
    if shard is not None:
        part, parts = shard
        names = [name for number, name in enumerate(names) if number % parts == part - 1]
    found = in_processes(desk, names, wish, jobs=jobs, manner=manner)
    return BatchReport(ok=all(one.error is None for one in found), accounts=tuple(found))


def _connected(desk: Desk, name: AccountName) -> bool:
    """Local agendas are no part of it; a damaged state is, so that it is told."""
    try:
        with reading(desk, name) as session:
            return session.settings.stage is not None
    except CalsyncError:
        return True
