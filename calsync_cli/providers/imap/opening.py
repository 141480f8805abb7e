"""Opening a folder on a session, and the commands that ride along with it."""

from __future__ import annotations

from collections.abc import Sequence

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import SEEN
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.folders import exists
from calsync_cli.providers.imap.parse import Status
from calsync_cli.providers.imap.selected import Selected
from calsync_cli.providers.imap.session import Answer, Session
from calsync_cli.providers.imap.wire import Command, select


def opened(session: Session, name: str) -> Selected:
    """The folder, open; nothing is sent where it is open already."""
    if session.selected is None or session.selected.name != name:
        reopened(session, name)
    assert session.selected is not None
    return session.selected


def reopened(session: Session, name: str, *parameters: bytes, along: Sequence[Command] = ()) -> list[Answer]:
    """The folder, opened anew, and the answers to SELECT and to what rides along in the same round trip."""
    plain = parameters or ((b"CONDSTORE",) if "CONDSTORE" in session.enabled else ())
    session.opening(name)
    answers = session.ask(select(name, *plain), *along)
    check_open(session, name, answers[0].status)
    return answers


def check_open(session: Session, name: str, status: Status) -> None:
    """Raise where SELECT was refused: E209 where the folder is gone, which LIST confirms."""
    if status.ok and session.selected is not None:
        if status.code == "READ-ONLY" or _only_seen(session.selected):
            session.selected.writable = False
        return
    session.selected = None
    error = border.refused(status, session.host, name)
    if error.code == "E404" and status.kind == "NO" and not exists(session, name):
        error = CalsyncError("E209", "folder", name=name)
    raise error


def _only_seen(selected: Selected) -> bool:
    """Another's folder that may be read: Cyrus opens it for writing, for what one has read is one's own (RFC 4314)."""
    return selected.permanent == {SEEN} and not selected.keywords
