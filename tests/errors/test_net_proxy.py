"""A company's proxy: calsync goes through it, and the certificate is still that of the server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.http import Http, Limits, Request
from tests.caldav.fake import Says, running
from tests.servers.tls import make_certificate

LIMITS = Limits(connect=2.0, read=2.0, total=4.0)


@contextmanager
def tunnel(port: int, greeting: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that leads every CONNECT to one port of this machine."""
    heads: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def pipe(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with suppress(OSError):
            near, _ = listening.accept()
            far = socket.create_connection(("127.0.0.1", port))
            with near, far:
                heads.append(near.recv(65536))
                near.sendall(greeting)
                back = threading.Thread(target=pipe, args=(far, near), daemon=True)
                back.start()
                pipe(near, far)
                back.join(timeout=5)

    threading.Thread(target=serve, daemon=True).start()
    with closing(listening):
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heads


def test_a_server_behind_a_proxy_is_reached_and_its_own_certificate_is_checked(tmp_path: Path) -> None:
    authority, tls = make_certificate(tmp_path, "cal.example")
    with running(tls) as fake, tunnel(urlsplit(fake.url).port or 0, b"HTTP/1.1 200 OK\r\n\r\n") as (proxy, heads):
        fake.on("GET", "/x", Says(200, b"through"))
        http = Http(lambda _: True, None, ca_file=authority, limits=LIMITS, environ={"HTTPS_PROXY": proxy})
        with closing(http):
            response = http.send(Request("GET", "https://cal.example/x"))

    assert response.body == b"through"
    assert heads[0].startswith(b"CONNECT cal.example:443 ")


def test_a_proxy_that_refuses_is_e402(tmp_path: Path) -> None:
    _, tls = make_certificate(tmp_path, "cal.example")
    with running(tls) as fake, tunnel(urlsplit(fake.url).port or 0, b"HTTP/1.1 403 No\r\n\r\n") as (proxy, _):
        http = Http(lambda _: True, None, limits=LIMITS, environ={"HTTPS_PROXY": proxy})
        with closing(http), pytest.raises(CalsyncError) as raised:
            http.send(Request("GET", "https://cal.example/x"))

    assert (raised.value.code, raised.value.variant) == ("E402", "proxy")
