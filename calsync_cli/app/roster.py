"""Which calendars an account has: new ones appear here, renamed ones are renamed, vanished ones retire (R14)."""

from __future__ import annotations

from collections.abc import Sequence

from calsync_cli.app.directories import Directories
from calsync_cli.app.reports.told import Line, Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Link, LinkId, Mode, Ref, Rights, RunId, Side
from calsync_cli.core.record import Happened, Kept, Outcome
from calsync_cli.core.verdict import Verdict
from calsync_cli.state.settings import LinkRow

GONE = 2
"""Complete lists in a row without a calendar, before it is believed to be gone."""


class Roster:
    """The account's calendars, as listed now against as linked."""

    def __init__(self, session: Session, directories: Directories, run: RunId) -> None:
        self._session = session
        self._directories = directories
        self._run = run
        self.revs: dict[CollectionId, str] = {}
        """Each collection's rev at a glance."""
        self.missing: frozenset[LinkId] = frozenset()
        """Links whose collection is not listed now: they are left alone."""

    @property
    def names(self) -> dict[LinkId, str]:
        """Each link's name to show."""
        return {link.id: link.display or link.name for link in self._session.settings.links()}

    def directory(self, link: Link) -> CollectionId:
        """The link's near collection."""
        return CollectionId(link.name)

    def renew(self, listed: Sequence[Glance], *, dry: bool) -> list[Line]:
        """Bring the links up to date with a complete list. Raises E304 where the primary is not in it."""
        there = {glance.id: glance for glance in listed}
        self.revs = {glance.id: glance.rev for glance in listed}
        links = list(self._session.settings.links())
        gone = [link for link in links if link.far_id not in there]
        primary = next((link for link in gone if link.primary), None)
        if primary is not None:
            raise CalsyncError("E304", calendar=primary.display, account=self._session.account)
        self.missing = frozenset(link.id for link in gone)
        known = {link.far_id for link in links}
        fresh = [glance for glance in listed if glance.id not in known]
        if dry:
            return []
        self._update(links, there)
        lines = [line for link in gone for line in self._miss(link)]
        homes = Directories(self._session, listed)
        lines += [self._add(glance, homes) for glance in fresh]
        self._directories.dress({CollectionId(link.name): link for link in self._session.settings.links()})
        return lines

    def _update(self, links: Sequence[LinkRow], there: dict[CollectionId, Glance]) -> None:
        for link in links:
            glance = there.get(link.far_id)
            if glance is None:
                continue
            if (glance.name, glance.color, glance.rights) != (link.display, link.color, link.rights) or link.missing:
                self._session.settings.update_link(link.id, glance)
            if glance.rights is Rights.READ and link.mode is Mode.TWO_WAY and not link.primary:
                self._session.settings.set_mode(link.id, Mode.VIEW)

    def _miss(self, link: LinkRow) -> list[Line]:
        if self._session.settings.miss_link(link.id) < GONE:
            return []
        retire(self._session, self._directories, link, self._run)
        self._session.settings.drop_link(link.id)
        return [Line(direction=Way.IN, verb=Verb.CALENDAR_GONE, title=link.display, where=link.display)]

    def _add(self, glance: Glance, homes: Directories) -> Line:
        name = homes.for_calendar(glance)
        link = self._session.settings.add_link(glance, name, mode=Mode.VIEW, primary=False)
        told = Happened(link, Verdict.BIRTH_NEAR, glance.name, "", near=True, far=False, why="calendar-new")
        self._session.books.record(self._run, Outcome(happened=[told]))
        return Line(direction=Way.IN, verb=Verb.CALENDAR_ADDED, title=glance.name, where=glance.name)


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
