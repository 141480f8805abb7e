"""An event as its owner reads it: what, when, where, who, and how it is called on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from calsync_cli.core.times import Moment

ID_DIGITS = 12
"""Of a hash: enough for any agenda; the screen shows the shortest part that is unique there, from four on."""


def event_id(uid: str) -> str:
    """How an event is called on the command line: the same for one UID on every machine."""
    return sha256(uid.encode()).hexdigest()[:ID_DIGITS]


@dataclass(frozen=True, slots=True)
class Guest:
    """An attendee. `answer` is PARTSTAT in lower case ("needs-action" where there is none)."""

    address: str
    """In lower case, without mailto:."""
    name: str = ""
    answer: str = "needs-action"
    silent: bool = False
    """Marked here as one whom no server invites (SCHEDULE-AGENT=NONE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """One event, or one occurrence of it. `end` is exclusive; None where the text tells no moment."""

    uid: str
    title: str
    start: Moment | None
    end: Moment | None
    where: str = ""
    notes: str = ""
    rule: str = ""
    """The RRULE's value of the series."""
    guests: tuple[Guest, ...] = ()
    organizer: str = ""
    reminders: tuple[timedelta | Moment, ...] = ()
    """Before the start (positive), or at a moment."""
    private: bool = False
    free: bool = False
    """Does not block time (TRANSP:TRANSPARENT)."""
    status: str = ""
    occurrence: Moment | None = None
    """The RECURRENCE-ID, where this is one occurrence of a series."""
