"""The OAuth client that an organisation made for itself in Google's console: read from the file it downloaded.

Google's terms forbid a client secret in open source, so none comes along. In a Desktop client the secret keeps nothing
secret (RFC 8252 section 8.5), but the token endpoint wants it, and it is kept beside the refresh token.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.origin import origin_of

_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Who asks for permission, and where."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str = "https://accounts.google.com/o/oauth2/auth"
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105  an address

    @property
    def revoke_uri(self) -> str:
        """Where permission is given back."""
        return revoke_uri(self.token_uri)


def revoke_uri(token_uri: str) -> str:
    """Beside the token endpoint: https://oauth2.googleapis.com/token has /revoke."""
    return token_uri.rpartition("/")[0] + "/revoke"


def read_client_file(path: Path | None) -> OAuthClient:
    """The client in a file. Raises E109; the variant says what is wrong with it."""
    if path is None:
        raise CalsyncError("E109", "none")
    document = read_json(path)
    found = document.get("installed")
    if not isinstance(found, dict):
        raise CalsyncError("E109", _other_kind(document), path=str(path), field="installed")
    return OAuthClient(
        client_id=_text(found, "client_id", path),
        client_secret=_text(found, "client_secret", path),
        auth_uri=_address(found, "auth_uri", path),
        token_uri=_address(found, "token_uri", path),
    )


def read_json(path: Path) -> dict[str, Any]:
    """A file of Google's console. Raises E109 where it cannot be read, or is no such file."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise CalsyncError("E109", "unreadable", path=str(path), reason=error.strerror or "") from error
    try:
        document = json.loads(raw) if len(raw) <= _LARGEST else None
    except (ValueError, RecursionError) as error:
        raise CalsyncError("E109", "not-json", path=str(path)) from error
    if not isinstance(document, dict):
        raise CalsyncError("E109", "not-json", path=str(path))
    return document


def _other_kind(document: dict[str, Any]) -> str:
    """A client of type Web is refused later, in the browser, as redirect_uri_mismatch: it is better told here."""
    if "web" in document:
        return "web"
    return "service-account" if document.get("type") == "service_account" else "fields"


def _text(found: dict[str, Any], name: str, path: Path) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise CalsyncError("E109", "fields", path=str(path), field=name)
    return value.strip()


def _address(found: dict[str, Any], name: str, path: Path) -> str:
    """https, or http on this machine: codes and secrets go there."""
    value = _text(found, name, path)
    try:
        origin_of(value)
    except CalsyncError as error:
        raise CalsyncError("E109", "address", path=str(path), field=name) from error
    return value
