"""A small HTTP client over httpcore: credentials go to confirmed origins only, every failure has a code."""

from __future__ import annotations

import base64
import logging
import os
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpcore

from calsync_cli import __version__
from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.body import read_body
from calsync_cli.net.dates import seconds_ahead, seconds_until
from calsync_cli.net.failures import LostError, mapped
from calsync_cli.net.login import Access
from calsync_cli.net.login import Login as Login  # noqa: PLC0414 - whoever has the client has its login from it
from calsync_cli.net.origin import Origin, origin_of, resolve, target_of
from calsync_cli.net.prompt import PromptBackend
from calsync_cli.net.proxy import proxy_for
from calsync_cli.net.tls import context

log = logging.getLogger(__name__)
# httpcore tells response headers, cookies among them, to its debug log.
logging.getLogger("httpcore").setLevel(logging.WARNING)

READS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
REDIRECTS = frozenset({301, 302, 307, 308})
MAX_REDIRECTS = 5
_REFUSED = 401


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large. Radicale takes 40 s for its first listing of 10,000 events."""

    connect: float = 15.0
    read: float = 120.0
    total: float = 900.0
    size: int = 128 * 1024 * 1024
    connections: int = 6


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a server."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; `url` is where the answer came from after redirects, header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = ""

    @property
    def ok(self) -> bool:
        """A status of success."""
        return 200 <= self.status < 300  # noqa: PLR2004  (RFC 9110 section 15.3)

    @property
    def etag(self) -> str:
        """The ETag header as received."""
        return self.headers.get("etag", "").strip()


class Http:
    """Requests to the origins that `trust` confirms, on a few kept connections; safe to share among threads."""

    def __init__(
        self,
        trust: Callable[[Origin], bool],
        login: Access | None,
        *,
        ca_file: Path | None = None,
        limits: Limits | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._trust = trust
        self.limits = limits or Limits()
        self.requests = 0
        self._login = login
        self._ca_file = ca_file
        self._environ = environ
        self._basic: str | None = None
        self._lock = threading.Lock()
        self._pools: dict[tuple[str | None, str], httpcore.ConnectionPool] = {}
        self._closed = False
        self._told = ("", 0.0)

    @property
    def ahead(self) -> float | None:
        """Seconds that the server's clock was ahead of ours at its last answer; None where it did not say."""
        return seconds_ahead(*self._told)

    def send(self, request: Request) -> Response:
        """The answer, whatever its status; raises E108 or E106 for 401, E401 for 429 and 503, E402 for 502 and 504.

        Reads follow redirects within the confirmed origins and are asked once more where the answer was lost.
        """
        if request.method not in READS:
            return self._checked(self._exchange(request), request)
        for _ in range(MAX_REDIRECTS):
            response = self._checked(self._read(request), request)
            location = response.headers.get("location")
            if response.status not in REDIRECTS or not location:
                return response
            request = replace(request, url=self._onward(request.url, location))
        raise CalsyncError("E404", "redirect-loop", host=origin_of(request.url).host)

    def ask(self, request: Request) -> Response:
        """The answer to one request, whatever its status, and nothing is asked twice: for endpoints of OAuth."""
        return self._exchange(request)

    def close(self) -> None:
        """Let go of the connections; from another thread too, where what is under way ends as lost."""
        with self._lock:
            self._closed = True
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.close()

    def _onward(self, url: str, location: str) -> str:
        """Where a redirect leads, if credentials may go there."""
        further = resolve(url, location)
        if not self._trust(origin_of(further)):
            raise CalsyncError("E404", "redirect", host=origin_of(url).host, to=str(origin_of(further)))
        return further

    def _read(self, request: Request) -> Response:
        try:
            return self._exchange(request)
        except LostError as error:
            if error.variant == "timeout":
                raise
            # A kept connection that the server had closed meanwhile; a read may be asked again.
            return self._exchange(request)

    def _exchange(self, request: Request) -> Response:
        origin = origin_of(request.url)
        if not self._trust(origin):
            raise CalsyncError("E404", "redirect", host=origin.host, to=str(origin))
        signed = self._authorization()
        response = self._timed(request, origin, signed)
        if response.status == _REFUSED and self._login is not None and not isinstance(self._login, Login):
            # Nothing was done with a token that was refused: a write, too, may be sent again (RFC 6750 section 3.1).
            again = "Bearer " + self._login.renew(signed.removeprefix("Bearer "))
            response = self._timed(request, origin, again)
        return response

    def _timed(self, request: Request, origin: Origin, signed: str) -> Response:
        started = time.monotonic()
        with self._lock:
            self.requests += 1
        with mapped(origin.host):
            response = self._stream(request, origin, signed)
        self._told = (response.headers.get("date", ""), time.time())
        milliseconds = (time.monotonic() - started) * 1000
        log.debug("%s %s %d %.0f ms", request.method, target_of(request.url), response.status, milliseconds)
        return response

    def _stream(self, request: Request, origin: Origin, signed: str) -> Response:
        limits = self.limits
        timeout = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": None}
        url = httpcore.URL(
            scheme=origin.scheme.encode(), host=origin.host.encode(), port=origin.port, target=target_of(request.url)
        )
        with self._pool(origin).stream(
            request.method,
            url,
            headers=[(name.encode(), value.encode()) for name, value in _headers(request, origin, signed).items()],
            content=request.body,
            extensions={"timeout": timeout},
        ) as answer:
            headers = _folded(answer.headers)
            body = read_body(
                answer.iter_stream(),
                encoding=headers.get("content-encoding", "").strip().lower(),
                limit=limits.size,
                seconds=limits.total,
                host=origin.host,
            )
            return Response(answer.status, headers, body, request.url)

    def _authorization(self) -> str:
        """RFC 7617 or RFC 6750; a password is asked for once, a token may be another one each time."""
        login = self._login
        if login is None:
            return ""
        if not isinstance(login, Login):
            return f"Bearer {login.token()}"
        with self._lock:
            if self._basic is None:
                pair = f"{login.user}:{login.password()}".encode()
                self._basic = "Basic " + base64.b64encode(pair).decode()
            return self._basic

    def _pool(self, origin: Origin) -> httpcore.ConnectionPool:
        proxy = proxy_for(origin, self._environ)
        key = proxy, origin.scheme
        with self._lock:
            if self._closed:
                raise CalsyncError("E402", "lost", host=origin.host)
            if key not in self._pools:
                tls = context(self._ca_file) if origin.scheme == "https" else None
                self._pools[key] = _pool(proxy, tls, self.limits.connections)
            return self._pools[key]

    def _checked(self, response: Response, request: Request) -> Response:
        host = origin_of(request.url).host
        match response.status:
            case 401 if isinstance(self._login, Login) and _other_scheme(response):
                raise CalsyncError("E404", "auth-scheme", host=host)
            case 401 if self._login is not None and not isinstance(self._login, Login):
                raise CalsyncError("E106", "refused", user=self._login.user, host=host)
            case 401:
                raise CalsyncError("E108", user=self._login.user if self._login else "", host=host)
            case 429 | 503:
                wait = seconds_until(response.headers.get("retry-after", ""), response.headers.get("date", ""))
                raise CalsyncError("E401", retry_after=wait, host=host)
            case 502 | 504 if request.method in READS:
                raise CalsyncError("E402", "gateway", host=host)
            case 502 | 504:
                raise LostError("E402", "gateway", host=host)
        return response


def _headers(request: Request, origin: Origin, signed: str) -> dict[str, str]:
    headers = {
        "Host": str(origin).partition("://")[2],
        "User-Agent": f"calsync/{__version__}",
        # Compressing costs more than it saves where no network lies between.
        "Accept-Encoding": "identity" if origin.loopback else "gzip, deflate",
        **request.headers,
    }
    if request.body or request.method == "PUT":
        headers["Content-Length"] = str(len(request.body))
    if signed:
        headers["Authorization"] = signed
    return headers


def _pool(proxy: str | None, tls: ssl.SSLContext | None, connections: int) -> httpcore.ConnectionPool:
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=tls, max_connections=connections, keepalive_expiry=60.0, network_backend=PromptBackend()
        )
    return httpcore.HTTPProxy(proxy_url=proxy, ssl_context=tls, max_connections=connections, keepalive_expiry=60.0)


def _folded(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Repeated headers joined by commas (RFC 9110 section 5.3): DAV and WWW-Authenticate come in several lines."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _other_scheme(response: Response) -> bool:
    challenge = response.headers.get("www-authenticate", "").lower()
    return bool(challenge) and "basic" not in challenge
