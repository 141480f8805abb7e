"""How far an account is, told from its state alone: no server is asked and no secret is touched."""

from __future__ import annotations

import json
from dataclasses import dataclass

from calsync_cli.app.halves import host
from calsync_cli.app.reach import CALENDAR
from calsync_cli.app.reports.accounts import State
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.chronicle import Run
from calsync_cli.state.settings import Connection, Stage

SIGN_IN = frozenset({"E106", "E107", "E108"})
"""Errors that mean that the sign-in is not accepted any more."""

REFUSED = SIGN_IN | {"E105", "E203", "E501"}
"""Errors for which signing in again, or after disconnecting, is the way out."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An account in short. `error`: what is wrong with its state or connection."""

    state: State
    provider: str = ""
    server: str = ""
    error: ErrorReport | None = None
    halves: tuple[str, ...] = ()
    """Which are connected; none where that is not known."""
    mail: str = ""
    """The host of the mail server."""


def condition(desk: Desk, account: AccountName) -> Condition:
    """Never raises: a state that cannot be read is DAMAGED or UNREADABLE, and its error says why."""
    try:
        with reading(desk, account) as session:
            return of(session)
    except CalsyncError as error:
        return Condition(unread(error), error=ErrorReport.of(error))


def unread(error: CalsyncError) -> State:
    """What keeps a state from being read: damage can be repaired; a disk that is full is no damage."""
    return State.DAMAGED if error.code == "E503" else State.UNREADABLE


def of(session: Session) -> Condition:
    """The same for a state that is open. Raises E503 where it turns out to be damaged."""
    stage = session.settings.stage
    if stage is None:
        return Condition(State.LOCAL)
    connection, error = _connection(session, stage)
    connected = State.ACTIVE if _working(session, connection) else State.CONNECTED
    state = State.PENDING if stage is Stage.PENDING else connected
    if connection is None:
        return Condition(state, error=error)
    return Condition(state, connection.provider, connection.server, error, connection.halves, host(connection.mail))


def _working(session: Session, connection: Connection | None) -> bool:
    """The calendars' primary is chosen; where there is mail alone, some of it was fetched (R27)."""
    chosen = any(link.primary for link in session.settings.links())
    if connection is not None and CALENDAR in connection.halves:
        return chosen
    return chosen or any(row.rounds for row in session.folders.rows())


def _connection(session: Session, stage: Stage) -> tuple[Connection | None, ErrorReport | None]:
    """What is stored, and E203 where it is not what was connected."""
    try:
        return session.settings.connection() if stage is Stage.PENDING else session.connection, None
    except CalsyncError as error:
        if error.code == "E503":
            raise
        return None, ErrorReport.of(about(error, account=session.account))


def about(error: CalsyncError, **params: str) -> CalsyncError:
    """The same error, with what its sentence and its mend need to know beside."""
    return CalsyncError(error.code, error.variant, retry_after=error.retry_after, **{**params, **error.params})


def failure(run: Run) -> ErrorReport | None:
    """The error that ended a run, as it was told then."""
    if not run.code:
        return None
    try:
        said = json.loads(run.report)
        params = {str(name): str(value) for name, value in said["params"].items()}
        return ErrorReport(code=run.code, variant=str(said["variant"]), params=params)
    except (ValueError, KeyError, TypeError, AttributeError):  # it ended before its error was told
        return ErrorReport(code=run.code)


def ended_with(error: CalsyncError) -> str:
    """What `failure` reads."""
    return json.dumps({"variant": error.variant, "params": dict(error.params)})
