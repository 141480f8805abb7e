"""What `doctor` looks at where somebody signed in in a browser: the client, the permission, and what it covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.catalog.line import DELEGATED, OAuth
from calsync_cli.app.clerk import Clerk
from calsync_cli.app.reports.checks import Check, CheckRow, Health
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.settings import Connection

_DAY = 86400.0


def of_permission(clerk: Clerk, session: Session) -> Iterator[CheckRow]:
    """Without a network. A service account's key lies in the vault, and nobody signed in for it."""
    known = _signed_in(session)
    if known is None:
        return
    connection, oauth = known
    yield _client(clerk, connection, oauth)
    since = session.settings.get("signed_in")
    if since:
        days = str(int(max(0.0, clerk.desk.now() - float(since)) // _DAY))
        when = datetime.fromtimestamp(float(since), UTC).date().isoformat()
        yield clerk.row(Check.PERMISSION, told={"when": when, "days": days})


def lacking(session: Session) -> None:
    """Whether what the provider grants now covers the halves that are connected. Raises E107."""
    known = _signed_in(session)
    if known is None:
        return
    connection, oauth = known
    halves = oauth.lacking(session.access(connection), connection.halves)
    if halves:
        about = {"account": session.account, "provider": connection.provider}
        raise CalsyncError("E107", "both" if len(halves) > 1 else halves[0], retry_after=None, **about)


def _signed_in(session: Session) -> tuple[Connection, OAuth] | None:
    try:
        connection = session.connection
    except CalsyncError:  # told by another check
        return None
    oauth = PROVIDERS[connection.provider].oauth
    return None if oauth is None or connection.traits.get(DELEGATED) else (connection, oauth)


def _client(clerk: Clerk, connection: Connection, oauth: OAuth) -> CheckRow:
    """Rounds go on without its file; the next sign-in does not."""
    path = connection.traits.get("client_file", "")
    again = f"calsync connect {connection.provider} --email {connection.email} --client-file FILE"
    try:
        found = oauth.trusted(Path(path), None, {}).client
    except CalsyncError as error:
        return replace(clerk.wrong(Check.CLIENT, error, Health.WARN, told={"path": path}), fix=again)
    if found == connection.traits["client_id"]:
        return clerk.row(Check.CLIENT, told={"path": path})
    return clerk.row(Check.CLIENT, Health.WARN, fix=again, told={"path": path})
