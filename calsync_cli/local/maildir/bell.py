"""What of the changes below a mail root is news: what a mail program did to a Maildir, not what we did ourselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change

from calsync_cli.core.model import CollectionId
from calsync_cli.local import bell
from calsync_cli.local.bell import Ear, Ring
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.names import CUR, NEW, TMP

_DEBOUNCE_MS = 200


def ring(root: Path, stop: Event, echo: Echo) -> Iterator[Ring]:
    """See local.bell.ring."""

    def about(change: Change, name: str) -> Iterator[Ring]:
        if _counts(change, name) and not _ours(change, name, echo):
            folder = _folder(name)
            yield CollectionId(folder) if folder else None

    with echo.heard():
        yield from bell.ring(root, stop, Ear(about, _DEBOUNCE_MS))


def _counts(change: Change, name: str) -> bool:
    """Messages, and directories that come or go: nobody tells what is in these. Not tmp, and nothing hidden."""
    parts = name.split("/")
    if TMP in parts or any(part.startswith(".") for part in parts):
        return False
    return bool(_folder(name)) or change is not Change.modified


def _ours(change: Change, name: str, echo: Echo) -> bool:
    return change is not Change.modified and echo.ours(name, there=change is Change.added)


def _folder(name: str) -> str:
    """The Maildir that a path is about; "" where it may be any."""
    above, _, last = name.rpartition("/")
    if last in {NEW, CUR}:
        return above
    box, _, sub = above.rpartition("/")
    return box if sub in {NEW, CUR} else ""
