"""A state that cannot be read: set aside, never thrown away, and built anew from what lies beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.backup import saved
from calsync_cli.app.directories import Directories
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.restore import restore
from calsync_cli.app.session import WAIT, Session, opened, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.message import message_id
from calsync_cli.core.mail.record import Slip, Withdrawn
from calsync_cli.core.model import NO_FLAGS, LinkId, Ref, Side
from calsync_cli.core.record import Kept, Outcome
from calsync_cli.core.scan import scan
from calsync_cli.state.lock import held
from calsync_cli.state.sweep import lost_bodies


def examine(session: Session) -> None:
    """Read all of it. Raises E503 where something of it is damaged or missing."""
    session.database.check()
    if lost_bodies(session.database):
        raise CalsyncError("E503", "body", path=str(session.database.path))


def rebuild(desk: Desk, account: AccountName) -> None:
    """Forget what both sides agreed on, and who is connected only where it cannot be read and there is no copy.

    The next round adopts what is on both sides; nothing is deleted on either, and nobody is mailed.
    """
    desk.tell.phase(Phase.REPAIR)
    if _readable(desk, account):
        with working(desk, account) as session:
            session.settings.begin_again()
            session.folders.begin_again()
        return
    set_aside(desk, account)
    with working(desk, account, make=True) as session:
        dossier = saved(desk, account)
        if dossier is not None and dossier.account == account:
            restore(session, dossier, Directories(session))
        _list_attic(session)


def _readable(desk: Desk, account: AccountName) -> bool:
    try:
        session = opened(desk, account)
    except CalsyncError as error:
        if error.code == "E503":
            return False
        raise
    try:
        session.database.check()
    except CalsyncError:
        return False
    else:
        return True
    finally:
        session.database.close()


def set_aside(desk: Desk, account: AccountName) -> Path:
    """Rename the database and its journal, so that a new one can be made; the old one can still be looked at."""
    database = desk.places.database(account)
    stamp = datetime.fromtimestamp(desk.now(), UTC).strftime("%Y%m%d-%H%M%S")
    kept = database.with_name(f"{database.name}.damaged-{stamp}")
    with held(desk.places.lock(account), account=account, wait=WAIT):
        try:
            for tail in ("", "-wal", "-shm"):
                part = database.with_name(database.name + tail)
                if part.exists():
                    part.rename(kept.with_name(kept.name + tail))
        except OSError as refused:
            raise CalsyncError("E505", "state", path=str(database), reason=refused.strerror or "") from refused
    return kept


def _event(name: str, content: bytes) -> Kept:
    found = scan(content)
    return Kept(LinkId(0), Side.NEAR, Ref(""), found.uid, found.title, "changed", name)


def _letter(name: str, content: bytes) -> Withdrawn:
    return Withdrawn(LinkId(0), Ref(""), message_id(content), NO_FLAGS, "deleted", name)


def _list_attic(session: Session) -> None:
    """What lies in the attic can be brought back still, though when and why is forgotten."""
    attic = wiring.attic(session.desk, session.account)
    files = [entry.name for entry in attic.entries() if attic.path(entry.name).is_file()]
    kept = [_event(name, attic.read(name)) for name in files if not name.endswith(wiring.LETTER)]
    letters = [_letter(name, attic.read(name)) for name in files if name.endswith(wiring.LETTER)]
    if files:
        number = session.chronicle.begin_run(session.desk.now())
        session.books.record(number, Outcome(kept=kept))
        session.letters.record(number, Slip(withdrawn=letters))
        session.chronicle.end_run(number, session.desk.now(), code="", report="repair")
