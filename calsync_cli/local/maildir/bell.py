"""Rings when a mail program changes a Maildir; our own deeds are silent, any other ring only means "look again"."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import watchfiles

from calsync_cli.core.model import CollectionId
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.names import CUR, NEW

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


def _while_it_is(root: Path, identity: object, stop: Event, echo: Echo) -> Iterator[CollectionId]:
    real = os.path.realpath(root)
    try:
        for changes in _watch(real, stop):
            names = {_folder(change, path[len(real) + 1 :], echo) for change, path in changes}
            yield from (CollectionId(name) for name in sorted(names) if name)
            if _identity(root) != identity:
                return
    except (OSError, RuntimeError):  # RuntimeError is what watchfiles makes of most errors of inotify
        # no watches left (fs.inotify.max_user_*): ring now and then instead; or the root went while they were set
        stop.wait(_BLIND_S if _identity(root) == identity else _AWAY_S)


def _watch(root: str, stop: Event) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    return watchfiles.watch(
        root,
        watch_filter=_counts,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_CHECK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


def _counts(change: watchfiles.Change, path: str) -> bool:
    """Messages in new and cur, and those directories themselves; not tmp, and nothing that is hidden."""
    del change
    above, _, name = path.rpartition("/")
    return not name.startswith(".") and (name in {NEW, CUR} or above.rpartition("/")[2] in {NEW, CUR})


def _folder(change: watchfiles.Change, name: str, echo: Echo) -> str:
    """The Maildir of a path from the root; "" for what we did ourselves."""
    if change is not watchfiles.Change.modified and echo.ours(name, there=change is watchfiles.Change.added):
        return ""
    above, _, last = name.rpartition("/")
    return above if last in {NEW, CUR} else above.rpartition("/")[0]


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        st = root.stat()
    except OSError:
        return None
    return st.st_dev, st.st_ino
