"""The event that an ID means, with what the state and the provider know of it, and what may be done to it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calsync_cli.app.almanac import Almanac, Entry, Home
from calsync_cli.app.event.ground import Ground
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.guests import organizer
from calsync_cli.core.lines import Broken
from calsync_cli.core.model import Held, LinkId, Rights
from calsync_cli.core.units import Laid
from calsync_cli.state.consents import Choice

Choices = Mapping[tuple[str, str], Choice]
"""(occurrence, address) → what was chosen."""

MAIL = "would-mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is remembered of an event. `there`: as the provider has it, b"" where it has none."""

    there: bytes = b""
    choices: Choices
    waits: bool = False
    """Its write is held: it would mail people, and nobody said that it may."""
    quiet: bool = False
    """Nobody is to hear of its next write: an earlier word."""
    first: bool = False
    """The calendar's first sync is still to come; that one invites nobody (R33)."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event, opened."""

    entry: Entry
    held: Held
    laid: Laid
    past: Past
    mine: bool
    """Nobody else organises it."""

    @property
    def uid(self) -> str:
        """What it is called wherever it is."""
        return self.entry.uid

    @property
    def home(self) -> Home:
        """Its calendar."""
        return self.entry.home


def find(book: Almanac, said: str, session: Session | None, on: Ground) -> Found:
    """Raises E003 where none or several are meant, E403 where its file is broken, E505 where it cannot be read."""
    entry = book.by_id(said)
    try:
        held, laid = entry.held(), entry.laid()
        host = organizer(held.content)
    except Broken as broken:
        raise CalsyncError("E403", "broken") from broken
    return Found(entry, held, laid, past(session, entry.uid, entry.home.spot.link), host in {"", *on.own})


def past(session: Session | None, uid: str, link: LinkId) -> Past:
    """What is remembered of the event of this UID in this calendar."""
    if session is None:
        return Past(choices={})
    pair = next((pair for pair in session.books.pairs_with({uid}) if pair.link == link), None)
    return Past(
        there=session.books.body(pair.far.sha) if pair else b"",
        choices=session.consents.of(uid),
        waits=any(wait.key == uid and wait.why == MAIL for _, wait in session.chronicle.waiting()),
        quiet=uid in session.books.quiet(),
        first=any(one.id == link and one.rounds == 0 for one in session.settings.links()),
    )


def editable(found: Found, session: Session | None) -> None:
    """Raises E206 where the calendar can only be read here, naming what would open it (R16)."""
    if found.home.writable:
        return
    links = session.settings.links() if session else ()
    link = next((link for link in links if link.id == found.home.spot.link), None)
    if link is not None and link.rights is not Rights.READ:
        raise CalsyncError(
            "E206",
            "view-only",
            calendar=found.home.name,
            fix=f"calsync calendars set {found.home.spot.calendar} --two-way",
        )
    raise CalsyncError("E206", calendar=found.home.name, fix="calsync calendars list")


def organised(found: Found) -> None:
    """Raises E207 where somebody else organises it: one's own answer is all that can be changed (R21)."""
    if not found.mine:
        raise CalsyncError("E207", fix=f"calsync event respond {found.entry.id[:8]} --help", id=found.entry.id[:8])
