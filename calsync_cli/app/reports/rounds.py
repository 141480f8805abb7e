"""What a round did: sync, sync --all, choose-primary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calsync_cli.core.errors import KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from calsync_cli.app.reports.accounts import CalendarRow
    from calsync_cli.app.reports.hooks import HookReport
    from calsync_cli.app.reports.told import ErrorReport, Line, MatchReport, Verb, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCounts:
    """What a round did to events. In a dry run: what it would do."""

    in_: int = 0
    out: int = 0
    deleted_in: int = 0
    deleted_out: int = 0
    conflicts: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCounts:
    """What a round did to messages."""

    in_: int = 0
    out: int = 0
    moved: int = 0
    deleted_in: int = 0
    deleted_out: int = 0
    flags_in: int = 0
    flags_out: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """So many messages of one folder, to which the same happened."""

    direction: Way
    verb: Verb
    count: int
    folder: str
    """The local one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """One round of one account."""

    ok: bool
    account: str
    run: int
    calendar: CalendarCounts = field(default_factory=CalendarCounts)
    mail: MailCounts = field(default_factory=MailCounts)
    invitations_sent: int = 0
    requests: int = 0
    next_try: datetime | None = None
    error: ErrorReport | None = None
    attention: int = 0
    """How many of the conflicts and skipped items are told for the first time: they make exit 3, once."""
    dry_run: bool = False
    seconds: float = 0.0
    match: MatchReport | None = None
    lines: tuple[Line, ...] = ()
    messages: tuple[MailLine, ...] = ()
    """What happened to messages, by folder; those that wait are among the lines."""
    hook: HookReport | None = None
    """How the program that `[hooks]` names ended, where it ran."""
    next: str = ""

    @property
    def exit_code(self) -> int:
        """The error's own; 3 where something new wants a look; else 0."""
        if self.error is not None:
            return self.error.exit
        return KINDS["E301"].exit if self.attention else 0


BATCH_EXIT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """`sync --all`: every account's round, in the order of their names."""

    ok: bool
    accounts: tuple[SyncReport, ...]

    @property
    def exit_code(self) -> int:
        """10 where some failed; 3 where something new wants a look; else 0."""
        if any(one.error is not None for one in self.accounts):
            return BATCH_EXIT
        return max((one.exit_code for one in self.accounts), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseReport:
    """What `choose-primary` did; it is activation, so the first round comes with it."""

    ok: bool = True
    account: str
    calendar: CalendarRow
    already: bool = False
    """The same choice again: nothing changed."""
    sync: SyncReport | None = None
    next: str
