"""The sign-in in a browser (RFC 8252): from the address that is opened to a refresh token and who it belongs to.

google-auth-oauthlib makes the request: PKCE S256 and access_type=offline. Its run_local_server is not used: it answers
exactly one request, so that a favicon or a stray probe spoils it, has no time limit unless told, and knows no pasted
address. Nor is its fetch_token: oauthlib takes an unticked box for an exception, and requests trusts authorities of its
own and not --ca-file.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.oauth import Answer, Loopback, Pages, PastedError, pasted
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.google import endpoint, scopes
from calsync_cli.providers.google.client import OAuthClient
from calsync_cli.providers.google.endpoint import PROVIDER, Minted, RefusedError
from calsync_cli.providers.google.tokens import Sealed

if TYPE_CHECKING:
    from google_auth_oauthlib.flow import Flow  # type: ignore[import-untyped]  # it comes without types

_STEP = 0.2
"""Seconds after which a pasted line is noticed."""


class Prompt(Protocol):
    """Whoever waits beside the browser."""

    def opened(self, url: str, *, browser: bool) -> None:
        """The address is this one; whether a browser shows it already. Called once, before the waiting."""

    def line(self) -> str | None:
        """A line that was typed or pasted meanwhile; None at once where there is none, or nobody."""

    def rejected(self, reason: str) -> None:
        """The line was not it: "address" or "state" (see net.oauth.PastedError). The waiting goes on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What permission is wanted, for whom, and how long the answer may take."""

    halves: Collection[str]
    """scopes.CALENDAR, scopes.MAIL."""
    hint: str
    """The address that is to be connected; empty: whoever signs in."""
    port: int = 0
    seconds: float = 300.0
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What came of it."""

    refresh_token: str = field(repr=False)
    email: str
    scopes: frozenset[str]
    access: Minted = field(repr=False)
    """The first access token: the round that follows need not ask for one."""

    def sealed(self, client: OAuthClient) -> str:
        """What the vault is to keep."""
        return Sealed(self.refresh_token, client.client_secret).text()


def authorize(
    client: OAuthClient, asked: Asked, prompt: Prompt, pages: Pages, *, browser: Callable[[str], bool] | None
) -> Granted:
    """Permission of the account that was asked for. `browser` opens an address and says whether it could.

    Raises E001 for a port that is taken, E103, E104, E105, E107, E109, and E401, E402, E404, E504 of the endpoint.
    """
    state = secrets.token_urlsafe(32)
    with closing(Loopback(state, pages, port=asked.port)) as loopback:
        flow = _flow(client, asked, loopback.redirect_uri)
        url = _address(flow, client, asked, state)
        prompt.opened(url, browser=browser is not None and browser(url))
        answer = _awaited(loopback, prompt, state, asked.seconds)
        if answer is None:
            raise CalsyncError("E104", "timeout", provider=PROVIDER, client=client.client_id, account=asked.hint)
    if answer.error:
        raise _meaning(answer.error, client, asked)
    said = _redeemed(client, asked, answer.code, flow)
    return _judged(said, client, asked)


def _flow(client: OAuthClient, asked: Asked, redirect_uri: str) -> Flow:
    # 0.2 s, and it brings requests: only whoever signs in pays for it.
    from google_auth_oauthlib.flow import Flow

    # oauthlib makes requests for https alone, and plain http is allowed here, on loopback.
    known = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "auth_uri": urlsplit(client.auth_uri)._replace(scheme="https").geturl(),
        "token_uri": client.token_uri,
    }
    made: Flow = Flow.from_client_config({"installed": known}, scopes.wanted(asked.halves), redirect_uri=redirect_uri)
    return made


def _address(flow: Flow, client: OAuthClient, asked: Asked, state: str) -> str:
    words = {"access_type": "offline", "prompt": "select_account consent"}  # consent: else no refresh token a 2nd time
    if asked.hint:
        words["login_hint"] = asked.hint
    url: str = flow.authorization_url(state=state, **words)[0]
    return urlsplit(url)._replace(scheme=urlsplit(client.auth_uri).scheme).geturl()


def _awaited(loopback: Loopback, prompt: Prompt, state: str, seconds: float) -> Answer | None:
    """Whichever comes first: the browser itself, or its address pasted."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        answer = loopback.wait(min(_STEP, left))
        if answer is not None:
            return answer
        typed = prompt.line()
        if typed is None or not typed.strip():
            continue
        try:
            return pasted(typed, state)
        except PastedError as error:
            prompt.rejected(error.reason)
    return None


def _redeemed(client: OAuthClient, asked: Asked, code: str, flow: Flow) -> Mapping[str, Any]:
    """The code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": flow.redirect_uri,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "code_verifier": flow.code_verifier,
    }
    try:
        return endpoint.granted(client.token_uri, form, ca_file=asked.ca_file)
    except RefusedError as refused:
        raise _meaning(refused.error, client, asked) from refused


def _judged(said: Mapping[str, Any], client: OAuthClient, asked: Asked) -> Granted:
    """Whether it is what was asked for, of whom it was asked.

    What is not kept is forgotten, and not given back: Google then ends all that this person allowed this client, on
    other machines as well (developers.google.com/identity/protocols/oauth2/native-app, "Revoking a token").
    """
    host = origin_of(client.token_uri).host
    access = endpoint.minted(said, host)
    refresh = endpoint.refresh_token(said)
    email = _email(said, client.client_id)
    if not email:
        raise CalsyncError("E404", "oauth", host=host, status="id_token")
    if asked.hint and email != asked.hint.lower():
        raise CalsyncError("E105", "other", account=asked.hint, other=email, provider=PROVIDER)
    # RFC 6749 section 5.1: left out where it is what was asked for
    given = frozenset(str(said.get("scope", " ".join(scopes.wanted(asked.halves)))).split())
    lacking = scopes.missing(given, asked.halves)
    if lacking:
        raise CalsyncError("E107", "both" if len(lacking) > 1 else lacking[0], account=email, provider=PROVIDER)
    if not refresh:
        raise CalsyncError("E404", "no-refresh-token", host=host)
    return Granted(refresh, email, given, access)


def _email(said: Mapping[str, Any], client_id: str) -> str:
    """Who signed in, in lower case; empty where it is not said, or said to another client.

    The id_token came straight from the token endpoint: TLS stands for its signature (OpenID Connect Core 3.1.3.7).
    """
    try:
        body = str(said.get("id_token", "")).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        email, audience = claims["email"], claims["aud"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    meant = client_id in audience if isinstance(audience, list) else client_id == audience
    known = meant and isinstance(email, str) and claims.get("email_verified", True) is not False
    return email.strip().lower() if known and email.isprintable() else ""


def _meaning(error: str, client: OAuthClient, asked: Asked) -> CalsyncError:
    host = origin_of(client.token_uri).host
    if error == "invalid_grant":  # the code is used or too old: the browser's page lay there for long
        return CalsyncError("E104", "stale", provider=PROVIDER, account=asked.hint)
    return endpoint.meaning(error, host=host, client_id=client.client_id, user=asked.hint)
