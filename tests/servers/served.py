"""A running server as a test sees it: where it is, who may enter, what it was asked, and how to end it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from tests.servers.access import AccessLog
from tests.servers.plain import Plain


@dataclass(frozen=True, slots=True)
class Served:
    """One user's view of a server. `new_user` gives the same server with a user who has nothing yet but a calendar."""

    name: str
    url: str
    """What a person would type at connect."""
    user: str
    password: str = field(repr=False)
    home_url: str
    calendar_url: str
    log: AccessLog
    stop: Callable[[], None]
    new_user: Callable[[], Served]
    objects_url: str = ""
    """Where new calendars are made, where that is not the home (Kerio)."""
    suffix: str = ".ics"
    """How the server's own items are named."""
    readonly_url: str = ""
    """A calendar that this user may only read, where the server can have one."""
    shared_url: str = ""
    """A calendar of somebody else that this user may write, where the server can have one."""

    @property
    def port(self) -> int:
        """The loopback port it listens on."""
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def through(self, url: str) -> Served:
        """The same server reached through a line at that address."""
        here = self.url

        def moved(place: str) -> str:
            return url + place.removeprefix(here) if place else ""

        return replace(
            self,
            url=url,
            home_url=moved(self.home_url),
            calendar_url=moved(self.calendar_url),
            readonly_url=moved(self.readonly_url),
            shared_url=moved(self.shared_url),
            objects_url=moved(self.objects_url),
        )

    def plain(self, url: str = "") -> Plain:
        """Plain HTTP to the calendar (or another collection), without a line of calsync."""
        return Plain(url or self.calendar_url, self.user, self.password)

    def fresh_calendar(self, name: str = "") -> Served:
        """The same user with a new empty calendar."""
        made = f"{self.objects_url or self.home_url}{name or 'c' + uuid.uuid4().hex[:12]}/"
        self.plain(made).make()
        return replace(self, calendar_url=made)
