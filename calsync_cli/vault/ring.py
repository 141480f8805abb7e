"""A keyring of the operating system, as far as a vault needs it, and the choice of one that keeps secrets secret."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Ring(Protocol):
    """Texts by service and name. Raises CalsyncError E501; may hang, which is its caller's care."""

    @property
    def name(self) -> str:
        """Which keyring this is."""

    def read(self, service: str, name: str) -> str | None:
        """The text, or None."""

    def write(self, service: str, name: str, text: str) -> None:
        """In place of what was there."""

    def delete(self, service: str, name: str) -> None:
        """Nothing happens where nothing was."""


def open_ring(env: Mapping[str, str] = os.environ, *, interactive: bool) -> Ring:
    """The Secret Service where the keyring library would take it too, else what that library chooses.

    Going there directly costs 0.06 s instead of 0.22 (the library reads the entry points of all that is installed),
    and tells a locked collection before a prompt opens, which the library cannot. Entries are the same.
    """
    from calsync_cli.vault import secret_service  # each loads its own library, so only the one that is used

    if _direct(env) and secret_service.reachable():
        return secret_service.SecretServiceRing(interactive)
    from calsync_cli.vault import chosen_ring

    return chosen_ring.choose(interactive=interactive)


def _direct(env: Mapping[str, str]) -> bool:
    """Linux, a session bus, nobody chose otherwise; on KDE the library prefers KWallet."""
    return (
        sys.platform == "linux"
        and bool(env.get("DBUS_SESSION_BUS_ADDRESS"))
        and not env.get("PYTHON_KEYRING_BACKEND")
        and "KDE" not in env.get("XDG_CURRENT_DESKTOP", "").split(":")
        and not _settings(env).exists()
    )


def _settings(env: Mapping[str, str]) -> Path:
    """Where keyring looks for a choice (keyring.util.platform_)."""
    home = env.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    return Path(home, "python_keyring", "keyringrc.cfg")
