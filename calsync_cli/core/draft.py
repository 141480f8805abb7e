"""What a person wants an event to be, in values: a new one, changes to one, and how far into a series they reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from calsync_cli.core.times import Moment


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody on an event. `invited`: the provider gets to know; otherwise nobody but this disk does (R17)."""

    address: str
    """In lower case, without mailto:."""
    invited: bool
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new event. `end` is exclusive (RFC 5545 3.8.2.2); both are dates, or both are times of one zone."""

    title: str
    start: Moment
    end: Moment
    where: str = ""
    notes: str = ""
    rule: str = ""
    """An RRULE's value; "" happens once."""
    reminders: tuple[timedelta, ...] = ()
    """How long before the start."""
    private: bool = False
    invitees: tuple[Invitee, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be otherwise; None leaves it as it is, "" or () takes it away."""

    title: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    """None while `start` is given: as long as it was."""
    where: str | None = None
    notes: str | None = None
    rule: str | None = None
    reminders: tuple[timedelta, ...] | None = None
    private: bool | None = None
    invitees: tuple[Invitee, ...] = ()
    """Who is added, or has the other choice now; nobody is taken off."""


class Extent(StrEnum):
    """How much of a series is meant."""

    ALL = "all"
    ONE = "one"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class Reach:
    """Which part of a series: `at` is the original start of the occurrence (its RECURRENCE-ID), None for all of it."""

    extent: Extent = Extent.ALL
    at: Moment | None = None


WHOLE = Reach()
