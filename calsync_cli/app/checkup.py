"""What `doctor` looks at in an account: its state, agenda and mail, the servers, its service, the last sync."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calsync_cli.app.clerk import Clerk
from calsync_cli.app.condition import REFUSED, Condition, about, failure, of
from calsync_cli.app.damage import examine
from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import left_out
from calsync_cli.app.mail.checks import of_maildirs, of_post
from calsync_cli.app.mail.state import waiting
from calsync_cli.app.permission import lacking, of_permission
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.reports.accounts import State
from calsync_cli.app.reports.checks import Check, CheckRow, Health
from calsync_cli.app.reports.service import Fate
from calsync_cli.app.service import unit_of
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import place
from calsync_cli.core.ports import Clocked
from calsync_cli.state.glimpse import active
from calsync_cli.state.settings import Stage

LONG = timedelta(days=2)
"""Without a sync."""

SIGNING = REFUSED | {"E103", "E109"}
"""Errors that are the sign-in's, whoever can mend them."""

SKEW = 60.0
"""Seconds between two clocks; HTTP tells whole ones, and an answer takes some."""


def of_account(desk: Desk, name: AccountName, *, asking: bool = True) -> list[CheckRow]:
    """Everything about one account. `asking`: the server too."""
    clerk, path = Clerk(desk, name), str(desk.places.database(name))
    rows: list[CheckRow] = []
    try:
        with reading(desk, name) as session:
            examine(session)
            rows.append(clerk.row(Check.STATE, told={"path": path}))
            rows += _of_session(clerk, session, asking=asking)
    except CalsyncError as error:
        rows.append(clerk.wrong(Check.STATE, error, told={"path": path}))
    return [*rows, *_service(clerk, desk, name)]


def _service(clerk: Clerk, desk: Desk, name: AccountName) -> Iterator[CheckRow]:
    """Where it has one: whether it runs this calsync with these settings, and has something to do."""
    unit = unit_of(desk, name)
    if unit is None:
        return
    told = {"path": str(unit.path)}
    if not active(desk.places.database(name)):
        yield clerk.row(Check.SERVICE, Health.WARN, fix=f"calsync service remove --account {name}", told=told)
    elif unit.what is Fate.OTHER:
        yield clerk.row(Check.SERVICE, Health.WARN, fix=f"calsync service install --account {name}", told=told)
    else:
        yield clerk.row(Check.SERVICE, told=told)


def _of_session(clerk: Clerk, session: Session, *, asking: bool) -> Iterator[CheckRow]:
    links = session.settings.links()
    root = str(session.agenda_root)
    if any(link.primary for link in links):
        yield clerk.tried(Check.AGENDA, Directories(session).check, told={"path": root})
    if session.settings.stage is Stage.PENDING:
        yield clerk.wrong(Check.SIGN_IN, CalsyncError("E202"))
    condition = of(session)
    if session.folders.rows() or MAIL in condition.halves:
        yield from of_maildirs(clerk, session)
    if session.settings.stage is not Stage.CONNECTED:
        return
    yield from of_permission(clerk, session)
    if asking:
        yield from _of_servers(clerk, session, condition)
    if CALENDAR in condition.halves or links:
        yield _feeds(clerk, session)
    count = len(session.chronicle.waiting()) + len(session.chronicle.conflicts()) + waiting(session)
    look = "calsync conflicts" if count else ""
    yield clerk.row(Check.CONFLICTS, Health.WARN if count else Health.OK, fix=look, told={"count": str(count)})
    if condition.state is State.ACTIVE:
        yield _last_sync(clerk, session)


def _of_servers(clerk: Clerk, session: Session, condition: Condition) -> Iterator[CheckRow]:
    """Where the calendars' sign-in is refused the mail's is not tried: too many wrong passwords lock an account."""
    refused = False
    if CALENDAR in condition.halves or not condition.halves:
        for row in _of_server(clerk, session):
            refused = refused or (row.id is Check.SIGN_IN and row.what is Health.FAIL)
            yield row
    if MAIL in condition.halves and not refused:
        yield from of_post(clerk, session)


def _feeds(clerk: Clerk, session: Session) -> CheckRow:
    out = left_out(session)
    names = ", ".join(link.display for link in session.settings.links() if link.id in out)
    return clerk.row(Check.FEED, Health.WARN if out else Health.OK, told={"calendar": names or "-"})


def _of_server(clerk: Clerk, session: Session) -> Iterator[CheckRow]:
    """One glance tells whether the server answers, accepts the sign-in, and still has the primary calendar."""
    try:
        host = session.connection.server
        far = session.far()
        try:
            there = {place(glance.id) for glance in far.glance()}
            ahead = far.ahead if isinstance(far, Clocked) else None
            lacking(session)
        finally:
            far.close()
    except CalsyncError as error:
        which = Check.SIGN_IN if error.code in SIGNING else Check.SERVER
        yield clerk.wrong(
            which, about(error, provider=of(session).provider), told={"host": error.params.get("host", "")}
        )
        return
    yield clerk.row(Check.SERVER, told={"host": host})
    yield clerk.row(Check.SIGN_IN)
    if ahead is not None:
        yield _clock(clerk, ahead)
    for link in session.settings.links():
        if link.primary and place(link.far_id) not in there:
            yield clerk.wrong(
                Check.PRIMARY, CalsyncError("E304", calendar=link.display), told={"calendar": link.display}
            )
        elif link.primary:
            yield clerk.row(Check.PRIMARY, told={"calendar": link.display})


def _clock(clerk: Clerk, ahead: float) -> CheckRow:
    """A clock that is wrong here makes certificates invalid, and "today" another day."""
    wrong = abs(ahead) > SKEW
    fix = "timedatectl set-ntp true" if wrong else ""
    told = {"seconds": f"{round(ahead):+d}"}
    return clerk.row(Check.CLOCK, Health.WARN if wrong else Health.OK, fix=fix, told=told)


def _last_sync(clerk: Clerk, session: Session) -> CheckRow:
    ended = [run for run in session.chronicle.runs() if run.ended is not None and not run.by_hand]
    good = session.chronicle.last_good()
    when = datetime.fromtimestamp(good, UTC) if good is not None else None
    told = {"when": when.isoformat(timespec="seconds") if when else "-"}
    error = failure(ended[0]) if ended else None
    if error is not None:
        params = {"account": session.account, "provider": of(session).provider, **error.params}
        row = clerk.wrong(
            Check.LAST_SYNC, CalsyncError(error.code, error.variant, retry_after=None, **params), Health.WARN, told=told
        )
        return replace(row, fix=row.fix or "calsync sync")
    late = when is None or datetime.fromtimestamp(session.desk.now(), UTC) - when > LONG
    return clerk.row(Check.LAST_SYNC, Health.WARN if late else Health.OK, fix="calsync sync" if late else "", told=told)
