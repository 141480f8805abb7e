"""Flags of a letter, joined bit by bit: what either side changed since both agreed, the other side gets."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.mail.nouns import DELETED
from calsync_cli.core.model import NO_FLAGS, Flags

ANY = "\\*"
"""In a mailbox's flags: it takes keywords that it has not seen before (PERMANENTFLAGS, RFC 9051 7.1)."""

UNAGREED: Flags = frozenset({DELETED})
"""What two strangers are taken to have had in common: what either has they both get, but the mark of a deletion only
where both have it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What each side has to raise and lower, and what both agree on then."""

    agreed: Flags
    near_add: Flags = NO_FLAGS
    near_drop: Flags = NO_FLAGS
    far_add: Flags = NO_FLAGS
    far_drop: Flags = NO_FLAGS

    @property
    def near(self) -> bool:
        """The near side has to change."""
        return bool(self.near_add or self.near_drop)

    @property
    def far(self) -> bool:
        """The far side has to change."""
        return bool(self.far_add or self.far_drop)


@dataclass(frozen=True, slots=True)
class Common:
    """The flags that both sides can hold. Others are nobody's business here: unseen, never removed.

    A letter's mark of deletion travels only where a local folder for deleted letters is mapped: whoever marks it here
    would else have it expunged there by the next program that tidies up (mail-peers 2.6).
    """

    words: Flags

    @classmethod
    def of(cls, near: Flags, far: Flags, *, bin_mapped: bool) -> Common:
        """Keywords compare without case (RFC 9051 2.3.2); the near side's spelling counts."""
        theirs = {word.casefold() for word in far}
        both = {word for word in near if word.casefold() in theirs or (ANY in theirs and word[:1] != "\\")}
        return cls(frozenset(both if bin_mapped else both - {DELETED}))

    def seen(self, flags: Flags) -> Flags:
        """Of a side's flags those that count, in one spelling."""
        if flags <= self.words:
            return flags
        folded = {word.casefold(): word for word in self.words}
        return frozenset(folded[word.casefold()] for word in flags if word.casefold() in folded)


def merge(base: Flags, near: Flags, far: Flags, common: Common, *, send: bool = True) -> Marks:
    """The three-way merge. A bit has two values, so that two changes of one bit are the same change.

    Without `send` the far side stays as it is, and what the near side changed stays unagreed until it may be sent.
    """
    was, mine, theirs = common.seen(base), common.seen(near), common.seen(far)
    if mine == theirs == was:
        return Marks(base)
    changed = mine ^ was
    wanted = (mine & changed) | (theirs - changed)
    agreed = wanted if send else (wanted - (changed - (theirs ^ was))) | (was & (changed - (theirs ^ was)))
    rest = frozenset(word for word in base if not common.seen(frozenset({word})))
    return Marks(
        agreed | rest,
        near_add=wanted - mine,
        near_drop=mine - wanted,
        far_add=wanted - theirs if send else NO_FLAGS,
        far_drop=theirs - wanted if send else NO_FLAGS,
    )
