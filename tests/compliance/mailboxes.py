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
from calsync_cli.providers.imap.account import ImapAccount
from tests.doubles.mailbox import FarBox, NearBox, Root, Server
from tests.imap.scene import Scene, account, scene
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import Gmail, Mail


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
    """The mailbox anew, as a later run opens it: over connections of its own."""
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


# ── the stand-ins of the engine's tests ──────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Behind:
    """Somebody else at a mailbox in memory."""

    box: NearBox | FarBox

    def put(self, content: bytes, flags: Flags = frozenset()) -> Ref:
        """A message comes."""
        return self.box.put(content, flags)

    def flag(self, ref: Ref, flags: Flags) -> None:
        """Exactly these flags."""
        self.box.flag(ref, *flags)

    def drop(self, ref: Ref) -> None:
        """A message goes."""
        self.box.drop(ref)

    def all(self) -> dict[Ref, tuple[bytes, Flags]]:
        """What is there; in memory as in a Maildir, line feeds stand alone."""
        if isinstance(self.box, FarBox):
            return {self.box.ref(uid): (item.content, item.flags) for uid, item in self.box.items.items()}
        items = self.box.items.items()
        return {ref: (re.sub(rb"\r?\n", b"\r\n", item.content), item.flags) for ref, item in items}


def memory_near(_request: pytest.FixtureRequest, _tmp: Path) -> Iterator[Postbox]:
    """What stands for Maildirs in the engine's tests must be held to the same."""
    root = Root()
    yield _in_memory("memory near", root.make("inbox"), root.make("old"), lambda: list(root.attic.values()))


def memory_far(_request: pytest.FixtureRequest, _tmp: Path) -> Iterator[Postbox]:
    """What stands for a server in the engine's tests must be held to the same."""
    server = Server(bin="Trash")
    bin_ = server.make("Trash")
    binned = Behind(bin_)
    box, second = server.make("INBOX"), server.make("Old")
    yield _in_memory("memory far", box, second, lambda: [content for content, _ in binned.all().values()])


def _in_memory(
    name: str, box: NearBox | FarBox, second: NearBox | FarBox, binned: Callable[[], list[bytes]]
) -> Postbox:
    def vanish() -> None:
        box.answers = False

    return Postbox(name, lambda: box, Behind(box), CollectionId(second.id), Behind(second), vanish, binned)


# ── folders on a real IMAP server, on three rungs, with another client at them ───────────────────────────────────


@dataclass(slots=True)
class MailClient:
    """Another client at an IMAP folder."""

    scene: Scene
    folder: str

    def put(self, content: bytes, flags: Flags = frozenset()) -> Ref:
        """APPEND."""
        return self.scene.put("", *flags, folder=self.folder, content=content)

    def flag(self, ref: Ref, flags: Flags) -> None:
        """STORE."""
        self.scene.flag(ref, "FLAGS", *flags, folder=self.folder)

    def drop(self, ref: Ref) -> None:
        """STORE and UID EXPUNGE."""
        self.scene.drop(ref, folder=self.folder)

    def all(self) -> dict[Ref, tuple[bytes, Flags]]:
        """FETCH of everything."""
        there = self.scene.there(self.folder).items()
        return {ref: (self.scene.content(ref, self.folder), frozenset(flags)) for ref, flags in there}


def imap(server: str) -> Callable[[pytest.FixtureRequest, Path], Iterator[Postbox]]:
    """A folder of a new user's; what is removed lies in Trash. `server` is a fixture's name."""

    def make(request: pytest.FixtureRequest, _tmp: Path) -> Iterator[Postbox]:
        made = scene(request.getfixturevalue(server))
        made.other.create("Box")
        accounts: list[ImapAccount] = []

        def opened() -> Mailbox:
            accounts.append(account(made.dovecot.imap, made.user))
            return accounts[-1].open(CollectionId("Box"), CollectionId("Trash"))

        yield Postbox(
            name=server,
            open=opened,
            others=MailClient(made, "Box"),
            second=CollectionId("Archive"),
            others_there=MailClient(made, "Archive"),
            vanish=lambda: made.other.delete("Box"),
            binned=lambda: [made.content(ref, "Trash") for ref in made.there("Trash")],
        )
        for one in (*accounts, made):
            one.close()

    return make


# ── Gmail, where folders are labels, with the person at the web ──────────────────────────────────────────────────


@dataclass(slots=True)
class AtTheWeb:
    """Somebody at Gmail's pages."""

    gmail: Gmail
    folder: str

    def put(self, content: bytes, flags: Flags = frozenset()) -> Ref:
        """A message with the label."""
        return Ref(f"msg.{self.gmail.deliver(content, self.folder, flags=' '.join(flags))}")

    def flag(self, ref: Ref, flags: Flags) -> None:
        """Exactly these flags."""
        self.gmail.mark(self._mail(ref), set(flags))

    def drop(self, ref: Ref) -> None:
        """For good."""
        del self.gmail.mails[self._mail(ref).id]
        self.gmail.settle()

    def all(self) -> dict[Ref, tuple[bytes, Flags]]:
        """What has the label."""
        found = self.gmail.found(self.folder)
        return {Ref(f"msg.{one.id}"): (one.content, frozenset(one.flags)) for one in found}

    def _mail(self, ref: Ref) -> Mail:
        return self.gmail.mails[int(ref.partition(".")[2])]


def gmail(_request: pytest.FixtureRequest, _tmp: Path) -> Iterator[Postbox]:
    """Two labels; what is removed lies in Gmail's bin."""
    server = GmailServer(labels=("Box", "Old")).start()
    bin_ = server.gmail.names["trash"]
    accounts: list[ImapAccount] = []

    def opened() -> Mailbox:
        accounts.append(account(server.port))
        return accounts[-1].open(CollectionId("Box"), CollectionId(bin_))

    yield Postbox(
        name="gmail",
        open=opened,
        others=AtTheWeb(server.gmail, "Box"),
        second=CollectionId("Old"),
        others_there=AtTheWeb(server.gmail, "Old"),
        vanish=lambda: server.gmail.remove_label("Box"),
        binned=lambda: [one.content for one in server.gmail.found(bin_)],
    )
    for one in accounts:
        one.close()
    server.stop()


# ── who is there, and what is excused ────────────────────────────────────────────────────────────────────────────

POSTBOXES: dict[str, Callable[[pytest.FixtureRequest, Path], Iterator[Postbox]]] = {
    "memory near": memory_near,
    "memory far": memory_far,
    "maildir": maildir,
    "imap qresync": imap("dovecot"),
    "imap condstore": imap("dovecot_condstore"),
    "imap list": imap("dovecot_list"),
    "imap cyrus": imap("cyrus_mail"),
    "gmail": gmail,
}
"""By name: each makes a postbox of its own for one test, from fixtures that it asks for by name."""

WAIVERS: Mapping[tuple[str, str], str] = {
    (name, "test_a_move_to_a_folder_that_is_not_there_loses_nothing"): "the stand-in knows no other folders"
    for name in ("memory near", "memory far")
} | {
    ("gmail", "test_two_messages_with_one_message_id_are_two"): "Gmail keeps one of each Message-ID",
    (
        "gmail",
        "test_what_a_mark_made_is_made_once_more_without_harm",
    ): "a mark of deletion deletes there: it is not sent",
    (
        "gmail",
        "test_a_removed_message_lies_where_it_can_be_found_again",
    ): "a mark of deletion deletes there: nobody has it",
}
"""(subject, test) → why it cannot be otherwise. Each is a strict xfail: a waiver that is no longer needed fails."""
