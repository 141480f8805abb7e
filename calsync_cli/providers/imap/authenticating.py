"""Saying who signs in: a password by PLAIN or LOGIN, an access token by XOAUTH2.

XOAUTH2 is Google's (developers.google.com/gmail/imap/xoauth2-protocol); Microsoft and Dovecot have it too.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.login import Login
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.parse import Status
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import Command, astring, command

_LITERALS = frozenset({"LITERAL+", "LITERAL-"})
_IMAP_OFF = re.compile(r"not enabled for IMAP|IMAP access is (disabled|not allowed)", re.IGNORECASE)
_WEB_LOGIN = re.compile(r"web login required|log ?in via your web browser", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A user and the access token of this attempt."""

    user: str
    text: str = field(repr=False)


class TokenRefusedError(CalsyncError):
    """The token was not taken; another one may be."""


def authenticate(session: Session, who: Login | Token) -> None:
    """Sign in. E108 for a password, E103 or E106 for a token, E401, E404, E504."""
    if not session.capabilities:
        session.ask(command("CAPABILITY"))
    if isinstance(who, Token):
        _by_token(session, who)
    else:
        _by_password(session, who)
    session.unsaid = ()
    # Whoever signed in is told anew what the server can do (RFC 9051 section 7.2.2), or has to ask.
    if not session.capabilities - _LITERALS:
        session.ask(command("CAPABILITY"))


def _by_password(session: Session, login: Login) -> None:
    """PLAIN where it costs no round trip more, or nothing else is left; else LOGIN."""
    known = session.capabilities
    if "LOGINDISABLED" in known and "AUTH=PLAIN" not in known:
        raise CalsyncError("E404", "auth-scheme", host=session.host)
    user, password = login.user.encode(), login.password().encode()
    secret = b64encode(b"\0" + user + b"\0" + password)
    session.unsaid = _spellings(secret, password)
    session.capabilities = known & _LITERALS
    if {"AUTH=PLAIN", "SASL-IR"} <= known:
        status = session.ask(Command("AUTHENTICATE", (b"AUTHENTICATE PLAIN " + secret,)))[0].status
    elif "LOGINDISABLED" in known:
        status = session.converse(Command("AUTHENTICATE", (b"AUTHENTICATE PLAIN",)), secret)
    else:
        status = session.ask(command("LOGIN", astring(user), astring(password)))[0].status
    if not status.ok:
        raise border.sign_in_refused(status, session.host, login.user)


def _by_token(session: Session, token: Token) -> None:
    """A refusal comes as a challenge that wants an empty answer before it says NO."""
    known = session.capabilities
    if "AUTH=XOAUTH2" not in known:
        raise CalsyncError("E404", "auth-token", host=session.host)
    secret = b64encode(f"user={token.user}\1auth=Bearer {token.text}\1\1".encode())
    session.unsaid = (secret.decode(), b64encode(token.text.encode()).decode(), token.text)
    session.capabilities = known & _LITERALS
    if "SASL-IR" in known:
        status = session.converse(Command("AUTHENTICATE", (b"AUTHENTICATE XOAUTH2 " + secret,)), b"")
    else:
        status = session.converse(Command("AUTHENTICATE", (b"AUTHENTICATE XOAUTH2",)), secret, b"")
    if not status.ok:
        raise _token_refused(status, session.host, token.user)


def _token_refused(status: Status, host: str, user: str) -> CalsyncError:
    if _IMAP_OFF.search(status.text):
        return CalsyncError("E103", "imap-off", host=host, user=user, fix="calsync help trusted-app")
    if _WEB_LOGIN.search(status.text) or status.code == "WEBALERT":
        return CalsyncError("E106", "web-login", host=host, user=user)
    return border.slowly(status, host) or TokenRefusedError("E106", "refused", host=host, user=user)


def _spellings(secret: bytes, password: bytes) -> tuple[str, ...]:
    """As a server may repeat it: what was said, and what it understood."""
    said = (secret, b64encode(password), b"".join(astring(password)).strip(b'"'), password)
    return tuple(one.decode() for one in said if one)
