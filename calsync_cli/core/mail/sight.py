"""A mail folder as just seen: what changed since both sides agreed, what is new, and what was recognised of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from calsync_cli.core.mail.cards import Card
from calsync_cli.core.mail.flags import Common
from calsync_cli.core.mail.left import Left
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import Known, MailLink
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import Cursor, LinkId, Ref, Seen, Side, Unreadable

HERE = frozenset({Delta.SAME, Delta.FLAGS, Delta.CONTENT})
"""The side has it."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A letter of which at least one side has news."""

    letter: Letter
    near: Delta
    far: Delta
    near_seen: Seen
    """As it is now, or as it was last."""
    far_seen: Seen

    @property
    def near_lost(self) -> bool:
        """Gone from here, while it is there, as far as one can tell."""
        return self.near is Delta.GONE and (self.far in HERE or self.far in {Delta.LOST, Delta.SENT})

    @property
    def far_lost(self) -> bool:
        """Gone from there, or somewhere there under another name."""
        return self.far is Delta.LOST or (self.far is Delta.GONE and self.near in HERE)


@dataclass(slots=True)
class Sight:
    """One link."""

    link: MailLink
    common: Common
    send: bool
    """The far side may be written."""
    movable: bool
    held: int = 0
    """Letters that both sides had."""
    touched: dict[int, Touched] = field(default_factory=dict)
    near_new: dict[Ref, Seen] = field(default_factory=dict)
    far_new: dict[Ref, Seen] = field(default_factory=dict)
    parked: list[Known] = field(default_factory=list)
    """Letters whose near side went to where nothing is mapped; their far side is there."""
    sent: list[Known] = field(default_factory=list)
    """Letters whose far side has a UID that was not told."""
    left: list[tuple[Known, Left]] = field(default_factory=list)
    """Messages that a limit left there; they are there still."""
    left_gone: list[Left] = field(default_factory=list)
    """Such that are not there any more."""
    relived: bool = False
    """Such are there under other names (UIDVALIDITY), so that they look new."""
    claims: frozenset[Ref] = frozenset()
    """Files that a killed round, or one whose answers were lost, was about to send."""
    half: tuple[Letter, ...] = ()
    """What a killed round was fetching and is not in the books, with a file that is not where it was to be."""
    gone: frozenset[tuple[Side, Ref]] = frozenset()
    """Of what waits that which is not there any more."""
    odd: tuple[Unreadable, ...] = ()
    """What lies here under a message's name and cannot be read as one."""
    cursor: Cursor | None = None
    looked: bool = True
    """False: nothing changed on either side, so that nobody looked."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A file and a message that are one, and were not known to be."""

    link: LinkId
    near: Seen
    far: Seen
    card: Card
    was: int = 0
    """The letter that it is, where one of its sides was known."""


@dataclass(frozen=True, slots=True)
class Went:
    """A letter that one side has under another name: in another folder, or in the same."""

    link: LinkId
    id: int
    to: LinkId
    seen: Seen
    paired: bool = False
    """What it became has its counterpart already."""


@dataclass(slots=True)
class Recognised:
    """Who is who."""

    adopted: list[Adopted] = field(default_factory=list)
    near_went: list[Went] = field(default_factory=list)
    far_went: list[Went] = field(default_factory=list)
    parked: set[int] = field(default_factory=set)
    """Letters that lie in a local folder that is not mapped."""
    unchanged: set[int] = field(default_factory=set)
    """Letters whose file looks otherwise and holds the same."""
    puzzling: set[int] = field(default_factory=set)
    """Letters whose file could not be read just now."""
    unfound: list[Letter] = field(default_factory=list)
    """Letters that were stored under a UID that was not told, and that no look has shown yet."""
    held: set[tuple[LinkId, Ref]] = field(default_factory=set)
    """Files that look new, and are such letters under another name: whatever they are, they were sent already."""
    shut: set[LinkId] = field(default_factory=set)
    """Folders that went away while something in them was to be read."""
    unread: dict[tuple[LinkId, Side, Ref], Unreadable] = field(default_factory=dict)
    """What had to be read to be told from others, and could not."""
    stored: dict[int, Seen] = field(default_factory=dict)
    """Edited letters whose new content lies there already."""
