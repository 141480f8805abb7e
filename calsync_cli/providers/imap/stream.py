"""Reading an IMAP connection: lines whichever way packets cut them, literals without a copy too many."""

from __future__ import annotations

import re
import socket
import time
from contextlib import suppress
from io import BytesIO

from calsync_cli.providers.imap.parse import BrokenError, Line

_FIRST = 256 * 1024
"""Large enough for few system calls, small enough to stay in the processor's cache."""
LONGEST_LINE = 16 * 1024 * 1024
"""A SEARCH answer on a million messages has 8 MB."""
LARGEST = 1024 * 1024 * 1024
_DIGITS = 19
"""Of the largest literal that anybody could announce."""
_CLOSING = b")\r\n"
_TEXT = re.compile(rb"(?:\*|\+|[A-Za-z0-9]+) (?:OK|NO|BAD|BYE|PREAUTH)\b|\+", re.IGNORECASE)
_QUICK = getattr(socket, "TCP_QUICKACK", None)


class Stream:
    """A socket, and what was read of it ahead."""

    def __init__(self, sock: socket.socket, *, patience: float = 120.0, total: float = 900.0) -> None:
        self.sock = sock
        self._patience = patience
        self._total = total
        self._until = 0.0
        self._buffer = bytearray(_FIRST)
        self._view = memoryview(self._buffer)
        self._at = self._end = 0
        sock.settimeout(patience)

    @property
    def ahead(self) -> bool:
        """Something was read and not taken yet."""
        return self._at < self._end

    def progress(self) -> None:
        """The server is getting on: the time for one command begins anew."""
        self._until = time.monotonic() + self._total

    def send(self, *parts: bytes) -> None:
        """Everything, small parts in one packet."""
        if sum(map(len, parts)) < 1 << 16:
            self.sock.sendall(b"".join(parts))
            return
        for part in parts:
            self.sock.sendall(part)

    def line(self) -> Line:
        """One answer with its literals. EOFError where the connection ends; TimeoutError where nothing comes."""
        text = self._line()
        if not text.endswith(b"}") or _TEXT.match(text):  # a person's words may end in braces
            return Line(text)
        literals: list[bytes] = []
        size = _announced(text)
        while size is not None:
            literals.append(self._take(size))
            if self._buffer.startswith(_CLOSING, self._at, self._end):  # nearly always: nothing follows a body
                self._at += len(_CLOSING)
                return Line(text + b")", literals)
            rest = self._line()
            if len(text) + len(rest) > LONGEST_LINE:
                raise BrokenError("a line without end")
            text += rest
            size = _announced(rest)
        return Line(text, literals)

    def wait(self, seconds: float) -> bool:
        """Whether something is there to be read, within so many seconds. EOFError where the connection ended."""
        if self.ahead:
            return True
        self.sock.settimeout(max(seconds, 0.001))
        try:
            self._more()
        except TimeoutError:
            return False
        finally:
            self.sock.settimeout(self._patience)
        return True

    def close(self) -> None:
        """The end, also for a thread that is reading: closing alone would leave it waiting (close(2))."""
        with suppress(OSError):  # nobody is there any more
            self.sock.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self.sock.close()

    def _line(self) -> bytes:
        scan = self._at
        while (found := self._buffer.find(b"\n", scan, self._end)) < 0:
            seen = self._end - self._at
            if seen > LONGEST_LINE:
                raise BrokenError("a line without end")
            self._more()
            scan = self._at + seen
        start, self._at = self._at, found + 1
        stop = found - 1 if found > start and self._buffer[found - 1] == 0x0D else found  # noqa: PLR2004  (CR)
        return bytes(self._view[start:stop])

    def _take(self, size: int) -> bytes:
        """The next octets."""
        if size > LARGEST:
            raise BrokenError("a literal without end")
        there = min(size, self._end - self._at)
        start, self._at = self._at, self._at + there
        if there == size:
            return bytes(self._view[start : self._at])
        # getvalue() hands out the very bytes that were read into, where the size is exact: 30 MB are held once
        whole = BytesIO()
        whole.write(self._view[start : self._at])
        whole.seek(size - 1)
        whole.write(b"\0")
        with whole.getbuffer() as view:
            while there < size:
                there += self._receive(view[there:])
        return whole.getvalue()

    def _more(self) -> None:
        """Read on; what was not taken moves to the front, and the buffer grows where it is full of one line."""
        if self._at == self._end:
            self._at = self._end = 0
        elif self._end == len(self._buffer):
            left = bytes(self._view[self._at : self._end])
            if 2 * len(left) > len(self._buffer):
                self._buffer = bytearray(2 * len(self._buffer))
                self._view = memoryview(self._buffer)
            self._view[: len(left)] = left
            self._at, self._end = 0, len(left)
        self._end += self._receive(self._view[self._end :])

    def _receive(self, into: memoryview) -> int:
        if self._until and time.monotonic() > self._until:
            raise TimeoutError("the answer drips")
        if _QUICK is not None:  # see net.prompt
            with suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)
        count = self.sock.recv_into(into)
        if not count:
            raise EOFError
        return count


def _announced(text: bytes) -> int | None:
    """How many octets follow the line: `{n}` at its end, or `{n+}`, with a tilde before it where they may hold NUL."""
    digits = text[text.rfind(b"{") + 1 : -1].removesuffix(b"+") if text.endswith(b"}") else b""
    return int(digits) if digits.isdigit() and len(digits) <= _DIGITS else None
