"""What a round of mail decided: steps as values, each done by one function of the engine."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.mail.flags import Marks
from calsync_cli.core.mail.left import Left
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.model import NO_FLAGS, Flags, LinkId, Ref, Seen, Side


@dataclass(frozen=True, slots=True)
class Agree:
    """A letter as the books are to have it, and the flags that make it so."""

    letter: Letter
    marks: Marks
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """A letter went to another folder on the other side; `side` has to follow."""

    letter: Letter
    to: LinkId
    side: Side
    seen: Seen
    """Where it lies now, on the side that moved it."""
    behind: Seen
    """As the side that has to follow has it."""


@dataclass(frozen=True, slots=True)
class Erase:
    """A letter went from one side; `side` has to let go of it."""

    letter: Letter
    side: Side
    to_bin: bool = True
    moved: bool = False
    """It lies elsewhere on this side already."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Gone from both sides."""

    letter: Letter


@dataclass(frozen=True, slots=True)
class Park:
    """Gone from here to where nothing is mapped: the far copy stays."""

    letter: Letter


@dataclass(frozen=True, slots=True)
class Replace:
    """Another content under the same base name. `stored`: a killed round sent it already, and it lies there."""

    letter: Letter
    seen: Seen
    stored: Seen | None = None
    flags: Flags = NO_FLAGS
    """What both sides marked it with, for the new one there; the next look brings them here."""


@dataclass(frozen=True, slots=True)
class Send:
    """A file without a counterpart. `again`: the letter that it was, where its counterpart was lost."""

    link: LinkId
    seen: Seen
    again: Letter | None = None


@dataclass(frozen=True, slots=True)
class Bring:
    """A message without a counterpart. `was`: the letter that it is, where a limit had left it there."""

    link: LinkId
    seen: Seen
    was: int = 0


@dataclass(frozen=True, slots=True)
class Leave:
    """A message that a limit leaves there. `was`: the letter that it is, where another limit had."""

    link: LinkId
    seen: Seen
    why: Left
    was: int = 0


Step = Agree | Shift | Erase | Forget | Park | Replace | Send | Bring | Leave


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is left alone in this round."""

    link: LinkId
    side: Side
    ref: Ref
    code: str
    why: str
