"""A whole mail account in memory: folders near and far, books on disk, an attic, and a round over all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from calsync_cli.core.brake import Limit
from calsync_cli.core.mail.message import message_id
from calsync_cli.core.mail.record import MailLink
from calsync_cli.core.model import NO_FLAGS, CollectionId, Flags, Mode, Ref, RunId
from calsync_cli.engine.mail.order import MailJunction, MailOrder, MailResult, MailWork
from calsync_cli.engine.mail.run import run_mail
from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from calsync_cli.state.letters import SqliteLetters
from tests.doubles.mailbox import FarBox, NearBox, Root, Server
from tests.engine.world import Mortal, Silence, empty_state

FOLDERS = ("inbox", "archive", "deleted")


def mail(name: str, text: str = "Hello", *, ident: bool = True) -> bytes:
    """A message in canonical form. Equal names make equal Message-IDs."""
    head = f"Message-ID: <{name}@example.org>\r\n" if ident else ""
    return f"{head}From: a@example.org\r\nSubject: {name}\r\n\r\n{text}\r\n".encode()


def bare(content: bytes) -> bytes:
    """As most mail programs write it to a Maildir."""
    return content.replace(b"\r\n", b"\n")


class World:
    """`sync()` is one round, `restart()` what a new process would see."""

    def __init__(self, path: Path, folders: tuple[str, ...] = FOLDERS, *, unmapped: tuple[str, ...] = (), **server):
        self.path = path
        self.on_call: Callable[[str], None] = lambda _: None
        self.root = Root(self.point)
        self.server = Server(self.point, **server)
        self.near: dict[str, NearBox] = {name: self.root.make(name) for name in folders}
        self.far: dict[str, FarBox] = {name: self.server.make(f"There/{name}") for name in folders}
        if "deleted" in folders:
            self.server.bin = "There/deleted"
        self.unmapped = {name: self.root.make(name) for name in unmapped}
        self.glances = False
        self.runs = 0
        self._open()
        for name in folders:
            Folders(self.database).map(name, CollectionId(f"There/{name}"))

    def point(self, name: str) -> None:
        self.on_call(name)

    def _open(self) -> None:
        place = self.path / "state.db"
        if not place.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            place.write_bytes(empty_state(self.path))
        self.database = Database(place)
        with self.database.reading() as sql:
            sql.execute("PRAGMA synchronous=OFF")  # these tests kill between calls, not the machine
        self.books = SqliteLetters(self.database)

    def restart(self) -> None:
        self.database.close()
        self._open()

    def link(self, name: str) -> MailLink:
        return next(link for link in self.books.links() if link.name == name)

    def junctions(self, mode: Mode = Mode.TWO_WAY) -> list[MailJunction]:
        found = []
        for link in self.books.links():
            near, far = self.near[link.name], self.far[link.name]
            revs = (far.glance, near.glance) if self.glances else ("", "")
            found.append(MailJunction(link, near, far, *revs, mode=mode))
        return found

    def sync(self, *, mode: Mode = Mode.TWO_WAY, limit: Limit | None = None, **order) -> MailResult:
        self.runs += 1
        work = MailWork(
            Mortal(self.books, self.point),
            MailOrder(RunId(self.runs), limit or Limit(), **order),
            Silence(),
            tuple(self.unmapped.values()),
        )
        self.result = work.result
        return run_mail(self.junctions(mode), work)

    # ── what is where ────────────────────────────────────────────────────────────────────────────────────────────

    def here(self, name: str = "inbox") -> list[bytes]:
        box = self.near.get(name) or self.unmapped[name]
        return sorted(item.content for item in box.items.values())

    def there(self, name: str = "inbox") -> list[bytes]:
        return sorted(item.content for item in self.far[name].items.values())

    def sides(self) -> tuple[dict, dict]:
        """Folder → (message, flags), near and far."""
        near, far = (
            {
                name: sorted(
                    (item.content.replace(b"\r\n", b"\n"), tuple(sorted(item.flags))) for item in box.items.values()
                )
                for name, box in boxes.items()
            }
            for boxes in (self.near, self.far)
        )
        return near, far

    def near_ref(self, content: bytes, name: str = "inbox") -> Ref:
        return next(ref for ref, item in self.near[name].items.items() if bare(item.content) == bare(content))

    def far_ref(self, content: bytes, name: str = "inbox") -> Ref:
        box = self.far[name]
        return next(box.ref(uid) for uid, item in box.items.items() if bare(item.content) == bare(content))

    def near_flags(self, content: bytes, name: str = "inbox") -> Flags:
        return self.near[name].items[self.near_ref(content, name)].flags

    def far_flags(self, content: bytes, name: str = "inbox") -> Flags:
        item = self.far[name].find(self.far_ref(content, name))
        return item.flags if item else NO_FLAGS

    def everything(self) -> set[bytes]:
        """Every message that a person could still find."""
        found = {bare(one) for one in self.root.attic.values()}
        for box in (*self.near.values(), *self.far.values(), *self.unmapped.values()):
            found |= {bare(item.content) for item in box.items.values()}
        return found

    def writes(self) -> int:
        return sum(len(box.ops) for box in (*self.near.values(), *self.far.values()))

    def fetched(self) -> int:
        return sum(len(box.bodies) for box in self.far.values())


def settled(path: Path, count: int = 4, folder: str = "inbox", **world) -> World:
    """A world in which so many messages have been in step for a while."""
    made = World(path, **world)
    for at in range(count):
        made.far[folder].put(mail(f"m{at}", f"text {at}"))
    made.sync()
    made.sync()
    return made


def ids(bodies: list[bytes]) -> list[str]:
    return sorted(message_id(body).partition("@")[0] for body in bodies)
