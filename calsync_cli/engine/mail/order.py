"""One round of mail: what it is to do and with what, handed through the engine as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from calsync_cli.core.brake import Alarm, Limit
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.left import Limits
from calsync_cli.core.mail.ports import FarMailbox, Mailbox
from calsync_cli.core.mail.record import LetterBooks, MailLink, Slip, Tally
from calsync_cli.core.model import LinkId, Mode, Ref, RunId, Side
from calsync_cli.core.ports import Progress
from calsync_cli.core.record import Wait

TRIES = 3
"""Rounds that a letter is tried for; then it is left alone until it changes, or a person says."""


Place = tuple[LinkId, Side, Ref]

WHOLE = Ref(".")
"""A whole folder, where a letter's name stands else; no file is called so."""


@dataclass(frozen=True, slots=True)
class MailJunction:
    """A mapped folder with its two mailboxes, as one round uses it.

    `rev` and `near_rev`: each side at a glance, "" where that is not known.
    """

    link: MailLink
    near: Mailbox
    far: FarMailbox
    rev: str = ""
    near_rev: str = ""
    mode: Mode = Mode.TWO_WAY

    @property
    def send(self) -> bool:
        """Whether the far side may be written."""
        return self.mode is Mode.TWO_WAY and self.far.traits.writable


@dataclass(frozen=True, slots=True)
class MailOrder:
    """How a round is to go."""

    run: RunId
    limit: Limit
    full: bool = False
    """Look at everything, and try again what was given up."""
    dry: bool = False
    max_size: int | None = None
    """Octets of the largest message that is fetched."""
    since: float | None = None
    """Seconds since 1970: what came before is not fetched in the first round of a folder."""

    @property
    def limits(self) -> Limits:
        """Both."""
        return Limits(self.max_size, self.since)


@dataclass(slots=True)
class MailResult:
    """What a round did; filled while it goes, so that an interrupted one can be told too."""

    tally: Tally = field(default_factory=Counter)
    waits: list[Wait] = field(default_factory=list)
    """Everything that waits now."""
    fresh: int = 0
    """How many of the loud ones are told for the first time."""
    alarms: tuple[Alarm, ...] = ()
    """The brake held: nothing was written."""


@dataclass(slots=True)
class MailWork:
    """All that a round works with, beside the mailboxes of its links."""

    books: LetterBooks
    order: MailOrder
    progress: Progress
    unmapped: Sequence[Mailbox] = ()
    """Local folders that nothing remote is mapped to: a letter that went there is not deleted."""
    result: MailResult = field(default_factory=MailResult)
    open: set[LinkId] = field(default_factory=set)
    """Links of which something is left to do: their cursors stay where they are."""
    unseen: set[LinkId] = field(default_factory=set)
    """Links with a letter that was stored under a UID that was not told: another look finds it."""
    late: CalsyncError | None = None
    """Why some of it has to wait for another day; told once everything else is done."""
    spent: dict[Place, Wait] = field(default_factory=dict)
    """What was tried in too many rounds."""
    raised: set[Place] = field(default_factory=set)
    """What waits because of this round, or was left alone in it as before."""

    @property
    def spent_folders(self) -> set[LinkId]:
        """Folders that could not be looked into for too many rounds."""
        return {link for link, _, ref in self.spent if ref == WHOLE}

    def record(self, slip: Slip) -> None:
        """To the books, and to what is told."""
        self.books.record(self.order.run, slip)
        self.result.tally.update(slip.tally)

    def wait(self, slip: Slip, wait: Wait) -> None:
        """Not done: tried again in the next round, until it is given up."""
        slip.waits.append(wait)
        self.open.add(wait.link)
        self.raised.add((wait.link, wait.side, wait.ref))

    def gave_up(self, place: Place, rev: str) -> bool:
        """Whether this very thing was refused in too many rounds: it is left alone until it is another."""
        wait = self.spent.get(place)
        if wait is None:
            return False
        if wait.near_rev != rev:
            del self.spent[place]
            return False
        self.raised.add(place)
        return True
