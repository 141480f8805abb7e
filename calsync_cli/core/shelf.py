"""Bodies by their sha while a plan is made: those the books hold, and those that planning makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from calsync_cli.core.model import Sha

MADE = "@calsync"


def sha_of(content: bytes) -> Sha:
    """The sha256 of an item's bytes: stable across releases and machines, fit to be stored."""
    return Sha(sha256(content).hexdigest())


def fresh_key(key: str, sha: Sha) -> str:
    """A UID for what has none, or for a copy: the same each time, so that a round run again makes it once."""
    return f"{sha_of(f'{key} {sha}'.encode())[:32]}{MADE}"


def is_made(key: str) -> bool:
    """Whether a UID was given by us: its file may have had none."""
    return key.endswith(MADE)


@dataclass(slots=True)
class Shelf:
    """Reads what the books hold and collects what is made; the books get it before the first deed."""

    read: Callable[[Sha], bytes]
    made: dict[Sha, bytes] = field(default_factory=dict)

    def __getitem__(self, sha: Sha) -> bytes:
        made = self.made.get(sha)
        return self.read(sha) if made is None else made

    def add(self, content: bytes) -> Sha:
        """Lay a body on the shelf; its sha is how it is called."""
        sha = sha_of(content)
        self.made[sha] = content
        return sha
