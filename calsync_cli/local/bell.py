"""Rings when something changes below a root; a ring only means "look again", so one too many does no harm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from watchfiles import Change
from watchfiles._rust_notify import RustNotify  # watchfiles documents it; its own loop does not say when it listens

from calsync_cli.core.model import CollectionId
from calsync_cli.local.names import SUFFIX, is_folder

_CHECK_MS = 1000
_STEP_MS = 50
_AWAY_S = 0.5
_BLIND_S = 30.0

Ring = CollectionId | None
"""Which collection changed; None: any."""


@dataclass(frozen=True, slots=True)
class Ear:
    """What counts as news, and of what. Names are paths from the root, by whichever symlink; the root itself is ""."""

    about: Callable[[Change, str], Iterator[Ring]]
    debounce_ms: int


def ring(root: Path, stop: Event, ear: Ear) -> Iterator[Ring]:
    """Ring until `stop`, the first time as soon as it listens: nobody saw what came before.

    A root that is not there is waited for; one that goes or comes, or is another one, rings for everything.
    """
    known: object = ()
    while not stop.is_set():
        identity = _identity(root)
        if identity is None:
            if known is not None:
                yield None
            known = None
            stop.wait(_AWAY_S)
            continue
        known = identity
        yield from _while_it_is(root, identity, stop, ear)


def _while_it_is(root: Path, identity: object, stop: Event, ear: Ear) -> Iterator[Ring]:
    """Rings from one set of watches, until the root or a symlink in it is another one."""
    real = {os.path.realpath(folder): f"{folder.name}/" for folder in _linked(root)} | {os.path.realpath(root): ""}
    try:
        with _watching(real) as watcher:
            yield None
            while not stop.is_set():
                found = _changes(watcher, stop, ear)
                rings = {ring for change, path in found for ring in ear.about(change, _name(path, real))}
                yield from sorted(rings, key=str)
                if _identity(root) != identity:
                    return
    except (OSError, RuntimeError):  # RuntimeError is what watchfiles makes of most errors of inotify
        # no watches left (fs.inotify.max_user_*): ring now and then instead; or the root went while they were set
        yield None
        stop.wait(_BLIND_S if _identity(root) == identity else _AWAY_S)


@contextmanager
def _watching(real: Mapping[str, str]) -> Iterator[RustNotify]:
    """Whatever changes below these directories from here on is told."""
    watcher = RustNotify(
        list(real), debug=False, force_polling=False, poll_delay_ms=0, recursive=True, ignore_permission_denied=True
    )
    try:
        yield watcher
    finally:
        watcher.close()


def _changes(watcher: RustNotify, stop: Event, ear: Ear) -> set[tuple[Change, str]]:
    """What changed until it was quiet for a moment; nothing, where nothing did for a while, or it is to end."""
    found = watcher.watch(ear.debounce_ms, _STEP_MS, _CHECK_MS, stop)
    return set() if isinstance(found, str) else {(Change(change), path) for change, path in found}


def _name(path: str, real: Mapping[str, str]) -> str:
    for base, above in real.items():
        if path.startswith(f"{base}/"):
            return above + path[len(base) + 1 :]
    return ""


def _linked(root: Path) -> list[Path]:
    """Collections that are symlinks: inotify does not follow them."""
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


# ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────────


def _calendar(change: Change, name: str) -> Iterator[Ring]:
    """Items, and directories that come or go; not displayname, color or anybody's temporary files."""
    last = name.rpartition("/")[2]
    folder = name.partition("/")[0]
    if last.startswith(".") or not is_folder(folder):
        return
    if last.endswith(SUFFIX) or (change is not Change.modified and "." not in last):
        yield CollectionId(folder)


CALENDARS = Ear(_calendar, debounce_ms=400)
"""Programs that write events write several, and not all of them by a rename."""
