"""What a round of mail tells the books, and the shape of those books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from calsync_cli.core.mail.nouns import Letter, Role
from calsync_cli.core.model import CollectionId, Cursor, Flags, LinkId, Mode, Ref, Rev, RunId, Side
from calsync_cli.core.record import Wait

NOWHERE = Ref("")
"""As a letter's near ref: parked. As its far ref: stored there, its UID untold."""


@dataclass(frozen=True, slots=True)
class MailLink:
    """A Maildir and a mailbox that are kept in step."""

    id: LinkId
    name: str
    """The local folder's; one of the roles' names, or a person's own."""
    far_id: CollectionId
    mode: Mode = Mode.TWO_WAY
    cursor: Cursor | None = None
    glance: str = ""
    near_glance: str = ""
    rounds: int = 0

    @property
    def first(self) -> bool:
        """No round of this link has been completed yet."""
        return self.rounds == 0

    @property
    def role(self) -> Role | None:
        """What the folder is for, by its local name."""
        folded = self.name.casefold()
        return Role(folded) if folded in set(Role) else None


class Known(NamedTuple):
    """A letter as the books list it by the ten thousand: what a look is compared with."""

    id: int
    near: Ref
    far: Ref
    flags: Flags
    near_rev: Rev


class Kind(StrEnum):
    """Which way a parcel goes."""

    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch about to be stored: the letters that hold once it is done, with the base names chosen beforehand."""

    op: str
    link: LinkId
    kind: Kind
    letters: tuple[Letter, ...]


class What(StrEnum):
    """What happened to letters, for reports and the log."""

    FETCHED = "fetched"
    SENT = "sent"
    ADOPTED = "adopted"
    FLAGS_HERE = "flags-here"
    FLAGS_THERE = "flags-there"
    MOVED_HERE = "moved-here"
    MOVED_THERE = "moved-there"
    DELETED_HERE = "deleted-here"
    DELETED_THERE = "deleted-there"
    REPLACED = "replaced"
    PARKED = "parked"
    """Left there, though it went from here: what it went to is not mapped, or the server could only mark it."""
    TOO_BIG = "too-big"
    TOO_OLD = "too-old"
    """It came before the day from which on messages are fetched, and stays there."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A file that went to the attic."""

    link: LinkId
    ref: Ref
    message_id: str
    flags: Flags
    why: str
    name: str
    """The attic's name for it."""


Tally = Counter[tuple[LinkId, What]]


@dataclass(slots=True)
class Slip:
    """What became of a batch: written to the books in one short transaction, after the deeds."""

    letters: list[Letter] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    begun: list[Parcel] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    tally: Tally = field(default_factory=Counter)

    @property
    def empty(self) -> bool:
        """Nothing to write down."""
        told = (self.letters, self.forgotten, self.begun, self.closed, self.waits, self.withdrawn, self.tally)
        return not any(told)


class LetterBooks(Protocol):
    """What the mail engine asks of the books. One thread owns them; no transaction is open while a store is called."""

    def links(self) -> Sequence[MailLink]:
        """All mail links of the account."""

    def known(self, link: LinkId) -> Sequence[Known]:
        """Every letter of a link, in little room."""

    def letters(self, ids: AbstractSet[int]) -> Mapping[int, Letter]:
        """Some letters, whole."""

    def count(self, link: LinkId) -> int:
        """How many letters a link has."""

    def taken(self, link: LinkId, far: AbstractSet[Ref]) -> frozenset[Ref]:
        """Those of these far refs that a letter has."""

    def files(self, link: LinkId, near: AbstractSet[Ref]) -> frozenset[Ref]:
        """Those of these near refs that a letter has."""

    def named(self, message_ids: AbstractSet[str]) -> Sequence[Letter]:
        """The letters, of whichever link, that are on both sides and have one of these Message-IDs."""

    def holding(self, far: AbstractSet[Ref]) -> Sequence[Letter]:
        """The letters, of whichever link, that are on both sides and have one of these far refs."""

    def inside(self, links: AbstractSet[LinkId], message_ids: AbstractSet[str]) -> frozenset[tuple[str, int]]:
        """Of these Message-IDs those that letters of these links have, and 0; of "" the sizes of such letters."""

    def parcels(self, link: LinkId) -> Sequence[Parcel]:
        """What was begun and never answered for."""

    def waits(self, link: LinkId) -> Sequence[Wait]:
        """What could not be done, with the number of rounds that tried in vain."""

    def record(self, run: RunId, slip: Slip) -> None:
        """What became of a batch, and what is begun next, in one transaction; on disk when it returns."""

    def clear(self, link: LinkId, gone: AbstractSet[tuple[Side, Ref]]) -> None:
        """Forget waits: these."""

    def reopen(self, link: LinkId) -> None:
        """Something is left to do: the next round looks, whatever the glances say."""

    def disown(self, link: LinkId) -> None:
        """The far refs of its letters mean something else by now: as after a new UIDVALIDITY, all are looked for."""

    def finish(self, link: LinkId, cursor: Cursor | None, glance: str, near_glance: str) -> None:
        """The link's round is complete: what was seen is dealt with, or waits for a person."""
