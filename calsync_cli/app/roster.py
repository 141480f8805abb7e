"""Which calendars an account has: new ones appear here, renamed ones are renamed, vanished ones retire (R14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from calsync_cli.app.directories import Directories
from calsync_cli.app.echoes import Echoes, unjudged
from calsync_cli.app.reports.told import Line, Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import Place, place
from calsync_cli.core.model import CollectionId, Glance, Link, LinkId, Mode, Ref, Rights, RunId, Side
from calsync_cli.core.record import Happened, Kept, Outcome
from calsync_cli.core.verdict import Verdict
from calsync_cli.state.settings import LinkRow

GONE = 2
"""Complete lists in a row without a calendar, before it is believed to be gone."""


class Roster:
    """The account's calendars, as listed now against as linked."""

    def __init__(self, session: Session, directories: Directories, run: RunId, echoes: Echoes | None = None) -> None:
        self._session = session
        self._directories = directories
        self._run = run
        self._echoes = echoes
        self._there: dict[Place, Glance] = {}
        self.missing: frozenset[LinkId] = frozenset()
        """Links whose collection is not listed now: they are left alone."""
        self.waiting: frozenset[LinkId] = frozenset()
        """Links that may be a feed of our own: until that is known they have no directory and no part in a round."""

    @property
    def names(self) -> dict[LinkId, str]:
        """Each link's name to show."""
        return {link.id: link.display or link.name for link in self._session.settings.links()}

    def directory(self, link: Link) -> CollectionId:
        """The link's near collection."""
        return CollectionId(link.name)

    def glance(self, link: Link) -> Glance | None:
        """Its far collection at a glance, where it is listed."""
        return self._there.get(place(link.far_id))

    def renew(self, listed: Sequence[Glance], *, dry: bool, full: bool = False) -> list[Line]:
        """Bring the links up to date with a complete list. Raises E304 where the primary is not in it."""
        self._there = {place(glance.id): glance for glance in listed}
        links = list(self._session.settings.links())
        gone = [link for link in links if place(link.far_id) not in self._there]
        primary = next((link for link in gone if link.primary), None)
        if primary is not None:
            raise CalsyncError("E304", calendar=primary.display, account=self._session.account)
        self.missing = frozenset(link.id for link in gone)
        known = {place(link.far_id) for link in links}
        fresh = [glance for at, glance in self._there.items() if at not in known]
        if dry:
            return []
        self._update(links)
        lines = [line for link in gone for line in self._miss(link)]
        homes = Directories(self._session, listed)
        lines += [line for glance in fresh for line in self._add(glance, homes)]
        if self._echoes is not None:
            lines += self._echoes.returned(self._there, full=full)
            lines += [self._retired(link) for link in self._echoes.out() if self._directories.has(link)]
        self.settle()
        return lines

    def settle(self) -> None:
        """Give every shown calendar its directory, but those that wait to be judged."""
        if self._echoes is not None:
            self._echoes.judge(self._there)
            self.waiting = unjudged(self._session)
        links = [link for link in self._session.settings.links() if link.id not in self.waiting]
        self._directories.dress({CollectionId(link.name): link for link in links})

    def left_out(self, touched: Iterable[LinkId]) -> list[Line]:
        """After a round: calendars that turned out to be a feed of our own leave this disk."""
        if self._echoes is None:
            return []
        lines = []
        for link in self._echoes.grown(touched):
            self._echoes.leave_out(link.id, self._there[place(link.far_id)])
            lines.append(self._retired(replace(link, shown=False)))
        return lines

    def _update(self, links: Sequence[LinkRow]) -> None:
        for link in links:
            glance = self._there.get(place(link.far_id))
            if glance is None:
                continue
            if (glance.name, glance.color, glance.rights) != (link.display, link.color, link.rights) or link.missing:
                self._session.settings.update_link(link.id, glance)
            if glance.rights is Rights.READ and link.mode is Mode.TWO_WAY and not link.primary:
                self._session.settings.set_mode(link.id, Mode.VIEW)

    def _miss(self, link: LinkRow) -> list[Line]:
        if self._session.settings.miss_link(link.id) < GONE:
            return []
        line = self._retired(link)
        self._session.settings.drop_link(link.id)
        return [line]

    def _retired(self, link: LinkRow) -> Line:
        retire(self._session, self._directories, link, self._run)
        return Line(direction=Way.IN, verb=Verb.CALENDAR_GONE, title=link.display, where=link.display)

    def _add(self, glance: Glance, homes: Directories) -> list[Line]:
        echo = self._echoes is not None and self._echoes.sounds(glance)
        name = homes.fresh(glance) if echo else homes.for_calendar(glance)
        link = self._session.settings.add_link(glance, name, mode=Mode.VIEW, primary=False)
        if echo and self._echoes is not None:
            self._echoes.leave_out(link, glance)
            return []
        told = Happened(link, Verdict.BIRTH_NEAR, glance.name, "", near=True, far=False, why="calendar-new")
        self._session.books.record(self._run, Outcome(happened=[told]))
        return [Line(direction=Way.IN, verb=Verb.CALENDAR_ADDED, title=glance.name, where=glance.name)]


def retire(session: Session, directories: Directories, link: LinkRow, run: RunId) -> None:
    """A calendar's whole directory goes to the attic, from where `undo` brings it back.

    What was agreed on is forgotten first: killed in between, the calendar begins anew and nobody is missed.
    """
    session.settings.set_shown(link.id, shown=link.shown)
    entry = directories.retire(link.name)
    if entry:
        kept = Kept(link.id, Side.NEAR, Ref(link.name), "", link.display, "calendar", entry)
        told = Happened(link.id, Verdict.ERASE_NEAR, link.display, "", near=True, far=False, why="calendar")
        session.books.record(run, Outcome(kept=[kept], happened=[told]))
