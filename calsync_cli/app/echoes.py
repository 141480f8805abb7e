"""Calendars that are a feed of our own agenda: found out, left out, and brought back when they are none any more (R23).

Such a calendar has a link that is hidden and bears a mark, so that it has a name to be told by and no directory. A
read-only calendar is looked into when it is new, before it gets a directory, and when something came into it; one that
was left out, when it changed. At rest none of this asks a server anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from calsync_cli.app import wiring
from calsync_cli.app.reports.told import Line, Note, Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.config.places import PERSONAL
from calsync_cli.core.echo import FEWEST, SAMPLE, Trace, echoes, mostly, trace
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import Place, place
from calsync_cli.core.model import CollectionId, Glance, Held, LinkId, Mode, Rights
from calsync_cli.core.ports import Account, Store
from calsync_cli.engine.run import SHUT
from calsync_cli.state.common import common
from calsync_cli.state.settings import LinkRow

OUT, KEPT = "out", "kept"
"""Left out; or shown because the person said so, and never judged again."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Mark:
    what: str
    rev: str = ""
    """The calendar at a glance when it was judged."""


# ── what is remembered ───────────────────────────────────────────────────────────────────────────────────────────


def left_out(session: Session) -> frozenset[LinkId]:
    """The links that are no more than a feed of our own."""
    marks = _marks(session)
    return frozenset(link.id for link in session.settings.links() if _is_out(link, marks))


def unjudged(session: Session) -> frozenset[LinkId]:
    """Links that may be a feed of our own: until the primary has been read, nobody can tell."""
    links = session.settings.links()
    if _ready(links):
        return frozenset()
    marks = _marks(session)
    return frozenset(link.id for link in links if _is_new(link, marks))


def overrule(session: Session, link: LinkRow, *, shown: bool) -> None:
    """The person says whether it is shown: shown, it is never judged again; hidden, it stays so whatever it becomes."""
    marks = _marks(session)
    at = place(link.far_id)
    if at in marks:
        marks.pop(at)
        _keep(session, {**marks, at: _Mark(KEPT)} if shown else marks)


def _is_out(link: LinkRow, marks: Mapping[Place, _Mark]) -> bool:
    mark = marks.get(place(link.far_id))
    return mark is not None and mark.what == OUT and not link.shown


def _is_new(link: LinkRow, marks: Mapping[Place, _Mark]) -> bool:
    new = link.rights is Rights.READ and not link.primary and link.shown and not link.rounds
    mark = marks.get(place(link.far_id))
    return new and (mark is None or mark.what != KEPT)


def _ready(links: Sequence[LinkRow]) -> bool:
    """Whether we know what is ours."""
    return any(link.primary and link.rounds for link in links)


def _marks(session: Session) -> dict[Place, _Mark]:
    text = session.settings.get("echoes")
    return {Place(at): _Mark(*said) for at, said in json.loads(text).items()} if text else {}


def _keep(session: Session, marks: Mapping[Place, _Mark]) -> None:
    session.settings.put(echoes=json.dumps({at: [mark.what, mark.rev] for at, mark in marks.items()}) if marks else "")


# ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────


def offered(session: Session, far: Account, listed: Sequence[Glance]) -> frozenset[Place]:
    """Of the calendars to choose from those that are a feed of the agenda that was kept here until now."""
    read_only = [glance for glance in listed if glance.rights is Rights.READ]
    ours = _here(session) if read_only else {}
    return frozenset(place(glance.id) for glance in read_only if len(ours) >= FEWEST and _echoes(far, glance.id, ours))


def _here(session: Session) -> dict[str, Trace]:
    """What lies on this disk, by UID."""
    found: dict[str, Trace] = {}
    for account in (session.account, PERSONAL):
        agenda = wiring.agenda(session.desk, account)
        for glance in agenda.glance() if agenda.root.is_dir() else ():
            found.update((one.key, one) for one in _traces(agenda.open(glance.id)) if one.key)
    return found


def _echoes(far: Account, id_: CollectionId, ours: Mapping[str, Trace]) -> bool:
    try:
        return echoes(_traces(far.open(id_), sample=True), ours)
    except CalsyncError as error:
        if error.code not in SHUT:
            raise
        return False  # the round will tell that it cannot be looked into


def _traces(store: Store, *, sample: bool = False) -> list[Trace]:
    refs = sorted(seen.ref for page in store.look(None, frozenset()) for seen in page.seen)
    wanted = _spread(refs) if sample else refs
    return [trace(held.content) for held in store.fetch(wanted) if isinstance(held, Held)]


class Echoes:
    """The judge of one round."""

    def __init__(self, session: Session, far: Account) -> None:
        self._session = session
        self._far = far
        self._judged: set[Place] = set()

    def sounds(self, glance: Glance) -> bool:
        """Whether a read-only calendar that is not known yet is an echo: two requests."""
        if glance.rights is not Rights.READ or self._kept(glance.id) or not _ready(self._session.settings.links()):
            return False
        self._judged.add(place(glance.id))
        return self._is_echo(glance.id)

    def judge(self, there: Mapping[Place, Glance]) -> None:
        """Leave out those that waited and are echoes, once that can be told."""
        links, marks = self._session.settings.links(), _marks(self._session)
        for link in links if _ready(links) else ():
            glance = there.get(place(link.far_id))
            if glance is None or place(glance.id) in self._judged or not _is_new(link, marks):
                continue
            self._judged.add(place(glance.id))
            if self._is_echo(link.far_id):
                self.leave_out(link.id, glance)

    def leave_out(self, link: LinkId, glance: Glance) -> None:
        """From now on."""
        _keep(self._session, {**_marks(self._session), place(glance.id): _Mark(OUT, glance.rev)})
        self._session.settings.set_shown(link, shown=False)
        self._session.desk.tell.note(Note.FEED, calendar=glance.name)

    def out(self) -> list[LinkRow]:
        """Those that are left out."""
        marks = _marks(self._session)
        return [link for link in self._session.settings.links() if _is_out(link, marks)] if marks else []

    def returned(self, there: Mapping[Place, Glance], *, full: bool) -> list[Line]:
        """Those left out that turn out to be no echo any more: they are shown again, with this round."""
        marks = _marks(self._session)
        lines: list[Line] = []
        for link in self._session.settings.links() if marks else ():
            glance = there.get(place(link.far_id))
            if glance is None or not _is_out(link, marks):
                continue
            mark = marks[place(link.far_id)]
            if not self._changed(glance, mark, full=full):
                continue
            if glance.rights is Rights.READ and self._is_echo(link.far_id, still=True):
                _keep(self._session, {**_marks(self._session), place(link.far_id): replace(mark, rev=glance.rev)})
                continue
            overrule(self._session, link, shown=False)
            self._session.settings.set_shown(link.id, shown=True)
            self._judged.add(place(link.far_id))
            lines.append(Line(direction=Way.IN, verb=Verb.CALENDAR_ADDED, title=glance.name, where=glance.name))
        return lines

    def grown(self, touched: Iterable[LinkId]) -> list[LinkRow]:
        """Read-only calendars that became echoes by what came into them in this round; the books tell."""
        touched = set(touched)
        return [
            link
            for link in self._session.settings.links()
            if link.id in touched and link.shown and link.rights is Rights.READ and not self._kept(link.far_id)
            if self._has_grown(link)
        ]

    def _changed(self, glance: Glance, mark: _Mark, *, full: bool) -> bool:
        """Where a server tells no revision, only a full round looks again."""
        return glance.rights is not Rights.READ or full or (bool(glance.rev) and glance.rev != mark.rev)

    def _kept(self, id_: CollectionId) -> bool:
        mark = _marks(self._session).get(place(id_))
        return mark is not None and mark.what == KEPT

    def _is_echo(self, id_: CollectionId, *, still: bool = False) -> bool:
        """By a sample of it. `still`: it was one before, and is until it holds something else."""
        try:
            there = _traces(self._far.open(id_), sample=True)
        except CalsyncError as error:
            if error.code not in SHUT:
                raise
            return still  # the round will tell that it cannot be looked into
        ours = self._ours({one.key for one in there if one.key})
        if still:
            return mostly(sum(one.key in ours for one in there), len(there))
        return echoes(there, ours)

    def _ours(self, keys: set[str]) -> dict[str, Trace]:
        own = {link.id for link in self._session.settings.links() if link.mode is Mode.TWO_WAY}
        books = self._session.books
        shas = {pair.key: pair.near.sha for pair in books.pairs_with(keys) if pair.link in own}
        bodies = books.bodies(set(shas.values()))
        return {key: trace(bodies[sha]) for key, sha in shas.items()}

    def _has_grown(self, link: LinkRow) -> bool:
        books = self._session.books
        shared = common(self._session.database, link.id)
        if not mostly(len(shared), books.count(link.id)):
            return False
        some = _spread(shared)
        bodies = books.bodies({sha for pair in some for sha in pair})
        there = [trace(bodies[theirs]) for theirs, _ in some]
        return echoes(there, {one.key: trace(bodies[ours]) for one, (_, ours) in zip(there, some, strict=True)})


def _spread(things: Sequence[T]) -> list[T]:
    """A sample from all over."""
    step = max(len(things) // SAMPLE, 1)
    return list(things[::step][:SAMPLE])
