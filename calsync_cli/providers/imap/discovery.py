"""From what a person typed to a mail server that took the sign-in: a URL as it is kept, and what the server told.

A bare host is tried by TLS from the first byte, then by STARTTLS (RFC 8314 section 3). No password is ever sent in the
clear to another machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import MailServer
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.connect import Address, Wish, loopback, sign_in
from calsync_cli.providers.imap.introducing import introduced

if TYPE_CHECKING:
    from calsync_cli.net.login import Access

PORTS = {"imaps": 993, "imap": 143}
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_ELSEWHERE = {
    ("E402", "refused"),
    ("E402", "timeout"),
    ("E402", "lost"),
    ("E404", "not-imap"),
    ("E504", "handshake"),
    ("E504", "no-tls"),
    ("E504", "plain"),
}
"""Nobody is there, or nobody who speaks like this: the other port may be open."""


@dataclass(frozen=True, slots=True)
class ImapPlace:
    """Where a mail server is. tls: from the first byte; starttls: after the greeting, or not at all."""

    host: str
    port: int
    tls: bool
    starttls: bool

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'imaps' if self.tls else 'imap'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Found:
    """A server that took the sign-in. `endpoint` is fit to be kept, and is read by `parse_imap_url`."""

    endpoint: str
    server: MailServer


def parse_imap_url(text: str) -> ImapPlace:
    """`imaps://host[:port]`, or `imap://host[:port]` with STARTTLS but on this machine. E001 for all else.

    A user or a password in it is refused: the URL is kept and shown.
    """
    parts = _split(text)
    if parts.scheme not in PORTS:
        raise _malformed(text)
    host, tls = _host(parts, text), parts.scheme == "imaps"
    return ImapPlace(host, parts.port or PORTS[parts.scheme], tls, starttls=not tls and not loopback(host))


def leads_to(where: str, endpoint: str) -> bool:
    """Whether what a person typed can come to this endpoint. E001."""
    return endpoint in {str(place) for place in _places(where.strip(), (PORTS["imaps"], PORTS["imap"]))}


def discover_imap(
    where: str,
    login: Access,
    *,
    ca_file: Path | None = None,
    patience: float = 30.0,
    ports: tuple[int, int] = (993, 143),
) -> Found:
    """The mail at a URL or a host. E001, E108, E401, E402, E404, E504.

    Of two ways in vain that one's error is raised where somebody answered. A refused sign-in is not tried again:
    servers count them.
    """
    failures: list[CalsyncError] = []
    for place in _places(where, ports):
        try:
            return _entered(place, login, ca_file, patience)
        except CalsyncError as error:
            if (error.code, error.variant) not in _ELSEWHERE:
                raise
            failures.append(error)
    raise next((error for error in failures if error.code != "E402"), failures[0])


def _entered(place: ImapPlace, login: Access, ca_file: Path | None, patience: float) -> Found:
    address = Address(place.host, place.port, place.tls, ca_file, place.starttls, patience=patience, total=4 * patience)
    session = sign_in(address, login, Wish("list"))
    try:
        with border.talking(place.host):
            return Found(str(place), introduced(session))
    finally:
        session.logout()


def _places(where: str, ports: tuple[int, int]) -> Iterator[ImapPlace]:
    if "://" in where:
        yield parse_imap_url(where)
        return
    bare = f"[{where}]" if where.count(":") > 1 and "[" not in where else where  # an IPv6 address as it is written
    parts = _split(f"imap://{bare}")
    host = _host(parts, where)
    implicit, explicit = (parts.port, parts.port) if parts.port else ports
    if parts.port != PORTS["imap"]:
        yield ImapPlace(host, implicit, tls=True, starttls=False)
    if parts.port != PORTS["imaps"]:
        yield ImapPlace(host, explicit, tls=False, starttls=not loopback(host))


def _split(text: str) -> SplitResult:
    """The parts of a URL that has a host, perhaps a port, and nothing else."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise _malformed(text) from error
    if not text.strip().isprintable():  # urlsplit leaves such characters out
        raise _malformed(text)
    if "@" in parts.netloc or port == 0 or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise _malformed(text)
    return parts


def _host(parts: SplitResult, text: str) -> str:
    host = parts.hostname or ""
    try:
        spelled = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _malformed(text) from error
    if not _HOST.fullmatch(spelled):
        raise _malformed(text)
    return spelled


def _malformed(text: str) -> CalsyncError:
    """What stands before an @ may be a password, and must not come back in an error."""
    return CalsyncError("E001", "imap-url", value=text.rpartition("@")[2])
