"""An origin: scheme, host and port, the border that credentials do not cross."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from calsync_cli.core.errors import CalsyncError

PORTS = {"https": 443, "http": 80}
_SAFE = "/%?:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port (RFC 6454)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    @property
    def loopback(self) -> bool:
        """This machine: the only place where plain http is spoken."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def origin_of(url: str) -> Origin:
    """The origin of an absolute URL.

    E504 for plain http to another machine, E001 for what is no URL of the web, or holds a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise CalsyncError("E001", "url", value=_without_secret(url)) from error
    if parts.scheme not in PORTS or not host or parts.password is not None:  # a URL is kept and shown
        raise CalsyncError("E001", "url", value=_without_secret(url))
    origin = Origin(parts.scheme, _ascii(host), port or PORTS[parts.scheme])
    if origin.scheme == "http" and not origin.loopback:
        raise CalsyncError("E504", "plain", host=origin.host)
    return origin


def target_of(url: str) -> str:
    """Path and query as they go on the wire: what a server may not spell raw is escaped, its own escapes are kept."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe=_SAFE)


def path_of(url: str) -> str:
    """The path of a URL or of a reference, in the server's own spelling."""
    return urlsplit(url).path


def resolve(base: str, reference: str) -> str:
    """A server's reference (RFC 3986 section 5) made absolute; Kerio's Location headers are relative.

    What leads to plain http on another machine, or to no URL at all, is refused as E404.
    """
    host = origin_of(base).host
    try:
        url = urljoin(base, reference.strip())
        origin_of(url)
    except ValueError as error:
        raise CalsyncError("E404", "protocol", host=host) from error
    except CalsyncError as error:
        raise CalsyncError("E404", "redirect", host=host, to=_without_secret(url)) from error
    return url


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise CalsyncError("E001", "url", value=host) from error


def _without_secret(url: str) -> str:
    """A URL typed as user:password@host must not come back in an error."""
    return url.rpartition("@")[2]
