"""The units that a supervisor runs: `service install|remove`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Fate(StrEnum):
    """What became of a unit's file, or in a dry run would."""

    NEW = "new"
    SAME = "same"  # as it would be written now
    OTHER = "other"  # ours, for another calsync, another place or other settings
    FOREIGN = "foreign"  # not ours, or changed by hand since
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit."""

    name: str
    account: str
    path: Path
    what: Fate
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """The units of the accounts that were meant."""

    ok: bool = True
    units: tuple[UnitRow, ...]
    told: bool = False
    """The user's systemd was told, so what is wanted happens now."""
    commands: tuple[str, ...] = ()
    """What remains to be typed where it could not be told."""
    confined: bool = True
    """False: programs of the user's run in it (hooks, secrets.command), so it is not shut in."""
    dry_run: bool = False
    next: str = ""
