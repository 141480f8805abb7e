"""Rings when a file below the agenda changes; a ring only means "look again", so one too many does no harm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import watchfiles

from calsync_cli.core.model import CollectionId
from calsync_cli.local.names import SUFFIX, is_folder

_DEBOUNCE_MS = 400
_CHECK_MS = 1000
_STEP_MS = 50
_AWAY_S = 0.5
_BLIND_S = 30.0


def ring(root: Path, stop: Event) -> Iterator[CollectionId | None]:
    """Watch until `stop`; a root that goes and comes back is watched again, and that rings for everything."""
    while not stop.is_set():
        identity = _identity(root)
        if identity is None:
            stop.wait(_AWAY_S)
            continue
        yield from _while_it_is(root, identity, stop)
        if not stop.is_set():
            yield None


def _while_it_is(root: Path, identity: object, stop: Event) -> Iterator[CollectionId]:
    """Rings from one set of watches, until the root or a symlinked calendar in it is another one."""
    real = {os.path.realpath(folder): folder.name for folder in _linked(root)}
    real[os.path.realpath(root)] = ""
    try:
        for changes in _watch(list(real), stop):
            names = {_calendar(path, real) for _, path in changes}
            yield from (CollectionId(name) for name in sorted(names) if name)
            if _identity(root) != identity:
                return
    except (OSError, RuntimeError):  # RuntimeError is what watchfiles makes of most errors of inotify
        # no watches left (fs.inotify.max_user_*): ring now and then instead; or the root went while they were set
        stop.wait(_BLIND_S if _identity(root) == identity else _AWAY_S)


def _watch(paths: list[str], stop: Event) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    return watchfiles.watch(
        *paths,
        watch_filter=_counts,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_CHECK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


def _counts(change: watchfiles.Change, path: str) -> bool:
    """Items, and directories that come or go; not displayname, color or anybody's temporary files."""
    name = path.rpartition("/")[2]
    if name.startswith("."):
        return False
    return name.endswith(SUFFIX) or (change is not watchfiles.Change.modified and "." not in name)


def _calendar(path: str, real: dict[str, str]) -> str:
    """The calendar that a path belongs to: below its own real path, or the first directory below the root."""
    for base, name in real.items():
        if path == base or path.startswith(f"{base}/"):
            found = name or path[len(base) + 1 :].partition("/")[0]
            return found if is_folder(found) else ""
    return ""


def _linked(root: Path) -> list[Path]:
    """Calendars that are symlinks: inotify does not follow them."""
    try:
        return [folder for folder in root.iterdir() if folder.is_symlink() and folder.is_dir()]
    except OSError:
        return []


def _identity(root: Path) -> tuple[object, ...] | None:
    """Which directory this is, and which symlinks lie in it; None while there is none."""
    try:
        st = root.stat()
    except OSError:
        return None
    return st.st_dev, st.st_ino, *sorted(f"{folder}:{os.path.realpath(folder)}" for folder in _linked(root))
