"""Messages that a server shows no more though nothing says that they were deleted: told once, and by doctor."""

from __future__ import annotations

import json

from calsync_cli.app.mail.keys import HIDDEN
from calsync_cli.app.reports.told import Note
from calsync_cli.app.session import Session
from calsync_cli.core.mail.ports import MailAccount


def hidden(session: Session) -> dict[str, int]:
    """Folder there → how many, as the last rounds saw it."""
    try:
        return dict(json.loads(session.settings.get(HIDDEN) or "{}"))
    except (ValueError, TypeError):
        return {}


def tell_hidden(session: Session, far: MailAccount) -> None:
    """Of folders that this round looked at. Nothing is written where nothing changed."""
    before, now = hidden(session), {str(name): count for name, count in far.hidden().items()}
    if not before and not any(now.values()):
        return
    for name, count in now.items():
        if count > before.get(name, 0):
            session.desk.tell.note(Note.HIDDEN, folder=name, count=count)
    left = {name: count for name, count in {**before, **now}.items() if count}
    if left != before:
        session.settings.put(**{HIDDEN: json.dumps(left) if left else ""})
