"""`service install|remove`: `sync --watch` as a service of the user's, one unit for each account."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from calsync_cli.app import supervisor, wiring
from calsync_cli.app.program import program
from calsync_cli.app.reach import due
from calsync_cli.app.reports.service import Fate, ServiceReport, UnitRow
from calsync_cli.app.session import reading
from calsync_cli.app.units import Unit, account_of, is_ours, name_of, text_of
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName, Places, make_private
from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.glimpse import active

RELOAD = ("daemon-reload",)


def installed(desk: Desk) -> ServiceReport:
    """The units that are there, and whether they are what would be written now."""
    rows = tuple(_present(desk, path, text) for path, text in _found(desk))
    return ServiceReport(units=rows, next="" if rows else "calsync service install")


def install(desk: Desk, *, dry_run: bool) -> ServiceReport:
    """Write a unit for each account that is active, or for the one that is named, and start it.

    Files that are not ours are replaced: whoever calls has asked. Raises E201 to E205, E001, E102, E505.
    """
    _need_systemd()
    rows = tuple(_row(desk, name) for name in _active(desk))
    if dry_run:
        return _report(desk, rows, told=False, commands=(), dry_run=True)
    for row in rows:
        if row.what is not Fate.SAME:
            supervisor.write(row.path, row.text)
    for place in (desk.places.states, desk.places.attics, desk.places.logs):
        make_private(place)  # what is not there when it starts stays closed to it
    told, left = _told(desk, [RELOAD, *(words for row in rows for words in _starting(row))])
    return _report(desk, rows, told=told, commands=left, dry_run=False)


def remove(desk: Desk, *, dry_run: bool) -> ServiceReport:
    """Stop and take away the units that `install` wrote: all of them, or that of the account that is named."""
    wanted = name_of(desk.account()) if desk.asked else ""
    rows = tuple(_gone(path, text) for path, text in _found(desk) if wanted in {"", path.name})
    if dry_run or not rows:
        return _report(desk, rows, told=False, commands=(), dry_run=dry_run)
    told, _ = _told(desk, [("disable", "--now", row.name) for row in rows])
    for row in rows:
        supervisor.remove(row.path)
    told = supervisor.tell(desk.env, *RELOAD) and told
    left = [("stop", *(row.name for row in rows)), RELOAD]
    return _report(desk, rows, told=told, commands=() if told else tuple(map(supervisor.command, left)), dry_run=False)


def unit_of(desk: Desk, name: AccountName) -> UnitRow | None:
    """The account's unit as it is there, compared with what would be written now; None where there is none."""
    path = supervisor.directory(desk.env) / name_of(name)
    text = supervisor.read(path)
    return None if text is None else _present(desk, path, text)


# ── which ones ───────────────────────────────────────────────────────────────────────────────────────────────────


def _active(desk: Desk) -> list[AccountName]:
    """Those that a watch would not end at once. Raises what it would end with, where there is none such."""
    names = (
        [desk.account()] if desk.asked else [one for one in desk.places.accounts() if active(desk.places.database(one))]
    )
    for name in names or [desk.account()]:
        with reading(desk, name) as session:
            if not due(session, None):
                raise CalsyncError("E205", account=name)
    return names


def _found(desk: Desk) -> Iterator[tuple[Path, str]]:
    """Every unit with our name and our mark, changed by hand or not."""
    for path in sorted(supervisor.directory(desk.env).glob("calsync@*.service")):
        text = supervisor.read(path)
        if text is not None and account_of(text):
            yield path, text


def _row(desk: Desk, name: AccountName) -> UnitRow:
    path = supervisor.directory(desk.env) / name_of(name)
    text = text_of(_unit(desk, name))
    return UnitRow(name=path.name, account=name, path=path, what=_fate(supervisor.read(path), text), text=text)


def _present(desk: Desk, path: Path, text: str) -> UnitRow:
    name = AccountName(account_of(text))
    fate = _fate(text, text_of(_unit(desk, name))) if name else Fate.FOREIGN
    return UnitRow(name=path.name, account=name, path=path, what=fate, text=text)


def _gone(path: Path, text: str) -> UnitRow:
    fate = Fate.REMOVED if is_ours(text) else Fate.FOREIGN
    return UnitRow(name=path.name, account=account_of(text), path=path, what=fate)


def _fate(there: str | None, wanted: str) -> Fate:
    if there is None:
        return Fate.NEW
    if there == wanted:
        return Fate.SAME
    return Fate.OTHER if is_ours(there) else Fate.FOREIGN


# ── what it is made of ───────────────────────────────────────────────────────────────────────────────────────────


def _unit(desk: Desk, name: AccountName) -> Unit:
    config = ("--config", str(desk.config_file.absolute())) if desk.config_file else ()
    places = desk.places
    return Unit(
        account=name,
        words=(*program(), "sync", "--watch", "--no-input", "--account", name, *config),
        env=_environment(desk),
        writable=_writable(places, wiring.agenda_root(desk, name), wiring.mail_root(desk, name)),
        confined=not _runs_programs(desk),
    )


def _writable(places: Places, *roots: Path) -> tuple[Path, ...]:
    """Each becomes a mount of its own, and no file can be linked from one mount into another (link(2), EXDEV).

    So agenda, mail and attic go under their common directory where they have one: what is overwritten is linked into
    the attic, and only copied where that cannot be.
    """
    data = places.attics.parent
    elsewhere = tuple(root for root in roots if not root.is_relative_to(data))
    kept = places.attics if len(elsewhere) == len(roots) else data
    return (kept, *elsewhere, places.states, places.logs)


def _environment(desk: Desk) -> dict[str, str]:
    """The settings that this calsync was given by the environment; a service has another one."""
    known = {"CALSYNC_HOME", *(key.variable for key in keys.KEYS.values())}
    return {name: value for name, value in desk.env.items() if name in known and value}


def _runs_programs(desk: Desk) -> bool:
    return bool(desk.config[keys.HOOKS_POST_SYNC]) or desk.config[keys.SECRETS_BACKEND] == "command"


def _need_systemd() -> None:
    if sys.platform != "linux":
        raise CalsyncError("E102", "no-systemd")


# ── telling it ───────────────────────────────────────────────────────────────────────────────────────────────────


def _starting(row: UnitRow) -> Iterator[tuple[str, ...]]:
    """Without waiting for the first round. A unit that changed is started anew."""
    yield ("enable", row.name)
    yield ("start" if row.what is Fate.SAME else "restart", "--no-block", row.name)


def _told(desk: Desk, orders: Sequence[tuple[str, ...]]) -> tuple[bool, tuple[str, ...]]:
    """Whether all of it was taken, and what is left for a person to type."""
    left = [words for words in orders if not supervisor.tell(desk.env, *words)]
    return not left, tuple(supervisor.command(words) for words in left)


def _report(
    desk: Desk, rows: tuple[UnitRow, ...], *, told: bool, commands: tuple[str, ...], dry_run: bool
) -> ServiceReport:
    return ServiceReport(units=rows, told=told, commands=commands, confined=not _runs_programs(desk), dry_run=dry_run)
