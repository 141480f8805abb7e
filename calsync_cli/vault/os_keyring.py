"""Secrets in the operating system's keyring: bounded in time, never a prompt where nobody sits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from calsync_cli.vault.bounded import TooLong, within
from calsync_cli.vault.chunks import Header, header_of, pieces, whole
from calsync_cli.vault.port import no_vault, probe_by_writing
from calsync_cli.vault.ring import Ring, open_ring
from calsync_cli.vault.secret import Secret

T = TypeVar("T")

PATIENCE: Final = 10.0
PATIENCE_WITH_A_PERSON: Final = 60.0
"""Somebody types the password of their keyring."""


@dataclass(slots=True)
class KeyringVault:
    """One keyring service per account: Windows shuffles the entries of a service that holds several."""

    account: str
    interactive: bool
    opened: Callable[[bool], Ring] = lambda interactive: open_ring(interactive=interactive)
    patience: float = 0.0
    _ring: Ring | None = None
    _given_up: bool = field(default=False)

    def get(self, name: str) -> Secret | None:
        """None too where a piece is missing: half a secret is none, and signing in again mends it."""
        found = self._bounded(lambda ring: self._whole(ring, name))
        return None if found is None else Secret(found)

    def put(self, name: str, secret: Secret) -> None:
        """Pieces first, then the header that points to them, then the pieces of the one before go."""
        self._bounded(lambda ring: self._write(ring, name, secret.reveal()))

    def forget(self, name: str) -> None:
        """The pieces last, so that no header is left that points nowhere."""
        self._bounded(lambda ring: self._delete(ring, name))

    def probe(self) -> None:
        """Write, read, delete."""
        probe_by_writing(self)

    def describe(self) -> str:
        """Which keyring; the first question opens it."""
        return f"keyring:{self._bounded(lambda ring: ring.name)}"

    @property
    def _service(self) -> str:
        return f"calsync:{self.account}"

    def _bounded(self, work: Callable[[Ring], T]) -> T:
        """A keyring that hung once is not waited for again."""
        patience = self.patience or (PATIENCE_WITH_A_PERSON if self.interactive else PATIENCE)
        hanging = no_vault("hanging", seconds=f"{patience:g}")
        if self._given_up:
            raise hanging
        try:
            return within(patience, lambda: work(self._open()))
        except TooLong:
            self._given_up = True
            raise hanging from None

    def _open(self) -> Ring:
        if self._ring is None:
            self._ring = self.opened(self.interactive)
        return self._ring

    def _whole(self, ring: Ring, name: str) -> str | None:
        text = ring.read(self._service, name)
        header = header_of(text)
        if header is None:
            return text
        found = [ring.read(self._service, piece) for piece in header.names(name)]
        joined = "".join(piece for piece in found if piece is not None)
        return joined if len(joined) == header.length else None

    def _write(self, ring: Ring, name: str, text: str) -> None:
        before = header_of(ring.read(self._service, name))
        ring.write(self._service, name, text if whole(text) else self._in_pieces(ring, name, text))
        self._drop(ring, name, before)

    def _in_pieces(self, ring: Ring, name: str, text: str) -> str:
        import secrets  # only tokens are this long

        parts = pieces(text)
        header = Header(secrets.token_hex(4), len(parts), len(text))
        for where, part in zip(header.names(name), parts, strict=True):
            ring.write(self._service, where, part)
        return header.text()

    def _delete(self, ring: Ring, name: str) -> None:
        before = header_of(ring.read(self._service, name))
        ring.delete(self._service, name)
        self._drop(ring, name, before)

    def _drop(self, ring: Ring, name: str, header: Header | None) -> None:
        for where in header.names(name) if header else ():
            ring.delete(self._service, where)
