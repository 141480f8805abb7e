"""`sync`: one round of an account, both its halves, from the lock to the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calsync_cli.app.bounds import limit_of, pausing
from calsync_cli.app.condition import ended_with
from calsync_cli.app.reach import CALENDAR, MAIL, Reach, due, reach
from calsync_cli.app.reports.rounds import BatchReport, SyncReport
from calsync_cli.app.reports.told import ErrorReport, MatchReport
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.strays import list_strays
from calsync_cli.app.telling import Check
from calsync_cli.app.upkeep import upkeep
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import RunId
from calsync_cli.core.ports import Account
from calsync_cli.engine.layers import Patient, Pause
from calsync_cli.engine.stoppable import Stoppable, Stopped

if TYPE_CHECKING:
    from calsync_cli.app.agenda_round import AgendaRound

CHOOSE = "calsync choose-primary"
TEMPORARY = 8

ONE_HALF = frozenset({"E209", "E302", "E303", "E304", "E401", "E402", "E403", "E404", "E504"})
"""Errors that say nothing against the other half. After a refused password, asking again could lock the account."""

Failed = Callable[[str, CalsyncError], None]
"""Is told which half failed, and why."""


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a round goes about it."""

    wish: SyncWish
    pause: Pause
    check: Check | None
    failed: Failed


def sync(desk: Desk, wish: SyncWish) -> SyncReport:
    """One round, and the hook after it.

    Raises whatever stops the round: E201 to E205, E302 to E304, E401, E402, E404, E108, E502, E503, E505. What stops
    one half alone is the report's error, beside what the other half did.
    """
    report = _one(desk, wish)
    if desk.config[keys.HOOKS_POST_SYNC]:
        from calsync_cli.app.hooks import post_sync  # few have one

        return post_sync(desk, report)
    return report


def _one(desk: Desk, wish: SyncWish) -> SyncReport:
    if wish.accept_root and wish.dry_run:
        raise CalsyncError("E001", "both", flag="--accept-root", other="--dry-run")
    with working(desk, wait=wish.wait) as session:
        halves = due(session, wish.only)
        if not halves:
            return SyncReport(ok=True, account=session.account, run=0, dry_run=wish.dry_run, next=CHOOSE)
        far = _reached(session, halves, dry=wish.dry_run)
        try:
            return run(session, far, wish)
        finally:
            far.close()


def _reached(session: Session, halves: frozenset[str], *, dry: bool) -> Reach:
    """The account; what keeps us from it stands in the log, so that `status` can say it."""
    try:
        return reach(session, halves)
    except CalsyncError as error:
        if not dry:
            number = session.chronicle.begin_run(session.desk.now())
            session.chronicle.end_run(number, session.desk.now(), code=error.code, report=ended_with(error))
        raise


def run(
    session: Session,
    far: Reach,
    wish: SyncWish,
    *,
    pause: Pause | None = None,
    check: Check | None = None,
    failed: Failed | None = None,
) -> SyncReport:
    """The round itself, with an account that is open already (`--watch` keeps it, and does not sleep but waits)."""
    begun = time.monotonic()
    manner = _Manner(wish, pause or pausing(session.desk.tell), check, failed or _unheard)
    if wish.dry_run:  # leaves no trace, not in the log either
        return replace(_halves(session, far, manner, RunId(0)), seconds=time.monotonic() - begun)
    number = session.chronicle.begin_run(session.desk.now())
    try:
        list_strays(session, number)
        report = _halves(session, far, manner, number)
    except Stopped:  # as if it had been killed: such a round has no end in the log
        raise
    except CalsyncError as error:
        session.chronicle.end_run(number, session.desk.now(), code=error.code, report=ended_with(error))
        raise
    half = report.error
    told = ended_with(half.raised()) if half else "x" if report.lines or report.messages else ""
    session.chronicle.end_run(number, session.desk.now(), code=half.code if half else "", report=told)
    session.chronicle.drop_run(number)
    upkeep(session)
    return replace(report, seconds=time.monotonic() - begun)


def _unheard(_half: str, _error: CalsyncError) -> None:
    """The report says enough."""


def _halves(session: Session, far: Reach, manner: _Manner, number: RunId) -> SyncReport:
    """One after the other; what stops one alone does not stop the other, and is told with what that did."""
    report = SyncReport(ok=True, account=session.account, run=number, dry_run=manner.wish.dry_run)
    both = far.agenda is not None and far.post is not None
    failures: list[CalsyncError] = []
    for name, half in ((CALENDAR, _calendar), (MAIL, _mail)):
        try:
            report = half(session, far, manner, report)
        except Stopped:
            raise
        except CalsyncError as error:
            failures.append(error)
            manner.failed(name, error)
            if not both or error.code not in ONE_HALF:
                raise
    if len(failures) > 1:
        raise min(failures, key=lambda error: error.exit == TEMPORARY)
    if failures:
        return replace(report, ok=False, error=ErrorReport.of(failures[0]), next="")
    return replace(report, next=_next(session, report))


def _calendar(session: Session, far: Reach, manner: _Manner, report: SyncReport) -> SyncReport:
    if far.agenda is None:
        return report
    from calsync_cli.app.agenda_round import agenda_round  # nor a mail's round for this

    reached: Account = far.agenda if manner.check is None else Stoppable(far.agenda, manner.check)
    patient = Patient(reached, pause=manner.pause)
    before = patient.requests
    return _with_agenda(
        session, report, agenda_round(session, patient, manner.wish, RunId(report.run)), patient.requests - before
    )


def _with_agenda(session: Session, report: SyncReport, done: AgendaRound, requests: int) -> SyncReport:
    from calsync_cli.app.inviting import unasked
    from calsync_cli.app.lines import counts

    result = done.work.result
    match = result.match
    return replace(
        report,
        calendar=counts(result),
        invitations_sent=result.invited,
        requests=report.requests + requests,
        attention=report.attention + result.fresh,
        match=MatchReport(equal=match.equal, near=match.near, only_here=match.only_here, only_there=match.only_there)
        if match
        else None,
        lines=(*report.lines, *done.lines),
        next=unasked(session, done.work),
    )


def _mail(session: Session, far: Reach, manner: _Manner, report: SyncReport) -> SyncReport:
    if far.post is None:
        return report
    from calsync_cli.app.mail import told  # a calendar's round need not pay for it
    from calsync_cli.app.mail.rounds import mail_round

    before = far.post.requests
    limit = limit_of(session.desk.config[keys.SYNC_MAX_DELETE], manner.wish.max_delete)
    done = mail_round(
        session, far.post, manner.wish, RunId(report.run), limit=limit, check=manner.check or (lambda: None)
    )
    return replace(
        report,
        mail=told.counts(done),
        requests=report.requests + far.post.requests - before,
        attention=report.attention + told.fresh(session, done, dry=manner.wish.dry_run),
        lines=(*report.lines, *told.waiting(done)),
        messages=tuple(told.totals(done)),
    )


def _next(session: Session, report: SyncReport) -> str:
    """What wants a look, else what the set-up still lacks."""
    if report.attention:
        return "calsync conflicts"
    if report.next:
        return report.next
    if CALENDAR in session.connection.halves and not any(link.primary for link in session.settings.links()):
        return CHOOSE
    return ""


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
