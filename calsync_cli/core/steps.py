"""What a plan is made of: for each item, what is wanted on either side, and what to save on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calsync_cli.core.look import Face
from calsync_cli.core.model import LinkId, Pair, Ref, Rev, Sha, Side, Version
from calsync_cli.core.verdict import Verdict

NO_REV = Rev("")


@dataclass(frozen=True, slots=True)
class Keep:
    """This side is as wanted already; it is `version` (None: not there)."""

    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """This side is to hold the body `sha`, over the version it was seen with (None: make it new)."""

    sha: Sha
    over: Version | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """This side is to hold nothing, guarded by the version it was seen with."""

    over: Version


Want = Keep | Put | Drop


@dataclass(frozen=True, slots=True)
class ClashNote:
    """A property that both sides changed: in words, for the list of conflicts."""

    where: str
    name: str
    base: str
    mine: str
    theirs: str
    kept: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two versions that could not be joined wholly, with all that is needed to decide it otherwise later."""

    notes: tuple[ClashNote, ...]
    near_base: Sha
    near: Sha
    far_base: Sha
    far: Sha
    result: Sha
    loser: Side


@dataclass(frozen=True, slots=True)
class Step:
    """One item of one link: what each side is to hold. The books remember the outcome as a pair, or forget it."""

    link: LinkId
    verdict: Verdict
    key: str
    title: str
    near: Want
    far: Want
    pair: Pair | None = None
    conflict: Conflict | None = None
    why: str = ""
    """For the report: a code word ("view-only", "adopted", "renamed" …)."""
    before: Sha | None = None
    """The body that was on the side being written, for showing what changes."""
    loud: bool = False
    """A plain change that people may hear of, where the server tells if it is asked to; all else is nobody's news."""

    @property
    def near_rev(self) -> Rev:
        """The near file that this was decided on; "" where there is none."""
        seen = self.near.version if isinstance(self.near, Keep) else self.near.over
        return seen.rev if seen else NO_REV

    @property
    def writes(self) -> bool:
        """Whether any store is changed."""
        return not (isinstance(self.near, Keep) and isinstance(self.far, Keep))


@dataclass(frozen=True, slots=True)
class Shift:
    """An item that a person moved from one calendar to another, here: the far side follows by one Move."""

    link: LinkId
    to: LinkId
    key: str
    title: str
    pair: Pair
    near: Face
    """The file where it lies now, in `to`."""
    far: Version
    """The far item as it was seen, in `link`."""


@dataclass(frozen=True, slots=True)
class Follow:
    """An item that somebody moved from one calendar to another at the account: the file follows, as it is.

    What either side changed besides is told by the pair's past, which moves along: the next pass brings that over.
    """

    link: LinkId
    to: LinkId
    key: str
    title: str
    pair: Pair
    near: Version
    """The file as it was seen, in `link`."""
    far: Version
    """The far item where it is now, in `to`."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A new local item that goes to another calendar's directory and account: made there, then taken away here."""

    link: LinkId
    to: LinkId
    key: str
    title: str
    near: Face
    sha: Sha
    """The body to make there; another than the file's where the copy needs a UID of its own."""
    why: str
    known: bool = False
    """It is there already (a round was killed between): only the file here has to go."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that nothing is done to now, and why (an error code and a code word)."""

    link: LinkId
    side: Side
    ref: Ref
    code: str
    why: str
    title: str = ""
    key: str = ""
    recheck: bool = True
    """Whether the far side must be asked for it again, because its cursor moves on."""
    loud: bool = True
    """Whether a person should hear of it."""
    near_rev: Rev = NO_REV
    """The near file as it was seen."""


Deed = Step | Shift | Follow | Transfer


@dataclass(frozen=True, slots=True)
class Match:
    """The first round of two filled sides, counted before anything is written."""

    equal: int = 0
    near: int = 0
    only_here: int = 0
    only_there: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round will do, in order; bodies that planning made, by their sha."""

    deeds: tuple[Deed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    made: Mapping[Sha, bytes] | None = None
    match: Match = Match()
