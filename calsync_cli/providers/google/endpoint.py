"""A form posted to an endpoint of OAuth, and what its answer means (RFC 6749 sections 5.1 and 5.2).

google-auth could do it, at 80 ms of imports beside what a round loads anyway, for one form per hour; and its transport,
requests, has authorities, proxies and limits of its own. Here they are those of all other requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.failures import LostError
from calsync_cli.net.http import Http, Limits, Request, Response
from calsync_cli.net.origin import origin_of

PROVIDER = "google"
LIMITS = Limits(connect=15.0, read=30.0, total=60.0, size=1024 * 1024, connections=1)

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
"""RFC 6750 section 2.1, and nothing that could end a header's line."""
_CODE = re.compile(r"[a-z_]{1,40}")
_LIFE = 3600.0
_LONGEST = 86400.0
_SLOW_DOWN = 429
_BROKEN = 500
_TRUST = {
    "admin_policy_enforced": "admin-policy",
    "access_not_configured": "not-configured",
    "org_internal": "org-internal",
}
"""The domain's administrator has to do something."""
_CLIENT = {
    "invalid_client": "client",
    "unauthorized_client": "client",
    "deleted_client": "deleted",
    "disabled_client": "deleted",
    "redirect_uri_mismatch": "redirect",
}
"""Whoever made the client has to do something."""


@dataclass(frozen=True, slots=True)
class Minted:
    """An access token and how many seconds it lives."""

    token: str = field(repr=False)
    life: float = _LIFE
    scopes: frozenset[str] = frozenset()
    """What it opens; empty where that was not said."""


class RefusedError(Exception):
    """The endpoint's own refusal: `error` is its code, `about` its words; neither holds what was sent."""

    def __init__(self, error: str, about: str, subtype: str) -> None:
        super().__init__(error)
        self.error = error
        self.about = about
        self.subtype = subtype


def post(uri: str, form: Mapping[str, str], *, ca_file: Path | None) -> Response:
    """The answer to a form, on a connection of its own: one kept for an hour would be dead. Raises E402, E504, E404.

    An answer that was lost here is no lost answer of the request that wants the token: that one was not sent.
    """
    origin = origin_of(uri)
    head = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    with closing(Http(lambda other: other == origin, None, ca_file=ca_file, limits=LIMITS)) as http:
        try:
            return http.ask(Request("POST", uri, head, urlencode(form).encode()))
        except LostError as lost:
            raise CalsyncError(lost.code, lost.variant, retry_after=None, **lost.params) from lost


def granted(uri: str, form: Mapping[str, str], *, ca_file: Path | None) -> Mapping[str, Any]:
    """What a token endpoint grants. Raises RefusedError; E401, E402 where it is out of order; E404 for rubbish."""
    answer = post(uri, form, ca_file=ca_file)
    host = origin_of(uri).host
    if answer.status == _SLOW_DOWN:
        raise CalsyncError("E401", host=host)
    if answer.status >= _BROKEN:
        raise CalsyncError("E402", "gateway", host=host)
    said = fields(answer)
    if answer.ok and said:
        return said
    refusal = said.get("error")
    if answer.ok or not isinstance(refusal, str) or not _CODE.fullmatch(refusal):
        raise CalsyncError("E404", "oauth", host=host, status=str(answer.status))
    raise RefusedError(refusal, _text(said, "error_description"), _text(said, "error_subtype"))


def fields(answer: Response) -> Mapping[str, Any]:
    """An answer's JSON object; empty where it is something else."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def minted(said: Mapping[str, Any], host: str) -> Minted:
    """The access token in what was granted. Raises E404."""
    token, kind = said.get("access_token"), said.get("token_type", "bearer")
    if not (isinstance(token, str) and _TOKEN.fullmatch(token) and str(kind).lower() == "bearer"):
        raise CalsyncError("E404", "oauth", host=host, status="access_token")
    return Minted(token, _life(said.get("expires_in")), frozenset(str(said.get("scope") or "").split()))


def refresh_token(said: Mapping[str, Any]) -> str:
    """The refresh token in what was granted; empty where there is none."""
    token = said.get("refresh_token")
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""


def meaning(error: str, *, host: str, client_id: str, user: str) -> CalsyncError:
    """What a code of OAuth means for a person, from the browser or from the token endpoint (provider-facts, A7)."""
    about = {"provider": PROVIDER, "client": client_id, "account": user, "host": host}
    if error in _TRUST:
        return CalsyncError("E103", _TRUST[error], retry_after=None, **about)
    if error in _CLIENT:
        return CalsyncError("E109", _CLIENT[error], retry_after=None, **about)
    if error == "access_denied":
        return CalsyncError("E104", "denied", retry_after=None, **about)
    if error in {"temporarily_unavailable", "server_error", "internal_failure"}:
        return CalsyncError("E402", "gateway", retry_after=None, **about)
    about["status"] = error if _CODE.fullmatch(error) else "error"
    return CalsyncError("E404", "oauth", retry_after=None, **about)


def _life(said: object) -> float:
    """RFC 6749 recommends expires_in and does not demand it; one of Google's says an hour."""
    try:
        life = float(said)  # type: ignore[arg-type]  # whatever the server sent: what is no number raises
    except (TypeError, ValueError, OverflowError):
        return _LIFE
    return min(life, _LONGEST) if life > 0 else _LIFE


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value[:500] if isinstance(value, str) else ""
