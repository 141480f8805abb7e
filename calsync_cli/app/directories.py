"""Which directory a calendar has here: named once, marked as ours, dressed with name and colour, then retired."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from calsync_cli.app import wiring
from calsync_cli.app.inheriting import inherit, part
from calsync_cli.app.session import Session
from calsync_cli.config.places import PERSONAL, make_private
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.hrefs import place
from calsync_cli.core.model import CollectionId, Glance, Side
from calsync_cli.state.settings import LinkRow

UNCONNECTED = CollectionId("agenda")
"""The calendar that an account has before it is connected."""


class Directories:
    """The calendar directories of one account."""

    def __init__(self, session: Session, listed: Sequence[Glance] = ()) -> None:
        """`listed`: the account's calendars now, where directories are to be given out."""
        self._session = session
        self._listed = {place(glance.id) for glance in listed}
        self._former = former(session)
        self._root = session.agenda_root
        self._agenda = wiring.agenda(session.desk, session.account)

    def begin(self) -> None:
        """Make the root and give it an identity: a disk that is not mounted will be told from an empty one.

        A root that was ours before (disconnected, brought back, state lost) keeps its identity.
        """
        make_private(self._root, ours=False)
        found = wiring.marker(self._root)
        self._refuse_foreign(found)
        identity = found or self._session.settings.get("root") or f"{uuid.uuid4().hex}{self._owner}"
        self._session.settings.put(root=identity)
        wiring.set_marker(self._root, identity)

    def _refuse_foreign(self, found: str | None) -> None:
        if found and not found.endswith(self._owner):
            raise CalsyncError("E303", "another", path=str(self._root))

    @property
    def _owner(self) -> str:
        return f" {self._session.account}"

    def check(self) -> None:
        """Raises E303 where the root, or a calendar's directory that held something, is not what it was."""
        identity = self._session.settings.get("root")
        if wiring.marker(self._root) != identity:
            raise CalsyncError("E303", "root" if self._root.is_dir() else "gone", path=str(self._root))
        for link in self._session.settings.links():
            if link.shown and link.rounds and wiring.marker(self.path(link.name)) != _mark(identity, link):
                raise CalsyncError("E303", "calendar", path=str(self.path(link.name)), calendar=link.display)

    def accept(self) -> None:
        """What is there now is meant to be so: it is matched anew, and nothing is deleted on either side.

        Only calendars that are as the books remember them go on as before, for to match one anew is to read all of it;
        where all are, whoever asks for it knows more than we do.
        """
        make_private(self._root, ours=False)
        found = wiring.marker(self._root)
        self._refuse_foreign(found)
        identity = self._session.settings.get("root")
        links = self._session.settings.links()
        changed = [link.id for link in links if found != identity or not self._as_remembered(link)]
        # In this order: killed in between, it is asked for again. The marker alone would make what is missing deleted.
        self._session.settings.begin_again(changed or None)
        wiring.set_marker(self._root, identity)

    def _as_remembered(self, link: LinkRow) -> bool:
        """Its own directory, and every file that the books know in it: a restored backup has the one, not the other."""
        if not link.shown or wiring.marker(self.path(link.name)) != _mark(self._session.settings.get("root"), link):
            return not link.shown
        known = self._session.books.index(link.id, Side.NEAR)
        pages = self._agenda.open(CollectionId(link.name)).look(None, known.keys())
        seen = {one.ref: one.rev for page in pages for one in page.seen}
        return all(seen.get(ref) == rev for ref, (rev, _) in known.items())

    def path(self, name: str) -> Path:
        """A calendar's directory."""
        return self._agenda.path(CollectionId(name))

    def for_primary(self, glance: Glance) -> str:
        """The primary takes over what was written before there was a connection."""
        if self.path(UNCONNECTED).is_dir():
            return UNCONNECTED if self._free(UNCONNECTED, glance) else self.for_calendar(glance)
        personal = wiring.agenda_root(self._session.desk, PERSONAL) / UNCONNECTED
        if personal.is_dir() and not self._taken(UNCONNECTED):
            inherit(self._session)
            _carry(personal, self.path(UNCONNECTED))
            part(self._session)
            return UNCONNECTED
        return self.for_calendar(glance)

    def for_calendar(self, glance: Glance) -> str:
        """A directory that is there already for it (another program's, or our own of before), else a new name."""
        for name in self._candidates(glance):
            if self._agenda_has(name) and self._free(name, glance):
                return name
        return self.fresh(glance)

    def fresh(self, glance: Glance) -> str:
        """A new name."""
        return self._agenda.slug(glance.name, [link.name for link in self._session.settings.links()])

    def _candidates(self, glance: Glance) -> list[str]:
        """Vdirsyncer calls a directory by the last part of the href; others say who they are by `displayname`."""
        there = self._agenda.glance() if self._root.is_dir() else []
        named = [str(one.id) for one in there if one.name == glance.name]
        ours = [name for name, far in self._former.items() if place(far) == place(glance.id)]
        return [*ours, unquote(glance.id.rstrip("/").rpartition("/")[2]), *named]

    def _free(self, name: str, glance: Glance) -> bool:
        """Nobody's; neither is what belonged to another calendar of this list, before a disconnect."""
        owner = self._former.get(name, glance.id)
        return not self._taken(name) and (place(owner) == place(glance.id) or place(owner) not in self._listed)

    def _agenda_has(self, name: str) -> bool:
        try:
            return self.path(name).is_dir()
        except CalsyncError:
            return False

    def _taken(self, name: str) -> bool:
        return any(link.name == name for link in self._session.settings.links())

    def dress(self, links: Mapping[CollectionId, LinkRow]) -> None:
        """Every shown calendar has its directory, with name, colour and mark."""
        identity = self._session.settings.get("root")
        for link in links.values():
            if not link.shown:
                continue
            path = self.path(link.name)
            if not path.is_dir():
                if link.rounds:
                    raise CalsyncError("E303", "calendar", path=str(path), calendar=link.display)
                make_private(path, ours=False)
            wiring.dress(path, display=link.display, color=link.color)
            if wiring.marker(path) != _mark(identity, link):
                wiring.set_marker(path, _mark(identity, link))

    def has(self, link: LinkRow) -> bool:
        """Whether it has a directory that we gave it."""
        return wiring.marker(self.path(link.name)) == _mark(self._session.settings.get("root"), link)

    def retire(self, name: str) -> str:
        """The whole directory goes to the attic."""
        return self._agenda.retire(CollectionId(name)) if self._agenda_has(name) else ""


def former(session: Session) -> dict[str, str]:
    """Directory → the calendar that it belonged to, before the account was disconnected."""
    text = session.settings.get("former")
    return {str(name): str(far) for name, far in json.loads(text).items()} if text else {}


def former_primary(session: Session) -> str:
    """The primary's directory, before the account was disconnected: new events go there until there is another."""
    return session.settings.get("former_primary")


def remember(session: Session) -> None:
    """Before the links are forgotten: what directory belongs to what calendar (R54)."""
    links = session.settings.links()
    now = {link.name: link.far_id for link in links}
    primary = next((link.name for link in links if link.primary), former_primary(session))
    session.settings.put(former=json.dumps({**former(session), **now}), former_primary=primary)


def _mark(identity: str, link: LinkRow) -> str:
    return f"{identity} {link.name}"


def _carry(source: Path, target: Path) -> None:
    """Events from before the connection become the primary's."""
    try:
        make_private(target.parent, ours=False)
        source.rename(target)
    except OSError as refused:
        raise CalsyncError("E505", "directory", path=str(source), reason=refused.strerror or "") from refused
