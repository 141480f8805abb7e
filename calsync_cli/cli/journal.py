"""The log: what was done, in English, in a file that only its owner can read; with -v on stderr as well."""

from __future__ import annotations

import logging
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from calsync_cli.config.places import find_places, make_private
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen

LARGEST = 2_000_000
LEVELS = {-1: logging.WARNING, 0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


class _Line(logging.Formatter):
    """A record as one line; an exception as its type alone, because messages of libraries hold content."""

    converter = staticmethod(time.gmtime)

    def formatException(self, ei: object) -> str:  # noqa: N802  (the name is logging's)
        """The type of what was raised."""
        kind = ei[0] if isinstance(ei, tuple) else None
        return getattr(kind, "__name__", "")

    def format(self, record: logging.LogRecord) -> str:
        """No line break and no control character of a message reaches the file.

        A record remembers an exception as the first formatter wrote it, and that may have been another one.
        """
        record.exc_text = None
        from calsync_cli.cli.view.safe import safe  # many runs log nothing

        return safe(super().format(record))


@contextmanager
def journal(asked: Asked, screen: Screen) -> Iterator[None]:
    """Within this block calsync's own loggers write; those of libraries do not: they log headers, and so passwords."""
    logger = logging.getLogger("calsync_cli")
    handlers = [_to_file(asked), *_to_screen(asked, screen)]
    before = logger.level, logger.propagate
    logger.setLevel(logging.DEBUG if asked.verbosity > 1 else logging.INFO)
    logger.propagate = False
    for handler in handlers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
            handler.close()
        logger.setLevel(before[0])
        logger.propagate = before[1]


def _to_file(asked: Asked) -> logging.Handler:
    """Opened at the first record: a run that has nothing to say touches no file."""
    path = _named(asked.log_file) or _usual(asked)
    _make_room(path)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(_Line("%(asctime)sZ %(levelname)s %(name)s[%(process)d] %(message)s", "%Y-%m-%dT%H:%M:%S"))
    return handler


def _usual(asked: Asked) -> Path:
    return make_private(find_places(os.environ, config_file=asked.config).logs) / "calsync.log"


def _named(path: Path | None) -> Path | None:
    """The file that --log-file names, if it can be written."""
    if path is None:
        return None
    writable = os.access(path, os.W_OK) and path.is_file() if path.exists() else os.access(path.parent, os.W_OK)
    if not writable:
        raise CalsyncError("E001", "no-place", flag="--log-file", path=str(path))
    return path


def _to_screen(asked: Asked, screen: Screen) -> list[logging.Handler]:
    if asked.verbosity < 1:
        return []
    handler = logging.StreamHandler(screen.err.file)
    handler.setLevel(LEVELS[asked.verbosity])
    handler.setFormatter(_Line("%(levelname)s %(message)s"))
    return [handler]


def _make_room(path: Path) -> None:
    """Created for its owner alone; beyond its size the old one gives way to the new one, and one old one stays."""
    if path.is_file() and path.stat().st_size > LARGEST:
        path.replace(path.with_name(path.name + ".1"))
    if not path.exists():
        path.touch(mode=0o600)
