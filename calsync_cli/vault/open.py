"""The vault of an account, as the settings want it; only the backend that is wanted is loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from calsync_cli.vault.port import Vault, no_vault


class Backend(StrEnum):
    """The setting secrets.backend."""

    KEYRING = "keyring"
    FILE = "file"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings of [secrets]."""

    backend: Backend = Backend.KEYRING
    key_file: str = ""
    command: tuple[str, ...] = ()


def open_vault(
    wanted: Wanted, *, account: str, directory: Path, interactive: bool, env: Mapping[str, str] = os.environ
) -> Vault:
    """Nothing is read or asked yet. `directory` is the account's state; `interactive`: somebody can answer a prompt."""
    match wanted.backend:
        case Backend.KEYRING:
            from calsync_cli.vault.os_keyring import KeyringVault

            return KeyringVault(account, interactive)
        case Backend.FILE:
            from calsync_cli.vault.file import FileVault

            credentials = env.get("CREDENTIALS_DIRECTORY", "")
            return FileVault(directory / "secrets", account, wanted.key_file, credentials)
        case Backend.COMMAND:
            if not wanted.command:
                raise no_vault("no-command")
            from calsync_cli.vault.command import CommandVault

            return CommandVault(wanted.command, account, interactive)
        case never:
            assert_never(never)
