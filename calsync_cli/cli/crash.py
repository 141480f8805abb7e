"""A mistake in calsync itself, as a report file that holds no secret and no content."""

from __future__ import annotations

import os
import platform
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

from calsync_cli import __version__
from calsync_cli.core.errors import CalsyncError

DEEPEST = 60
MOST = 20
"""Reports that stay: a mistake met by cron every five minutes must not fill the disk."""


def as_bug(error: BaseException, env: dict[str, str] | None = None) -> CalsyncError:
    """E999, with the path of the report that was written, or the variant that says that none could be."""
    text = report(error)
    path = _written(text, dict(os.environ) if env is None else env)
    if path is None:
        return CalsyncError("E999", "unwritten", kind=type(error).__name__)
    return CalsyncError("E999", report=str(path), kind=type(error).__name__)


def report(error: BaseException) -> str:
    """Types, file names, lines and functions; no message, no value, no source line, no argument."""
    lines = [
        f"calsync {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        datetime.now(UTC).isoformat(timespec="seconds"),
    ]
    for one in _chain(error):
        lines += ["", f"{type(one).__module__}.{type(one).__qualname__}", *_frames(one)]
    return "\n".join(lines) + "\n"


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it came from, the cause first."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found[::-1]


def _frames(error: BaseException) -> list[str]:
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return [f"  {_short(code.co_filename)}:{line} in {code.co_qualname}" for code, line in frames[-DEEPEST:]]


def _short(filename: str) -> str:
    """A file's name from its package on: the directories before it hold the user's name."""
    parts = Path(filename).parts
    for anchor in ("site-packages", "calsync_cli"):
        if anchor in parts:
            at = parts.index(anchor)
            return "/".join(parts[at + (anchor == "site-packages") :])
    return parts[-1] if parts else "?"


def _written(text: str, env: dict[str, str]) -> Path | None:
    """The report's path; None where nothing can be written, because the way out must not raise again."""
    from calsync_cli.config.places import find_places, make_private  # only where something failed

    try:
        directory = make_private(find_places(env).logs)
        path = directory / f"report-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.txt"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        for old in sorted(directory.glob("report-*.txt"))[:-MOST]:
            old.unlink(missing_ok=True)
    except (OSError, CalsyncError):
        return None
    return path
