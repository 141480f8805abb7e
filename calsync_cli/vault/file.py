"""Secrets in an encrypted file beside the account's state, for machines without a keyring: the key lies elsewhere."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.key import cipher_key, read_key
from calsync_cli.vault.port import no_vault, probe_by_writing
from calsync_cli.vault.secret import Secret

MAGIC: Final = b"calsync secrets 1\n"
SALT: Final = 32
NONCE: Final = 12
LARGEST: Final = 1 << 22


@dataclass(frozen=True, slots=True)
class FileVault:
    """All secrets of an account as one sealed JSON object.

    A fresh salt makes a fresh key for every writing, so a nonce is never used twice with one key; magic and account
    are authenticated with the content (AES-256-GCM).
    """

    path: Path
    account: str
    key_file: str
    credentials: str

    def get(self, name: str) -> Secret | None:
        """Opens the file anew, for another process may have written."""
        found = self._open().get(name)
        return None if found is None else Secret(found)

    def put(self, name: str, secret: Secret) -> None:
        """Whole or not at all; two processes at once lose nothing."""
        with self._alone():
            self._seal({**self._open(), name: secret.reveal()})

    def forget(self, name: str) -> None:
        """What this key cannot open is lost already, so forgetting one of its secrets forgets the file."""
        with self._alone():
            left = {} if self._lost() else {other: text for other, text in self._open().items() if other != name}
            if left:
                self._seal(left)
            else:
                self.path.unlink(missing_ok=True)

    def probe(self) -> None:
        """Write, read, delete."""
        probe_by_writing(self)

    def describe(self) -> str:
        """Which backend."""
        return "file"

    def _lost(self) -> bool:
        try:
            self._open()
        except CalsyncError as told:
            if told.variant == "key":
                return True
            raise
        return False

    def _open(self) -> dict[str, str]:
        from cryptography.exceptions import InvalidTag  # 20 ms
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        material = read_key(self.key_file, self.credentials)
        sealed = self._bytes()
        if sealed is None:
            return {}
        salt, nonce, body = _parts(sealed)
        try:
            key = cipher_key(material, salt=salt, account=self.account)
            return _texts(AESGCM(key).decrypt(nonce, body, self._bound()))
        except (InvalidTag, ValueError):  # other key, account or bytes; no cause told: it quotes
            raise no_vault("key", path=str(self.path)) from None

    def _seal(self, texts: Mapping[str, str]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, nonce = os.urandom(SALT), os.urandom(NONCE)
        key = cipher_key(read_key(self.key_file, self.credentials), salt=salt, account=self.account)
        body = AESGCM(key).encrypt(nonce, json.dumps(texts).encode(), self._bound())
        _replace(self.path, MAGIC + salt + nonce + body)

    def _bound(self) -> bytes:
        return MAGIC + self.account.encode()

    def _bytes(self) -> bytes | None:
        try:
            with self.path.open("rb") as file:
                return file.read(LARGEST)
        except FileNotFoundError:
            return None
        except OSError as refused:
            raise _unwritable(self.path, refused) from refused

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The lock is on the directory, and held for as long as one writing takes."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path.parent, os.O_RDONLY)
        except OSError as refused:
            raise _unwritable(self.path.parent, refused) from refused
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        except OSError as refused:
            raise _unwritable(self.path, refused) from refused
        finally:
            os.close(descriptor)


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    """Salt, nonce, body; too short or another magic fails to open like any other damage."""
    rest = sealed[len(MAGIC) :] if sealed.startswith(MAGIC) else b""
    return rest[:SALT].ljust(SALT), rest[SALT : SALT + NONCE].ljust(NONCE), rest[SALT + NONCE :]


def _texts(plain: bytes) -> dict[str, str]:
    return {str(name): str(text) for name, text in json.loads(plain).items()}


def _replace(path: Path, content: bytes) -> None:
    """By mkstemp, which makes 0600, so there is no moment in which others could read."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unwritable(path: Path, refused: OSError) -> CalsyncError:
    return CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "")
