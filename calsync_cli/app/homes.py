"""The calendars on this disk whose events are shown, and the files in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.pen import Spot, spot_of
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.lines import parse
from calsync_cli.core.model import Held, Mode, Ref, Unreadable
from calsync_cli.core.ports import Store
from calsync_cli.core.units import Laid, lay_out


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
    """Its events may be edited here: the primary, one that is two-way, or one that is in step with nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event's file."""

    home: Home
    ref: Ref
    uid: str
    id: str
    """In full: core.details.event_id of its UID."""
    store: Store = field(repr=False, compare=False)

    def held(self) -> Held:
        """Its bytes, read now. Raises E505; E003 "event" where it is gone."""
        found = next(iter(self.store.fetch([self.ref])), None)
        if isinstance(found, Unreadable):
            raise CalsyncError("E505", "file", path=str(self.home.folder / self.ref), reason=found.detail)
        if not isinstance(found, Held):
            raise CalsyncError("E003", "event", name=self.id, fix="calsync agenda")
        return found

    def laid(self) -> Laid:
        """The same, parsed. Raises Broken."""
        return lay_out(parse(self.held().content))


def homes_of(desk: Desk, account: AccountName, session: Session | None) -> tuple[Home, ...]:
    """The primary first, then what is linked and shown, then directories that are in step with nothing.

    Without a state, or with one that cannot be read, the directories alone tell.
    """
    links = session.settings.links() if session else ()
    root = wiring.agenda(desk, account)
    linked = [
        Home(
            account=account,
            spot=spot_of(link),
            name=link.display or link.name,
            folder=root.path(spot_of(link).calendar),
            color=link.color,
            primary=link.primary,
            writable=link.primary or link.mode is Mode.TWO_WAY,
        )
        for link in links
        if link.shown
    ]
    return (*linked, *_unlinked(desk, account, {link.name for link in links}))


def _unlinked(desk: Desk, account: AccountName, linked: set[str]) -> Iterator[Home]:
    agenda = wiring.agenda(desk, account)
    for glance in agenda.glance() if agenda.root.is_dir() else ():
        if glance.id not in linked:
            spot = Spot(glance.id)
            yield Home(account=account, spot=spot, name=glance.name, folder=agenda.path(glance.id), color=glance.color)
