"""What a round tells the books, and the shape of the books themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from calsync_cli.core.model import Cursor, Link, LinkId, Pair, Ref, Rev, RunId, Sha, Side, Version
from calsync_cli.core.steps import Conflict
from calsync_cli.core.verdict import Verdict

NOTHING_WAS = Sha("")
NO_REV = Rev("")


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be done, and the pair that holds once it is done, so that settling needs no guess.

    `near_wanted` and `far_wanted` say which side was to be written; its version carries the ref chosen beforehand, the
    wanted body ("": it was to go), and the rev that was to be overwritten ("": it was to be new). `near_was` and
    `far_was` are what both had agreed on, where the pair has to remember that instead: an item that moves to another
    calendar keeps its past.
    """

    op: str
    link: LinkId
    pair: int
    key: str
    title: str
    near: Version
    far: Version
    near_wanted: bool
    far_wanted: bool
    near_was: Sha = NOTHING_WAS
    far_was: Sha = NOTHING_WAS
    conflict: Conflict | None = None
    """What the deed decides, to be listed also where the round is killed before it can say so."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A body that was overwritten or deleted, where no provider's bin holds it: an entry of the attic."""

    link: LinkId
    side: Side
    ref: Ref
    key: str
    title: str
    why: str
    name: str
    """The attic's name for the file."""


@dataclass(frozen=True, slots=True)
class Wait:
    """An item that could not be handled, to be looked at again; after some tries it is quarantined."""

    link: LinkId
    side: Side
    ref: Ref
    code: str
    why: str
    title: str = ""
    key: str = ""
    loud: bool = True
    tries: int = 1
    near_rev: Rev = NO_REV
    """The near file when it was tried ("": none): once it is another, it is tried again."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that a round did (or, in a dry run, would do), for reports and the log."""

    link: LinkId
    verdict: Verdict
    title: str
    key: str
    near: bool
    """The near side was written."""
    far: bool
    why: str = ""
    before: Sha | None = None
    after: Sha | None = None
    to: LinkId | None = None
    clash: bool = False
    code: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of a batch: written to the books in one short transaction, after the deeds."""

    pairs: list[Pair] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    conflicts: list[tuple[LinkId, str, str, Ref, Conflict]] = field(default_factory=list)
    """(link, key, title, near ref, conflict)."""
    waits: list[Wait] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    invited: int = 0
    """Mails that the provider will send."""
    touched: list[str] = field(default_factory=list)
    """UIDs of what was made or changed here, whether or not anything of that had to be sent."""
    again: bool = False
    """Something moved under our hands, or onward, so that another pass has work."""


class Books(Protocol):
    """What the engine asks of the books. One thread owns them; no transaction is open while a store is called."""

    def links(self) -> Sequence[Link]:
        """All links of the account."""

    def index(self, link: LinkId, side: Side) -> Mapping[Ref, tuple[Rev, Sha]]:
        """What one side held when it was last seen in agreement."""

    def pairs_at(self, link: LinkId, near: AbstractSet[Ref], far: AbstractSet[Ref]) -> tuple[Pair, ...]:
        """The pairs that have one of these refs."""

    def pairs_with(self, keys: AbstractSet[str]) -> tuple[Pair, ...]:
        """The pairs, of whichever link, that have one of these UIDs."""

    def count(self, link: LinkId) -> int:
        """How many pairs a link has."""

    def body(self, sha: Sha) -> bytes:
        """A body that was kept. Raises CalsyncError E503 where it is not there."""

    def bodies(self, shas: AbstractSet[Sha]) -> Mapping[Sha, bytes]:
        """Several at once. Raises CalsyncError E503 where one is not there."""

    def keep(self, bodies: Iterable[tuple[Sha, bytes]]) -> None:
        """Remember bodies by their sha."""

    def intents(self, link: LinkId) -> tuple[Intent, ...]:
        """What was begun and never answered for."""

    def begin(self, intents: Sequence[Intent]) -> None:
        """Say what is about to be done; it is on disk when this returns."""

    def record(self, run: RunId, outcome: Outcome) -> None:
        """What became of it, in one transaction."""

    def waits(self, link: LinkId) -> tuple[Wait, ...]:
        """What is to be looked at again."""

    def clear(self, link: LinkId, kept: AbstractSet[tuple[Side, Ref]]) -> None:
        """Forget all waits of a link but these."""

    def finish(self, link: LinkId, cursor: Cursor | None, glance: str) -> None:
        """The link's round is complete: what was seen is dealt with or waits."""
