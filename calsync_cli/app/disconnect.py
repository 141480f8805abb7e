"""`disconnect`: stop syncing and forget the connection. What is on this disk stays; the provider is left alone.

This is the way out of everything, so it works where the connection is pending or was changed, where the vault cannot
be opened (the password then stays in it, and that is told), and where the state is damaged (it is kept, set aside).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.backup import forget, saved
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.catalog.line import DELEGATED, OAuth
from calsync_cli.app.damage import set_aside
from calsync_cli.app.directories import UNCONNECTED, remember
from calsync_cli.app.mail import leaving
from calsync_cli.app.reports.accounts import DisconnectReport
from calsync_cli.app.reports.told import ErrorReport, Phase
from calsync_cli.app.session import PASSWORD, Session, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Mode, Side
from calsync_cli.state.almanac import Index
from calsync_cli.state.settings import Connection


def disconnect(desk: Desk, *, delete_data: bool, revoke: bool, export: Path | None, dry_run: bool) -> DisconnectReport:
    """Once more changes nothing (R61). Raises E201, E001, E502, E505."""
    try:
        with working(desk) as session:
            report = _report(session, export, delete_data=delete_data, dry_run=dry_run)
            return _disconnect(session, replace(report, revokes=revoke and _permission(session) is not None))
    except CalsyncError as error:
        if error.code != "E503":
            raise
        return _damaged(desk, export, delete_data=delete_data, dry_run=dry_run)


def _damaged(desk: Desk, export: Path | None, *, delete_data: bool, dry_run: bool) -> DisconnectReport:
    name = desk.account()
    if dry_run:
        kept = tuple(root for root in _roots(desk, name).values() if root.is_dir())
        return DisconnectReport(
            account=name, provider="", connected=True, dry_run=True, data_deleted=delete_data, kept=kept
        )
    set_aside(desk, name)
    with working(desk, name, make=True) as session:
        report = _report(session, export, delete_data=delete_data, dry_run=False)
        return _disconnect(session, replace(report, connected=True))


def _report(session: Session, export: Path | None, *, delete_data: bool, dry_run: bool) -> DisconnectReport:
    roots = _roots(session.desk, session.account)
    if export is not None:
        _refuse(export, roots)
    return DisconnectReport(
        account=session.account,
        provider=_provider(session),
        connected=session.settings.stage is not None,
        dry_run=dry_run,
        data_deleted=delete_data,
        exported=export,
        kept=tuple(root for root in roots.values() if root.is_dir()),
        unsent=_unsent(session) + leaving.unsent(session),
    )


def _roots(desk: Desk, account: AccountName) -> dict[str, Path]:
    """What lies on this disk, by the name that a copy of it gets."""
    return {"agenda": wiring.agenda_root(desk, account), "mail": wiring.mail_root(desk, account)}


def _refuse(export: Path, roots: Mapping[str, Path]) -> None:
    """A copy into what is copied would have no end; one over another copy would be a mixture."""
    if not set(roots.values()).isdisjoint((export.absolute(), *export.absolute().parents)):
        raise CalsyncError("E001", "no-place", path=str(export), flag="--export")
    taken = [export / name for name, root in roots.items() if root.is_dir() and (export / name).exists()]
    if taken:
        raise CalsyncError("E001", "file-there", path=str(taken[0]))


def _disconnect(session: Session, report: DisconnectReport) -> DisconnectReport:
    """In an order that can be picked up again wherever it was killed."""
    if report.dry_run or not report.connected:
        return report
    if report.exported is not None:
        _export(session, report.exported)
    if report.data_deleted:
        _delete(session)
    standing = _give_back(session) if report.revokes else None
    left = _forget_secret(session)
    forget(session.desk, session.account)
    remember(session)
    session.settings.disconnect()
    return replace(report, left=left, standing=standing)


def _permission(session: Session) -> tuple[Connection, OAuth] | None:
    """What stands at the provider, also where storing it was not finished.

    A domain's trust in a service account is not one person's to end.
    """
    connection = _connection(session)
    provider = PROVIDERS.get(connection.provider) if connection else None
    if connection is None or provider is None or session.settings.stage is None:
        return None
    given = connection.traits.get("client_id") and not connection.traits.get(DELEGATED)
    return (connection, provider.oauth) if provider.oauth and given else None


def _give_back(session: Session) -> ErrorReport | None:
    """Permission given in a browser ends at the provider too; what stands in the way is told, and is no hindrance."""
    permission = _permission(session)
    if permission is None:
        return None
    connection, oauth = permission
    try:
        secret = session.bound_secret(connection)
        if oauth.revoke(connection, lambda: secret):
            return None
    except CalsyncError as error:
        return ErrorReport.of(error)
    return ErrorReport.of(CalsyncError("E404", "stands", host=connection.provider))


def _forget_secret(session: Session) -> ErrorReport | None:
    try:
        connection = _connection(session)
        wiring.vault(session.desk, session.account, backend=connection.secret if connection else "").forget(PASSWORD)
    except CalsyncError as closed:
        return ErrorReport.of(closed)
    return None


def _provider(session: Session) -> str:
    connection = _connection(session)
    return connection.provider if connection else ""


def _connection(session: Session) -> Connection | None:
    try:
        return session.settings.connection()
    except CalsyncError as error:
        if error.code == "E503":
            raise
        return None  # changed after the sign-in: disconnecting is what mends it


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


def _export(session: Session, target: Path) -> None:
    roots = _roots(session.desk, session.account)
    session.desk.tell.phase(Phase.EXPORT)
    try:
        if roots["agenda"].is_dir():
            shutil.copytree(roots["agenda"], target / "agenda", symlinks=True)
        leaving.export(roots["mail"], target / "mail")
    except FileExistsError as taken:
        raise CalsyncError("E001", "file-there", path=str(taken.filename)) from taken
    except (OSError, shutil.Error) as refused:
        raise CalsyncError("E505", "directory", path=str(target), reason=str(refused)[:200]) from refused


def _delete(session: Session) -> None:
    """The calendars that are calsync's, and what it displaced; other things below the same root are not its own.

    The marks of the roots go first: broken off amid a directory, no round takes what is missing for a person's deed.
    """
    root = session.agenda_root
    agenda = wiring.agenda(session.desk, session.account)
    copy = saved(session.desk, session.account)  # a state that was damaged knows none of its calendars any more
    known = {place.name for place in copy.places} if copy is not None else set()
    names = known | {link.name for link in session.settings.links()} | {UNCONNECTED}
    Index(session.database).forget_but(())
    mail = wiring.mail_root(session.desk, session.account)
    ours = leaving.ours(session)
    with _refusing(mail):
        leaving.unmark(session)
    with _refusing(root):
        wiring.unmark(root)
        for name in sorted(names):
            _remove(agenda.path(CollectionId(name)))
        _remove(session.desk.places.attic(session.account))
        if root.is_dir() and not any(root.iterdir()):
            root.rmdir()
    with _refusing(mail):
        leaving.delete(session, ours)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()  # what it points to is somebody else's
    elif path.is_dir():
        shutil.rmtree(path)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        raise CalsyncError("E505", "directory", path=str(path), reason=refused.strerror or "") from refused
