"""An event's bytes with something in it changed: the whole, one occurrence, or one and all that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from calsync_cli.core.draft import WHOLE, Changes, Invitee, Reach
from calsync_cli.core.refusals import EndsTooEarly, NoSuchOccurrence, NotInvited, RuleError
from calsync_cli.core.times import Moment

__all__ = ["Edited", "EndsTooEarly", "NoSuchOccurrence", "NotInvited", "RuleError"]

Answer = Literal["accepted", "declined", "tentative"]


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit made. `tail` is the new series that a split began; `lost` are changed occurrences that fell away."""

    content: bytes
    tail: bytes = b""
    tail_uid: str = ""
    lost: tuple[Moment, ...] = ()


def edited(
    content: bytes, changes: Changes, reach: Reach = WHOLE, *, stamp: datetime, organizer: str, fresh_uid: str
) -> Edited:
    """The event with the changes in it; the very same bytes where they change nothing.

    `organizer` is the user's own address. Raises Broken, NoSuchOccurrence, EndsTooEarly, RuleError.
    """
    raise NotImplementedError


def dropped(content: bytes, reach: Reach = WHOLE, *, stamp: datetime, organizer: str) -> bytes | None:
    """The event without what is reached; None where nothing is left. Raises Broken, NoSuchOccurrence, RuleError."""
    raise NotImplementedError


def with_guests(
    content: bytes, invitees: Sequence[Invitee], reach: Reach = WHOLE, *, organizer: str, stamp: datetime
) -> bytes:
    """The event with these on it; nobody is taken off. Not for FOLLOWING: `edited` splits. Raises as `edited`."""
    raise NotImplementedError


def answered(content: bytes, own: frozenset[str], answer: Answer, reach: Reach = WHOLE) -> bytes:
    """The event with one's own answer in it. Raises Broken, NoSuchOccurrence, NotInvited."""
    raise NotImplementedError
