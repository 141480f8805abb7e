"""What is said while a use-case works, and the pieces that reports share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

from calsync_cli.core.errors import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calsync_cli.core.errors import CalsyncError


class Phase(StrEnum):
    """What is being done now, for the progress bar."""

    DISCOVER = "discover"
    SIGN_IN = "sign-in"
    LOOK = "look"
    MATCH = "match"
    FETCH = "fetch"
    SEND = "send"
    WRITE = "write"
    CHECK = "check"
    REPAIR = "repair"
    EXPORT = "export"


class Note(StrEnum):
    """Something worth a line while it happens; the parameters each one has are in the comment."""

    MATCH = "match"  # equal near only_here only_there: said before the first round writes anything
    FEED = "feed"  # calendar: a subscribed feed or our own events in a read-only calendar, left out (R23)
    WAITING = "waiting"  # account: another run holds it
    OFFLINE = "offline"  # seconds: trying again in so many
    BACK = "back"  # after OFFLINE
    THROTTLED = "throttled"  # seconds: the server asked to wait
    WATCHING = "watching"  # account
    RELOADED = "reloaded"  # SIGHUP was heard
    STOPPED = "stopped"  # cleanly
    INBOX = "inbox"  # messages size: how much the first pull is about to fetch
    KEY_FILE = "key-file"  # path: other users of this machine may read the key of a service account
    HIDDEN = "hidden"  # folder count: messages that IMAP is not shown any more, and nothing says that they are deleted
    PLAIN = "plain"  # host: no encryption, allowed because it is this machine


class Tell(Protocol):
    """Whoever listens while a use-case works."""

    def phase(self, name: Phase, total: int | None = None) -> None:
        """A phase begins; the one before it is over."""

    def advance(self, n: int = 1) -> None:
        """So many items of the phase are done."""

    def note(self, what: Note, **params: str | int) -> None:
        """Say something now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """An error as a value: what is left of a CalsyncError when a report (or another process) carries it."""

    code: str
    variant: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None

    @classmethod
    def of(cls, error: CalsyncError) -> Self:
        """The same error, without its traceback."""
        return cls(code=error.code, variant=error.variant, params=dict(error.params), retry_after=error.retry_after)

    @property
    def exit(self) -> int:
        """The exit code of the process."""
        return KINDS[self.code].exit

    def raised(self) -> CalsyncError:
        """The error again, to be raised."""
        from calsync_cli.core.errors import CalsyncError

        return CalsyncError(self.code, self.variant, retry_after=self.retry_after, **self.params)


class Way(StrEnum):
    """Where a change goes."""

    IN = "in"  # from the account to this disk
    OUT = "out"  # from this disk to the account
    HERE = "here"  # on this disk only
    BOTH = "both"


class Verb(StrEnum):
    """What became of an item; in a dry run, what would."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    MOVED = "moved"
    MERGED = "merged"
    CONFLICT = "conflict"  # both changed the same thing; `detail` says which
    REVIVED = "revived"  # edit against deletion: the edit lives
    PUT_BACK = "put-back"  # a local change in a view-only calendar
    TO_PRIMARY = "to-primary"  # a new file in a sub-calendar (R15)
    ADOPTED = "adopted"  # both sides had it already
    SKIPPED = "skipped"  # quarantined or refused; `code` says why
    HELD = "held"  # the write would mail people and the server cannot be quiet
    RESTORED = "restored"  # by undo
    LOST = "lost"  # wanted back by undo, and not in the provider's bin any more (mail)
    KEPT = "kept"  # left there, though it went from here (mail)
    LEFT_OUT = "left-out"  # beyond the limits of --since and --max-size (mail)
    CALENDAR_ADDED = "calendar-added"
    CALENDAR_GONE = "calendar-gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a plan or a report: `← changed  Intake talk  10:00 → 10:30   (Kerio)`."""

    direction: Way
    verb: Verb
    title: str
    detail: str = ""
    """Data only (times, property names), never a sentence."""
    where: str = ""
    """The provider's name, or the calendar's where that says more."""
    code: str = ""
    """An error code, for SKIPPED and HELD."""
    why: str = ""
    """Why, for SKIPPED: a word of cli.words.reasons, with more behind a colon."""
    id: str = ""
    """The conflict's or event's short id, where there is one to act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReport:
    """What the first round found before it wrote anything: items on both sides, alike, nearly alike, on one side."""

    equal: int
    near: int
    only_here: int
    only_there: int
