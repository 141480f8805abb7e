"""A CalDAV account: all its calendars at a glance, and a store for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import Place, place
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.net.http import Http, Limits, Login
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.caldav.collections import Facts, collections_in
from calsync_cli.providers.caldav.dav import Dav
from calsync_cli.providers.caldav.discovery import Found
from calsync_cli.providers.caldav.store import CalDavStore
from calsync_cli.providers.caldav.wire import AT_A_GLANCE, CTAG, propfind
from calsync_cli.providers.quirks import GENERIC, Quirks


class CalDavAccount:
    """core.ports.Account over one principal's calendar homes."""

    def __init__(self, http: Http, found: Found, *, quirks: Quirks = GENERIC, every: float = 300.0) -> None:
        self.http = http
        self._dav = Dav(http, origin_of(found.origin))
        self._found = found
        self._quirks = quirks
        self._every = every
        self._ctags = quirks.ctags
        self._facts: dict[Place, Facts] = {}

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self.http.requests

    @property
    def ahead(self) -> float | None:
        """Seconds that the server's clock was ahead of ours at its last answer."""
        return self.http.ahead

    def glance(self) -> Sequence[Glance]:
        """Every calendar, in one request for each home; raises E404 `incomplete` rather than leave one out.

        Radicale computes token and ctag from all items (0.4 s each for 10,000), so ctags are asked for only where
        there are no tokens.
        """
        facts: dict[Place, Facts] = {}
        for home in self._found.homes:
            answered = self._home(home)
            if not self._ctags and not all(known.glance.rev for known in answered):
                self._ctags = True
                answered = self._home(home)
            facts.update({place(known.glance.id): known for known in answered})
        self._facts = facts
        return tuple(known.glance for known in facts.values())

    def _home(self, home: str) -> tuple[Facts, ...]:
        try:
            asked = (*AT_A_GLANCE, CTAG) if self._ctags else AT_A_GLANCE
            status = self._dav.propfind(home, propfind(asked), depth=1)
        except CalsyncError as error:
            if error.code not in {"E209", "E403"}:  # these would speak of one calendar, or of one item
                raise
            raise CalsyncError("E404", "no-home", host=self._dav.origin.host) from error
        return collections_in(
            status, host=self._dav.origin.host, principal=self._found.principal, otherwise=self._quirks
        )

    def open(self, collection: CollectionId) -> CalDavStore:
        """The store for one calendar; what the last glance said of it is known to the store, nothing is sent.

        It is asked by the spelling that the server uses now, whichever one is remembered.
        """
        facts = self._facts.get(place(collection)) or Facts(
            Glance(collection, "", Rights.OWNER, ""), True, self._quirks
        )
        return CalDavStore(self._dav, facts, quiet=not self._found.auto_schedule, moves=self._found.moves)

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """CalDAV knows no push that reaches a laptop: a ring every so many seconds."""
        while not stop.wait(self._every):
            yield None

    def close(self) -> None:
        """Let go of connections."""
        self.http.close()


def open_account(
    found: Found,
    login: Login | None,
    *,
    ca_file: Path | None = None,
    quirks: Quirks = GENERIC,
    every: float = 300.0,
    limits: Limits | None = None,
) -> CalDavAccount:
    """The account that discovery found; its credentials go to that one origin."""
    origin = origin_of(found.origin)
    http = Http(lambda other: other == origin, login, ca_file=ca_file, limits=limits)
    return CalDavAccount(http, found, quirks=quirks, every=every)
