"""Items read whole: an event by its id, a series with all that belongs to it, and what a missing answer means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Missing, Ref, Unreadable
from calsync_cli.net.parallel import spread
from calsync_cli.providers.google.api import FORBIDDEN, NOT_FOUND, Answer, GoogleApi, Query, paged
from calsync_cli.providers.google.fields import Frame, Json, word
from calsync_cli.providers.google.members import Item, Members, cancelled, gathered, is_member, ref_of, repeats, told

CONNECTIONS = 5
"""Side by side; far from 600 requests a minute only while answers take a while, which Google's do."""

PAGE = 2500
"""The most that a page may hold (events.list)."""

_NAMES = "nextPageToken,items(id,status,recurringEventId,iCalUID)"


@dataclass(frozen=True, slots=True)
class Gathering:
    """Reads items of one calendar."""

    api: GoogleApi
    calendar: str
    framed: Callable[[], Frame]
    """Asked when there is something to read, because it may cost a request."""

    @property
    def frame(self) -> Frame:
        """What events are read and written in."""
        return self.framed()

    def all(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """An answer for each ref, side by side, in the order given.

        Of a series that one is not invited to as a whole, Google knows single occurrences and no master: its id is
        "not found" like that of a deleted event. A 404 is settled by a listing, which also proves that the calendar
        is there; deleted events answer with the status "cancelled" for a long time, so this is rare.
        """
        lost: list[Ref] = []
        for ref, found in spread(lambda ref: (ref, self.read(ref)), refs, CONNECTIONS):
            if found is None:
                lost.append(ref)
            else:
                yield found
        if lost:
            yield from self._settled(lost)

    def read(self, ref: Ref) -> Item | None:
        """One item by its id; None where Google knows no such id."""
        answer = self.api.event(self.calendar, ref)
        if answer.missing:
            return None
        if not answer.ok:
            return Unreadable(ref, "E403" if answer.status == FORBIDDEN else "E404", answer.reason)
        event = answer.body
        if event.get("id") != ref:
            return Unreadable(ref, "E404", "id")
        if is_member(event) or (cancelled(event) and not repeats(event)):
            return Missing(ref)
        if not repeats(event):
            return Members(ref, event).item(self.frame)
        return self._repeating(event)

    def _repeating(self, event: Json) -> Item:
        """A series with all that belongs to it. A master deleted meanwhile is listed as cancelled."""
        ref = ref_of(event)
        members = self.series(ref, told(event, "iCalUID"))
        if members.master is None:
            return Unreadable(ref, "E404", "listing", word(event, "summary"))
        return members.item(self.frame)

    def whole(self, ref: Ref, uid: str) -> Item:
        """A series that moved, by the UID that its members share; by its id first where none of them tells it.

        A master that is not among them is asked for: it may have been left out, or be none of one's own.
        """
        if uid:
            members = self.series(ref, uid)
            if members.master is not None:
                return members.item(self.frame)
        found = self.read(ref)
        if found is not None and not isinstance(found, Missing):
            return found
        return members.item(self.frame) if uid else next(self._settled([ref]))

    def series(self, ref: Ref, uid: str) -> Members:
        """What the calendar has of a series. Others may share its UID: a series split in two, a copy."""
        query: Query = {"iCalUID": uid, "singleEvents": "false", "showDeleted": "true", "maxResults": PAGE}
        events = [event for page in self.pages(query) for event in events_of(page, self.api.host)]
        return gathered(event for event in events if ref_of(event) == ref).get(ref, Members(ref))

    def pages(self, query: Query) -> Iterator[Json]:
        """All pages of a list, each as it is; raises where one cannot be had."""
        return paged(partial(self.api.events, self.calendar), query, host=self.api.host, refusal=self.refusal)

    def refusal(self, answer: Answer) -> CalsyncError:
        """Why the calendar itself is not shown."""
        if answer.status == NOT_FOUND:
            return CalsyncError("E209", "gone", name=self.calendar, fix="calsync calendars")
        if answer.status == FORBIDDEN:
            return CalsyncError("E403", "collection", name=self.calendar, host=self.api.host)
        return CalsyncError("E404", "status", host=self.api.host, status=str(answer.status))

    def confirm(self) -> None:
        """Raises E209 where the calendar is gone, which explains "not found" better than the event does."""
        for _ in self.pages({"maxResults": 1, "fields": "kind"}):
            return

    def _settled(self, lost: Sequence[Ref]) -> Iterator[Item]:
        """Which of these are series of which single occurrences are there."""
        names = [event for page in self.pages(_everything()) for event in events_of(page, self.api.host)]
        uids = {ref_of(event): told(event, "iCalUID") for event in names if is_member(event) and not cancelled(event)}
        for ref in lost:
            yield self.series(ref, uids[ref]).item(self.frame) if uids.get(ref) else Missing(ref)


def _everything() -> Query:
    return {"singleEvents": "false", "maxResults": PAGE, "fields": _NAMES}


def events_of(page: Json, host: str) -> list[Json]:
    """The events of a page. One without an id can be neither kept nor called gone: the list is not complete."""
    items = page.get("items", [])
    if not isinstance(items, list) or not all(isinstance(event, dict) and told(event, "id") for event in items):
        raise CalsyncError("E404", "listing", host=host)
    return items
