"""POST /batch/calendar/v3: up to 50 requests in one, multipart/mixed, each with its own answer."""

from __future__ import annotations

import email.parser
import email.policy
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus

from tests.servers.google.errors import invalid
from tests.servers.google.service import Reply

MOST = 50
Serve = Callable[[str, str, Mapping[str, str], bytes], Reply]


def answer(serve: Serve, kind: str, body: bytes, outer: Mapping[str, str]) -> Reply:
    """Each part done by itself, in the order given."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    parts = list(whole.iter_parts()) if whole.is_multipart() else []
    if not parts or len(parts) > MOST:
        raise invalid(f"The batch request must hold 1 to {MOST} parts.")
    boundary = f"batch_{uuid.uuid4().hex}"
    told = []
    for part in parts:
        name = str(part.get("Content-ID", "")).strip().strip("<>")
        content = part.get_payload(decode=True)
        reply = _one(serve, content if isinstance(content, bytes) else b"", outer)
        told.append(_part(boundary, name, reply))
    text = b"".join(told) + f"--{boundary}--\r\n".encode()
    return Reply(200, text, f"multipart/mixed; boundary={boundary}")


def _one(serve: Serve, text: bytes, outer: Mapping[str, str]) -> Reply:
    first, _, rest = text.lstrip().partition(b"\n")
    verb, target = first.decode().split()[:2]
    head, _, body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = (line.partition(":") for line in head.decode().splitlines() if ":" in line)
    headers = {name.strip().title(): value.strip() for name, _, value in lines}
    return serve(verb, target, {**outer, **headers}, body.strip())


def _part(boundary: str, name: str, reply: Reply) -> bytes:
    lines = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body)), **reply.headers}
    head = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
    head += "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    outer = f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <response-{name}>\r\n\r\n"
    return (outer + head + "\r\n").encode() + reply.body + b"\r\n"
