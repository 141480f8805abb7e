"""What `doctor` looks at in an account's mail: the Maildirs, the mapping, and the server with what it can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from calsync_cli.app import wiring
from calsync_cli.app.clerk import Clerk
from calsync_cli.app.condition import REFUSED, about, of
from calsync_cli.app.halves import host
from calsync_cli.app.machine import space
from calsync_cli.app.mail.hidden import hidden
from calsync_cli.app.mail.mapping import incomplete
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.reports.checks import Check, CheckRow, Health
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import MailServer
from calsync_cli.core.model import CollectionId
from calsync_cli.state.folders import FolderRow

NEEDED = ("UIDPLUS", "MOVE", "IDLE", "CONDSTORE", "SPECIAL-USE")
"""Without these mail is in step too, only slower, or with more care (RFC 4315, 6851, 2177, 7162, 6154)."""
FULL = 0.95
"""Of the quota."""


def of_maildirs(clerk: Clerk, session: Session) -> Iterator[CheckRow]:
    """The directories here, and what is still to be said of them."""
    rows = session.folders.rows()
    if rows:
        yield from _here(clerk, session, rows)
    missing = incomplete(session)
    fix = "calsync map-folders" if missing else ""
    told = {"folders": ", ".join(missing) or "-"}
    if (unseen := sum(hidden(session).values())) > 0:
        yield clerk.row(Check.MAIL_HIDDEN, Health.WARN, told={"count": str(unseen)})
    yield clerk.row(Check.MAPPING, Health.WARN if missing else Health.OK, fix=fix, told=told)


def _here(clerk: Clerk, session: Session, rows: Sequence[FolderRow]) -> Iterator[CheckRow]:
    root = wiring.mail_root(session.desk, session.account)
    told = {"path": str(root)}
    marked = clerk.tried(Check.MAIL, lambda: _marked(session, rows), told=told)
    yield marked
    if marked.what is not Health.OK:
        return
    yield clerk.tried(Check.MAIL_DISK, lambda: wiring.try_out_mail(root), told=told)
    if root.stat().st_dev != session.desk.places.states.stat().st_dev:
        yield space(clerk, root)
    strange = sum(_strange(session, row) for row in rows)
    yield clerk.row(Check.MAIL_FILES, Health.WARN if strange else Health.OK, told={"count": str(strange)})


def _marked(session: Session, rows: Sequence[FolderRow]) -> None:
    """Ours, whole, and open to us."""
    roots = MailRoots(session)
    roots.check()
    for row in rows:
        wiring.sound_maildir(roots.path(row.name))


def _strange(session: Session, row: FolderRow) -> int:
    """What lies among messages and is none, or cannot be read."""
    near = wiring.maildirs(session.desk, session.account).open(CollectionId(row.name))
    try:
        return sum(len(page.unreadable) for page in near.look(None, frozenset()))
    except CalsyncError:  # gone while we look
        return 0


def of_post(clerk: Clerk, session: Session) -> Iterator[CheckRow]:
    """Whether the mail server answers and accepts the sign-in, what it can do, and whether the folders are there."""
    names = {row.far_id: row.name for row in session.folders.rows()}
    where = ""
    try:
        where = host(session.connection.mail)
        with closing(session.post()) as far:
            server = far.condition()
            there = {glance.id for glance in far.glance(list(names))}
    except CalsyncError as error:
        which = Check.MAIL_SIGN_IN if error.code in REFUSED | {"E103", "E109"} else Check.MAIL_SERVER
        yield clerk.wrong(
            which, about(error, provider=of(session).provider), told={"host": error.params.get("host", where)}
        )
        return
    called = " ".join(word for word in (server.name, server.version) if word) or "-"
    yield clerk.row(Check.MAIL_SERVER, told={"host": where, "name": called})
    yield clerk.row(Check.MAIL_SIGN_IN)
    yield from _of_server(clerk, server)
    gone = [name for far_id, name in names.items() if far_id not in there]
    for name in gone:
        yield clerk.wrong(Check.FOLDERS, CalsyncError("E210", "named", folder=name), told={"folders": name})
    if names and not gone:
        yield clerk.row(Check.FOLDERS, told={"folders": ", ".join(names.values())})


def _of_server(clerk: Clerk, server: MailServer) -> Iterator[CheckRow]:
    lacks = [
        word for word in NEEDED if word not in server.capabilities or (word == NEEDED[-1] and not server.special_use)
    ]
    told = {"can": " ".join(server.capabilities) or "-", "lacks": " ".join(lacks) or "-"}
    yield clerk.row(Check.MAIL_SKILLS, told=told)
    if server.room and server.used is not None:
        full = server.used > FULL * server.room
        told = {"used": _mega(server.used), "room": _mega(server.room)}
        yield clerk.row(Check.MAIL_ROOM, Health.WARN if full else Health.OK, told=told)


def _mega(octets: int) -> str:
    return f"{octets / (1 << 20):.0f} MiB"
