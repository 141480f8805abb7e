"""Writing single events here by a command: guarded like every write, the displaced version in the attic, all logged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from calsync_cli.app import wiring
from calsync_cli.app.directories import Directories
from calsync_cli.app.session import Session
from calsync_cli.config.places import make_private
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Held, LinkId, Ref, RunId, Side, Unreadable
from calsync_cli.core.ops import Create, Denied, Edit, Op, Remove, Wrote
from calsync_cli.core.ports import Store
from calsync_cli.core.record import Happened, Kept, Outcome
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.verdict import Verdict
from calsync_cli.state.settings import LinkRow

UNLINKED = LinkId(0)
"""Of a directory that is in step with nothing."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A calendar's directory."""

    calendar: CollectionId
    link: LinkId = UNLINKED


@dataclass(slots=True)
class Pen:
    """One command's writing. What it did is told to the log and the attic's list when the block ends."""

    session: Session
    why: str
    outcome: Outcome = field(default_factory=Outcome)

    def find(self, spot: Spot, key: str, *likely: Ref) -> Held | None:
        """The event with this UID: under a likely name, where the books say, else by reading the whole directory."""
        store = self._store(spot)
        if store is None:
            return None
        known = [pair.near.ref for pair in self.session.books.pairs_with({key}) if pair.link == spot.link]
        quick = self._among(store, [*likely, *known], key)
        if quick is not None:
            return quick
        refs = [seen.ref for page in store.look(None, frozenset()) for seen in page.seen]
        return self._among(store, refs, key)

    def at(self, spot: Spot, ref: Ref) -> Held | None:
        """The file of this name, whatever is in it. Raises E505 where it cannot be read."""
        store = self._store(spot)
        found = next(iter(store.fetch([ref])), None) if store and ref else None
        if isinstance(found, Unreadable):
            path = wiring.agenda(self.session.desk, self.session.account).path(spot.calendar) / ref
            raise CalsyncError("E505", "file", path=str(path), reason=found.detail)
        return found if isinstance(found, Held) else None

    def _among(self, store: Store, refs: list[Ref], key: str) -> Held | None:
        for found in store.fetch([ref for ref in refs if ref]):
            if isinstance(found, Held) and scan(found.content).uid == key:
                return found
        return None

    def _store(self, spot: Spot) -> Store | None:
        agenda = wiring.agenda(self.session.desk, self.session.account)
        return agenda.open(spot.calendar) if agenda.path(spot.calendar).is_dir() else None

    def put(self, spot: Spot, over: Held | None, content: bytes, *, key: str, title: str) -> None:
        """Make the event, or replace `over` by it. Raises E502 where another program was faster."""
        agenda = wiring.agenda(self.session.desk, self.session.account)
        make_private(agenda.path(spot.calendar), ours=False)
        store = agenda.open(spot.calendar)
        op: Op = Edit(over, content, NOBODY) if over else Create(store.new_ref(key), content, NOBODY)
        done = self._do(store, op, spot)
        self._keep(spot, done, key, title)
        verdict = Verdict.TO_NEAR if over else Verdict.BIRTH_NEAR
        self._tell(Happened(spot.link, verdict, title, key, near=True, far=False), over, content)

    def drop(self, spot: Spot, held: Held, *, key: str, title: str) -> None:
        """Take a file away; it lies in the attic."""
        agenda = wiring.agenda(self.session.desk, self.session.account)
        done = self._do(agenda.open(spot.calendar), Remove(held, NOBODY), spot)
        self._keep(spot, done, key, title)
        self._tell(Happened(spot.link, Verdict.ERASE_NEAR, title, key, near=True, far=False), held, None)

    def _do(self, store: Store, op: Op, spot: Spot) -> Wrote:
        done = next(iter(store.write([op])))
        if isinstance(done, Wrote):
            return done
        path = str(wiring.agenda(self.session.desk, self.session.account).path(spot.calendar) / done.ref)
        if isinstance(done, Denied):
            raise CalsyncError("E505", "file", path=path, reason=done.detail)
        raise CalsyncError("E502", "state", path=path)

    def _keep(self, spot: Spot, done: Wrote, key: str, title: str) -> None:
        if done.kept:
            self.outcome.kept.append(Kept(spot.link, Side.NEAR, done.ref, key, title, self.why, done.kept))

    def _tell(self, happened: Happened, before: Held | None, after: bytes | None) -> None:
        bodies = [None if before is None else before.content, after]
        shas = [None if body is None else sha_of(body) for body in bodies]
        self.session.books.keep([(sha, body) for sha, body in zip(shas, bodies, strict=True) if sha and body])
        self.outcome.happened.append(replace(happened, why=self.why, before=shas[0], after=shas[1]))


def births(session: Session) -> Spot | None:
    """The calendar that takes new events (R15)."""
    primary = next((link for link in session.settings.links() if link.primary), None)
    return spot_of(primary) if primary else None


def spot_of(link: LinkRow) -> Spot:
    """A link's directory."""
    return Spot(CollectionId(link.name), link.id)


def under(key: str, content: bytes) -> bytes:
    """The same event under another UID. Raises E403 where it cannot be read."""
    from calsync_cli.core.event import Broken, with_uid  # a full parse, seldom needed

    try:
        return with_uid(content, key)
    except Broken as broken:
        raise CalsyncError("E403", "broken") from broken


@contextlib.contextmanager
def writing(session: Session, why: str) -> Iterator[Pen]:
    """A run of its own in the log. What was done before an error is told too.

    Raises E303 where the agenda is not what it was: into a directory without its disk, nothing comes back.
    """
    if any(link.primary for link in session.settings.links()):
        Directories(session).check()
    pen = Pen(session, why)
    number: RunId | None = None
    try:
        yield pen
    finally:
        if pen.outcome.happened or pen.outcome.kept:
            number = session.chronicle.begin_run(session.desk.now())
            session.books.record(number, pen.outcome)
            session.chronicle.end_run(number, session.desk.now(), code="", report=why)
