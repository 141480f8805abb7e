"""What the demonstration shows, piece by piece, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Scene(StrEnum):
    """The chapters; the parameters each one has are in the comment."""

    START = "start"  # url imap: the servers are up
    CONNECT = "connect"
    CHOOSE = "choose"
    MAP = "map"
    STATUS = "status"
    EDIT = "edit"  # title: changed here and there, then synced
    CONFLICT = "conflict"  # title: both changed it
    UNDO = "undo"  # title: deleted by mistake
    WATCH = "watch"
    ARRIVE = "arrive"  # title: a message comes
    ARCHIVE = "archive"  # title: archived here, and taken out of the archive there
    MAIL_UNDO = "mail-undo"  # title: a message deleted by mistake
    VIEW_ONLY = "view-only"  # title: edited here, where it may only be read
    CHECK = "check"  # events messages: what the servers themselves say, asked without calsync
    DISCONNECT = "disconnect"
    KEPT = "kept"  # url imap home stop: --keep
    END = "end"  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading."""

    scene: Scene
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The command that is run now, as a user would type it."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A piece of what it printed, both streams, exactly."""

    text: str


Shown = Chapter | Typed | Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """How it ended."""

    ok: bool
    seconds: float
    failed: Scene | None = None
    detail: str = ""
    """What was not as it should be, in English."""
    kept: Path | None = None
    url: str = ""
    imap: str = ""
    stop: str = ""
    """What ends the servers that were kept, and removes their files."""
