"""Rings when a mail program changes a Maildir; our own deeds are silent, any other ring only means "look again"."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event

import watchfiles

from calsync_cli.core.model import CollectionId
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.names import CUR, NEW, TMP

_DEBOUNCE_MS = 200
_CHECK_MS = 1000
_STEP_MS = 50
_AWAY_S = 0.5
_BLIND_S = 30.0


def ring(root: Path, stop: Event, echo: Echo) -> Iterator[CollectionId | None]:
    """Watch until `stop`; a root that goes and comes back is watched again, and that rings for everything."""
    echo.listening = True
    try:
        while not stop.is_set():
            identity = _identity(root)
            if identity is None:
                stop.wait(_AWAY_S)
                continue
            yield from _while_it_is(root, identity, stop, echo)
            if not stop.is_set():
                yield None
    finally:
        echo.listening = False


def _while_it_is(root: Path, identity: object, stop: Event, echo: Echo) -> Iterator[CollectionId | None]:
    """Rings from one set of watches, until the root or a symlinked Maildir in it is another one."""
    real = {os.path.realpath(folder): f"{folder.name}/" for folder in _linked(root)} | {os.path.realpath(root): ""}
    try:
        for changes in _watch(real, stop):
            told = ((change, _name(path, real)) for change, path in changes)
            names = {_folder(name) for change, name in told if not _ours(change, name, echo)}
            yield from (CollectionId(name) if name else None for name in sorted(names))
            if _identity(root) != identity:
                return
    except (OSError, RuntimeError):  # RuntimeError is what watchfiles makes of most errors of inotify
        # no watches left (fs.inotify.max_user_*): ring now and then instead; or the root went while they were set
        stop.wait(_BLIND_S if _identity(root) == identity else _AWAY_S)


def _watch(real: Mapping[str, str], stop: Event) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    return watchfiles.watch(
        *real,
        watch_filter=lambda change, path: _counts(change, _name(path, real)),
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_CHECK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


def _name(path: str, real: Mapping[str, str]) -> str:
    """The path from the root, by whichever symlink; the root itself is ""."""
    for base, above in real.items():
        if path.startswith(f"{base}/"):
            return above + path[len(base) + 1 :]
    return ""


def _counts(change: watchfiles.Change, name: str) -> bool:
    """Messages, and directories that come or go: nobody tells what is in these. Not tmp, and nothing hidden."""
    parts = name.split("/")
    if TMP in parts or any(part.startswith(".") for part in parts):
        return False
    return bool(_folder(name)) or change is not watchfiles.Change.modified


def _ours(change: watchfiles.Change, name: str, echo: Echo) -> bool:
    return change is not watchfiles.Change.modified and echo.ours(name, there=change is watchfiles.Change.added)


def _folder(name: str) -> str:
    """The Maildir that a path is about; "" where it may be any."""
    above, _, last = name.rpartition("/")
    if last in {NEW, CUR}:
        return above
    box, _, sub = above.rpartition("/")
    return box if sub in {NEW, CUR} else ""


def _linked(root: Path) -> list[Path]:
    """Maildirs that are symlinks: inotify does not follow them."""
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
