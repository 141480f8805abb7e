"""The mailboxes under the suite, each with a way for somebody else to act behind its back, and what they are excused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from calsync_cli.core.mail.nouns import ANSWERED, DELETED, DRAFT, FLAGGED, FORWARDED, SEEN
from calsync_cli.core.mail.ports import Mailbox
from calsync_cli.core.model import CollectionId, Flags, Ref
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs


class Meddler(Protocol):
    """Somebody else at the same folder, without a line of the code under test."""

    def put(self, content: bytes, flags: Flags = frozenset()) -> Ref:
        """Put a message there; the ref by which the mailbox will know it."""

    def flag(self, ref: Ref, flags: Flags) -> None:
        """Exactly these flags."""

    def drop(self, ref: Ref) -> None:
        """Delete a message for good."""

    def all(self) -> dict[Ref, tuple[bytes, Flags]]:
        """What is there, in canonical form, \\Recent left out."""


@dataclass(slots=True)
class Postbox:
    """A mailbox over an empty folder, and its surroundings."""

    name: str
    open: Callable[[], Mailbox]
    """The mailbox anew, as a later run opens it."""
    others: Meddler
    second: CollectionId
    """Another folder of the account."""
    others_there: Meddler
    vanish: Callable[[], None]
    """The folder goes."""
    binned: Callable[[], list[bytes]]
    """What lies where removed messages go, in canonical form."""


# ── a Maildir, with mail programs at it ──────────────────────────────────────────────────────────────────────────

_LETTERS = {SEEN: "S", ANSWERED: "R", FLAGGED: "F", DRAFT: "D", DELETED: "T", FORWARDED: "P"}


@dataclass(slots=True)
class MailProgram:
    """What neomutt does to a Maildir."""

    path: Path
    count: int = 0

    def put(self, content: bytes, flags: Flags = frozenset()) -> Ref:
        """By way of tmp; bare line feeds, as most of them write."""
        self.count += 1
        base = f"{int(time.time())}.M{self.count}.host"
        temp = self.path / "tmp" / base
        temp.write_bytes(content.replace(b"\r\n", b"\n"))
        temp.rename(self.path / (f"cur/{base}:2,{_letters(flags)}" if flags else f"new/{base}"))
        return Ref(base)

    def flag(self, ref: Ref, flags: Flags) -> None:
        """One rename."""
        self._find(ref).rename(self.path / "cur" / f"{ref}:2,{_letters(flags)}")

    def drop(self, ref: Ref) -> None:
        """Unlink."""
        self._find(ref).unlink()

    def all(self) -> dict[Ref, tuple[bytes, Flags]]:
        """Every file of new and cur."""
        by_letter = {letter: flag for flag, letter in _LETTERS.items()}
        found = {}
        for path in self.path.glob("[cn]*/*"):
            base, _, letters = path.name.partition(":2,")
            content = re.sub(rb"\r?\n", b"\r\n", path.read_bytes())
            found[Ref(base)] = content, frozenset(by_letter[letter] for letter in letters)
        return found

    def _find(self, ref: Ref) -> Path:
        (path,) = (path for path in self.path.glob("[cn]*/*") if path.name.partition(":2,")[0] == ref)
        return path


def _letters(flags: Flags) -> str:
    return "".join(sorted(_LETTERS[flag] for flag in flags))


def maildir(_request: pytest.FixtureRequest, tmp: Path) -> Iterator[Postbox]:
    """Two Maildirs; what is removed lies in the attic."""
    inbox, second = CollectionId("inbox"), CollectionId("lists/old")
    mail = Maildirs(tmp / "mail", Attic(tmp / "attic", suffix=".eml"), durable=False)
    for name in (inbox, second):
        mail.create(name)

    def vanish() -> None:
        mail.path(inbox).rename(tmp / "elsewhere")

    def binned() -> list[bytes]:
        return [re.sub(rb"\r?\n", b"\r\n", path.read_bytes()) for path in (tmp / "attic").rglob("*.eml")]

    yield Postbox(
        name="maildir",
        open=lambda: mail.open(inbox),
        others=MailProgram(mail.path(inbox)),
        second=second,
        others_there=MailProgram(mail.path(second)),
        vanish=vanish,
        binned=binned,
    )


# ── who is there, and what is excused ────────────────────────────────────────────────────────────────────────────

POSTBOXES: dict[str, Callable[[pytest.FixtureRequest, Path], Iterator[Postbox]]] = {"maildir": maildir}
"""By name: each makes a postbox of its own for one test, from fixtures that it asks for by name."""

WAIVERS: Mapping[tuple[str, str], str] = {}
"""(subject, test) → why it cannot be otherwise. Each is a strict xfail: a waiver that is no longer needed fails."""
