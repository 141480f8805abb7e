"""`status`: the one page that says how every account is set up, when it was synced last, and what comes next (R5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.calendars import rows
from calsync_cli.app.condition import SIGN_IN, about, failure, of
from calsync_cli.app.reports.accounts import AccountStatus, CalendarRow, CalendarStatus, State, StatusReport
from calsync_cli.app.reports.told import ErrorReport, Phase
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import place
from calsync_cli.state.settings import Stage

NEXT = {
    State.LOCAL: "calsync connect",
    State.PENDING: "calsync connect --resume",
    State.CONNECTED: "calsync choose-primary",
    State.ACTIVE: "calsync sync",
    State.DAMAGED: "calsync doctor --repair",
}


def status(desk: Desk, *, everyone: bool, check: bool) -> StatusReport:
    """`check` asks each server whether the sign-in still works; without it nothing is sent. Raises E201, E003."""
    there = _there(desk)
    chosen = wiring.current(desk.places)
    default = chosen if chosen in there else there[0] if len(there) == 1 else None
    names = there
    if not everyone:
        names = (desk.account(),) if desk.asked else there if default is None else (default,)
    return StatusReport(accounts=tuple(_told(_one(desk, name, check=check), default=name == default) for name in names))


def _there(desk: Desk) -> tuple[AccountName, ...]:
    """The accounts, and the agenda from before any account where there is one."""
    accounts = desk.places.accounts()
    if not accounts and wiring.agenda_root(desk, PERSONAL).is_dir():
        return (PERSONAL,)
    return accounts


def _told(account: AccountStatus, *, default: bool) -> AccountStatus:
    """With the command that comes next, which names the account where another one would be meant."""
    command = account.next
    if command and not default and "--email" not in command:
        command = f"{command} --account {account.account}"
    return replace(account, current=default, next=command)


def _one(desk: Desk, name: AccountName, *, check: bool) -> AccountStatus:
    if not desk.places.database(name).exists():
        if name != PERSONAL:
            raise CalsyncError("E201", account=name)
        return AccountStatus(
            account=name, provider="", state=State.LOCAL, calendar=_local(desk, name), next=NEXT[State.LOCAL]
        )
    try:
        with reading(desk, name) as session:
            return _read(session, check=check)
    except CalsyncError as error:
        told = ErrorReport.of(error)
        return AccountStatus(account=name, provider="", state=State.DAMAGED, error=told, next=NEXT[State.DAMAGED])


def _read(session: Session, *, check: bool) -> AccountStatus:
    found = of(session)
    connected = found.state in {State.CONNECTED, State.ACTIVE}
    error = found.error or _last_error(session)
    if check and connected and found.error is None:
        error = _checked(session)
    state = State.SIGN_IN if error and error.code in SIGN_IN and connected else found.state
    waiting, conflicts = len(session.chronicle.waiting()), len(session.chronicle.conflicts())
    return AccountStatus(
        account=session.account,
        provider=found.provider,
        state=state,
        server=found.server,
        calendar=_calendars(session),
        last_sync=_last_sync(session),
        conflicts=conflicts,
        skipped=waiting,
        error=error,
        next=_next(session, state, error, found.provider, look=bool(waiting or conflicts)),
    )


def _calendars(session: Session) -> CalendarStatus:
    """Those that are linked (of an imported set-up too, before anybody signed in), else the directories there are."""
    found = rows(session) if session.settings.stage else ()
    if not found:
        return _local(session.desk, session.account)
    return CalendarStatus(primary=next((row.name for row in found if row.primary), None), calendars=found)


def _local(desk: Desk, name: AccountName) -> CalendarStatus:
    """The directories that are there, where nothing is linked."""
    agenda = wiring.agenda(desk, name)
    if not agenda.root.is_dir():
        return CalendarStatus(primary=None)
    return CalendarStatus(
        primary=None,
        calendars=tuple(
            CalendarRow(
                id=glance.id,
                name=glance.name,
                path=agenda.path(glance.id).absolute(),
                mode="two-way",
                color=glance.color,
            )
            for glance in agenda.glance()
        ),
    )


def _last_sync(session: Session) -> datetime | None:
    good = session.chronicle.last_good()
    return None if good is None else datetime.fromtimestamp(good, UTC)


def _last_error(session: Session) -> ErrorReport | None:
    """What the last round met; signing in since then may have mended it, and whoever is not connected has no rounds."""
    last = next((run for run in session.chronicle.runs() if run.ended is not None and not run.by_hand), None)
    if last is None or session.settings.stage is not Stage.CONNECTED:
        return None
    since = float(session.settings.get("signed_in") or 0)
    return None if (last.ended or 0) < since else failure(last)


def _checked(session: Session) -> ErrorReport | None:
    """A glance at the server: the sign-in, and whether the primary calendar is there (R34)."""
    session.desk.tell.phase(Phase.CHECK)
    try:
        far = session.far()
        try:
            there = {place(glance.id) for glance in far.glance()}
        finally:
            far.close()
    except CalsyncError as error:
        return ErrorReport.of(about(error, account=session.account, provider=session.connection.provider))
    lost = next((link for link in session.settings.links() if link.primary and place(link.far_id) not in there), None)
    if lost is None:
        return None
    return ErrorReport.of(CalsyncError("E304", calendar=lost.display, account=session.account))


def _next(session: Session, state: State, error: ErrorReport | None, provider: str, *, look: bool) -> str:
    if state is State.SIGN_IN:
        return f"calsync connect {provider} --email {session.account}"
    if error is not None and error.code in {"E203", "E304"}:
        return "calsync disconnect"
    if error is not None and error.code in {"E302", "E303"}:  # a person has to look before anything goes on
        return "calsync doctor"
    if state is State.ACTIVE and look:
        return "calsync conflicts"
    return NEXT[state]
