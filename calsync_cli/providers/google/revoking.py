"""Giving a permission back (RFC 7009), so that nothing is left of it at Google after a disconnect."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.providers.google.client import revoke_uri
from calsync_cli.providers.google.endpoint import fields, post


def revoke(token_uri: str, refresh_token: str, *, ca_file: Path | None = None) -> bool:
    """Whether the permission is gone: given back, or it was gone already. Raises E402, E404, E504.

    It ends every sign-in of this person with this client, on other machines too: Google revokes the grant.
    """
    answer = post(revoke_uri(token_uri), {"token": refresh_token}, ca_file=ca_file)
    return answer.ok or fields(answer).get("error") == "invalid_token"
