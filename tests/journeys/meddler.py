"""A proxy before a real server that spoils chosen answers: what broken, lying and hostile servers send."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"})


@dataclass(frozen=True, slots=True)
class Said:
    """An answer on its way back, with the question it belongs to."""

    method: str
    path: str
    asked: bytes
    status: int
    headers: dict[str, str]
    body: bytes
    stream: Callable[[], Iterator[bytes]] | None = None
    """Sent instead of the body, chunk after chunk, for as long as somebody listens."""


Spoil = Callable[[Said], Said]


def as_it_is(said: Said) -> Said:
    """Spoils nothing."""
    return said


@dataclass(slots=True)
class Meddler:
    """Listens on a free loopback port; `spoil` may be changed while it runs, `seen` is what it was asked."""

    to_port: int
    spoil: Spoil = as_it_is
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    spoiled: int = 0
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}/"

    def start(self) -> Meddler:
        """Serve in threads."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Door,), {"meddler": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """No more."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def meddling(port: int, spoil: Spoil = as_it_is) -> Iterator[Meddler]:
    """A meddler for the time of a block."""
    meddler = Meddler(port, spoil).start()
    try:
        yield meddler
    finally:
        meddler.stop()


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    meddler: Meddler

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
        """Quiet."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.meddler.seen.append((self.command, self.path, dict(self.headers.items())))
        said = self._asked(body)
        spoiled = self.meddler.spoil(said)
        self.meddler.spoiled += spoiled is not said
        self.send_response(spoiled.status)
        for name, value in spoiled.headers.items():
            self.send_header(name, value)
        if spoiled.stream is not None:
            return self._pour(spoiled.stream)
        if spoiled.status != 204:
            self.send_header("Content-Length", str(len(spoiled.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(spoiled.body)
        return None

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = do_OPTIONS = do_PROPFIND = do_PROPPATCH = _serve  # noqa: N815
    do_REPORT = do_MKCALENDAR = do_MKCOL = do_MOVE = do_COPY = do_ACL = _serve  # noqa: N815

    def _asked(self, body: bytes) -> Said:
        sent = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        sent["Accept-Encoding"] = "identity"
        line = http.client.HTTPConnection("127.0.0.1", self.meddler.to_port, timeout=60)
        try:
            line.request(self.command, self.path, body=body or None, headers=sent)
            reply = line.getresponse()
            told = {name: value for name, value in reply.headers.items() if name.lower() not in _HOP}
            return Said(self.command, self.path, body, reply.status, told, reply.read())
        finally:
            line.close()

    def _pour(self, stream: Callable[[], Iterator[bytes]]) -> None:
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for chunk in stream():
                self.wfile.write(chunk)
        except OSError:
            return  # whoever listened had enough


def instead(said: Said, status: int, body: bytes = b"", **headers: str) -> Said:
    """Another answer altogether. Underscores in header names stand for hyphens."""
    return replace(said, status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
