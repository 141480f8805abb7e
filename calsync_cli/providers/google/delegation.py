"""A service account to which a domain gave the right to act for its users: no browser, no refresh token (RFC 7523).

google-auth signs the same few lines, at 90 ms of imports in every round; here cryptography does, which is loaded when a
token is minted.
"""

from __future__ import annotations

import base64
import json
import stat
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.google import endpoint, scopes
from calsync_cli.providers.google.client import read_json
from calsync_cli.providers.google.endpoint import PROVIDER, Minted, RefusedError
from calsync_cli.providers.google.tokens import Tokens

_LIFE = 3600
"""The longest that Google allows."""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FIELDS = ("client_email", "client_id", "private_key", "private_key_id", "token_uri")


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A key that Google's console gave for download."""

    email: str
    client_id: str
    """The number that an administrator enters in the domain."""
    key_id: str
    token_uri: str
    key: str = field(repr=False)

    def text(self) -> str:
        """What the vault is to keep."""
        kept = (self.email, self.client_id, self.key, self.key_id, self.token_uri)
        return json.dumps({"service_account": dict(zip(_FIELDS, kept, strict=True))})

    @staticmethod
    def read(text: str, user: str) -> ServiceAccount:
        """From what was kept. Raises E106 where it is something else."""
        try:
            return _account(json.loads(text)["service_account"])
        except (ValueError, KeyError, TypeError) as error:
            raise CalsyncError("E106", "no-secret", account=user, provider=PROVIDER) from error


def read_service_account(path: Path) -> ServiceAccount:
    """The key in a file. Raises E109; the variant says what is wrong with it."""
    document = read_json(path)
    if document.get("type") != "service_account":
        raise CalsyncError("E109", "no-service-account", path=str(path))
    try:
        found = _account(document)
        origin_of(found.token_uri)
        _signed(found, b"tried out")
    except (KeyError, TypeError) as error:
        raise CalsyncError("E109", "fields", path=str(path), field=str(error.args[0])[:40]) from error
    except ValueError as error:
        raise CalsyncError("E109", "key", path=str(path)) from error
    except CalsyncError as error:
        raise CalsyncError("E109", "address", path=str(path), field="token_uri") from error
    return found


def seen_by_others(path: Path) -> bool:
    """Whether other users of this machine may read the key: something to be warned of."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _account(found: dict[str, Any]) -> ServiceAccount:
    email, client_id, key, key_id, token_uri = (_text(found, name) for name in _FIELDS)
    return ServiceAccount(email, client_id, key_id, token_uri, key)


def _text(found: dict[str, Any], name: str) -> str:
    value = found[name]
    if not isinstance(value, str) or not value:
        raise KeyError(name)
    return value


@dataclass(frozen=True, slots=True)
class Delegated:
    """A mint that works by the domain's trust."""

    account: ServiceAccount
    user: str
    """In whose name; a `subject` of the same domain."""
    halves: Collection[str]
    ca_file: Path | None = None
    now: Callable[[], float] = time.time

    def __call__(self) -> Minted:
        """A new access token."""
        account = self.account
        form = {"grant_type": _GRANT, "assertion": self._assertion()}
        try:
            said = endpoint.granted(account.token_uri, form, ca_file=self.ca_file)
        except RefusedError as refused:
            raise self._meaning(refused) from refused
        return endpoint.minted(said, origin_of(account.token_uri).host)

    def _assertion(self) -> str:
        account, now = self.account, int(self.now())
        head = {"alg": "RS256", "typ": "JWT", "kid": account.key_id}
        claims = {
            "iss": account.email,
            "sub": self.user,
            "scope": " ".join(scopes.delegated(self.halves)),
            "aud": account.token_uri,
            "iat": now,
            "exp": now + _LIFE,
        }
        said = _plain(json.dumps(head).encode()) + b"." + _plain(json.dumps(claims).encode())
        return (said + b"." + _plain(_signed(account, said))).decode()

    def _meaning(self, refused: RefusedError) -> CalsyncError:
        """Google tells these apart by words alone (developers.google.com/identity/protocols/oauth2/service-account)."""
        account, about = self.account, refused.about.lower()
        told = {"account": self.user, "client": account.client_id, "service": account.email, "provider": PROVIDER}
        if refused.error in {"unauthorized_client", "access_denied"}:
            told["scopes"] = ",".join(scopes.delegated(self.halves))  # as the Admin console takes them
            return CalsyncError("E103", "delegation", retry_after=None, **told)
        if refused.error != "invalid_grant":
            host = origin_of(account.token_uri).host
            return endpoint.meaning(refused.error, host=host, client_id=account.client_id, user=self.user)
        if "timeframe" in about or "short-lived" in about:
            return CalsyncError("E106", "clock", fix="calsync doctor", retry_after=None, **told)
        if "invalid email" in about:
            return CalsyncError("E108", "no-user", user=self.user, retry_after=None, **told)
        return CalsyncError("E109", "key-revoked", retry_after=None, **told)


def delegating(account: ServiceAccount, user: str, halves: Collection[str], *, ca_file: Path | None = None) -> Tokens:
    """The tokens of a user in whose name a service account acts."""
    return Tokens(user, Delegated(account, user, halves, ca_file))


def _signed(account: ServiceAccount, said: bytes) -> bytes:
    """RS256 (RFC 7518 section 3.3). Raises ValueError where the key is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(account.key.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:  # it is encrypted, or of an unknown kind
        raise ValueError("no key") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("no RSA key")  # noqa: TRY004  the file's value is wrong
    return key.sign(said, PKCS1v15(), hashes.SHA256())


def _plain(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
