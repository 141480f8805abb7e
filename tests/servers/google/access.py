"""Who asks: bearer tokens that are listed, or that an authorisation server vouches for (RFC 7662)."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.servers.google.errors import Refused, unauthorized

EVENTS = frozenset({"calendar", "calendar.events"})
LISTS = frozenset({"calendar", "calendar.calendarlist", "calendar.calendarlist.readonly", "calendar.readonly"})
_PREFIX = "https://www.googleapis.com/auth/"
_KEPT = 0.3
"""So many seconds an introspection counts."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is and what it opens; without scopes, all."""

    user: str
    scopes: frozenset[str] | None = None

    def must_open(self, method: str) -> None:
        """403 where the token lacks the scope of a method."""
        if self.scopes is None:
            return
        due = LISTS if method.startswith("calendar.calendarList") else EVENTS
        if not due & self.scopes:
            text = "Request had insufficient authentication scopes."
            raise Refused(403, "insufficientPermissions", text)


@dataclass(slots=True)
class Access:
    """The tokens that count."""

    introspect: str = ""
    """Where an authorisation server is asked, its client's name and secret in the address."""
    listed: dict[str, Bearer] = field(default_factory=dict)
    _asked: dict[str, tuple[float, Bearer | None]] = field(default_factory=dict)

    def of(self, header: str) -> Bearer:
        """Who asks; 401 where nobody knows."""
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise unauthorized()
        found = self.listed.get(token) or (self._introspected(token) if self.introspect else None)
        if found is None:
            raise unauthorized()
        return found

    def _introspected(self, token: str) -> Bearer | None:
        known = self._asked.get(token)
        if known is None or known[0] < time.monotonic():
            known = time.monotonic() + _KEPT, self._ask(token)
            self._asked[token] = known
        return known[1]

    def _ask(self, token: str) -> Bearer | None:
        where = urlsplit(self.introspect)
        login = base64.b64encode(f"{where.username}:{where.password}".encode()).decode()
        request = urllib.request.Request(
            where._replace(netloc=where.netloc.rpartition("@")[2]).geturl(),
            urlencode({"token": token}).encode(),
            {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            told = json.load(reply)
        if not told.get("active"):
            return None
        user = told.get("email") or told.get("username") or told["sub"]
        scopes = frozenset(one.removeprefix(_PREFIX) for one in told.get("scope", "").split())
        return Bearer(str(user).lower(), scopes)
