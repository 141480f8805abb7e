"""What the stand-in holds: users, calendars, and each event as one calendar's copy of it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.servers.google.errors import Json

Role = Literal["freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner"]
RANK: dict[str, int] = {
    "none": 0,
    "freeBusyReader": 1,
    "reader": 2,
    "writerWithoutPrivateAccess": 3,
    "writer": 4,
    "owner": 5,
}


@dataclass(slots=True, eq=False)
class Stored:
    """One event as one calendar has it. `data` holds what Google stores, times in UTC, without what the viewer adds."""

    data: Json
    tick: int
    told: int = 0
    """The moment from which an increment tells it: that of its last change, but for what Google keeps quiet about."""
    shown: dict[str, tuple[Json, str]] = field(default_factory=dict)
    """What was made of it for a viewer: as JSON, and as its text."""

    @property
    def id(self) -> str:
        """Its id in this calendar."""
        return str(self.data["id"])

    @property
    def cancelled(self) -> bool:
        """Deleted, or an excluded instance."""
        return bool(self.data["status"] == "cancelled")

    @property
    def master(self) -> str:
        """The series it is an exception of."""
        return str(self.data.get("recurringEventId", ""))

    @property
    def etag(self) -> str:
        """It changes with every change."""
        return etag_of(self.tick)


@dataclass(slots=True, eq=False)
class Calendar:
    """A calendar, who may do what in it, and what each of them made of its list entry."""

    id: str
    owner: str
    summary: str
    zone: str
    primary: bool
    roles: dict[str, Role]
    tick: int
    fields: Json = field(default_factory=dict)
    entries: dict[str, Json] = field(default_factory=dict)
    """User -> what is that user's own of the calendarList entry."""
    entry_ticks: dict[str, int] = field(default_factory=dict)
    events: dict[str, Stored] = field(default_factory=dict)
    deleted: bool = False

    def members(self, master: str) -> Iterator[Stored]:
        """The stored exceptions and cancelled instances of a series."""
        return (one for one in self.events.values() if one.master == master)

    def alive(self, event_id: str) -> bool:
        """Whether there is such an event, not cancelled."""
        found = self.events.get(event_id)
        return found is not None and not found.cancelled


@dataclass(slots=True)
class Settings:
    """How the stand-in behaves where Google leaves itself room."""

    bare_tombstones: bool = False
    """A deletion is told as {id, status} alone; otherwise with kind and etag."""
    exdates_as_instances: bool = False
    """EXDATEs that are written come back as cancelled instances."""
    rewrites_rules: bool = False
    """An RRULE is given back in another order of parts, as Google does."""
    revives: bool = True
    """PATCH status=confirmed on a deleted event brings it back; otherwise 403."""
    guards_private_copies: bool = True
    """Shared fields of an imported event of somebody else are changed by another import only."""
    page_limit: int = 0
    """No page is longer than this, whatever maxResults says; the first one of a list is empty then."""
    shuffled: bool = False
    """Newest first: exceptions come before their masters, in other pages."""
    quiet_reminders: bool = False
    """A change of reminders alone is in no increment."""
    gzip: bool = True


@dataclass(slots=True)
class World:
    """Everything. One lock: a request is done whole or not at all."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    tokens: dict[str, str] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    tick: int = 0
    epoch: int = 0
    """Sync tokens of another epoch have expired."""
    listings: dict[str, Listing] = field(default_factory=dict)
    mails: list[Json] = field(default_factory=list)

    def next_tick(self) -> int:
        """A new moment."""
        self.tick += 1
        return self.tick

    def put(self, calendar: Calendar, data: Json) -> Stored:
        """Store an event's new state: a new etag, `updated`, and the last place in the order of changes.

        Reminders are each user's own: a change of them alone does not raise `updated`.
        """
        tick = self.next_tick()
        before = calendar.events.pop(data["id"], None)
        if before is not None and before.data["status"] != "cancelled" and _but_reminders(before.data, data):
            told = before.told if self.settings.quiet_reminders else tick
            stored = Stored({**data, "updated": before.data["updated"]}, tick, told)
        else:
            stored = Stored({**data, "updated": now()}, tick, tick)
        calendar.events[stored.id] = stored
        return stored

    def primary_of(self, user: str) -> Calendar | None:
        """The calendar that an invitation of this address goes to."""
        found = self.calendars.get(user.lower())
        return found if found is not None and found.primary and not found.deleted else None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is being paged through: what it tells, fixed at the first page, and the token that its last page tells."""

    found: tuple[Stored, ...]
    query: Json
    sync_token: str


def _but_reminders(one: Json, other: Json) -> bool:
    """Whether two states differ in nothing but reminders."""
    names = (one.keys() | other.keys()) - {"reminders", "updated"}
    return all(one.get(name) == other.get(name) for name in names) and one.get("reminders") != other.get("reminders")


def etag_of(tick: int) -> str:
    """Google's etags are a number of microseconds, twice, in quotes."""
    return f'"{3_461_000_000_000_000 + tick * 2}"'


def now() -> str:
    """The moment as `created` and `updated` tell it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"
