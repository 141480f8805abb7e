"""`status`: the one page that says how every account is set up, when it was synced last, and what comes next (R5)."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.calendars import rows
from calsync_cli.app.condition import SIGN_IN, Condition, about, failure, of, unread
from calsync_cli.app.mail.state import mail_status, waiting
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.reports.accounts import AccountStatus, CalendarRow, CalendarStatus, MailStatus, State, StatusReport
from calsync_cli.app.reports.told import ErrorReport, Phase
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import place
from calsync_cli.core.model import CollectionId
from calsync_cli.state.settings import Stage

NEXT = {
    State.LOCAL: "calsync connect",
    State.PENDING: "calsync connect --resume",
    State.CONNECTED: "calsync choose-primary",
    State.ACTIVE: "calsync sync",
    State.DAMAGED: "calsync doctor --repair",
    State.UNREADABLE: "calsync doctor",
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
        state = unread(error)
        return AccountStatus(account=name, provider="", state=state, error=told, next=NEXT[state])


def _read(session: Session, *, check: bool) -> AccountStatus:
    found = of(session)
    connected = found.state in {State.CONNECTED, State.ACTIVE}
    error = found.error or _last_error(session)
    if check and connected and found.error is None:
        error = _checked(session)
    state = State.SIGN_IN if error and error.code in SIGN_IN and connected else found.state
    conflicts, skipped = len(session.chronicle.conflicts()), len(session.chronicle.waiting()) + waiting(session)
    mail = mail_status(session, found.mail) if MAIL in found.halves or session.folders.rows() else None
    return AccountStatus(
        account=session.account,
        provider=found.provider,
        state=state,
        server=found.server,
        halves=found.halves,
        calendar=_calendars(session, found),
        mail=mail,
        last_sync=_last_sync(session),
        conflicts=conflicts,
        skipped=skipped,
        error=error,
        next=_next(session, Step(found, state, error, mail, look=bool(skipped or conflicts))),
    )


def _calendars(session: Session, condition: Condition) -> CalendarStatus | None:
    """Those that are linked (of an imported set-up too, before anybody signed in), else the directories there are.

    None where mail alone is connected, and there is no local agenda beside it.
    """
    found = rows(session) if session.settings.stage else ()
    if found:
        return CalendarStatus(primary=next((row.name for row in found if row.primary), None), calendars=found)
    here = _local(session.desk, session.account)
    return here if here.calendars or CALENDAR in condition.halves or not condition.halves else None


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
    """A glance at each server: the sign-in, the primary calendar (R34), and the mapped folders. The first error."""
    session.desk.tell.phase(Phase.CHECK)
    halves = session.connection.halves
    try:
        if CALENDAR in halves:
            _check_calendars(session)
        if MAIL in halves:
            _check_mail(session)
    except CalsyncError as error:
        return ErrorReport.of(about(error, account=session.account, provider=session.connection.provider))
    return None


def _check_calendars(session: Session) -> None:
    with closing(session.far()) as far:
        there = {place(glance.id) for glance in far.glance()}
    lost = next((link for link in session.settings.links() if link.primary and place(link.far_id) not in there), None)
    if lost is not None:
        raise CalsyncError("E304", calendar=lost.display)


def _check_mail(session: Session) -> None:
    """Without folders it is the sign-in that is tried."""
    mapped = {row.far_id: row.name for row in session.folders.rows()}
    with closing(session.post()) as far:
        there = {glance.id for glance in far.glance(list(mapped) or [CollectionId("INBOX")])}
    gone = next((name for far_id, name in mapped.items() if far_id not in there), None)
    if gone is not None:
        raise CalsyncError("E210", "named", folder=gone)


@dataclass(frozen=True, slots=True)
class Step:
    """What the next step follows from."""

    condition: Condition
    state: State
    error: ErrorReport | None
    mail: MailStatus | None
    look: bool


MENDS = {
    "E103": "calsync admin trust {provider}",
    "E109": "calsync help google-client",
    "E203": "calsync disconnect",
    "E304": "calsync disconnect",
    "E302": "calsync doctor",  # a person has to look before anything goes on
    "E303": "calsync doctor",
    "E210": "calsync map-folders",
}


def _next(session: Session, step: Step) -> str:
    """What is wrong comes before what is missing, and what is missing, in the order of the set-up, before a look."""
    if step.state is State.SIGN_IN:
        return f"calsync connect {step.condition.provider} --email {session.account}"
    if step.error is not None and step.error.code in MENDS:
        return MENDS[step.error.code].format(provider=step.condition.provider)
    if step.state not in {State.CONNECTED, State.ACTIVE}:
        return NEXT[step.state]
    if CALENDAR in step.condition.halves and step.state is State.CONNECTED:
        return NEXT[State.CONNECTED]
    if step.mail is not None and (step.mail.missing or any(one.gone for one in step.mail.folders)):
        return "calsync map-folders"
    return "calsync conflicts" if step.look else "calsync sync"
