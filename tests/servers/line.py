"""The line between client and server: far away, slow, cut, refused, or with TLS; controlled from the test, and counted."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.servers.loop import LoopThread

_REQUEST = re.compile(rb"(?:\A|\r\n\r\n|\n)([A-Z]{3,10}) (\S+) HTTP/1\.[01]\r\n")
_CHUNK = 1 << 16


@dataclass(slots=True)
class Line:
    """A TCP proxy on a free loopback port. Its fields may be changed while it runs.

    rtt: seconds for a round trip; connecting costs one too. cut_after: bytes that a connection may carry, both ways
    together, before it is reset, for the next `cuts` connections. lose: requests of these methods reach the server and
    the answer does not come back, for the next `losses` of them. refuse: nobody is let in, and who is in is thrown out.
    turns: how often a client spoke after it had heard something, with its coming in: the round trips that it waited for.
    """

    to_port: int
    tls: ssl.SSLContext | None = None
    rtt: float = 0.0
    cut_after: int = 0
    cuts: int = 0
    lose: frozenset[str] = frozenset()
    losses: int = 0
    refuse: bool = False
    port: int = 0
    connections: int = 0
    cut: int = 0
    lost: int = 0
    up: int = 0
    down: int = 0
    turns: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    _loop: LoopThread = field(default_factory=LoopThread)

    def start(self) -> Line:
        """Listen, in a thread."""
        made = self._loop.run(asyncio.start_server(self._take, "127.0.0.1", self.port, ssl=self.tls))
        self.port = made.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._loop.stop()

    @property
    def url(self) -> str:
        """Its address for HTTP."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/"

    def cut_next(self, *, after: int, times: int = 1) -> None:
        """Reset the next connections after so many bytes."""
        self.cut_after, self.cuts = after, times

    def lose_next(self, *methods: str, times: int = 1) -> None:
        """The next requests of these methods are done, and their answers lost."""
        self.lose, self.losses = frozenset(methods), times

    def clear(self) -> None:
        """A good line again; the counters begin at nought."""
        self.rtt, self.cut_after, self.cuts, self.lose, self.losses, self.refuse = 0.0, 0, 0, frozenset(), 0, False
        self.connections = self.cut = self.lost = self.up = self.down = self.turns = 0
        self.requests.clear()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.turns += 1
        if self.refuse:
            return _reset(writer)
        await asyncio.sleep(self.rtt)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            return _reset(writer)
        talk = _Talk(self, writer, far_writer)
        both = talk.carry(reader, far_writer), talk.carry(far_reader, writer)
        with suppress(asyncio.CancelledError):  # the line is stopped; asyncio would log the cancelled task
            await asyncio.gather(*both, return_exceptions=True)
        for end in (writer, far_writer):
            end.close()
        return None


@dataclass(slots=True)
class _Talk:
    """One connection through the line."""

    line: Line
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    carried: int = 0
    losing: bool = False
    heard: bool = False

    async def carry(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """One direction. What is read waits in a queue until it is due, so that distance costs no throughput."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)
        sender = asyncio.create_task(self._send(waiting, to))
        while data := await reader.read(_CHUNK):
            if not self._passes(data, to):
                sender.cancel()
                return self._break()
            await waiting.put((loop.time() + self.line.rtt / 2, data))
        await waiting.put((loop.time() + self.line.rtt / 2, b""))
        await sender
        return None

    def _passes(self, data: bytes, to: asyncio.StreamWriter) -> bool:
        if self.line.refuse:
            return False
        if to is self.near:
            if self.losing:  # the server has answered: it has done what it was asked
                self.line.lost += 1
                return False
            self.line.down += len(data)
            self.heard = True
            return True
        self.line.up += len(data)
        self.line.turns += self.heard
        self.heard = False
        for found in _REQUEST.finditer(data):
            self._note(found[1].decode())
        return True

    def _note(self, method: str) -> None:
        self.line.requests[method] += 1
        if method in self.line.lose and self.line.losses > 0:
            self.line.losses -= 1
            self.losing = True

    async def _send(self, waiting: asyncio.Queue[tuple[float, bytes]], to: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await waiting.get()
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            if not data:
                return to.write_eof() if to.can_write_eof() else to.close()
            left = self.line.cut_after - self.carried
            self.carried += len(data)
            if self.line.cuts > 0 and len(data) > left:
                self.line.cuts -= 1
                self.line.cut += 1
                to.write(data[: max(0, left)])
                return self._break()
            to.write(data)
            await to.drain()

    def _break(self) -> None:
        _reset(self.near)
        _reset(self.far)


def _reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN: the line is cut, nobody said goodbye."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
