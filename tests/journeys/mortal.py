"""Calsync as it dies: runs a command line and kills its own process at one named kind of point.

    mortal.py kill KIND NTH WORDS…       SIGKILL when a point of that kind is passed for the NTH time
    mortal.py trace FILE WORDS…          lives, and writes down every kind of point that it passed

The real classes are wrapped from here; production code has no hook.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import GeneratorType
from typing import Any

Pass = Callable[[str], None]

_lock = threading.Lock()


def _targets() -> Iterator[tuple[str, Any, str]]:
    """Kind, class or module, attribute: everything that changes something outside the process, and every look."""
    from calsync_cli.local.attic import Attic
    from calsync_cli.local.disk import RealDisk
    from calsync_cli.local.vdir import Vdir
    from calsync_cli.providers.caldav import discovery
    from calsync_cli.providers.caldav.account import CalDavAccount
    from calsync_cli.providers.caldav.batch import Batch
    from calsync_cli.providers.caldav.store import CalDavStore
    from calsync_cli.providers.caldav.writing import Writing
    from calsync_cli.state.books import SqliteBooks
    from calsync_cli.state.chronicle import Chronicle
    from calsync_cli.state.settings import Settings
    from calsync_cli.vault.file import FileVault

    yield "discover", discovery, "discover"
    yield "glance", CalDavAccount, "glance"
    for name in ("look", "fetch"):
        yield f"far-{name}", CalDavStore, name
    for name in ("create", "edit", "remove", "move"):
        yield f"far-{name}", Writing, f"_{name}"
    yield "far-read-back", Batch, "_read_back"
    for name in ("look", "fetch"):
        yield f"near-{name}", Vdir, name
    for name in ("create", "link", "rename", "claim", "swap", "unlink", "settle", "settle_folder"):
        yield f"disk-{name}", RealDisk, name
    for name in ("keep", "begin", "record", "clear", "finish"):
        yield f"books-{name}", SqliteBooks, name
    for name in ("begin_run", "end_run"):
        yield f"run-{name.partition('_')[0]}", Chronicle, name
    for name in ("pend", "connect", "put", "add_link", "update_link", "miss_link"):
        yield f"settings-{name}", Settings, name
    yield "attic-keep", Attic, "keep_all"
    for name in ("probe", "put"):
        yield f"vault-{name}", FileVault, name


def wrap(targets: Iterator[tuple[str, Any, str]], passed: Pass) -> None:
    """Points before, during and after each of these deeds."""
    for kind, owner, name in targets:
        setattr(owner, name, _wrapped(getattr(owner, name), kind, passed))


def _wrapped(deed: Callable[..., Any], kind: str, passed: Pass) -> Callable[..., Any]:
    @functools.wraps(deed)
    def around(*args: Any, **more: Any) -> Any:
        passed(f"{kind}.before")
        done = deed(*args, **more)
        if isinstance(done, GeneratorType):
            return _listened(done, kind, passed)
        passed(f"{kind}.after")
        return done

    return around


def _listened(items: Iterator[Any], kind: str, passed: Pass) -> Iterator[Any]:
    for item in items:
        passed(f"{kind}.during")
        yield item
    passed(f"{kind}.after")


def fuse(kind: str, nth: int) -> Pass:
    """Kills when a point of this kind is passed for the nth time."""
    seen: Counter[str] = Counter()

    def passed(point: str) -> None:
        with _lock:
            seen[point] += 1
            if point == kind and seen[point] == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    return passed


def tracer(file: Path) -> Pass:
    """Writes down every kind of point."""

    def passed(point: str) -> None:
        with _lock, file.open("a") as book:
            book.write(point + "\n")

    return passed


def main() -> None:
    """Wrap, and run."""
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode == "kill":
        passed, words = fuse(rest[0], int(rest[1])), rest[2:]
    else:
        passed, words = tracer(Path(rest[0])), rest[1:]
    wrap(_targets(), passed)
    from calsync_cli.cli.main import run

    sys.exit(run(words))


if __name__ == "__main__":
    main()
