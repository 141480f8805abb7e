"""CalDAV by hand with http.client: what a test asks a server without a line of calsync."""

from __future__ import annotations

import base64
import http.client
import re
import ssl
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

LIST = b"""<?xml version="1.0" encoding="utf-8"?>
<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>"""

MAKE = b"""<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>%s</D:displayname>
<C:supported-calendar-component-set><C:comp name="%s"/></C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""

_RESPONSE = re.compile(r"<(?:\w+:)?response[ >].*?</(?:\w+:)?response>", re.DOTALL)
_HREF = re.compile(r"<(?:\w+:)?href[^>]*>([^<]*)<")
_ETAG = re.compile(r"<(?:\w+:)?getetag[^>]*>([^<]*)<")
_COLLECTION = re.compile(r"<(?:\w+:)?collection\b")


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes


class RefusedError(AssertionError):
    """The server said no where the test wanted a yes."""


@dataclass(frozen=True, slots=True)
class Plain:
    """One collection of a server, as one user."""

    url: str
    user: str
    password: str = field(repr=False)

    def ask(self, method: str, path: str = "", body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own. Underscores in header names stand for hyphens."""
        where = urlsplit(urljoin(self.url, path))
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        sent = {"Authorization": f"Basic {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        line = _connect(where.scheme, where.netloc)
        try:
            line.request(method, where.path or "/", body=body or None, headers=sent)
            reply = line.getresponse()
            told = {name.lower(): ", ".join(reply.headers.get_all(name, ())) for name in reply.headers}
            return Answer(reply.status, told, reply.read())
        finally:
            line.close()

    def sure(self, method: str, path: str = "", body: bytes = b"", **headers: str) -> Answer:
        """A request that must succeed."""
        answer = self.ask(method, path, body, **headers)
        if answer.status >= 300:
            raise RefusedError(f"{method} {urljoin(self.url, path)}: {answer.status} {answer.body[:300]!r}")
        return answer

    def put(self, name: str, content: bytes, **headers: str) -> str:
        """Write an item; its etag as listed now is given back (Cyrus tells none at PUT)."""
        answer = self.sure("PUT", self.at(name), content, Content_Type="text/calendar; charset=utf-8", **headers)
        return answer.headers.get("etag", "")

    def get(self, name: str) -> bytes:
        """The body of an item."""
        return self.sure("GET", self.at(name)).body

    def has(self, name: str) -> bool:
        """Whether there is such an item."""
        return self.ask("GET", self.at(name)).status == 200

    def delete(self, name: str) -> None:
        """Delete an item."""
        self.sure("DELETE", self.at(name))

    def list(self) -> dict[str, str]:
        """Every item's href, as spelled by the server, and its etag."""
        answer = self.sure("PROPFIND", "", LIST, Depth="1", Content_Type="application/xml")
        return {
            _first(_HREF, part): _first(_ETAG, part)
            for part in _RESPONSE.findall(answer.body.decode())
            if not _COLLECTION.search(part)
        }

    def bodies(self) -> dict[str, bytes]:
        """Every item's href and body; what was deleted since it was listed is not there."""
        found: dict[str, bytes] = {}
        for href in self.list():
            answer = self.ask("GET", href)
            if answer.status != http.HTTPStatus.NOT_FOUND:
                found[href] = (answer if answer.status < 300 else self.sure("GET", href)).body
        return found

    def empty(self) -> None:
        """Delete every item."""
        for href in self.list():
            self.sure("DELETE", href)

    def make(self, *, component: str = "VEVENT", title: str = "") -> None:
        """Make this collection as a calendar."""
        name = title or urlsplit(self.url).path.rstrip("/").rpartition("/")[2]
        self.sure("MKCALENDAR", "", MAKE % (name.encode(), component.encode()), Content_Type="application/xml")

    def remove(self) -> None:
        """Delete this collection and all in it."""
        self.sure("DELETE", "")

    def at(self, name: str) -> str:
        """The path of an item: a name is quoted, an href (it starts with a slash) is taken as it is."""
        return name if name.startswith("/") else quote(name, safe="@")


def _first(pattern: re.Pattern[str], part: str) -> str:
    found = pattern.search(part)
    return unescape(found[1]) if found else ""


def _connect(scheme: str, netloc: str) -> http.client.HTTPConnection:
    if scheme == "https":  # the tests' own certificates; whether calsync checks them is tested elsewhere
        return http.client.HTTPSConnection(netloc, timeout=60, context=ssl._create_unverified_context())
    return http.client.HTTPConnection(netloc, timeout=60)
