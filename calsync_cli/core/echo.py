"""Whether a calendar is an echo: our own events, come back by a feed that somebody publishes and subscribes to (R23).

An echo holds our UIDs and next to nothing else. A colleague's calendar holds some of our UIDs too, those of meetings we
share, perhaps nothing else; but a meeting has guests in both our calendars. So only what has none, on either side, or
bears the mark of our own feed, tells an echo. A calendar of holidays holds none of our UIDs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calsync_cli.core.feed import MARK
from calsync_cli.core.scan import scan

FEWEST = 3
"""Events in common, below which it may be chance."""

SHARE = 0.9
"""Of its events: a feed lags behind what was deleted or moved here."""

SAMPLE = 50
"""Events looked at in a large calendar."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one event tells of where it came from."""

    key: str
    guests: bool
    marked: bool


def trace(content: bytes) -> Trace:
    """By the line scanner alone."""
    found = scan(content)
    return Trace(found.uid, found.guests, MARK.encode() in content.upper())


def echoes(there: Sequence[Trace], ours: Mapping[str, Trace]) -> bool:
    """Whether these events of a calendar are ours, come back. `ours`: by UID, as far as they have the same UIDs."""
    common = [one for one in there if one.key in ours]
    telling = [one for one in common if one.marked or not (one.guests or ours[one.key].guests)]
    return len(telling) >= FEWEST and mostly(len(common), len(there))


def mostly(common: int, all_: int) -> bool:
    """Whether next to all of a calendar is in common; true of an empty one."""
    return common >= SHARE * all_
