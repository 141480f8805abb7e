"""Somebody with a Gmail account and Maildirs in step with it; a round is what `calsync sync` does, in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from calsync_cli.app.mail.keys import BIN
from calsync_cli.core.brake import Limit
from calsync_cli.core.model import CollectionId, RunId
from calsync_cli.engine.mail.order import MailJunction, MailOrder, MailResult, MailWork
from calsync_cli.engine.mail.run import run_mail
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.net.login import Login
from calsync_cli.providers.imap.account import ImapAccount, open_imap
from calsync_cli.providers.quirks import GENERIC, Quirks
from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from calsync_cli.state.ledger import SqliteLedger
from calsync_cli.state.letters import SqliteLetters
from calsync_cli.state.settings import Settings
from tests.engine.world import Mortal, Silence, empty_state
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import subject_of

USUAL = {"inbox": "INBOX", "archive": "[Gmail]/All Mail", "deleted": "[Gmail]/Trash", "work": "Work"}

FREE = Limit(count=10**6)
"""No brake."""

Place = tuple[str, str]
"""Folder here, and subject."""


def letter(subject: str, body: str = "Hello.", *, number: str = "") -> bytes:
    """A message with a Message-ID of its own."""
    return (
        f"From: ada@example.org\r\nSubject: {subject}\r\nMessage-ID: <{number or subject.replace(' ', '.')}@test>\r\n"
        f"Date: Fri, 20 Nov 2026 09:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()


class Home:
    """`sync()` is a round of a new process, unless `stays`."""

    def __init__(
        self, place: Path, server: GmailServer, mapped: Mapping[str, str] = USUAL, *, sync: bool = True
    ) -> None:
        self.place, self.server, self.gmail = place, server, server.gmail
        self.mail = place / "mail"
        self.attic = Attic(place / "attic", suffix=".eml")
        self.near = Maildirs(self.mail, self.attic, durable=False)
        place.mkdir(parents=True, exist_ok=True)
        (place / "state.db").write_bytes(empty_state(place))
        self.on_call: Callable[[str], None] = lambda _: None
        self.quirks: Quirks = GENERIC
        self.clock = time.time
        self.runs = 0
        self.requests = 0
        self.hidden: dict[str, int] = {}
        self.open()
        for local, far in mapped.items():
            self.maps(local, far)
        if sync:
            self.sync()

    def open(self) -> None:
        """The state anew, as a later run has it."""
        self.database = Database(self.place / "state.db")
        with self.database.reading() as sql:
            sql.execute("PRAGMA synchronous=OFF")
        self.books = SqliteLetters(self.database)

    def maps(self, local: str, far: str) -> None:
        self.near.create(CollectionId(local))
        Folders(self.database).map(local, CollectionId(far))

    def account(self) -> ImapAccount:
        return open_imap("127.0.0.1", self.server.port, tls=False, login=Login("me", lambda: "pw"), quirks=self.quirks)

    def sync(self, *, limit: Limit | None = None, **order: object) -> MailResult:
        """A round."""
        self.runs += 1
        with closing(self.account()) as far:
            far._clock = self._now
            far._count = self._counting(far._count)
            try:
                return self._round(far, limit or Limit(), order)
            finally:
                self.requests = far.requests
                self.hidden = {str(name): count for name, count in far.hidden().items()}

    def _now(self) -> float:
        return self.clock()

    def _counting(self, count: Callable[[], None]) -> Callable[[], None]:
        """Every command passes the fuse before it is sent."""

        def counted() -> None:
            self.on_call("imap")
            count()

        return counted

    def _round(self, far: ImapAccount, limit: Limit, order: Mapping[str, object]) -> MailResult:
        links = self.books.links()
        ledger = Mortal(SqliteLedger(self.database), self.on_call)
        far.attend([link.far_id for link in links], ledger)
        there = {one.id: one for one in far.glance([link.far_id for link in links])}
        bin_ = next((link.far_id for link in links if link.role == "deleted"), None)
        bin_ = bin_ or CollectionId(Settings(self.database).get(BIN))
        mapped = [link for link in links if link.far_id in there]
        revs = {one.id: one.rev for one in self.near.glance([CollectionId(link.name) for link in mapped])}
        names = {link.name for link in mapped}
        junctions = [
            MailJunction(
                link,
                self.near.open(CollectionId(link.name)),
                far.open(link.far_id, bin_),
                rev="" if there[link.far_id].coarse else there[link.far_id].rev,
                near_rev=revs[CollectionId(link.name)],
            )
            for link in mapped
        ]
        apart = [self.near.open(one.id) for one in self.near.folders() if one.id not in names]
        order_ = MailOrder(RunId(self.runs), limit, **order)  # type: ignore[arg-type]
        self.work = work = MailWork(Mortal(self.books, self.on_call), order_, Silence(), apart)
        self.result = work.result
        return run_mail(junctions, work)

    def settles(self, most: int = 5, **order: object) -> None:
        """Rounds until one has nothing to do."""
        for _ in range(most):
            if not sum(self.sync(limit=FREE, **order).tally.values()):  # type: ignore[arg-type]
                return
        raise AssertionError(self.result.tally)

    # ── here ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def files(self, folder: str) -> list[Path]:
        return sorted(path for sub in ("new", "cur") for path in (self.mail / folder / sub).glob("[!.]*"))

    def here(self, folder: str = "inbox") -> list[str]:
        """Subjects."""
        return sorted(subject_of(path.read_bytes()) for path in self.files(folder))

    def all_here(self) -> dict[str, list[str]]:
        """Folder → subjects, of what is in step."""
        return {link.name: self.here(link.name) for link in self.books.links()}

    def file(self, subject: str, folder: str = "inbox") -> Path:
        (found,) = [path for path in self.files(folder) if subject_of(path.read_bytes()) == subject]
        return found

    def carries(self, subject: str, to: str, folder: str = "inbox") -> Path:
        """A mail program moves a message, and gives it another name."""
        path = self.file(subject, folder)
        return path.rename(self.mail / to / "cur" / f"{time.time_ns()}.M1P{os.getpid()}.host:2,{self.flags(path)}")

    def puts(self, content: bytes, folder: str = "inbox", letters: str = "S") -> Path:
        """A mail program stores a new message."""
        name = f"{time.time_ns()}.M2P{os.getpid()}.host"
        aside = self.mail / folder / "tmp" / name
        aside.write_bytes(content.replace(b"\r\n", b"\n"))
        return aside.rename(self.mail / folder / "cur" / f"{name}:2,{letters}")

    def marks(self, subject: str, letters: str, folder: str = "inbox") -> Path:
        path = self.file(subject, folder)
        return path.rename(path.parent.parent / "cur" / f"{path.name.partition(':2,')[0]}:2,{letters}")

    @staticmethod
    def flags(path: Path) -> str:
        return path.name.partition(":2,")[2]

    def in_attic(self) -> list[str]:
        return sorted(subject_of(path.read_bytes()) for path in (self.place / "attic").rglob("*.eml"))

    # ── there, as the Maildirs ought to be ───────────────────────────────────────────────────────────────────────

    def there(self) -> dict[str, list[str]]:
        """Folder → subjects, told from the account's labels alone: what the Maildirs should have."""
        links = {link.name: str(link.far_id) for link in self.books.links()}
        archive = self.gmail.by_kind("all").name
        shown = {name: {one.id for one in self.gmail.found(far)} for name, far in links.items()}
        others = set[int]().union(*(ids for name, ids in shown.items() if links[name] != archive))
        drafts = {one.id for one in self.gmail.mails.values() if "\\Draft" in one.labels}
        for name, far in links.items():
            if far == archive:
                shown[name] -= others | drafts
        return {name: sorted(subject_of(self.gmail.mails[one].content) for one in ids) for name, ids in shown.items()}

    def agrees(self) -> None:
        """Both sides have the same, and another round does nothing."""
        assert self.all_here() == self.there()

    def rests(self) -> None:
        """A round more writes nothing, here or there."""
        before = (
            self.all_here(),
            {one.id: (set(one.labels), set(one.flags), one.place) for one in self.gmail.mails.values()},
        )
        tally = self.sync().tally
        assert not {what: count for what, count in tally.items() if count}
        assert before == (
            self.all_here(),
            {one.id: (set(one.labels), set(one.flags), one.place) for one in self.gmail.mails.values()},
        )
