"""The server asked over plain HTTP, without a line of calsync: what the demonstration is judged by."""

from __future__ import annotations

import base64
import http.client
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from calsync_cli.demo.server import USER, Server

Fact = tuple[str, ...]
"""What one component of an event says: UID, which occurrence, title, place, begin, end."""

SAID = ("UID", "RECURRENCE-ID", "SUMMARY", "LOCATION", "DTSTART", "DTEND")
SECONDS = 30.0


class WentWrong(Exception):  # noqa: N818 - what happened, not what was raised
    """The demonstration did not do what it shows."""

    scene: str = ""
    """In which chapter."""


def sure(true: bool, what: str) -> None:  # noqa: FBT001 - a claim
    """Raises WentWrong where it is not."""
    if not true:
        raise WentWrong(what)


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody with the password and a browser."""

    server: Server

    def facts(self, calendar: str) -> list[Fact]:
        """What every event of a calendar says, in one request."""
        body, _ = self._ask("GET", self.server.path(calendar))
        return facts([body])

    def event(self, calendar: str, uid: str) -> list[Fact]:
        """What one event says; nothing where it is not there."""
        return [fact for fact in self.facts(calendar) if fact[0] == uid]

    def changes(self, calendar: str, uid: str, *edits: tuple[str, str]) -> None:
        """Another program edits an event at the server."""
        path = f"{self.server.path(calendar)}{uid}.ics"
        body, etag = self._ask("GET", path)
        self._ask("PUT", path, edited(body, *edits), {"If-Match": etag, "Content-Type": "text/calendar; charset=utf-8"})

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[bytes, str]:
        token = base64.b64encode(f"{USER}:{self.server.password}".encode()).decode()
        line = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=SECONDS)
        try:
            line.request(method, path, body or None, {"Authorization": f"Basic {token}", **(headers or {})})
            reply = line.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise WentWrong(f"{method} {path}") from error
        finally:
            line.close()
        if reply.status >= http.client.MULTIPLE_CHOICES:
            raise WentWrong(f"{method} {path}: {reply.status}")
        return content, reply.headers.get("ETag", "")


def edited(body: bytes, *edits: tuple[str, str]) -> bytes:
    """An event with some of its text replaced."""
    for old, new in edits:
        if old.encode() not in body:
            raise WentWrong(f"no {old}")
        body = body.replace(old.encode(), new.encode())
    return body


def facts(bodies: Iterable[bytes]) -> list[Fact]:
    """What these events say, in an order of their own."""
    parts = (part for body in bodies for part in _unfolded(body).split("BEGIN:VEVENT")[1:])
    return sorted(_fact(part.partition("END:VEVENT")[0]) for part in parts)


def _unfolded(body: bytes) -> str:
    return re.sub(rb"\r?\n[ \t]", b"", body).decode(errors="replace")


def _fact(part: str) -> Fact:
    said: dict[str, str] = {}
    for line in part.splitlines():
        head, _, value = line.partition(":")
        said.setdefault(head.partition(";")[0].upper(), value)
    return tuple(said.get(name, "") for name in SAID)
