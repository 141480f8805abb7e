"""The sockets: HTTP/1.1 with connections that stay open, and answers that break off where a fault says so."""

from __future__ import annotations

import json
import socket
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.google import batch, lab
from tests.servers.google.errors import Refused
from tests.servers.google.service import Reply, Service

BATCH = "/batch/calendar/v3"
_WORTH = 1024
"""Answers below so many bytes are not compressed."""


class Web(ThreadingHTTPServer):
    """The server of one service."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, service: Service) -> None:
        self.service = service
        super().__init__(("127.0.0.1", port), _Line)

    def server_bind(self) -> None:
        """Bind without asking a name server who we are."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]


class _Line(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Web

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named so by http.server
        """Requests are kept for the lab, not printed."""

    def _serve(self) -> None:
        body = self._body()
        self._send(self._answer(body))

    def __getattr__(self, name: str) -> Any:
        """do_GET and so on: every verb is served alike."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _answer(self, body: bytes) -> Reply:
        service = self.server.service
        if self.path.startswith(lab.PREFIX):
            return lab.answer(service, self.command, self.path, body)
        if self.path.startswith(BATCH):
            outer = {"Authorization": self.headers.get("Authorization", "")}
            try:
                return batch.answer(service.serve, self.headers.get("Content-Type", ""), body, outer)
            except Refused as refusal:
                return Reply(refusal.status, json.dumps(refusal.body()).encode())
        return service.serve(self.command, self.path, self.headers, body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def _send(self, reply: Reply) -> None:
        if reply.cut == "none":
            self._cut()
            return
        body = self._packed(reply)
        self.send_response(reply.status)
        if body or reply.status not in (204, 304):
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if reply.cut == "half" else body)
        if reply.cut:
            self._cut()

    def _packed(self, reply: Reply) -> bytes:
        settings = self.server.service.world.settings
        asked = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (asked and settings.gzip and len(reply.body) > _WORTH):
            return reply.body
        reply.headers = {**reply.headers, "Content-Encoding": "gzip", "Vary": "Origin"}
        packer = zlib.compressobj(1, wbits=31)
        return packer.compress(reply.body) + packer.flush()

    def _cut(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
