"""What neomutt and notmuch need to know of an account's Maildirs, as lines for their configurations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

USUAL = ("inbox", "archive", "deleted", "sent")
"""Where nothing is mapped yet: as it will be called."""
SETTINGS = {"inbox": "spoolfile", "sent": "record", "drafts": "postponed", "deleted": "trash"}
"""neomutt's settings for the folders that it has a use for."""


def neomutt(root: Path, folders: Sequence[str]) -> str:
    """Lines of a neomuttrc."""
    return "\n".join(_neomutt(root, folders or USUAL))


def _neomutt(root: Path, folders: Sequence[str]) -> Iterator[str]:
    yield "set mbox_type = Maildir"
    yield f"set folder = {quoted(str(root))}"
    for name in folders:
        setting = SETTINGS.get(name.casefold())
        if setting:
            yield f"set {setting} = {quoted(f'+{name}')}"
    yield "mailboxes " + " ".join(quoted(f"+{name}") for name in folders)


def quoted(text: str) -> str:
    """A word of neomutt's, in which nothing means anything (muttrc(5): ' " ` $ and the backslash would)."""
    return "'" + text.replace("'", "'\"'\"'") + "'"
