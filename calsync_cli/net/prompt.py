"""Sockets that acknowledge at once: a server that writes its last bytes separately would wait 40 ms for us.

Nagle's algorithm there holds the small last segment back until the one before is acknowledged, and Linux delays
acknowledgements on kept connections (tcp(7), TCP_QUICKACK, which has to be set anew for each read). Measured with
Cyrus: a PROPFIND on a kept connection takes 3 ms instead of 45.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress

import httpcore

Options = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]
_QUICK = getattr(socket, "TCP_QUICKACK", None)


class PromptBackend(httpcore.NetworkBackend):
    """httpcore's own connections, read promptly."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options | None = None,
    ) -> httpcore.NetworkStream:
        """A connection; see httpcore."""
        stream = self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        return stream if _QUICK is None else PromptStream(stream, _QUICK)

    def sleep(self, seconds: float) -> None:
        """See httpcore, which uses it between attempts to connect; calsync asks for none."""
        self._plain.sleep(seconds)


class PromptStream(httpcore.NetworkStream):
    """A stream whose reads are acknowledged at once."""

    def __init__(self, stream: httpcore.NetworkStream, option: int) -> None:
        self._stream = stream
        self._option = option
        self._socket: socket.socket = stream.get_extra_info("socket")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        with suppress(OSError):  # a lost connection tells its own story at the read
            self._socket.setsockopt(socket.IPPROTO_TCP, self._option, 1)
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of the buffer."""
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        """The end, also for a thread that is reading: closing alone would leave it waiting (close(2))."""
        with suppress(OSError):  # nobody is there any more
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS."""
        return PromptStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._option)

    def get_extra_info(self, info: str) -> object:
        """See httpcore."""
        return self._stream.get_extra_info(info)
