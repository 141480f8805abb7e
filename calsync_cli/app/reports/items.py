"""Things that want a look or can be brought back: conflicts, undo, log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from calsync_cli.app.reports.told import Verb, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictField:
    """One property of a conflict: before, here, there, and which one stands now ("local", "remote", "merged")."""

    name: str
    before: str
    yours: str
    theirs: str
    kept: str
    clash: bool = True
    """Both changed it; otherwise it merged by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """Something that wants a look. `what`: a Verb (conflict, revived, put-back, skipped, held, to-primary)."""

    id: str
    when: datetime
    what: Verb
    title: str
    calendar: str
    folder: str = ""
    """The local mail folder, where it is a message."""
    event: str = ""
    provider: str = ""
    code: str = ""
    detail: str = ""
    resolved: bool = False
    fields: tuple[ConflictField, ...] = ()
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictsReport:
    """`conflicts list|show`: open ones, newest first."""

    account: str
    conflicts: tuple[ConflictRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveReport:
    """`conflicts resolve`: which side stands; it travels with the next sync."""

    ok: bool = True
    account: str
    conflict: ConflictRow
    keep: str
    next: str = "calsync sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRow:
    """Something that can be brought back. `what`: deleted or changed; `direction`: which side lost it."""

    id: str
    when: datetime
    what: Verb
    title: str
    calendar: str
    folder: str = ""
    """The local mail folder, where it is a message."""
    run: int
    direction: Way
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoListReport:
    """`undo --list`: newest first."""

    account: str
    items: tuple[UndoRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What `undo` brought back; nobody was mailed."""

    ok: bool = True
    account: str
    restored: tuple[UndoRow, ...]
    dry_run: bool = False
    next: str = "calsync sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """A line of what was done. `what`: a Verb, or "run" for the line that a round begins with."""

    id: str
    when: datetime
    what: str
    title: str
    run: int
    direction: Way | None = None
    calendar: str = ""
    folder: str = ""
    """The local mail folder, for a line that is about messages."""
    count: int | None = None
    """So many messages; an event has a line of its own."""
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """`log`: oldest first."""

    account: str
    rows: tuple[LogRow, ...]
