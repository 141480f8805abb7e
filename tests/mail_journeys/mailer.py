"""A person with a mailbox: types commands, delivers and changes mail there as another client, and looks at Maildirs."""

from __future__ import annotations

import imaplib
import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import starting
from tests.journeys.person import Ran, at_home
from tests.servers.dovecot import Dovecot
from tests.starting import CALSYNC

SUBS = ("new", "cur")
_FETCHED = re.compile(rb"UID (\d+)")


def letter(subject: str, *, number: str = "", body: str = "Hello.\n", sender: str = "ada@example.org") -> bytes:
    """A message with a Message-ID of its own, as it lies on a server."""
    text = (
        f"From: {sender}\nTo: me@example.org\nSubject: {subject}\nMessage-ID: <{number or subject.replace(' ', '.')}@test>\n"
        f"Date: Fri, 20 Nov 2026 09:00:00 +0000\n\n{body}"
    )
    return text.replace("\n", "\r\n").encode()


@dataclass
class Mailer:
    """A home, an account on Dovecot, and the commands typed there."""

    place: Path
    server: Dovecot
    user: str
    email: str = "me@example.org"
    port: int = 0
    """Where the server is reached, where that is not straight (a line that counts, or breaks)."""
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.env = {**at_home(self.place, "pw"), **self.env}

    @property
    def home(self) -> Path:
        return self.place / "home"

    @property
    def mail(self) -> Path:
        """Where the Maildirs lie."""
        return self.home / "mail" / self.email

    # ── typing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def types(self, *words: str, program: Sequence[str] = CALSYNC, stdin: bytes = b"", **more: str) -> Ran:
        """Run calsync with these words. A traceback anywhere fails the test at once."""
        done = starting.run([*program, *words], env={**self.env, **more}, stdin=stdin)
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in ran.out + ran.err, ran
        return ran

    def sure(self, *words: str, codes: Sequence[int] = (0,), **more: str) -> Ran:
        """A command that must end with one of these exit codes."""
        ran = self.types(*words, **more)
        assert ran.code in codes, (words, ran)
        return ran

    @property
    def url(self) -> str:
        return f"imap://127.0.0.1:{self.port or self.server.imap}"

    def connecting(self, *more: str) -> tuple[str, ...]:
        """The words of `connect`, for the mail alone."""
        who = ("--email", self.email, "--user", self.user, "--password-file", str(self.place / "password"))
        return ("connect", "caldav", "--imap", self.url, *who, *more)

    def starts(self, *more: str) -> Mailer:
        """Connected; inbox, archive, bin and sent mapped, first sync done."""
        self.sure(*self.connecting(*more))
        self.sure("map-folders", "--auto", "--sent", "Sent")
        self.syncs()
        return self

    def syncs(self, *flags: str, codes: Sequence[int] = (0,)) -> dict[str, Any]:
        """A round, as --json tells it."""
        told: dict[str, Any] = json.loads(self.sure("sync", "--json", *flags, codes=codes).out)
        return told

    @property
    def database(self) -> Path:
        return self.home / "state" / self.email / "state.db"

    def remembers(self, statement: str) -> None:
        """Something is written into what calsync remembers."""
        with closing(sqlite3.connect(self.database)) as sql, sql:
            sql.execute(statement)

    # ── there ────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def there(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Another client, with this folder selected."""
        client = self.server.client(self.user)
        try:
            client.select(f'"{folder}"')
            yield client
        finally:
            client.logout()

    def delivers(self, *letters: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Mail arrives at the server."""
        with self.there(folder) as client:
            for one in letters:
                assert client.append(f'"{folder}"', f"({flags})" if flags else "", None, one)[0] == "OK"

    def far(self, folder: str = "INBOX") -> dict[str, str]:
        """Subject → flags, of what the server has; Recent does not count."""
        with self.there(folder) as client:
            _, rows = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        found: dict[str, str] = {}
        for row in rows:
            if isinstance(row, tuple):
                flags = imaplib.ParseFlags(row[0])
                subject = row[1].decode().partition(":")[2].strip()
                words = sorted(flag.decode() for flag in flags if flag != b"\\Recent")
                assert subject not in found, f"{subject} is there twice"
                found[subject] = " ".join(words)
        return found

    def store(self, subject: str, flags: str, *, folder: str = "INBOX", how: str = "+FLAGS") -> None:
        """Another client changes flags."""
        with self.there(folder) as client:
            assert client.uid("STORE", self._uid(client, subject), how, f"({flags})")[0] == "OK"

    def moves(self, subject: str, to: str, *, folder: str = "INBOX") -> None:
        """Another client moves a message."""
        with self.there(folder) as client:
            assert client.uid("MOVE", self._uid(client, subject), f'"{to}"')[0] == "OK"

    def expunges(self, subject: str, *, folder: str = "INBOX") -> None:
        """Another client deletes a message for good."""
        with self.there(folder) as client:
            uid = self._uid(client, subject)
            client.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
            assert client.uid("EXPUNGE", uid)[0] == "OK"

    def _uid(self, client: imaplib.IMAP4, subject: str) -> str:
        _, (found,) = client.uid("SEARCH", "SUBJECT", f'"{subject}"')
        (uid,) = found.split()
        return str(uid.decode())

    # ── here ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def files(self, folder: str = "inbox") -> list[Path]:
        """Every message file of a Maildir."""
        return sorted(path for sub in SUBS for path in (self.mail / folder / sub).glob("[!.]*"))

    def near(self, folder: str = "inbox") -> dict[str, str]:
        """Subject → Maildir letters."""
        found: dict[str, str] = {}
        for path in self.files(folder):
            subject = _subject(path)
            assert subject not in found, f"{subject} is here twice"
            found[subject] = path.name.partition(":2,")[2]
        return found

    def file(self, subject: str, folder: str = "inbox") -> Path:
        """The one file of this message."""
        (found,) = [path for path in self.files(folder) if _subject(path) == subject]
        return found

    def marks(self, subject: str, letters: str, folder: str = "inbox") -> Path:
        """A mail program sets a message's flags: into cur, by a rename."""
        path = self.file(subject, folder)
        return path.rename(path.parent.parent / "cur" / f"{path.name.partition(':2,')[0]}:2,{letters}")

    def carries(self, subject: str, to: str, folder: str = "inbox") -> Path:
        """A mail program moves a message to another folder; neomutt gives it a new name."""
        path = self.file(subject, folder)
        name = f"{time.time_ns()}.M1P{os.getpid()}.host"
        return path.rename(self.mail / to / "cur" / f"{name}:2,{path.name.partition(':2,')[2]}")

    def puts(self, content: bytes, folder: str = "inbox", *, letters: str = "S") -> Path:
        """A mail program stores a new message."""
        name = f"{time.time_ns()}.M2P{os.getpid()}.host"
        aside = self.mail / folder / "tmp" / name
        aside.write_bytes(content.replace(b"\r\n", b"\n"))
        return aside.rename(self.mail / folder / "cur" / f"{name}:2,{letters}")

    def settled(self) -> None:
        """Both sides say the same, and a round more changes nothing."""
        self.syncs()
        last = self.syncs()
        mail = last["mail"]
        assert not any(value for name, value in mail.items() if name != "skipped"), last


def _subject(path: Path) -> str:
    for line in path.read_bytes().splitlines():
        if line.lower().startswith(b"subject:"):
            return line.partition(b":")[2].decode().strip()
    raise AssertionError(path)
