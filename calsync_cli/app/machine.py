"""What `doctor` looks at that all accounts share: settings, directories, disk, zones, secrets, hooks."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

from calsync_cli import __version__
from calsync_cli.app import wiring
from calsync_cli.app.clerk import Clerk
from calsync_cli.app.hooks import executable
from calsync_cli.app.policy import there
from calsync_cli.app.reports.checks import Check, CheckRow, Health
from calsync_cli.app.session import probe_vault
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import PERSONAL
from calsync_cli.config.policy import read_policy
from calsync_cli.core.errors import CalsyncError

LITTLE, TOO_LITTLE = 500 << 20, 20 << 20
"""Bytes of free space."""


def of_machine(desk: Desk) -> Iterator[CheckRow]:
    """What all accounts share."""
    clerk, places = Clerk(desk), desk.places
    yield clerk.row(Check.VERSION, told={"version": __version__, "python": ".".join(map(str, sys.version_info[:3]))})
    well = yield from _settings(clerk, desk)
    for path in dict.fromkeys((places.states, places.attics, places.logs)):
        if path.is_dir():
            yield _private(clerk, path)
    yield space(clerk, places.states)
    yield _zone(clerk)
    yield _locale(clerk)
    if well:
        yield _vault(clerk, desk)
        yield from _hooks(clerk, desk)


def _settings(clerk: Clerk, desk: Desk) -> Generator[CheckRow, None, bool]:
    """The policy and the configuration; a policy that cannot be read is told once."""
    places = desk.places
    path = there(places)
    if path is not None:
        policy = clerk.tried(Check.POLICY, lambda: read_policy(places.policies), told={"path": str(path)})
        yield policy
        if policy.what is not Health.OK:
            return False
    config = clerk.tried(Check.CONFIG, lambda: desk.config, told={"path": str(places.config_file)})
    yield config
    return config.what is Health.OK


def _private(clerk: Clerk, path: Path) -> CheckRow:
    """Nobody else's, and writable."""
    if not os.access(path, os.W_OK | os.X_OK):
        return clerk.wrong(
            Check.HOME, CalsyncError("E505", "denied", path=str(path), reason="EACCES"), told={"path": str(path)}
        )
    if path.stat().st_mode & 0o077:
        return clerk.row(Check.HOME, Health.WARN, fix=f"chmod 700 {path}", told={"path": str(path)})
    return clerk.row(Check.HOME, told={"path": str(path)})


def space(clerk: Clerk, path: Path) -> CheckRow:
    """How much room there is on the disk of a directory."""
    there = next(folder for folder in (path, *path.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    told = {"path": str(there), "free": f"{free / (1 << 30):.1f} GiB"}
    if free < TOO_LITTLE:
        return clerk.wrong(Check.SPACE, CalsyncError("E505", "full", path=str(there), reason="ENOSPC"), told=told)
    return clerk.row(Check.SPACE, Health.WARN if free < LITTLE else Health.OK, told=told)


def _zone(clerk: Clerk) -> CheckRow:
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


def _locale(clerk: Clerk) -> CheckRow:
    """A locale that is not installed, or is not UTF-8: titles with accents could not be shown as they are."""
    env = clerk.desk.env
    name = next((env[one] for one in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(one)), "C")
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "")
        well = sys.getfilesystemencoding().lower() == "utf-8"
    except locale.Error:
        well = False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    fix = "" if well else "export LC_ALL=C.UTF-8"
    return clerk.row(Check.LOCALE, Health.OK if well else Health.WARN, fix=fix, told={"locale": name})


def _hooks(clerk: Clerk, desk: Desk) -> Iterator[CheckRow]:
    """Whether the program after a round is there."""
    words = desk.config[keys.HOOKS_POST_SYNC]
    if words and executable(words, desk.env):
        yield clerk.row(Check.HOOKS, told={"program": words[0]})
    elif words:
        yield clerk.row(Check.HOOKS, Health.WARN, fix="calsync config get hooks.post_sync", told={"program": words[0]})


def _vault(clerk: Clerk, desk: Desk) -> CheckRow:
    names = desk.places.accounts()
    try:
        vault = wiring.vault(desk, names[0] if names else PERSONAL)
        probe_vault(desk, names[0] if names else None)
    except CalsyncError as error:
        return clerk.wrong(Check.SECRETS, error, told={"backend": str(desk.config.settings["secrets.backend"].raw)})
    return clerk.row(Check.SECRETS, told={"backend": vault.describe()})
