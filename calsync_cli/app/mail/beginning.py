"""The mail half's beginning: the inbox is mapped and fetched as soon as somebody has signed in (R43)."""

from __future__ import annotations

from contextlib import closing

from calsync_cli.app.mail.limits import keep_limits
from calsync_cli.app.mail.mapping import begin
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.reach import MAIL
from calsync_cli.app.reports.accounts import InboxReport
from calsync_cli.app.reports.told import ErrorReport, Note
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.session import Session, reading
from calsync_cli.app.sync import sync
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Role
from calsync_cli.state.folders import FolderRow

_MEGA = 10**6


def settle(session: Session, *, since: float | None, max_size: int | None) -> None:
    """Map the inbox where nothing is mapped yet, keep the limits, and say how much there is."""
    keep_limits(session, since=since, max_size=max_size)
    if session.folders.rows():
        return
    with closing(session.post()) as far:
        listed = far.folders()
    begin(session, listed)
    inbox = _inbox(session)
    found = next((one for one in listed if inbox is not None and one.id == inbox.far_id), None)
    if found is not None and found.messages:
        session.desk.tell.note(Note.INBOX, messages=found.messages, size=_size(found.size))


def due(session: Session) -> bool:
    """Whether the inbox was mapped and never fetched."""
    inbox = _inbox(session)
    return MAIL in session.connection.halves and inbox is not None and not inbox.rounds


def fetched(desk: Desk, account: AccountName) -> InboxReport:
    """The first pull. What breaks it off does not undo the connection: the next sync goes on where it was."""
    error: ErrorReport | None = None
    try:
        report = sync(replace_account(desk, account), SyncWish(only=MAIL))
        error = report.error
    except CalsyncError as failed:
        error = ErrorReport.of(failed)
    with reading(desk, account) as session:
        inbox = _inbox(session)
        name = inbox.name if inbox else Role.INBOX
        return InboxReport(messages=inbox.letters if inbox else 0, path=MailRoots(session).path(name), error=error)


def replace_account(desk: Desk, account: AccountName) -> Desk:
    """The same desk, for this account."""
    import copy

    other = copy.copy(desk)
    other.asked = account
    return other


def _size(octets: int | None) -> str:
    """For a person."""
    if octets is None:
        return "?"
    return f"{round(octets / _MEGA)} MB" if octets >= _MEGA else f"{-(-octets // 1000)} kB"


def _inbox(session: Session) -> FolderRow | None:
    return next((row for row in session.folders.rows() if row.name.casefold() == Role.INBOX), None)
