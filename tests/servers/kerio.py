"""Kerio Connect as far as it is known: a rewriting proxy in front of Cyrus, odd where Kerio is odd."""

from __future__ import annotations

import base64
import binascii
import http.client
import threading
import zlib
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

from tests.servers import kerio_words as words
from tests.servers.access import AccessLog, Asked
from tests.servers.cyrus import DOMAIN, Cyrus
from tests.servers.plain import MAKE
from tests.servers.served import Served

OWNERS = ("bob",)
_PASSED = ("Content-Type", "Depth", "Overwrite", "Schedule-Reply", "If-Schedule-Tag-Match", "Authorization", "Prefer")
_TOLD = ("Content-Type", "Schedule-Tag", "WWW-Authenticate", "Allow", "Last-Modified", "Retry-After")


@dataclass(slots=True)
class Kerio:
    """The knobs of the proxy, and what it was asked."""

    cyrus: Cyrus
    malformed: set[str] = field(default_factory=set)
    """Names of items whose .ics is given out broken."""
    etags: str = "received"
    """Which If-Match it takes: as it writes them ("received", without quotes), "quoted", or "both"."""
    asked: list[Asked] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return self._server.server_port

    def start(self) -> Kerio:
        """Listen on a free loopback port, in threads."""
        handler = type("Bound", (_Door,), {"kerio": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening; Cyrus goes on."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def user(self, name: str = "alice") -> Served:
        """A user of Cyrus seen through Kerio: a calendar, a share of bob's, tasks that are no calendar."""
        return self._seen(self.cyrus.user(name, telemetry=False))

    def _seen(self, inner: Served) -> Served:
        base = f"http://127.0.0.1:{self.port}"
        tasks = replace(inner, calendar_url=f"{inner.home_url}Tasks/").plain()
        tasks.ask("MKCALENDAR", "", MAKE % (b"Tasks", b"VTODO"), Content_Type="application/xml")

        def at(url: str) -> str:
            return base + words.to_kerio(urlsplit(url).path, OWNERS) if url else ""

        objects = f"{base}/full-calendars/{DOMAIN}/{quote(inner.user)}/"
        return replace(
            inner,
            name="kerio",
            url=f"{base}/",
            home_url=at(inner.home_url),
            objects_url=objects,
            calendar_url=at(inner.calendar_url),
            readonly_url=at(inner.readonly_url),
            shared_url=at(inner.shared_url),
            log=AccessLog(lambda: {"": list(self.asked)}),
            stop=self.stop,
            new_user=lambda: self._seen(inner.new_user()),
            suffix=".eml",
        )


def start_kerio_proxy(cyrus: Cyrus) -> Kerio:
    """Kerio's ways in front of a running Cyrus."""
    return Kerio(cyrus).start()


class _Door(BaseHTTPRequestHandler):
    """One connection, which is one request: Kerio closes after each answer."""

    protocol_version = "HTTP/1.1"
    server_version = "Kerio Connect 10.0.6"
    sys_version = ""
    kerio: Kerio

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
        """Quiet: `asked` is the log."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        user = _user(self.headers.get("Authorization", ""))
        if self.path.rstrip("/") == "/.well-known/caldav":
            return self._tell(301, {"Location": "/caldav/"}, b"")
        if self.path.rstrip("/") == "/caldav" and user:
            return self._tell(
                302, {"Location": f"{'' if self.path.endswith('/') else 'caldav/'}users/{DOMAIN}/{user}/"}, b""
            )
        if self.command == "REPORT" and b"sync-collection" in body:
            return self._tell(403, {"Content-Type": "application/xml"}, words.NO_REPORT)
        if self.kerio.etags != "both" and not self._guard_fits():
            return self._tell(412, {}, b"")
        return self._pass_on(user, body)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = do_OPTIONS = do_PROPFIND = do_PROPPATCH = _serve  # noqa: N815
    do_REPORT = do_MKCALENDAR = do_MKCOL = do_MOVE = do_COPY = do_ACL = _serve  # noqa: N815

    def _guard_fits(self) -> bool:
        guard = self.headers.get("If-Match", "*")
        return guard == "*" or guard.startswith('"') == (self.kerio.etags == "quoted")

    def _pass_on(self, user: str, body: bytes) -> None:
        def to_cyrus(path: str) -> str:
            return words.to_cyrus(path, user)

        sent = {name: value for name in _PASSED if (value := self.headers.get(name))}
        for name in ("If-Match", "If-None-Match"):
            if value := self.headers.get(name):
                sent[name] = words.quoted(value)
        if destination := self.headers.get("Destination"):
            sent["Destination"] = f"http://127.0.0.1:{self.kerio.cyrus.http}{to_cyrus(urlsplit(destination).path)}"
        if "xml" in self.headers.get("Content-Type", ""):
            body = words.hrefs(body, to_cyrus)
        line = http.client.HTTPConnection("127.0.0.1", self.kerio.cyrus.http, timeout=120)
        line.request(self.command, to_cyrus(self.path), body=body or None, headers=sent)
        reply = line.getresponse()
        self._answer(user, reply, reply.read())
        line.close()

    def _answer(self, user: str, reply: http.client.HTTPResponse, body: bytes) -> None:
        told = {name: ", ".join(values) for name in _TOLD if (values := reply.headers.get_all(name))}
        if reply.headers.get("DAV"):
            told["DAV"] = words.DAV
        if etag := reply.headers.get("ETag"):
            told["ETag"] = words.bare(etag)
        status = reply.status
        if "xml" in told.get("Content-Type", ""):
            body = words.answer(body, user, OWNERS, self.kerio.malformed)
        elif self.path.rpartition("/")[2] in self.kerio.malformed:
            body = words.broken(body)
        if self.command == "MKCALENDAR" and status == 201:
            status, body = 207, words.MADE % self.path.encode()
            told["Content-Type"] = "application/xml; charset=utf-8"
        self._tell(status, told, body)

    def _tell(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.kerio.asked.append(Asked(self.command, self.path, status))
        if body and "deflate" in self.headers.get("Accept-Encoding", ""):
            headers, body = {**headers, "Content-Encoding": "deflate"}, zlib.compress(body, 1)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "Close")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True


def _user(authorization: str) -> str:
    try:
        return base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
