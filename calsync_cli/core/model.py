"""The nouns of a sync: items as a store shows them, pages of a look, operations and their outcomes, pairs and links."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

Ref = NewType("Ref", str)
"""Where an item is within its collection: a file name, or an href as the server spells it."""

Rev = NewType("Rev", str)
"""Which version of an item: an etag as received, or a file's stat fingerprint. Opaque; compared for equality only."""

Cursor = NewType("Cursor", str)
"""Where a look ended, in the store's own words (an RFC 6578 sync-token). Opaque to everybody but the store."""

CollectionId = NewType("CollectionId", str)
"""Which collection of an account: a directory's name, or a collection's href."""

Sha = NewType("Sha", str)
"""sha256 of an item's bytes, in hexadecimal digits."""

LinkId = NewType("LinkId", int)
RunId = NewType("RunId", int)
OpId = NewType("OpId", str)

Flags = frozenset[str]
NO_FLAGS: Flags = frozenset()

Mail = frozenset[str]
"""Addresses that a write may cause mail to. There is no write without this decision."""
NOBODY: Mail = frozenset()


class Side(StrEnum):
    """The two sides of a link: near is this disk, far is the account."""

    NEAR = "near"
    FAR = "far"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.FAR if self is Side.NEAR else Side.NEAR


class Mode(StrEnum):
    """What a link may do: both ways; far to near with local changes put back; far to near, local changes left alone."""

    TWO_WAY = "two-way"
    VIEW = "view"
    PULL = "pull"


class Prefer(StrEnum):
    """Whose value stays where both sides changed the same property."""

    REMOTE = "remote"
    LOCAL = "local"


# ── what a store shows ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Held:
    """An item with its bytes. `native` is the provider's own record, opaque to all but the provider."""

    ref: Ref
    rev: Rev
    content: bytes
    flags: Flags = NO_FLAGS
    native: bytes = b""
    date: float | None = field(default=None, compare=False)
    """When it arrived, in seconds since 1970, where the store knows (mail)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The store answers, and the item is not there."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The item may be there, but it cannot be read now; never proof of a deletion.

    `why` is an error code; "" where the next look will tell, so that nobody need hear of it.
    """

    ref: Ref
    why: str
    detail: str = ""
    title: str = ""
    """What a person would know it by, where that much can be read."""


Fetched = Held | Missing | Unreadable


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of a listing. `held` is set where the listing carried the body, so that nothing is fetched twice."""

    ref: Ref
    rev: Rev
    flags: Flags = NO_FLAGS
    size: int | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How a look ended. Only a complete `inventory` makes absence a proof of deletion; None says nothing of it."""

    cursor: Cursor | None
    inventory: frozenset[Ref] | None
    life: str = ""
    """What refs begin with that mean anything now (a mailbox's UIDVALIDITY); "" where that is not told."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a look: items alive, items reported gone, and on the last page how it ended."""

    seen: tuple[Seen, ...] = ()
    gone: tuple[Ref, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    end: End | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What a store can do, honestly; the compliance suite checks each field.

    writable: the account may change items. deltas: `look` can take a cursor. guarded: a write over a newer revision is
    refused as Stale by the server itself. moves: `Move` is one request that keeps the item. quiet: a write can be kept
    from mailing anybody (False where the server mails guests on its own, RFC 6638 calendar-auto-schedule). tells: a
    quiet store can be asked to tell people of a write. private: attendees whom no server shall tell (RFC 6638 7.1) may
    be written, and another's meeting as it is, because nobody but the account sees them.
    flags: which flags it can hold; others are unseen, never removed. block: how many items one `fetch` takes best.
    """

    writable: bool
    deltas: bool
    guarded: bool
    moves: bool
    quiet: bool
    flags: Flags = NO_FLAGS
    block: int = 200
    tells: bool = False
    private: bool = False


# ── an account's collections at a glance ─────────────────────────────────────────────────────────────────────────


class Rights(StrEnum):
    """What the account may do with a collection."""

    OWNER = "owner"
    WRITE = "write"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Glance:
    """One collection: `rev` changes whenever anything in it does ("" where the server offers nothing of the kind).

    `coarse`: it may be a time, so that of two changes within a second the later one need not show.
    """

    id: CollectionId
    name: str
    rights: Rights
    rev: str
    color: str = ""
    default: bool = False
    coarse: bool = False


# ── what the books remember ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Version:
    """One side of a pair as it was when both sides last agreed."""

    ref: Ref
    rev: Rev
    sha: Sha


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that agreed. Known by their refs within the link, never by UID alone."""

    link: LinkId
    near: Version
    far: Version
    key: str
    """The UID (events): an aid to adoption, not an identity."""
    title: str = ""
    flags: Flags = NO_FLAGS
    native: bytes = b""
    id: int = 0
    """The row in the books; 0: not recorded yet."""

    def version(self, side: Side) -> Version:
        """The version of one side."""
        return self.near if side is Side.NEAR else self.far


@dataclass(frozen=True, slots=True)
class Link:
    """A local and a remote collection that are kept in step."""

    id: LinkId
    name: str
    """The near collection: the calendar's directory, a slug made once."""
    far_id: CollectionId
    mode: Mode
    primary: bool
    cursor: Cursor | None = None
    glance: str = ""
    rounds: int = 0
    display: str = ""
    color: str = ""
    shown: bool = True

    @property
    def first(self) -> bool:
        """No round of this link has been completed yet."""
        return self.rounds == 0
