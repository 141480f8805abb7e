"""The key of the encrypted file: found, distrusted where others can read it, and stretched into a cipher's key."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from calsync_cli.vault.port import no_vault

SHORTEST: Final = 32
"""Bytes: a key file holds chance (`head -c 32 /dev/urandom`, `openssl rand -base64 32`), never a password."""
LARGEST: Final = 1 << 16


def read_key(key_file: str, credentials: str) -> bytes:
    """The bytes of the key file, else of `calsync-key` in systemd's directory of credentials."""
    if key_file:
        return _read(Path(key_file).expanduser(), credentials)
    if credentials:
        return _read(Path(credentials, "calsync-key"), credentials)
    raise no_vault("no-key", path="")


def cipher_key(material: bytes, *, salt: bytes, account: str) -> bytes:
    """HKDF-SHA256 (RFC 5869), one block: a key for this account and this writing alone."""
    import hmac  # with the cipher, which loads OpenSSL anyway

    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, b"calsync secrets 1 " + account.encode() + b"\x01", "sha256")


def _read(path: Path, credentials: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as refused:
        raise no_vault("no-key", path=str(path), reason=refused.strerror or "") from None
    try:
        _distrust(path, os.fstat(descriptor), credentials)
        material = os.read(descriptor, LARGEST)
    finally:
        os.close(descriptor)
    if len(material) < SHORTEST:
        raise no_vault("key-short", path=str(path), shortest=str(SHORTEST))
    return material


def _distrust(path: Path, found: os.stat_result, credentials: str) -> None:
    """A credential's group bits are the mask of the ACL by which systemd lets a service in: there the world counts."""
    if not stat.S_ISREG(found.st_mode):
        raise no_vault("no-key", path=str(path), reason="")
    forbidden = stat.S_IRWXO if credentials and path.parent == Path(credentials) else stat.S_IRWXG | stat.S_IRWXO
    if found.st_mode & forbidden or found.st_uid not in {0, os.getuid()}:
        raise no_vault("key-mode", path=str(path))
