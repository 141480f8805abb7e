"""Messages that a killed round put into the attic without writing it down: listed, so that `undo` offers them."""

from __future__ import annotations

from collections.abc import Iterator

from calsync_cli.app import wiring
from calsync_cli.app.session import Session
from calsync_cli.app.strays import LATEST, SLACK
from calsync_cli.core.mail.message import digest, message_id
from calsync_cli.core.mail.record import Slip, Withdrawn
from calsync_cli.core.model import CollectionId, Missing, RunId
from calsync_cli.state.post import Post


def list_stray_letters(session: Session, run: RunId) -> None:
    """Before the round looks: after it the books would not know any more whose they were."""
    runs = session.chronicle.runs(last=LATEST)
    began = min((one.began for one in runs if one.ended is None and one.id != run), default=None)
    if began is not None:
        session.letters.record(run, Slip(withdrawn=list(_strays(session, began))))


def _strays(session: Session, began: float) -> Iterator[Withdrawn]:
    attic, post = wiring.letter_attic(session.desk, session.account), Post(session.database)
    known = {row.name for row in post.withdrawn()}
    for entry in attic.entries():
        if entry.at.timestamp() < began - SLACK or entry.name in known or not entry.name.endswith(wiring.LETTER):
            continue
        content = attic.read(entry.name)
        name = message_id(content)
        owner = post.owner(name, digest(content))
        if owner is None:
            continue
        link, folder, ref, flags = owner
        store = wiring.maildirs(session.desk, session.account).open(CollectionId(folder))
        if isinstance(next(iter(store.sketch([ref]))), Missing):  # else it was killed before the file went
            yield Withdrawn(link, ref, name, flags, "deleted", entry.name)
