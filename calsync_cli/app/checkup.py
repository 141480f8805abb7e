"""What `doctor` looks at, check by check: each ends in ok, warn or fail, with the command that mends it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from calsync_cli import __version__
from calsync_cli.app import wiring
from calsync_cli.app.condition import about, failure, of
from calsync_cli.app.damage import examine
from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import left_out
from calsync_cli.app.reports.checks import Check, CheckRow, Health
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.app.session import Session, probe_vault, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import place
from calsync_cli.state.settings import Stage

LITTLE, TOO_LITTLE = 500 << 20, 20 << 20
"""Bytes of free space."""

LONG = timedelta(days=2)
"""Without a sync."""

SIGN_IN = frozenset({"E105", "E106", "E107", "E108", "E203", "E501"})


Told = Mapping[str, str]
NOTHING: Told = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Clerk:
    """Writes check rows for one machine or account."""

    desk: Desk
    account: str = ""

    def row(self, check: Check, what: Health = Health.OK, *, fix: str = "", told: Told = NOTHING) -> CheckRow:
        return CheckRow(id=check, when=self._now, what=what, params=self._all(told), fix=fix)

    def wrong(self, check: Check, error: CalsyncError, what: Health = Health.FAIL, *, told: Told = NOTHING) -> CheckRow:
        known = self._all(told)
        report = ErrorReport.of(about(error, **known))
        fix = _mend(error.kind.fix, report.params)
        return CheckRow(id=check, when=self._now, what=what, params=known, error=report, fix=fix)

    def tried(self, check: Check, trial: Callable[[], object], *, told: Told = NOTHING) -> CheckRow:
        try:
            trial()
        except CalsyncError as error:
            return self.wrong(check, error, told=told)
        return self.row(check, told=told)

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.desk.now(), UTC)

    def _all(self, told: Told) -> dict[str, str]:
        return {"account": self.account, **told} if self.account else dict(told)


def _mend(fix: str, params: Told) -> str:
    """The error's own remedy, where its parameters are known; never doctor itself."""
    try:
        fix = fix.format_map(params)
    except KeyError:
        return ""
    return "" if fix == "calsync doctor" else fix


# ── the machine ──────────────────────────────────────────────────────────────────────────────────────────────────


def of_machine(desk: Desk) -> Iterator[CheckRow]:
    """What all accounts share."""
    clerk, places = _Clerk(desk), desk.places
    yield clerk.row(Check.VERSION, told={"version": __version__, "python": ".".join(map(str, sys.version_info[:3]))})
    config = clerk.tried(Check.CONFIG, lambda: desk.config, told={"path": str(places.config_file)})
    yield config
    for path in dict.fromkeys((places.states, places.attics, places.logs)):
        if path.is_dir():
            yield _private(clerk, path)
    yield _space(clerk, places.states)
    yield _zone(clerk)
    if config.what is Health.OK:
        yield _vault(clerk, desk)


def _private(clerk: _Clerk, path: Path) -> CheckRow:
    """Nobody else's, and writable."""
    if not os.access(path, os.W_OK | os.X_OK):
        return clerk.wrong(
            Check.HOME, CalsyncError("E505", "denied", path=str(path), reason="EACCES"), told={"path": str(path)}
        )
    if path.stat().st_mode & 0o077:
        return clerk.row(Check.HOME, Health.WARN, fix=f"chmod 700 {path}", told={"path": str(path)})
    return clerk.row(Check.HOME, told={"path": str(path)})


def _space(clerk: _Clerk, path: Path) -> CheckRow:
    there = next(folder for folder in (path, *path.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    told = {"path": str(there), "free": f"{free / (1 << 30):.1f} GiB"}
    if free < TOO_LITTLE:
        return clerk.wrong(Check.SPACE, CalsyncError("E505", "full", path=str(there), reason="ENOSPC"), told=told)
    return clerk.row(Check.SPACE, Health.WARN if free < LITTLE else Health.OK, told=told)


def _zone(clerk: _Clerk) -> CheckRow:
    """Whether the time zone database is there at all: without it, times in events could not be told."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = os.environ.get("TZ", "").removeprefix(":") or _local_zone()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return clerk.row(Check.ZONES, Health.WARN, fix="pip install tzdata", told={"zone": name})
    return clerk.row(Check.ZONES, told={"zone": name})


def _local_zone() -> str:
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"


def _vault(clerk: _Clerk, desk: Desk) -> CheckRow:
    names = desk.places.accounts()
    try:
        vault = wiring.vault(desk, names[0] if names else PERSONAL)
        probe_vault(desk, names[0] if names else None)
    except CalsyncError as error:
        return clerk.wrong(Check.SECRETS, error, told={"backend": str(desk.config.settings["secrets.backend"].raw)})
    return clerk.row(Check.SECRETS, told={"backend": vault.describe()})


# ── an account ───────────────────────────────────────────────────────────────────────────────────────────────────


def of_account(desk: Desk, name: AccountName, *, asking: bool = True) -> list[CheckRow]:
    """Everything about one account. `asking`: the server too."""
    clerk, path = _Clerk(desk, name), str(desk.places.database(name))
    rows: list[CheckRow] = []
    try:
        with reading(desk, name) as session:
            examine(session)
            rows.append(clerk.row(Check.STATE, told={"path": path}))
            rows += _of_session(clerk, session, asking=asking)
    except CalsyncError as error:
        rows.append(clerk.wrong(Check.STATE, error, told={"path": path}))
    return rows


def _of_session(clerk: _Clerk, session: Session, *, asking: bool) -> Iterator[CheckRow]:
    links = session.settings.links()
    root = str(session.agenda_root)
    if any(link.primary for link in links):
        yield clerk.tried(Check.AGENDA, Directories(session).check, told={"path": root})
    if session.settings.stage is Stage.PENDING:
        yield clerk.wrong(Check.SIGN_IN, CalsyncError("E202"))
    if session.settings.stage is not Stage.CONNECTED:
        return
    if asking:
        yield from _of_server(clerk, session)
    out = left_out(session)
    names = ", ".join(link.display for link in links if link.id in out)
    yield clerk.row(Check.FEED, Health.WARN if out else Health.OK, told={"calendar": names or "-"})
    waiting = len(session.chronicle.waiting()) + len(session.chronicle.conflicts())
    look = "calsync conflicts" if waiting else ""
    yield clerk.row(Check.CONFLICTS, Health.WARN if waiting else Health.OK, fix=look, told={"count": str(waiting)})
    if any(link.primary for link in links):
        yield _last_sync(clerk, session)


def _of_server(clerk: _Clerk, session: Session) -> Iterator[CheckRow]:
    """One glance tells whether the server answers, accepts the sign-in, and still has the primary calendar."""
    try:
        host = session.connection.server
        far = session.far()
        try:
            there = {place(glance.id) for glance in far.glance()}
        finally:
            far.close()
    except CalsyncError as error:
        which = Check.SIGN_IN if error.code in SIGN_IN else Check.SERVER
        yield clerk.wrong(
            which, about(error, provider=of(session).provider), told={"host": error.params.get("host", "")}
        )
        return
    yield clerk.row(Check.SERVER, told={"host": host})
    yield clerk.row(Check.SIGN_IN)
    for link in session.settings.links():
        if link.primary and place(link.far_id) not in there:
            yield clerk.wrong(
                Check.PRIMARY, CalsyncError("E304", calendar=link.display), told={"calendar": link.display}
            )
        elif link.primary:
            yield clerk.row(Check.PRIMARY, told={"calendar": link.display})


def _last_sync(clerk: _Clerk, session: Session) -> CheckRow:
    ended = [run for run in session.chronicle.runs() if run.ended is not None and not run.by_hand]
    good = session.chronicle.last_good()
    when = datetime.fromtimestamp(good, UTC) if good is not None else None
    told = {"when": when.isoformat(timespec="seconds") if when else "-"}
    error = failure(ended[0]) if ended else None
    if error is not None:
        return replace(clerk.row(Check.LAST_SYNC, Health.WARN, fix="calsync sync", told=told), error=error)
    late = when is None or datetime.fromtimestamp(session.desk.now(), UTC) - when > LONG
    return clerk.row(Check.LAST_SYNC, Health.WARN if late else Health.OK, fix="calsync sync" if late else "", told=told)
