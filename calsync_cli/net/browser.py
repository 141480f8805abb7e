"""Opening the user's browser: in a child of its own, that can neither block us nor write to or take our terminal.

Where there is none with a window (a server over ssh), the address is for the person to open: a browser for text would
want the very terminal that waits for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath

_PATIENCE = 5.0
"""Seconds after which a child that still runs is taken for a browser that has opened."""
_TEXT = frozenset({"www-browser", "links", "links2", "elinks", "lynx", "w3m", "browsh"})


def open_browser(url: str, *, env: Mapping[str, str] = os.environ, patience: float = _PATIENCE) -> bool:
    """Whether a browser was opened there, as far as one can know."""
    if not has_browser(env):
        return False
    try:
        child = subprocess.Popen(
            # -P: a module that lies in the directory one happens to be in is none of ours
            [sys.executable, "-P", "-m", __spec__.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(env),
            start_new_session=True,
        )
    except OSError:
        return False
    threading.Thread(target=child.wait, daemon=True, name="calsync-browser").start()
    with suppress(OSError):
        assert child.stdin is not None
        child.stdin.write(url.encode())
        child.stdin.close()
    try:
        return child.wait(patience) == 0
    except subprocess.TimeoutExpired:
        return True


def has_browser(env: Mapping[str, str], *, platform: str = sys.platform) -> bool:
    """Whether there can be one with a window. BROWSER is taken at its word, but for browsers for text."""
    named = [_program(one) for one in env.get("BROWSER", "").split(os.pathsep) if one.strip()]
    if named:
        return not _TEXT.issuperset(named)
    return platform in {"darwin", "win32"} or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def _program(command: str) -> str:
    return PurePath(command.split(maxsplit=1)[0]).name


def _child() -> bool:
    """In the child: the first browser that is no browser for text."""
    import webbrowser  # it asks xdg-settings when it is first used: for the child to wait

    url = sys.stdin.read()
    webbrowser.get()
    tried = list(getattr(webbrowser, "_tryorder", None) or [])
    windowed = [name for name in tried if _program(name) not in _TEXT]
    return any(webbrowser.get(name).open(url) for name in windowed) if tried else webbrowser.open(url)


if __name__ == "__main__":
    sys.exit(not _child())
