"""A user at a Dovecot or a Cyrus: the account under test, and another mail program at the same mail."""

from __future__ import annotations

import imaplib
import re
from dataclasses import dataclass, field

from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.model import NOBODY, CollectionId, Cursor, Flags, Held, Ref, Rev
from calsync_cli.core.ops import Create, Done, Mark, Move, Op, Remove
from calsync_cli.net.http import Login
from calsync_cli.providers.imap.account import ImapAccount, open_imap
from calsync_cli.providers.imap.store import ImapMailbox
from tests.compliance.asking import View, fetch, look
from tests.servers.cyrus import CyrusMail
from tests.servers.dovecot import Dovecot

TRASH = CollectionId("Trash")


def message(name: str, *, body: bytes = b"hello\r\n") -> bytes:
    """A message with this for its Message-ID and subject."""
    return (
        f"From: a@example.org\r\nMessage-ID: <{name}@example.org>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n"
        f"Subject: {name}\r\n\r\n"
    ).encode() + body


@dataclass(slots=True)
class Scene:
    """The account, and the other."""

    dovecot: Dovecot | CyrusMail
    user: str
    account: ImapAccount
    other: imaplib.IMAP4
    lives: dict[str, str] = field(default_factory=dict)

    def open(self, folder: str = "INBOX") -> ImapMailbox:
        """A mailbox as a later run opens it."""
        return self.account.open(CollectionId(folder), TRASH)

    def put(self, name: str, *flags: str, folder: str = "INBOX", content: bytes | None = None) -> Ref:
        """The other stores a message."""
        said = self.other.append(folder, " ".join(flags), "", message(name) if content is None else content)[1]
        found = re.search(rb"APPENDUID (\d+) (\d+)", said[0])
        assert found is not None
        return Ref(f"{found[1].decode()}.{found[2].decode()}")

    def flag(self, ref: Ref, change: str, *flags: str, folder: str = "INBOX") -> None:
        """The other changes flags: "+FLAGS" or "-FLAGS"."""
        self.other.select(folder)
        self.other.uid("STORE", uid(ref), change, "(" + " ".join(flags) + ")")
        self.other.unselect()

    def drop(self, *refs: Ref, folder: str = "INBOX") -> None:
        """The other deletes messages for good."""
        self.other.select(folder)
        self.other.uid("STORE", ",".join(map(uid, refs)), "+FLAGS", "(\\Deleted)")
        self.other.uid("EXPUNGE", ",".join(map(uid, refs)))
        self.other.unselect()

    def there(self, folder: str = "INBOX") -> dict[Ref, set[str]]:
        """What the other sees: refs and flags."""
        self.other.select(folder, readonly=True)
        life = self.other.response("UIDVALIDITY")[1][0]
        rows = self.other.uid("FETCH", "1:*", "(FLAGS)")[1]
        self.other.unselect()
        assert life is not None
        seen = [row for row in rows if isinstance(row, bytes)]
        found = [(re.search(rb"UID (\d+)", row), re.search(rb"FLAGS \(([^)]*)\)", row)) for row in seen]
        return {
            Ref(f"{life.decode()}.{name[1].decode()}"): set(flags[1].decode().split()) - {"\\Recent"}
            for name, flags in found
            if name is not None and flags is not None
        }

    def content(self, ref: Ref, folder: str = "INBOX") -> bytes:
        """What the other reads."""
        self.other.select(folder, readonly=True)
        (row, *_) = self.other.uid("FETCH", uid(ref), "(BODY.PEEK[])")[1]
        self.other.unselect()
        assert isinstance(row, tuple)
        return row[1]

    def close(self) -> None:
        self.account.close()
        self.other.shutdown()


def scene(dovecot: Dovecot | CyrusMail) -> Scene:
    """A new user's."""
    user = dovecot.new_user()
    return Scene(dovecot, user, account(dovecot.imap, user), dovecot.client(user))


def account(port: int, user: str = "me", **more: object) -> ImapAccount:
    """At a port of this machine."""
    return open_imap("127.0.0.1", port, tls=False, login=Login(user, lambda: "pw"), **more)  # type: ignore[arg-type]


def uid(ref: Ref) -> str:
    return ref.partition(".")[2]


def create(content: bytes, *flags: str, ref: str = "token") -> Create:
    return Create(Ref(ref), content, NOBODY, frozenset(flags))


def mark(ref: Ref, *, add: set[str] | Flags = frozenset(), drop: set[str] | Flags = frozenset()) -> Mark:
    return Mark(ref, Rev(""), frozenset(add), frozenset(drop))


def move(ref: Ref, to: str) -> Move:
    return Move(ref, Rev(""), CollectionId(to), Ref(""), NOBODY)


def remove(ref: Ref, *, to_bin: bool = True) -> Remove:
    return Remove(Held(ref, Rev(""), b""), NOBODY, to_bin)


def write(box: ImapMailbox, *ops: Op) -> list[Done]:
    return list(box.write(ops))


def since(box: ImapMailbox, first: View) -> View:
    """A look from where the first one ended."""
    return look(box, first.end.cursor, set(first.seen))


def sketches(box: ImapMailbox, *refs: Ref) -> dict[Ref, Sketch]:
    return {one.ref: one for one in box.sketch(refs) if isinstance(one, Sketch)}


__all__ = ["Cursor", "fetch", "look"]
