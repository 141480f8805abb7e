"""What was published of an agenda."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """`feed export`: what the calendar to publish holds, and where it was written."""

    ok: bool = True
    account: str
    file: Path | None
    """None: it went to stdout."""
    calendars: tuple[str, ...]
    events: int
    private: int = 0
    """Of these, how many show no more than when they are."""
    doubled: int = 0
    """Left out: their UID stands in an earlier calendar."""
    skipped: int = 0
    """Left out: files that could not be read as events."""
    written: bool = True
    """False: the file held just this already, and was left alone."""
    dry_run: bool = False
    superfluous: bool = False
    """A calendar is active, so that this agenda is in step both ways: nobody needs the feed."""
