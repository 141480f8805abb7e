"""A copy of an account's set-up beside its state, so that a damaged state can be rebuilt without signing in again.

No secret is in it. What it binds to this machine (the agenda's and the mail's identity, the token that ties the stored
password to the connection, the connection's fingerprint) is of no use to anybody who has not got the vault.
"""

from __future__ import annotations

from pathlib import Path

from calsync_cli.app.dossier import Dossier, dossier_of, read_dossier, written
from calsync_cli.app.files import place_private
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError

BOUND = ("stage", "root", "mail_root", "secret_token", "fingerprint")
"""Settings of the state that go along."""


def backup(session: Session) -> None:
    """Bring the copy up to date; nothing is written where it is."""
    try:
        connection = session.settings.connection()
    except CalsyncError:  # changed after the sign-in: the copy stays as it was then
        return
    if connection is None or session.settings.stage is None:
        return
    bound = {name: value for name in BOUND if (value := session.settings.get(name))}
    document = written(dossier_of(session, connection, {}, bound))
    path = place(session.desk, session.account)
    if _content(path) != document:
        place_private(path, document)


def saved(desk: Desk, account: AccountName) -> Dossier | None:
    """None where there is no copy, or none that can be read."""
    try:
        return read_dossier(place(desk, account))
    except CalsyncError:
        return None


def forget(desk: Desk, account: AccountName) -> None:
    """Disconnected: nothing is to come back. Raises E505."""
    path = place(desk, account)
    try:
        path.unlink(missing_ok=True)
    except OSError as refused:
        raise CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "") from refused


def place(desk: Desk, account: AccountName) -> Path:
    """Where it lies."""
    return desk.places.state(account) / "connection.json"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
