"""The user's systemd: told what to do where it is there, and not missed where it is not."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from calsync_cli.config.places import make_private
from calsync_cli.core.errors import CalsyncError

PATIENCE = 120.0
"""Seconds for one word to it: it waits until a service has stopped."""


def directory(env: Mapping[str, str]) -> Path:
    """Where a user's own units lie (systemd.unit(5)); relative XDG paths do not count (XDG Base Directory 0.8)."""
    said = Path(env.get("XDG_CONFIG_HOME", ""))
    base = said if said.is_absolute() else Path("~/.config")
    try:
        return base.expanduser() / "systemd" / "user"
    except RuntimeError as homeless:
        raise CalsyncError("E505", "home", path=str(base)) from homeless


def tell(env: Mapping[str, str], *words: str) -> bool:
    """One command of systemctl(1) to the user's manager; False where there is none, or it refused."""
    program = shutil.which("systemctl", path=env.get("PATH"))
    if program is None:
        return False
    try:
        done = subprocess.run(
            [program, "--user", *words],
            env=dict(env),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def command(words: Sequence[str]) -> str:
    """The same, for a person to type."""
    return shlex.join(["systemctl", "--user", *words])


def read(path: Path) -> str | None:
    """A unit's text; None where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as refused:
        raise CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "") from refused


def write(path: Path, text: str) -> None:
    """Whole or not at all; readable as units are. Raises E505."""
    make_private(path.parent, ours=False)
    aside = path.with_name(f".{path.name}.tmp")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as refused:
        aside.unlink(missing_ok=True)
        raise CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "") from refused


def remove(path: Path) -> None:
    """The unit, and the link by which it was started at login. Raises E505."""
    wanted = path.parent / "default.target.wants" / path.name
    try:
        if wanted.is_symlink():
            wanted.unlink()
        path.unlink(missing_ok=True)
    except OSError as refused:
        raise CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "") from refused
