"""`disconnect`: stop syncing and forget the connection. What is on this disk stays; the provider is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.reports.accounts import DisconnectReport
from calsync_cli.app.session import PASSWORD, Session, working
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Mode, Side


def disconnect(desk: Desk, *, delete_data: bool, revoke: bool, export: Path | None, dry_run: bool) -> DisconnectReport:
    """Works also where the connection is pending, damaged or changed: this is the way out of those."""
    del revoke  # a password has nothing to revoke
    with working(desk) as session:
        root = session.agenda_root
        report = DisconnectReport(
            account=session.account,
            provider=_provider(session),
            connected=session.settings.stage is not None,
            dry_run=dry_run,
            data_deleted=delete_data,
            exported=export,
            kept=(root,) if root.is_dir() else (),
            unsent=_unsent(session),
        )
        if dry_run or not report.connected:
            return report
        if export is not None:
            _export(root, export)
        wiring.vault(desk, session.account).forget(PASSWORD)
        session.settings.disconnect()
        if delete_data:
            _delete(root)
        return report


def _provider(session: Session) -> str:
    try:
        connection = session.settings.connection()
    except CalsyncError:  # changed after the sign-in: disconnecting is what mends it
        return ""
    return connection.provider if connection else ""


def _unsent(session: Session) -> int:
    """Local files that the account has not got as they are now: a look at this disk alone."""
    near = wiring.agenda(session.desk, session.account)
    count = 0
    for link in session.books.links():
        if link.mode is not Mode.TWO_WAY or not link.shown:
            continue
        index = session.books.index(link.id, Side.NEAR)
        try:
            pages = list(near.open(CollectionId(link.name)).look(None, index.keys()))
        except CalsyncError:  # the directory is gone: nothing of it is unsent
            continue
        seen = {one.ref: one.rev for page in pages for one in page.seen}
        count += sum(ref not in index or index[ref][0] != rev for ref, rev in seen.items())
        count += sum(ref not in seen for ref in index)
    return count


def _export(root: Path, target: Path) -> None:
    try:
        if root.is_dir():
            shutil.copytree(root, target / "agenda", symlinks=True)
    except FileExistsError as taken:
        raise CalsyncError("E001", "file-there", path=str(target / "agenda")) from taken
    except (OSError, shutil.Error) as refused:
        raise CalsyncError("E505", "directory", path=str(target), reason=str(refused)[:200]) from refused


def _delete(root: Path) -> None:
    try:
        if root.is_dir():
            shutil.rmtree(root)
    except OSError as refused:
        raise CalsyncError("E505", "directory", path=str(root), reason=refused.strerror or "") from refused
