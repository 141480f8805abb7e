"""Mail folders: map-folders, and the mail half's part of status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRow:
    """A local folder, and the remote one that it is in step with."""

    local: str
    role: str = ""
    """inbox, archive, deleted, sent, drafts, junk; "" for a folder of the user's own."""
    remote: str | None = None
    """The provider's name; None: not mapped."""
    path: Path | None = None
    messages: int | None = None
    none: bool = False
    """Not mapped because the user said so."""
    gone: bool = False
    """Mapped, and not there any more at the provider (E210)."""
    suggested: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRow:
    """A folder as the provider lists it."""

    name: str
    role: str = ""
    """By its SPECIAL-USE attribute."""
    messages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldersReport:
    """What `map-folders` offers, or did."""

    ok: bool = True
    account: str
    folders: tuple[FolderRow, ...]
    remote: tuple[RemoteRow, ...]
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Roles that nothing is said of yet: until then the set-up is incomplete (R46)."""
    next: str = ""
