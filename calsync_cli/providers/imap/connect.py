"""From a host's name to a signed-in session: TLS verified, the password or token sent only where it is safe."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.login import Access, Login
from calsync_cli.net.tls import context
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.authenticating import Token, TokenRefusedError, authenticate
from calsync_cli.providers.imap.parse import status_of
from calsync_cli.providers.imap.session import Session, capabilities_in
from calsync_cli.providers.imap.stream import Stream
from calsync_cli.providers.imap.wire import command


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and how it is spoken to. tls: from the first byte; else STARTTLS, but on this machine."""

    host: str
    port: int
    tls: bool = True
    ca_file: Path | None = None
    starttls: bool | None = None
    """Wherever another machine is meant it is demanded all the same."""
    connect: float = 15.0
    patience: float = 120.0
    total: float = 900.0

    @property
    def place(self) -> str:
        """As a person is told of it: with the port, where that is an unusual one and may be mistyped."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.host if self.port == (993 if self.tls else 143) else f"{host}:{self.port}"

    @property
    def upgrades(self) -> bool:
        """TLS begins after the greeting (RFC 9051 section 6.2.1)."""
        return not self.tls and (bool(self.starttls) or not loopback(self.host))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a session should have switched on, as far as the server has it."""

    rung: str = "qresync"
    count: Callable[[], None] = field(default=lambda: None)


def loopback(host: str) -> bool:
    """This machine: the only place where IMAP is spoken in the clear."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def sign_in(address: Address, access: Access, wish: Wish) -> Session:
    """A session of this user. E402, E504, E404, E401; E108 for a password; E103, E106, E109 for a token.

    A token that is refused is renewed, once, on a connection of its own: servers hang up on whoever tries for long.
    """
    if isinstance(access, Login):
        return _signed_in(address, access, wish)
    token = access.token()
    try:
        return _signed_in(address, Token(access.user, token), wish)
    except TokenRefusedError:
        renewed = access.renew(token)
        if renewed == token:
            raise
    return _signed_in(address, Token(access.user, renewed), wish)


def _signed_in(address: Address, who: Login | Token, wish: Wish) -> Session:
    session = _connected(address, wish.count)
    try:
        with border.talking(address.host):
            signed_in = _greeted(session)
            if address.upgrades:
                _upgrade(session, address)
        if not signed_in:
            authenticate(session, who)
        _enable(session, wish.rung)
    except BaseException:
        session.stream.close()
        raise
    return session


def _connected(address: Address, count: Callable[[], None]) -> Session:
    with border.connecting(address.place):
        sock = socket.create_connection((address.host, address.port), timeout=address.connect)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _keep_alive(sock)
            if address.tls:
                sock = _tls(address).wrap_socket(sock, server_hostname=address.host)
        except BaseException:
            sock.close()
            raise
    return Session(Stream(sock, patience=address.patience, total=address.total), address.host, count=count)


def _keep_alive(sock: socket.socket) -> None:
    """A peer that is gone is noticed in two minutes, not in the two hours of tcp(7), also where nothing is asked."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _tls(address: Address) -> ssl.SSLContext:
    made = context(address.ca_file)
    made.set_alpn_protocols(["imap"])  # IANA's name for it
    return made


def _greeted(session: Session) -> bool:
    """Read the greeting; True where the server knows already who we are (PREAUTH)."""
    line = session.stream.line()
    status = status_of(line.text)
    if status is None:
        raise CalsyncError("E404", "not-imap", host=session.host)
    session.greeting = status.text
    if status.kind == "BYE":
        raise border.farewell(status, session.host)
    if status.code == "CAPABILITY":
        session.capabilities = capabilities_in(status.argument)
    return status.kind == "PREAUTH"


def _upgrade(session: Session, address: Address) -> None:
    """STARTTLS. Nothing said before TLS counts, nor what came along with its OK (RFC 9051 section 11.3)."""
    if not session.capabilities:
        session.ask(command("CAPABILITY"))
    if "STARTTLS" not in session.capabilities or not session.ask(command("STARTTLS"))[0].status.ok:
        raise CalsyncError("E504", "plain", host=session.host)
    if session.stream.ahead:
        raise CalsyncError("E504", "handshake", host=session.host, reason="STARTTLS injection")
    with border.connecting(address.host):
        session.stream.sock.settimeout(address.connect)
        sock = _tls(address).wrap_socket(session.stream.sock, server_hostname=address.host)
    session.stream = Stream(sock, patience=address.patience, total=address.total)
    session.capabilities = frozenset()


def _enable(session: Session, rung: str) -> None:
    """CONDSTORE and QRESYNC, as far as they are there and wanted (RFC 7162 section 3.2.3).

    Said along with the first command. What was advertised is taken as enabled; a SELECT that is refused tells.
    """
    words = [word for word in _RUNGS[rung] if word in session.capabilities]
    session.enabled = frozenset(words) | ({"CONDSTORE"} if "QRESYNC" in words else frozenset())
    if words and "ENABLE" in session.capabilities:
        session.prelude = (command("ENABLE", *(word.encode() for word in words)),)
    elif "QRESYNC" in words:
        session.enabled = frozenset()


_RUNGS = {"qresync": ("CONDSTORE", "QRESYNC"), "condstore": ("CONDSTORE",), "list": ()}
