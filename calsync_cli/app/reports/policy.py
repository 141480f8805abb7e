"""What the administrator decided: `admin enable|disable|policy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from calsync_cli.app.reports.accounts import ConfigRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """A provider, and whether accounts of it may be connected here."""

    provider: str
    enabled: bool
    here: bool
    """This version can connect it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReport:
    """The policy in force, and what a command changed in it."""

    ok: bool = True
    path: Path | None
    """None: there is no policy, so everything is allowed."""
    places: tuple[Path, ...]
    """Where one is looked for; the first one that is there counts."""
    enabled: str
    """yes, no, auto."""
    open: bool
    """Accounts may be connected now: with "auto" that depends on whether one is active here (R57)."""
    providers: tuple[ProviderRow, ...]
    contact: str
    mailboxes: tuple[str, ...]
    settings: tuple[ConfigRow, ...]
    """What no user can change, with the value that holds."""
    stands: Mapping[str, str]
    """Where each of the policy's own words stands."""
    provider: str = ""
    """The one that was enabled or disabled."""
    changed: bool = False
    """It was not so before."""
    dry_run: bool = False
    next: str = ""
