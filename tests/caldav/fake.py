"""A real HTTP server on loopback that answers as told, so that it can misbehave in ways no honest server does."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" '
    'xmlns:s="http://calendarserver.org/ns/" xmlns:a="http://apple.com/ns/ical/"'
)


@dataclass(frozen=True)
class Says:
    """An answer with its length told."""

    status: int = 200
    body: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """Bytes as they are, then the connection is cut: Raw() is the lost answer."""

    data: bytes = b""
    pause: float = 0.0


@dataclass(frozen=True)
class Drips:
    """A chunked body without end."""

    chunk: bytes
    pause: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Says | Raw | Drips | Callable[[Asked], "Says | Raw | Drips"]


class Fake:
    """Answers by method and path, in the order given; the last one stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.secure = False

    def on(self, method: str, path: str, *answers: Answer) -> Fake:
        """What to say to that; "*" is any path."""
        self._answers[method, path] = list(answers)
        return self

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http{'s' if self.secure else ''}://127.0.0.1:{self._server.server_port}"

    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]

    def answer(self, asked: Asked) -> Says | Raw | Drips:
        with self._lock:
            self.asked.append(asked)
            queue = self._answers.get((asked.method, asked.path)) or self._answers.get((asked.method, "*"))
            if not queue:
                return Says(404)
            said = queue.pop(0) if len(queue) > 1 else queue[0]
        return said(asked) if callable(said) else said

    def start(self, tls: ssl.SSLContext | None = None) -> Fake:
        handler = type("Bound", (_Mouth,), {"fake": self})
        self._server = _Quiet(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
            self.secure = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Fake]:
    fake = Fake().start(tls)
    try:
        yield fake
    finally:
        fake.stop()


class _Quiet(ThreadingHTTPServer):
    """Clients that hang up are what many of the tests are about."""

    def handle_error(self, request: object, client_address: object) -> None: ...


class _Mouth(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: Fake

    def log_message(self, *_: object) -> None: ...

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = self.fake.answer(Asked(self.command, self.path, headers, body))
        try:
            self._say(said)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def _say(self, said: Says | Raw | Drips) -> None:
        match said:
            case Says(status, body, headers):
                data = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            case Raw(data, pause):
                self.wfile.write(data)
                self.wfile.flush()
                time.sleep(pause)
                self.close_connection = True
            case Drips(chunk, pause):
                self.send_response(207)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                while True:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                    time.sleep(pause)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815  (http.server)
    do_OPTIONS = do_PROPFIND = do_REPORT = do_MOVE = _any  # noqa: N815


# ── what a CalDAV server says ────────────────────────────────────────────────────────────────────────────────────


def multi(*responses: str, token: str = "") -> Says:
    """A multistatus."""
    sync = f"<d:sync-token>{escape(token)}</d:sync-token>" if token else ""
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><d:multistatus {NAMESPACES}>{"".join(responses)}{sync}</d:multistatus>'
    )
    return Says(207, body, {"Content-Type": "application/xml; charset=utf-8"})


def props(href: str, *inner: str, status: str = "HTTP/1.1 200 OK") -> str:
    """A response with properties."""
    return (
        f"<d:response><d:href>{escape(href)}</d:href><d:propstat><d:prop>{''.join(inner)}</d:prop>"
        f"<d:status>{status}</d:status></d:propstat></d:response>"
    )


def status(href: str, code: int) -> str:
    """A response with a status of its own."""
    return f"<d:response><d:href>{escape(href)}</d:href><d:status>HTTP/1.1 {code} Told</d:status></d:response>"


def etag(value: str) -> str:
    return f"<d:getetag>{escape(value)}</d:getetag>"


def data(content: str) -> str:
    return f"<c:calendar-data>{escape(content)}</c:calendar-data>"


def hrefs(name: str, *values: str) -> str:
    return f"<{name}>{''.join(f'<d:href>{escape(value)}</d:href>' for value in values)}</{name}>"


def error(name: str) -> str:
    return f'<?xml version="1.0"?><d:error {NAMESPACES}><{name}/></d:error>'


def event(uid: str, summary: str = "lunch") -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260102T100000Z\r\nDTEND:20260102T110000Z\r\n"
        f"SUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
