"""Events, as `agenda` and `event` show them; the fields are the keys of their JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeRow:
    """Somebody on an event."""

    address: str
    name: str = ""
    invited: bool
    """The provider knows him, or will with the next sync."""
    answer: str = "needs-action"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event or one occurrence. Aware times; a date for a whole day; naive where the event's time floats."""

    id: str
    """In full; `short` is the part that is unique here."""
    short: str
    uid: str
    calendar: str
    title: str
    start: datetime | date | None
    end: datetime | date | None
    """Exclusive."""
    all_day: bool
    tz: str
    """The zone's name; "" for a date or a floating time."""
    where: str
    notes: str = ""
    recurrence: str
    """The RRULE's value of the series, "" where it happens once."""
    occurrence: str = ""
    """Which occurrence of the series: its original start in ISO 8601, as --occurrence takes it; "" for the series."""
    attendees: tuple[AttendeeRow, ...] = ()
    organizer: str
    mine: bool = True
    """The user may edit it: nobody else organises it and the calendar can be written."""
    reminders: tuple[str, ...] = ()
    """ISO 8601 durations before the start, or moments."""
    private: bool = False
    free: bool = False
    status: str = ""
    account: str = ""
    color: str = ""
    primary: bool = False
    answer: str = ""
    """One's own, where somebody else organises it; `agenda` alone tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeRow:
    """A stretch of time without anything that blocks it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaReport:
    """`agenda`: occurrences in the order of their start, whole days first."""

    begin: datetime
    end: datetime
    events: tuple[EventRow, ...]
    free: tuple[FreeRow, ...] | None = None
    """With --free."""
    unreadable: int = 0
    """Files that could not be read; `doctor` names them."""
    missing: tuple[str, ...] = ()
    """Calendars whose directory is gone (E303): what was in it is not shown."""
    cut: int = 0
    """Events with more occurrences in this time than are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """What an `event` command did to one event (two where a series was split), and who hears of it."""

    ok: bool = True
    account: str
    did: str
    """added, edited, deleted, shown, invited, answered."""
    events: tuple[EventRow, ...]
    invited: tuple[str, ...] = ()
    """Addresses that the provider will send something, with the next sync."""
    silent: tuple[str, ...] = ()
    """On the event, and nobody tells them."""
    delivered: tuple[str, ...] = ()
    """Colleagues in whose own agenda on this machine it stands now (R24)."""
    held: bool = False
    """The server cannot be quiet: it is not sent until `fix` is typed."""
    warnings: tuple[str, ...] = ()
    """Code words; the view has the sentences."""
    dry_run: bool = False
    fix: str = ""
    next: str = ""
    reach: str = ""
    """Of a series: "all", "one" or "following"; "" where it happens once."""
    undecided: tuple[str, ...] = ()
    """On the event, and nobody said whether they are to be invited: they are not, until `event invite`."""
    missed: tuple[str, ...] = ()
    """Colleagues in whose agenda it could not be written just now."""
    upcoming: tuple[datetime | date, ...] = ()
    """When it takes place next (`show`)."""
    path: Path | None = None
    """Its file (`show`)."""
    provider: str = ""
    """Who sends the invitations, as people call it; "" where nobody does."""
