"""A Google account's calendars: all of them at a glance, and a store for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from calsync_cli.core.model import CollectionId, Glance
from calsync_cli.net.http import Http, Limits
from calsync_cli.net.login import Access
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.google.api import GoogleApi
from calsync_cli.providers.google.calendars import Facts, calendar, calendars
from calsync_cli.providers.google.store import GoogleStore

_NOBODYS = "calendar.google.com"
"""What the names of calendars end with that are no person's own: further ones, imported ones, holidays."""


class GoogleAccount:
    """core.ports.Account over one user's list of calendars."""

    def __init__(self, http: Http, base: str, address: str, *, every: float = 300.0) -> None:
        self.http = http
        self._api = GoogleApi(http, base)
        self._address = address.lower()
        self._every = every
        self._facts: dict[CollectionId, Facts] = {}

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self.http.requests

    @property
    def ahead(self) -> float | None:
        """Seconds that the server's clock was ahead of ours at its last answer."""
        return self.http.ahead

    def glance(self) -> Sequence[Glance]:
        """Every calendar, in one request where there are no more than 250; raises rather than leave one out.

        Google has nothing like a ctag: each calendar's own look is one request, and as cheap.
        """
        self._facts = {facts.glance.id: facts for facts in calendars(self._api)}
        return tuple(facts.glance for facts in self._facts.values())

    def open(self, collection: CollectionId) -> GoogleStore:
        """The store for one calendar; what the last glance said of it is known to the store, nothing is sent."""

        def told() -> Facts:
            return self._told(collection)

        return GoogleStore(self._api, collection, told, lambda: _whose(told().glance, self._address))

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Google's push wants a public web server: a ring every so many seconds."""
        while not stop.wait(self._every):
            yield None

    def close(self) -> None:
        """Let go of connections."""
        self.http.close()

    def _told(self, collection: CollectionId) -> Facts:
        """What was glanced; asked for where nothing was: rights and zone decide what is written, and how."""
        if collection not in self._facts:
            self._facts[collection] = calendar(self._api, collection)
        return self._facts[collection]


def _whose(calendar: Glance, address: str) -> str:
    """Who `self` is on the events of a calendar: of somebody's own calendar, which is called by his address, he.

    One's own may be called by another address of one's own: an earlier one, or the one that an alias stands for.
    """
    ours = calendar.default or calendar.id.endswith(_NOBODYS) or "@" not in calendar.id
    return address if ours else calendar.id.lower()


def open_account(
    base: str,
    access: Access,
    address: str,
    *,
    ca_file: Path | None = None,
    every: float = 300.0,
    limits: Limits | None = None,
) -> GoogleAccount:
    """The calendars of `address` at the API under `base`; the token goes to that one origin."""
    origin = origin_of(base)
    http = Http(lambda other: other == origin, access, ca_file=ca_file, limits=limits)
    return GoogleAccount(http, base, address, every=every)
