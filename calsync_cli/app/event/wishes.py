"""What the user wants of an `event` command, in values: dates and rules were read from words before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from calsync_cli.core.draft import Changes, Invitee
from calsync_cli.core.times import Moment, Span

Answer = Literal["accepted", "declined", "tentative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Who is to be on it, each with a word about being invited (R17, R22)."""

    named: tuple[Invitee, ...] = ()
    everybody: bool | None = None
    """Of those whom nobody said anything about: all are invited, or none. None: not said."""

    @property
    def said(self) -> bool:
        """Something was."""
        return bool(self.named) or self.everybody is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which event, and which part of its series. `occurrence` and `following` are dates or times as typed."""

    id: str
    occurrence: Moment | None = None
    following: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWish:
    """A new event. `end` None: an hour, or the one day."""

    title: str
    start: Moment
    end: Moment | None = None
    length: Span | None = None
    where: str = ""
    notes: str = ""
    rule: str = ""
    reminders: tuple[timedelta, ...] = ()
    private: bool = False
    guests: Guests = field(default_factory=Guests)
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditWish:
    """Changes to an event. `length` is a new length, where no end is given in `changes`."""

    which: Which
    changes: Changes
    length: Span | None = None
    zone: str = ""
    """The zone that it is to have; where no start is given in `changes`, at the same wall clock time. "": as it was."""
    guests: Guests = field(default_factory=Guests)
    notify: bool | None = None
    """Guests hear of it; False: nobody does; None: as the setting event.updates says."""
    dry_run: bool = False

    @property
    def changes_something(self) -> bool:
        """Something is to be otherwise: then everybody on it needs a word about being invited."""
        timed = self.length is not None or bool(self.zone)
        return self.changes != Changes() or timed or self.guests.said

    @property
    def empty(self) -> bool:
        """Nothing is to be otherwise, and nothing is to be sent that was held."""
        return not self.changes_something and self.notify is not True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWish:
    """An event, or a part of a series, is to go."""

    which: Which
    notify: bool | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteWish:
    """People are to be sent an invitation."""

    which: Which
    addresses: tuple[Invitee, ...]
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondWish:
    """One's own answer to somebody else's meeting."""

    which: Which
    answer: Answer
    quietly: bool = False
    dry_run: bool = False
