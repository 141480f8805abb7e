"""Messages that a limit leaves where they are: letters without a file, which remember the limit that it was.

Without them a later look would take such a message for a new one as soon as anybody marks it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import NOWHERE, Known, What
from calsync_cli.core.model import Rev


@dataclass(frozen=True, slots=True)
class Limits:
    """What is fetched. None: everything."""

    max_size: int | None = None
    """Octets of the largest message."""
    since: float | None = None
    """The arrival, in seconds since 1970, before which a message of a first round is left where it is."""

    def big(self, size: int | None) -> bool:
        """Larger than what is fetched."""
        return self.max_size is not None and size is not None and size > self.max_size


@dataclass(frozen=True, slots=True)
class Left:
    """Why a message was left where it is: it came before `since`, or it is too big."""

    what: What
    size: int = 0
    since: int = 0

    @property
    def mark(self) -> Rev:
        """In the place of a file's rev, for there is no file."""
        return Rev(f"{self.what};{self.size};{self.since}")

    def free(self, limits: Limits) -> bool:
        """Whether these limits may let it in."""
        if self.what is What.TOO_BIG:
            return not limits.big(self.size)
        return limits.since is None or limits.since < self.since


def left_out(known: Known | Letter) -> Left | None:
    """Why this letter has no file; None where it has one, or where a person put it elsewhere."""
    if known.near != NOWHERE or not known.near_rev.startswith("too-"):
        return None
    what, size, since = known.near_rev.split(";")
    return Left(What(what), int(size), int(since))


def bare(glance: str) -> str:
    """A glance without the limits that were in force."""
    return glance.partition("|")[0]


def widened(glance: str, limits: Limits) -> bool:
    """Whether these limits may let in what was left out when this glance was written."""
    was = _limits(glance)
    return _less(limits.since, was.since) or _less(was.max_size, limits.max_size, otherwise=inf)


def with_limits(rev: str, was: str, limits: Limits, *, afresh: bool) -> str:
    """The glance to remember: with the narrowest limits since everything was looked at with them.

    The day from which on messages are fetched counts in first rounds alone, whatever it is by now.
    """
    before = Limits() if afresh or widened(was, limits) else _limits(was)
    since = before.since if before.since is not None else limits.since
    sizes = [size for size in (before.max_size, limits.max_size) if size is not None]
    told = Limits(min(sizes, default=None), since)
    return rev + (_told(told) if told != Limits() else "")


def _told(limits: Limits) -> str:
    return "|".join(["", *("" if one is None else str(int(one)) for one in (limits.since, limits.max_size))])


def _limits(glance: str) -> Limits:
    _, since, size = (*glance.split("|"), "", "")[:3]
    return Limits(int(size) if size else None, int(since) if since else None)


def _less(one: float | None, other: float | None, *, otherwise: float = -inf) -> bool:
    """None is `otherwise`, whichever of the two it is."""
    return (otherwise if one is None else one) < (otherwise if other is None else other)
