"""One side of a link as just seen, against what the books remember: only what moved, appeared, vanished or hides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calsync_cli.core.model import Cursor, Link, Mode, Pair, Ref, Rev, Sha, Side, Unreadable, Version


@dataclass(frozen=True, slots=True)
class Face:
    """An item in short; its bytes lie in the books under `sha`."""

    ref: Ref
    rev: Rev
    sha: Sha
    key: str
    title: str
    bare: bool = False
    """It has no UID; `key` was made from its bytes."""

    @property
    def version(self) -> Version:
        """The face as a pair remembers it."""
        return Version(self.ref, self.rev, self.sha)


@dataclass(frozen=True, slots=True)
class Sight:
    """What moved on one side. What is neither a face, gone, nor unreadable is as the books remember it."""

    faces: Mapping[Ref, Face] = field(default_factory=dict)
    gone: frozenset[Ref] = frozenset()
    unreadable: Mapping[Ref, Unreadable] = field(default_factory=dict)
    cursor: Cursor | None = None
    present: int | None = None
    """How many items the side holds, where the look was complete."""

    @property
    def still(self) -> bool:
        """Nothing moved."""
        return not (self.faces or self.gone or self.unreadable)


@dataclass(frozen=True, slots=True)
class Scene:
    """A link in a round: both sights, and the pairs that they touch. Untouched pairs are at rest."""

    link: Link
    mode: Mode
    near: Sight
    far: Sight
    pairs: tuple[Pair, ...] = ()
    twins: tuple[Pair, ...] = ()
    """Pairs of this link that have the key of a new face."""
    held: int = 0
    """How many pairs the books hold for this link."""
    quiet: bool = True
    """Whether the far store can be written without mail to guests."""
    movable: bool = False
    private: bool = False
    """Whether it takes attendees whom nobody tells."""

    def sight(self, side: Side) -> Sight:
        """One side's."""
        return self.near if side is Side.NEAR else self.far
