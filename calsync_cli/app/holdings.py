"""One account's events on this disk and their index: what changed since the last look is read again, nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from calsync_cli.app import wiring
from calsync_cli.app.homes import Entry, Home, homes_of
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.session import Session, opened
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.agenda import EVENT
from calsync_cli.core.details import event_id
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.extent import span
from calsync_cli.core.lines import Broken
from calsync_cli.core.model import CollectionId, Held, Ref, Rev
from calsync_cli.core.ports import Store
from calsync_cli.core.scan import SEVERAL, scan
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.state.almanac import Index, Kind, Ledger, Memory, Row

UNUSABLE = frozenset({"E502", "E503", "E505"})
"""A state that is busy, damaged or may not be written: the files alone tell then."""
MANY = 2_000
"""So many files to read take long enough to be told."""


@dataclass(slots=True)
class _Change:
    """What is otherwise in one calendar since it was read. `seal`: what it looks like when all of that is read."""

    calendar: CollectionId
    refs: Sequence[Ref] = ()
    gone: Sequence[Ref] = ()
    seal: str = ""


class Holdings:
    """The calendars of one account, and which files in them can matter. Belongs to one thread."""

    def __init__(self, desk: Desk, account: AccountName, session: Session | None, ledger: Ledger) -> None:
        self._desk = desk
        self._agenda = wiring.agenda(desk, account)
        self.account = account
        self.session = session
        self.homes = homes_of(desk, account, session)
        self.unreadable = 0
        self._stores: dict[CollectionId, Store] = {
            home.spot.calendar: self._agenda.open(home.spot.calendar) for home in self.homes
        }
        self._by_calendar = {home.spot.calendar: home for home in self.homes}
        self._kept = not isinstance(ledger, Memory)
        self._telling = False
        self.index = Index(ledger)

    def look(self) -> None:
        """Read what changed. An index that cannot be written goes on in memory."""
        self.unreadable = 0
        changes = [self._change(home) for home in self.homes]
        total = sum(len(change.refs) for change in changes)
        self._telling = total >= MANY
        if self._telling:
            self._desk.tell.phase(Phase.LOOK, total)
        for change in changes:
            self._take(change)
        self._tidy()
        self.unreadable += self.index.broken()

    def entry(self, row: Row) -> Entry | None:
        """The file of a row; None where its calendar is not shown."""
        home = self._by_calendar.get(row.calendar)
        return Entry(home, row.ref, row.uid, row.id, self._stores[row.calendar]) if home else None

    def bodies(self, rows: Iterable[Row]) -> Iterator[tuple[Entry, Held]]:
        """Each file that can be read now, calendar by calendar."""
        by_calendar: dict[CollectionId, dict[Ref, Row]] = {}
        for row in rows:
            if row.calendar in self._by_calendar:
                by_calendar.setdefault(row.calendar, {})[row.ref] = row
        for calendar, wanted in by_calendar.items():
            for found in self._stores[calendar].fetch(list(wanted)):
                entry = self.entry(wanted[found.ref])
                if isinstance(found, Held) and entry is not None:
                    yield entry, found
                else:
                    self.unreadable += 1

    def _change(self, home: Home) -> _Change:
        """A calendar that is not on this disk yet, or cannot be looked into, has nothing."""
        calendar = home.spot.calendar
        try:
            found = wiring.fingers(self._desk, home.folder)
        except CalsyncError as error:
            self.unreadable += error.code != "E303"
            return _Change(calendar, gone=tuple(self.index.known(calendar)))
        self.unreadable += found.unreadable
        if found.seal and found.seal == self.index.sealed(calendar):
            return _Change(calendar)
        known, there = self.index.known(calendar), dict(found)
        refs = [ref for ref, rev in there.items() if known.get(ref) != rev]
        return _Change(calendar, refs, tuple(known.keys() - there.keys()), found.seal)

    def _take(self, change: _Change) -> None:
        """Read what changed and keep it."""
        rows, lost = [], []
        for found in self._stores[change.calendar].fetch(change.refs) if change.refs else ():
            if self._telling:
                self._desk.tell.advance()
            if isinstance(found, Held):
                rows.append(row_of(change.calendar, found))
            else:
                lost.append(found.ref)
        self.unreadable += len(lost)
        if change.seal and not lost:
            rows.append(Row(change.calendar, Ref(""), Rev(change.seal), Kind.SEAL))
        gone = [(change.calendar, ref) for ref in (*change.gone, *lost)]
        if rows or gone:
            self._learn(rows, gone)

    def _learn(self, rows: Sequence[Row], gone: Sequence[tuple[CollectionId, Ref]]) -> None:
        try:
            self.index.learn(rows, gone)
        except CalsyncError as error:
            if error.code not in UNUSABLE or not self._kept:
                raise
            self._go_on_in_memory()
            self.index.learn(rows, gone)

    def _go_on_in_memory(self) -> None:
        """With what the state knows; it is read anew where not even that can be had."""
        rows: list[Row] = []
        with contextlib.suppress(CalsyncError):
            rows = self.index.everything()
        self.index, self._kept = Index(Memory()), False
        self.index.learn(rows)

    def _tidy(self) -> None:
        if self._kept:
            with contextlib.suppress(CalsyncError):  # it only takes room
                self.index.forget_but(self._stores)


def row_of(calendar: CollectionId, held: Held) -> Row:
    """What the index keeps of a file."""
    told = scan(held.content)
    uid = told.uid or fresh_key("", sha_of(held.content))
    if told.kinds and EVENT.isdisjoint(told.kinds):
        return Row(calendar, held.ref, held.rev, Kind.OTHER)
    if told.broken == SEVERAL or told.uids > 1:
        return Row(calendar, held.ref, held.rev, Kind.BROKEN)
    try:
        reach = span(held.content, told)
    except Broken:
        return Row(calendar, held.ref, held.rev, Kind.BROKEN)
    first = int(reach.first.timestamp()) if reach else None
    last = int(reach.last.timestamp()) if reach and reach.last else None
    return Row(calendar, held.ref, held.rev, Kind.EVENT, uid, event_id(uid), first, last)


@contextlib.contextmanager
def holdings(desk: Desk, account: AccountName) -> Iterator[Holdings]:
    """The account's events, looked at. Without a state, or with one that cannot be used, they are read each time."""
    session = _session(desk, account)
    try:
        yield _looked(desk, account, session)
    finally:
        if session is not None:
            session.database.close()


def _session(desk: Desk, account: AccountName) -> Session | None:
    if not desk.places.database(account).exists():
        return None
    try:
        return opened(desk, account)
    except CalsyncError as error:
        if error.code not in UNUSABLE:
            raise
        return None


def _looked(desk: Desk, account: AccountName, session: Session | None) -> Holdings:
    """With the index of the state, else with the state but for its index, else without a state."""
    ways: list[tuple[Session | None, Ledger]] = [(session, session.database), (session, Memory())] if session else []
    for known, ledger in ways:
        try:
            return _at(desk, account, known, ledger)
        except CalsyncError as error:
            if error.code not in UNUSABLE:
                raise
    return _at(desk, account, None, Memory())


def _at(desk: Desk, account: AccountName, session: Session | None, ledger: Ledger) -> Holdings:
    found = Holdings(desk, account, session, ledger)
    found.look()
    return found
