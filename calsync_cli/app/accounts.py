"""`account`: which accounts are on this machine, which one is meant, and taking a set-up to another machine."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.condition import condition, of
from calsync_cli.app.connect import account_at
from calsync_cli.app.directories import UNCONNECTED, Directories
from calsync_cli.app.dossier import PORTABLE, Dossier, dossier_of, read_dossier, written
from calsync_cli.app.files import place_private
from calsync_cli.app.reports.accounts import AccountRow, AccountsReport
from calsync_cli.app.restore import restore
from calsync_cli.app.session import Session, clear_away, reading, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config.layers import Origin
from calsync_cli.config.places import PERSONAL, AccountName, account_name, make_private
from calsync_cli.config.write import set_key
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId
from calsync_cli.state.settings import Connection


def accounts(desk: Desk) -> AccountsReport:
    """Every account with a state here."""
    return _report(desk)


def use(desk: Desk, *, name: str) -> AccountsReport:
    """Name the account that is meant when none is named; a unique beginning is enough. Raises E003."""
    there = desk.places.accounts()
    said = account_name(name)
    found = [one for one in there if one == said] or [one for one in there if one.startswith(said)]
    if len(found) != 1:
        raise CalsyncError("E003", "account", names=", ".join(found or there), fix="calsync account list")
    place_private(desk.places.states / "current", found[0].encode())
    return _report(desk, changed=found[0])


def add(desk: Desk, *, address: str) -> AccountsReport:
    """A local agenda, to be connected later or never; once more changes nothing (R61)."""
    name = account_at(address, flag="ADDR")
    with working(desk, name, make=True) as session:
        if session.settings.stage is None:
            folder = wiring.agenda(desk, name).path(UNCONNECTED)
            if not folder.is_dir():
                make_private(folder, ours=False)
                wiring.dress(folder, display=name, color="")
    return _report(desk, changed=name)


def export(desk: Desk, *, file: Path) -> AccountsReport:
    """The set-up, without any secret, to a file that is made new. Raises E201, E202, E203, E001, E505."""
    with reading(desk) as session:
        connection = session.connection
        config = _portable(desk)
        document = written(dossier_of(session, _placeless(connection), config, {}))
    place_private(file, document, new=True)
    return _report(desk, changed=session.account, file=file)


def bring_in(desk: Desk, *, file: Path) -> AccountsReport:
    """Take a set-up over; `connect --resume` then asks for nothing but the sign-in. Raises E001, E211, E303."""
    read = read_dossier(file)
    dossier = replace(read, bound={}, connection=_placeless(read.connection))
    _refuse_hostile(desk, dossier, file)
    known = desk.places.database(dossier.account).exists()
    try:
        with working(desk, dossier.account, make=True) as session:
            _refuse_connected(session)
            _restore(session, dossier)
    except CalsyncError:
        if not known:
            clear_away(desk, dossier.account)
        raise
    _take_settings(desk, dossier)
    return _report(desk, changed=dossier.account, file=file)


def _placeless(connection: Connection) -> Connection:
    """Where a browser signs in, the settings of each machine say where its client is and where tokens go."""
    provider = PROVIDERS.get(connection.provider)
    if provider is None or provider.oauth is None:
        return connection
    return replace(connection, server="", endpoint="", mail="", ca_file="", traits={})


def _restore(session: Session, dossier: Dossier) -> None:
    """Whole or not at all; the account was not connected before either."""
    try:
        restore(session, dossier, Directories(session))
    except CalsyncError:
        session.settings.disconnect()
        raise


def _refuse_connected(session: Session) -> None:
    if session.settings.stage is not None:
        raise CalsyncError("E211", account=session.account, provider=of(session).provider)


def _refuse_hostile(desk: Desk, dossier: Dossier, file: Path) -> None:
    """A provider that is none, or a directory's name that leads elsewhere."""
    agenda, mail = wiring.agenda(desk, dossier.account), wiring.maildirs(desk, dossier.account)
    if dossier.connection.provider not in PROVIDERS or dossier.account == PERSONAL:
        raise CalsyncError("E001", "no-export", path=str(file))
    try:
        for place in dossier.places:
            agenda.path(CollectionId(place.name))
        for box in dossier.post.boxes:
            mail.path(CollectionId(box.local))
    except CalsyncError as hostile:
        raise CalsyncError("E001", "no-export", path=str(file)) from hostile


def _portable(desk: Desk) -> Mapping[str, str]:
    chosen = {name: desk.config.settings[name] for name in PORTABLE}
    return {name: str(one.raw) for name, one in chosen.items() if one.origin in {Origin.SET, Origin.FILE}}


def _take_settings(desk: Desk, dossier: Dossier) -> None:
    """Only what nobody said anything about here; what is locked stays as it is."""
    for name, text in dossier.settings.items():
        if desk.config.settings[name].origin is Origin.DEFAULT:
            with contextlib.suppress(CalsyncError):
                set_key(desk.config, name, text, connected=True)
    desk.reload()


def _report(desk: Desk, *, changed: str = "", file: Path | None = None) -> AccountsReport:
    there = desk.places.accounts()
    default = there[0] if len(there) == 1 else wiring.current(desk.places)
    return AccountsReport(
        accounts=tuple(_row(desk, name, current=name == default) for name in there), changed=changed, file=file
    )


def _row(desk: Desk, name: AccountName, *, current: bool) -> AccountRow:
    found = condition(desk, name)
    root, mail = wiring.agenda_root(desk, name), wiring.mail_root(desk, name)
    return AccountRow(
        account=name,
        provider=found.provider,
        state=found.state,
        current=current,
        path=root.absolute() if root.is_dir() else None,
        mail=mail.absolute() if mail.is_dir() else None,
        halves=found.halves,
    )
