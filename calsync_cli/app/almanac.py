"""The events on this disk by time and by ID, over the calendars of the accounts that are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo

from calsync_cli.app import here
from calsync_cli.app.holdings import Holdings, holdings
from calsync_cli.app.homes import Entry, Home
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.details import ID_DIGITS, event_id
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.lines import Broken, parse
from calsync_cli.core.model import Held
from calsync_cli.core.occasions import MOST, Found, Occasion, found_in
from calsync_cli.core.units import Laid, lay_out

__all__ = ["Almanac", "Entry", "Home", "Opened", "almanac"]

SHORTEST = 4
ENOUGH, FEW = 20_000, 31
"""So many occurrences in one window, more than anybody reads; of the events after them a month of days is told."""
NAMED = 5
"""IDs that are named where several are meant."""
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Opened:
    """An event that takes place in a window: its file, parsed, and when."""

    entry: Entry
    held: Held
    laid: Laid
    found: Found


class Almanac:
    """What is on this disk now: files that changed are read again when it is opened, and when told to `look`."""

    def __init__(self, shelves: Sequence[Holdings], floating: tzinfo) -> None:
        self._shelves = shelves
        self.floating = floating
        """The zone that whole days and floating times are taken in."""

    @property
    def homes(self) -> tuple[Home, ...]:
        """The shown calendars of the accounts, each account's primary first."""
        return tuple(home for shelf in self._shelves for home in shelf.homes)

    @property
    def unreadable(self) -> int:
        """Files that could not be read as events, so far."""
        return sum(shelf.unreadable for shelf in self._shelves)

    def session(self, account: AccountName) -> Session | None:
        """The account's state, to be read; None where it has none that can be."""
        return next((shelf.session for shelf in self._shelves if shelf.account == account), None)

    def look(self) -> None:
        """Look at the files again."""
        for shelf in self._shelves:
            shelf.look()

    def opened(
        self,
        begin: datetime,
        end: datetime,
        *,
        within: Sequence[Home] | None = None,
        wanted: Callable[[bytes], bool] = bool,
    ) -> Iterator[Opened]:
        """Every event that takes place in [begin, end), in no order. `wanted` is asked before a file is parsed."""
        count = 0
        seconds = int(begin.timestamp()), int(end.timestamp()) + 1
        for shelf in self._shelves:
            rows = shelf.index.between(*seconds)
            if within is not None:
                calendars = {home.spot.calendar for home in within if home.account == shelf.account}
                rows = [row for row in rows if row.calendar in calendars]
            for entry, held in shelf.bodies(rows):
                most = MOST if count < ENOUGH else FEW
                found = self._found(shelf, entry, held, (begin, end), most) if wanted(held.content) else None
                if found is not None and found.found.occasions:
                    count += len(found.found.occasions)
                    yield found

    def between(self, begin: datetime, end: datetime) -> Iterator[tuple[Entry, Occasion]]:
        """Every occurrence that overlaps [begin, end), in the order of their starts, whole days first."""
        found = [(each.entry, one) for each in self.opened(begin, end) for one in each.found.occasions]
        return iter(sorted(found, key=lambda pair: order(pair[1], self.floating)))

    def by_id(self, said: str) -> Entry:
        """The event whose ID begins so, or whose UID it is; of several with one UID the editable primary's.

        Raises E003 "event" where there is none, "event-several" where several begin so.
        """
        name = said.strip()
        found = [entry for entry in self._beginning(event_id(name)) if entry.uid == name]
        if not found and name and len(name) <= ID_DIGITS and _DIGITS.issuperset(name.lower()):
            found = self._beginning(name.lower())
        ids = sorted({entry.id for entry in found})
        if not ids:
            raise CalsyncError("E003", "event", name=said[:40], fix="calsync agenda")
        if len(ids) > 1:
            names = ", ".join([self.short(each) for each in ids[:NAMED]] + ["…"] * (len(ids) > NAMED))
            raise CalsyncError("E003", "event-several", name=said[:40], names=names, fix="calsync agenda")
        return min(found, key=lambda entry: (not (entry.home.primary and entry.home.writable), not entry.home.writable))

    def short(self, id_: str) -> str:
        """The shortest part of the ID that no other event here begins with; four digits at least."""
        near = [other for shelf in self._shelves for other in shelf.index.neighbours(id_)]
        shared = max((_shared(id_, other) for other in near), default=0)
        return id_[: max(shared + 1, SHORTEST)]

    def _beginning(self, prefix: str) -> list[Entry]:
        rows = [(shelf, row) for shelf in self._shelves for row in shelf.index.begins(prefix)]
        return [entry for shelf, row in rows if (entry := shelf.entry(row))]

    def _found(
        self, shelf: Holdings, entry: Entry, held: Held, window: tuple[datetime, datetime], most: int
    ) -> Opened | None:
        try:
            laid = lay_out(parse(held.content))
        except Broken:  # it changed after the look
            shelf.unreadable += 1
            return None
        return Opened(entry, held, laid, found_in(laid, *window, floating=self.floating, most=most))


def order(one: Occasion, zone: tzinfo) -> tuple[object, ...]:
    """By day, whole days first, then by time."""
    start = one.start.astimezone(zone)
    return start.date(), not one.all_day, one.start, one.end


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


@contextmanager
def almanac(desk: Desk, accounts: Sequence[AccountName] = ()) -> Iterator[Almanac]:
    """The almanac of these accounts; of none named: of `desk.owner()`. Works beside an open session."""
    with ExitStack() as stack:
        shelves = [stack.enter_context(holdings(desk, name)) for name in accounts or (desk.owner(),)]
        yield Almanac(shelves, here.zone(desk))
