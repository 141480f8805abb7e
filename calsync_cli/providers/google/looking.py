"""What is in a calendar, and what changed there: events.list page by page, series put together from their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Cursor, End, Held, Missing, Page, Ref, Seen, Unreadable
from calsync_cli.net.parallel import spread
from calsync_cli.providers.google.api import Query
from calsync_cli.providers.google.fields import Json
from calsync_cli.providers.google.gathering import CONNECTIONS, PAGE, Gathering, events_of
from calsync_cli.providers.google.members import (
    Item,
    Members,
    cancelled,
    gathered,
    is_member,
    ref_of,
    repeats,
    single,
    told,
)

_ASKED: Query = {"singleEvents": "false", "maxResults": PAGE}
"""What must be the same whenever a sync token is used that was had with it (developers.google.com, "Synchronize")."""

_FORM = "1:"
"""Which questions a cursor's token belongs to: another number whenever _ASKED changes."""

_DEAD = frozenset({"400", "410"})
"""The guide says 410 fullSyncRequired; a token that never was one is an invalid value."""

_MANY = 50
"""More series than this that moved at once are had sooner from a listing of everything, 2500 events a request."""

_BY_NAME = 100
"""As many absent events are asked for one by one; of more, a listing with the deleted ones tells first."""

_NAMES = "nextPageToken,nextSyncToken,items(id,status,recurringEventId)"


@dataclass(slots=True)
class _Seen:
    """What a look has shown so far."""

    known: AbstractSet[Ref]
    inventory: set[Ref] = field(default_factory=set)
    unreadable: set[Ref] = field(default_factory=set)

    def page(self, items: Iterable[Item], *, gone: Sequence[Ref] = (), end: End | None = None) -> Page:
        """Items as a page."""
        seen, broken, lost = [], [], list(gone)
        for one in items:
            match one:
                case Held():
                    seen.append(Seen(one.ref, one.rev, held=one))
                    self.inventory.add(one.ref)
                case Unreadable():
                    broken.append(one)
                    self.unreadable.add(one.ref)
                case Missing():
                    lost.append(one.ref)
        return Page(tuple(seen), tuple(lost), tuple(broken), end)

    @property
    def absent(self) -> list[Ref]:
        """Known, and not shown."""
        return sorted(self.known - self.inventory - self.unreadable)


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at one calendar."""

    gathering: Gathering

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """See core.ports.Store. Where a token has died, everything is listed: absence proves nothing by itself."""
        changes = self._changes(since)
        items = gathered(changes[0]).values() if changes else ()
        if changes is not None and sum(_moved(members) for members in items) <= _MANY:
            yield self._delta(items, changes[1], _Seen(known))
        else:
            yield from self._everything(_Seen(known))

    # ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────

    def _changes(self, since: Cursor | None) -> tuple[list[Json], Cursor] | None:
        """All events that changed since, and the next cursor; None where that is not to be had."""
        if since is None or not since.startswith(_FORM):
            return None
        reading = _Reading(self.gathering.api.host)
        try:
            pages = self.gathering.pages({**_ASKED, "syncToken": since.removeprefix(_FORM)})
            return [event for page in pages for event in reading.take(page)], reading.cursor
        except CalsyncError as error:
            if error.code != "E404" or error.params.get("status") not in _DEAD:
                raise
            return None

    def _delta(self, items: Iterable[Members], cursor: Cursor, sight: _Seen) -> Page:
        """Deltas tell which member of a series moved; the series is read whole."""
        series = [members for members in items if _moved(members)]
        others = [members.item(self.gathering.frame) for members in items if not _moved(members)]
        whole = spread(lambda members: self.gathering.whole(members.ref, members.uid), series, CONNECTIONS)
        return sight.page([*others, *whole], end=End(cursor, None))

    # ── everything ───────────────────────────────────────────────────────────────────────────────────────────────

    def _everything(self, sight: _Seen) -> Iterator[Page]:
        """Single events as they come; series at the end, for an exception may come before its master."""
        reading, frame = _Reading(self.gathering.api.host), self.gathering.frame
        listed: list[Json] = []
        for page in _foreseen(self.gathering.pages(_ASKED)):
            events = reading.take(page)
            listed.extend(event for event in events if _of_series(event))
            yield sight.page(single(event, frame) for event in events if not (_of_series(event) or cancelled(event)))
        series = spread(self._completed, list(gathered(listed).values()), CONNECTIONS)
        yield sight.page(found for found in series if not isinstance(found, Missing))
        last = sight.page(found for found in self._confirmed(sight.absent) if not isinstance(found, Missing))
        inventory = frozenset(sight.inventory | sight.unreadable)
        yield replace(last, end=End(reading.cursor, inventory))

    def _completed(self, members: Members) -> Item:
        """A series as it was listed, if its master was."""
        if members.master is not None:
            return members.item(self.gathering.frame)
        return self.gathering.whole(members.ref, members.uid)

    def _confirmed(self, absent: Sequence[Ref]) -> Iterator[Item]:
        """What is known and was not listed is asked for by name, so that a listing cut short deletes nothing.

        After a long absence that may be thousands, of which nothing is left to be told; a quota ends before they do.
        Then a second listing tells, and of what that does not know either a part is asked for, to put it to the test.
        """
        asked = absent if len(absent) <= _BY_NAME else self._doubtful(absent)
        found = spread(self.gathering.read, asked, CONNECTIONS)
        yield from (one or Missing(ref) for ref, one in zip(asked, found, strict=True))

    def _doubtful(self, absent: Sequence[Ref]) -> list[Ref]:
        """Those that the second listing has. Raises E404 where Google has any that neither has."""
        dead, there = self._again()
        nowhere = [ref for ref in absent if ref not in dead and ref not in there]
        sample = nowhere[:: len(nowhere) // _BY_NAME + 1]
        for one in spread(self.gathering.read, sample, CONNECTIONS):
            if one is not None and not isinstance(one, Missing):
                raise CalsyncError("E404", "listing", host=self.gathering.api.host)
        return [ref for ref in absent if ref in there and ref not in dead]

    def _again(self) -> tuple[set[str], set[str]]:
        """The events that Google remembers as deleted, and all others, by the item that they belong to."""
        asked: Query = {**_ASKED, "showDeleted": "true", "fields": _NAMES}
        reading = _Reading(self.gathering.api.host)
        dead, there = set[str](), set[str]()
        for event in (event for page in self.gathering.pages(asked) for event in reading.take(page)):
            if not cancelled(event):
                there.add(ref_of(event))
            elif not is_member(event):
                dead.add(ref_of(event))
        reading.ended()
        return dead, there


@dataclass(slots=True)
class _Reading:
    """Pages of a list, taken in one after the other."""

    host: str
    token: str = ""

    def take(self, page: Json) -> list[Json]:
        """The events of a page."""
        self.token = told(page, "nextSyncToken")
        return events_of(page, self.host)

    @property
    def cursor(self) -> Cursor:
        """Where the list ended."""
        self.ended()
        return Cursor(_FORM + self.token)

    def ended(self) -> None:
        """Raises E404 where the list broke off: only its last page has the token."""
        if not self.token:
            raise CalsyncError("E404", "listing", host=self.host)


def _moved(members: Members) -> bool:
    """Whether it has to be read whole: a series, or what is left of one whose master went."""
    master = members.master
    if master is None:
        return True
    return members.alive if cancelled(master) else repeats(master)


def _of_series(event: Json) -> bool:
    return is_member(event) or repeats(event)


def _foreseen(pages: Iterator[Json]) -> Iterator[Json]:
    """The same, where there are several with the next one on its way while one is being read."""
    page = next(pages, None)
    if page is None or not told(page, "nextPageToken"):
        yield from () if page is None else (page,)
        return
    # The import is not free, and most looks have one page.
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(max_workers=1)
    try:
        while page is not None:
            following = pool.submit(next, pages, None)
            yield page
            page = following.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
