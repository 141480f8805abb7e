"""What is in a collection, and what changed there: sync-collection (RFC 6578), or all etags where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Ref, Unreadable
from calsync_cli.providers.caldav.dav import MULTI_STATUS, NOT_THERE, Dav
from calsync_cli.providers.caldav.hrefs import member, normal
from calsync_cli.providers.caldav.multistatus import Answer, parse_multistatus
from calsync_cli.providers.caldav.wire import DAV, ETAG, LISTING, RESOURCE_TYPE, propfind, sync_collection

_COLLECTION = f"{{{DAV}}}collection"
_TRUNCATED = 507
_ALIVE = frozenset({0, 200})
_REFUSED_TOKEN = frozenset({400, 403, 404, 405, 409, 410, 412, 415, 418, 422, 500, 501})
"""RFC 6578 says 403 or 409 with valid-sync-token; servers say all of these. A look without it tells the truth."""


@dataclass(slots=True)
class Listed:
    """What a listing showed; grows while pages come in. An empty etag means that the server gave none."""

    alive: dict[Ref, str] = field(default_factory=dict)
    gone: set[Ref] = field(default_factory=set)
    unreadable: dict[Ref, Unreadable] = field(default_factory=dict)
    token: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists one collection. `known` refs keep their spelling; `spellings` learns where the server's differs."""

    dav: Dav
    collection: str
    known: AbstractSet[Ref]
    spellings: dict[Ref, str]

    def members(self) -> Listed:
        """All members by PROPFIND: an inventory by nature."""
        listed = Listed()
        self._take(listed, self.dav.propfind(self.collection, propfind(LISTING), depth=1).answers)
        return listed

    def delta(self, token: str) -> Listed | None:
        """What changed since the token, page after page; with "" everything. None where the server refuses it."""
        listed = Listed(token=token)
        passed = {token}
        while self._page(listed):
            listed.truncated = True
            if listed.token in passed:
                raise CalsyncError("E404", "endless-pages", host=self.dav.origin.host)
            passed.add(listed.token)
        return listed if listed.token else None

    def _page(self, listed: Listed) -> bool:
        """Takes one page in; true where the server says 507: go on from the token just given (RFC 6578 3.6)."""
        response = self.dav.ask("REPORT", self.collection, sync_collection(listed.token), depth=0)
        if response.status in _REFUSED_TOKEN:
            listed.token = ""
            return False
        if response.status != MULTI_STATUS:
            raise self.dav.refusal(response, self.collection)
        status = parse_multistatus(response.body, host=self.dav.origin.host, lenient=True)
        self.dav.answers_itself(status, self.collection)
        listed.token = status.token or listed.token
        return self._take(listed, status.answers)

    def _take(self, listed: Listed, answers: Sequence[Answer]) -> bool:
        own = normal(self.collection)
        known = by_meaning(self.known) if answers else {}
        more = False
        for answer in answers:
            if answer.status == _TRUNCATED and normal(answer.href).rstrip("/") == own.rstrip("/"):
                more = True
            elif path := member(own, answer.href):
                self._sort(listed, self._ref(path, known), answer)
        return more

    def _sort(self, listed: Listed, ref: Ref, answer: Answer) -> None:
        listed.alive.pop(ref, None)
        if answer.status in NOT_THERE:
            listed.gone.add(ref)
        elif answer.status not in _ALIVE:
            why = "E403" if answer.status == 403 else "E404"  # noqa: PLR2004  (forbidden)
            listed.unreadable[ref] = Unreadable(ref, why, str(answer.status))
        elif _COLLECTION not in answer.names(RESOURCE_TYPE):
            listed.alive[ref] = answer.text(ETAG)
            listed.gone.discard(ref)

    def _ref(self, path: str, known: dict[str, Ref]) -> Ref:
        ref = known.get(normal(path))
        if ref is None:
            return Ref(path)
        if ref != path:
            self.spellings[ref] = path
        return ref


def by_meaning(known: AbstractSet[Ref]) -> dict[str, Ref]:
    """Refs by their normal form."""
    return {normal(ref): ref for ref in known}
