"""The events on this disk by time and by ID, over the calendars of the accounts that are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from calsync_cli.app.pen import Spot
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.model import Held, Ref
from calsync_cli.core.occasions import Occasion
from calsync_cli.core.units import Laid


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A calendar on this disk."""

    account: AccountName
    spot: Spot
    name: str
    """As people know it."""
    folder: Path
    color: str = ""
    """#RRGGBB, or empty."""
    primary: bool = False
    writable: bool = True
    """Its events may be edited here: the primary, one that is two-way, or one of no account."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event's file."""

    home: Home
    ref: Ref
    uid: str
    id: str
    """In full: core.details.event_id of its UID."""

    def held(self) -> Held:
        """Its bytes, read now. Raises E505; E003 "event" where it is gone."""
        raise NotImplementedError

    def laid(self) -> Laid:
        """The same, parsed. Raises Broken."""
        raise NotImplementedError


class Almanac:
    """What is on this disk now: files that changed are read again when it is opened, and when told to `look`."""

    homes: tuple[Home, ...]
    """The shown calendars of the accounts, each account's primary first."""
    unreadable: int
    """Files that could not be read as events."""

    def look(self) -> None:
        """Look at the files again."""
        raise NotImplementedError

    def between(self, begin: datetime, end: datetime) -> Iterator[tuple[Entry, Occasion]]:
        """Every occurrence that overlaps [begin, end), in the order of their starts, whole days first."""
        raise NotImplementedError

    def by_id(self, said: str) -> Entry:
        """The event whose ID begins so, or whose UID it is; of several with one UID the editable primary's.

        Raises E003 "event" where there is none, "event-several" where several begin so.
        """
        raise NotImplementedError

    def short(self, id_: str) -> str:
        """The shortest part of the ID that no other event here begins with; four digits at least."""
        raise NotImplementedError


@contextmanager
def almanac(desk: Desk, accounts: Sequence[AccountName] = ()) -> Iterator[Almanac]:
    """The almanac of these accounts; of none named: of `desk.owner()`. Works beside an open session."""
    del desk, accounts
    raise NotImplementedError
    yield Almanac()
