"""How far an account's mail is, told from its state alone: which folders are in step, and what is still to be said."""

from __future__ import annotations

from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.mail.keys import GONE
from calsync_cli.app.mail.mapping import incomplete, nothing
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.reports.accounts import MailFolder, MailStatus
from calsync_cli.app.session import Session
from calsync_cli.core.mail.nouns import Role
from calsync_cli.core.model import Cursor


def mail_status(session: Session, server: str) -> MailStatus:
    """Nothing is asked of the server; `server` is its host."""
    roots, gone = MailRoots(session), session.settings.get(GONE).splitlines()
    counts = {row.id: row.letters for row in session.folders.rows()}
    return MailStatus(
        server=server,
        folders=tuple(
            MailFolder(
                role=link.role or "",
                local=link.name,
                remote=link.far_id,
                path=roots.path(link.name).absolute(),
                messages=counts[link.id],
                verified=_verified(link.cursor),
                gone=link.name in gone,
            )
            for link in session.letters.links()
        ),
        none=tuple(role for role in Role if role in nothing(session)),
        missing=incomplete(session),
    )


def waiting(session: Session) -> int:
    """How many messages a person should look at."""
    return sum(wait.loud for link in session.letters.links() for wait in session.letters.waits(link.id))


def _verified(cursor: Cursor | None) -> datetime | None:
    seconds = wiring.verified(cursor)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
