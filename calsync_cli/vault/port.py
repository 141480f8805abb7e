"""What a place for secrets can do, whichever it is."""

from __future__ import annotations

from typing import Protocol

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.secret import Secret


class Vault(Protocol):
    """The secrets of one account. Every call ends in a bounded time; what cannot be done is E501."""

    def get(self, name: str) -> Secret | None:
        """The secret, or None where there is none of this name."""

    def put(self, name: str, secret: Secret) -> None:
        """Keep it, in place of what had the name before."""

    def forget(self, name: str) -> None:
        """Delete it; nothing happens where nothing was."""

    def probe(self) -> None:
        """Write, read and delete a throw-away entry, so that a failure comes before a sign-in and not after (R45)."""

    def describe(self) -> str:
        """Which backend this is, for `doctor` and the log."""


def no_vault(variant: str, **params: str) -> CalsyncError:
    """E501 with what its sentence needs."""
    return CalsyncError("E501", variant, retry_after=None, **params)


def probe_by_writing(vault: Vault) -> None:
    """The probe of every vault that can be written."""
    import secrets  # only `connect` probes

    name, secret = f"probe-{secrets.token_hex(4)}", Secret(secrets.token_hex(16))
    vault.put(name, secret)
    try:
        found = vault.get(name)
    finally:
        vault.forget(name)
    if found != secret or vault.get(name) is not None:
        raise no_vault("forgetful", backend=vault.describe())
