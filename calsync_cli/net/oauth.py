"""Where a browser comes back to after a sign-in: a listener on this machine, or the address pasted by hand (RFC 8252).

One thread serves all connections as far as they have come, so that no browser's spare connection, slow stranger or
endless line holds up the one request that counts: the one that carries our `state`.
"""

from __future__ import annotations

import hmac
import os
import re
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs

from calsync_cli.core.errors import CalsyncError

_LARGEST = 16 * 1024
"""Bytes of a request's head; what a provider sends back is some hundred."""
_PATIENCE = 10.0
"""Seconds that one connection may take for its request and its answer."""
_MOST = 64
"""Connections at a time; of more the oldest is dropped."""
_STEP = 1.0
_FIELDS = 30
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 431: "Request Too Large"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider sent back: a code, or the name of an error."""

    code: str = field(default="", repr=False)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """What the browser shows in the end: sentences of the cli's."""

    title: str
    done: str
    refused: str
    stray: str
    """To whoever comes without our state."""


class Loopback:
    """A listener on 127.0.0.1, from its making until `close`."""

    def __init__(self, state: str, pages: Pages, *, port: int = 0) -> None:
        self._state = state
        self._pages = pages
        self._answered = threading.Event()
        self._answer: Answer | None = None
        self._socket = _listening(port)
        self._bell, self._rings = socket.socketpair()
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True, name="calsync-loopback")
        self._thread.start()

    @property
    def redirect_uri(self) -> str:
        """What the provider is told: the address itself, for `localhost` may be ::1 (RFC 8252 section 8.3)."""
        return f"http://127.0.0.1:{self.port}/"

    def wait(self, seconds: float) -> Answer | None:
        """The answer, as soon as it is here and the browser has its page; None after so many seconds."""
        return self._answer if self._answered.wait(seconds) else None

    def close(self) -> None:
        """Listen no more."""
        self._rings.close()
        self._thread.join()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as ready, self._socket, self._bell:
            ready.register(self._socket, selectors.EVENT_READ)
            ready.register(self._bell, selectors.EVENT_READ)
            guests: dict[int, _Guest] = {}
            while self._round(ready, guests):
                now = time.monotonic()
                for guest in [one for one in guests.values() if one.until < now]:
                    _leave(guest, ready, guests)
            for guest in list(guests.values()):
                _leave(guest, ready, guests)

    def _round(self, ready: selectors.BaseSelector, guests: dict[int, _Guest]) -> bool:
        """Attend to whoever has something to say; whether it goes on."""
        for key, _ in ready.select(_STEP):
            if key.fileobj is self._bell:
                return False
            if key.fileobj is self._socket:
                _welcome(self._socket, ready, guests)
            elif key.fd in guests:  # not dropped for a newcomer meanwhile
                self._attend(guests[key.fd], ready, guests)
        return True

    def _attend(self, guest: _Guest, ready: selectors.BaseSelector, guests: dict[int, _Guest]) -> None:
        """Read on, or write on; whoever has his page, or is gone, is forgotten."""
        try:
            finished = guest.write() if guest.out else not guest.read()
        except OSError:  # gone: strangers may
            finished = True
        if not finished and not guest.out and guest.asked:
            guest.out = self._reply(guest)
            ready.modify(guest.sock, selectors.EVENT_WRITE, None)
        if finished:
            _leave(guest, ready, guests)
            if guest.answer is not None:
                self._answered.set()

    def _reply(self, guest: _Guest) -> bytes:
        """The page for one request; at most one request in a listener's life counts."""
        if len(guest.head) > _LARGEST:
            return _page(431, self._pages.title, self._pages.stray)
        method, target, host = _asked(bytes(guest.head))
        if host not in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}:  # DNS rebinding
            return _page(400, self._pages.title, self._pages.stray)
        if method != "GET":
            return _page(405, self._pages.title, self._pages.stray)
        path, _, query = target.partition("?")
        if path != "/":
            return _page(404, self._pages.title, self._pages.stray)
        answer = _answer(query, self._state)
        if answer is None or self._answer is not None:
            return _page(400, self._pages.title, self._pages.stray)
        self._answer = guest.answer = answer
        return _page(200, self._pages.title, self._pages.done if answer.code else self._pages.refused)


class PastedError(ValueError):
    """What was pasted is not what is waited for: `reason` is "address" or "state". Another try is allowed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def pasted(text: str, state: str) -> Answer:
    """The answer in an address that somebody copied: whole or its query, with what a mail or a terminal put around it.

    Raises PastedError.
    """
    found = False
    for query in _queries(text):
        answer = _answer(query, state)
        if answer is not None:
            return answer
        found |= bool(re.search(r"(^|&)(code|error)=", query))
    raise PastedError("state" if found else "address")


def _queries(text: str) -> Iterator[str]:
    """The likely ones first: up to the first blank; then all words joined, for a line may have been broken."""
    bare = text.strip().strip("\"'`<>()[]")
    for said in (bare.split(maxsplit=1)[0] if bare else "", "".join(bare.split())):
        query = said.partition("#")[0].rpartition("?")[2]
        yield re.split(r"[\"'`<>]", query)[0].rstrip(".,;:)]")


def _answer(query: str, state: str) -> Answer | None:
    """The answer in a query; None where it is not ours. No parameter may come twice (RFC 6749 section 3.1)."""
    try:
        said = parse_qs(query, keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
    except ValueError:
        return None
    if any(len(said.get(name, ())) > 1 for name in ("state", "code", "error")):
        return None
    if not hmac.compare_digest(_first(said, "state").encode("utf-8", "surrogatepass"), state.encode()):
        return None
    code, error = _first(said, "code"), _first(said, "error")
    if bool(code) == bool(error) or not (code + error).isprintable():
        return None
    return Answer(code, error[:100])


def _first(said: Mapping[str, list[str]], name: str) -> str:
    return said.get(name, [""])[0]


@dataclass(slots=True, eq=False)
class _Guest:
    """One connection."""

    sock: socket.socket
    until: float
    head: bytearray = field(default_factory=bytearray)
    out: bytes = b""
    answer: Answer | None = None

    @property
    def asked(self) -> bool:
        """Whether the request's head is here, or larger than any honest one."""
        return b"\r\n\r\n" in self.head or b"\n\n" in self.head or len(self.head) > _LARGEST

    def read(self) -> bool:
        """Whether there may be more."""
        with suppress(BlockingIOError):
            chunk = self.sock.recv(4096)
            self.head += chunk
            return bool(chunk)
        return True

    def write(self) -> bool:
        """Whether all is written."""
        with suppress(BlockingIOError):
            self.out = self.out[self.sock.send(self.out) :]
        return not self.out


def _listening(port: int) -> socket.socket:
    """Raises E001 where somebody else has that port."""
    sock = socket.socket()
    try:
        if os.name == "nt":  # elsewhere nobody else can listen on a port that somebody listens on
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        sock.listen(2 * _MOST)
    except (OSError, OverflowError) as error:
        sock.close()
        raise CalsyncError("E001", "port", flag="--port", port=str(port)) from error
    sock.setblocking(False)
    return sock


def _welcome(listener: socket.socket, ready: selectors.BaseSelector, guests: dict[int, _Guest]) -> None:
    with suppress(OSError):  # gone before we looked
        sock, _ = listener.accept()
        sock.setblocking(False)
        if len(guests) >= _MOST:
            _leave(min(guests.values(), key=lambda one: one.until), ready, guests)
        guests[sock.fileno()] = _Guest(sock, time.monotonic() + _PATIENCE)
        ready.register(sock, selectors.EVENT_READ)


def _leave(guest: _Guest, ready: selectors.BaseSelector, guests: dict[int, _Guest]) -> None:
    """Forget a connection; what it still says is taken in, lest its page be lost to a reset (RFC 9112 section 9.6)."""
    del guests[guest.sock.fileno()]
    ready.unregister(guest.sock)
    with suppress(OSError):
        guest.sock.shutdown(socket.SHUT_WR)
        guest.sock.recv(_LARGEST)
    guest.sock.close()


def _asked(head: bytes) -> tuple[str, str, str]:
    """Method, target and host of a request; empty where it is none. Two hosts are none."""
    lines = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1").split("\n")
    words = lines[0].split(" ")
    hosts = [line.partition(":")[2].strip().lower() for line in lines[1:] if line.lower().startswith("host:")]
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or len(hosts) != 1:  # noqa: PLR2004  method, target, version
        return "", "", ""
    return words[0], words[1], hosts[0]


def _page(status: int, title: str, text: str) -> bytes:
    """Nothing of the request stands in it, nothing is loaded by it, nothing of its address goes on."""
    body = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f'<body style="font:1.2em sans-serif;max-width:36em;margin:4em auto;padding:0 1em">'
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p></body></html>"
    ).encode()
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\r\n"
    )
    return head.encode() + body
