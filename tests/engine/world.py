"""A whole account in memory: calendars near and far, books on disk, an attic, and a round over all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from calsync_cli.core.agenda import Agenda
from calsync_cli.core.bench import Rules
from calsync_cli.core.brake import Limit
from calsync_cli.core.model import CollectionId, Glance, LinkId, Mode, Rights, RunId
from calsync_cli.core.ports import Store
from calsync_cli.engine.order import Junction, Order, Result, Round
from calsync_cli.engine.run import run_round
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.chronicle import Chronicle
from calsync_cli.state.database import Database
from calsync_cli.state.settings import Settings
from tests.doubles.memory import HONEST, PLAIN, MemoryAccount, MemoryStore, Oddities
from tests.engine.events import event

KEEPS = Oddities(keeps=True)


_EMPTY: list[bytes] = []


def empty_state(path: Path) -> bytes:
    """A state file with its tables and nothing in it; made once, because making it waits for the disk."""
    if not _EMPTY:
        Database(path / "empty.db").close()
        _EMPTY.append((path / "empty.db").read_bytes())
    return _EMPTY[0]


class Silence:
    def phase(self, name: str, total: int | None = None) -> None: ...

    def advance(self, n: int = 1) -> None: ...


@dataclass
class Attic:
    on_call: Callable[[str], None]
    bodies: dict[str, bytes] = field(default_factory=dict)

    def keep_all(self, bodies: Sequence[tuple[str, bytes]]) -> Sequence[str]:
        self.on_call("attic.keep")
        names = [f"{len(self.bodies) + at}" for at in range(len(bodies))]
        self.bodies.update(zip(names, (body for _, body in bodies), strict=True))
        self.on_call("attic.kept")
        return names


class Mortal:
    """Books whose every call passes the fuse before and after."""

    def __init__(self, books: SqliteBooks, on_call: Callable[[str], None]) -> None:
        self._books, self._on_call = books, on_call

    def __getattr__(self, name: str):
        method = getattr(self._books, name)

        def called(*args, **kwargs):
            self._on_call(f"books.{name}")
            answer = method(*args, **kwargs)
            self._on_call(f"books.{name} done")
            return answer

        return called


class World:
    """`primary` and more calendars; `sync()` is one round, `restart()` what a new process would see."""

    def __init__(
        self,
        path: Path,
        calendars: dict[str, Mode] | None = None,
        *,
        far_odd: Oddities | None = None,
        far_traits=HONEST,
    ):
        self.path = path
        self.on_call: Callable[[str], None] = lambda _: None
        self.modes = calendars or {"work": Mode.TWO_WAY}
        self.near = {
            name: MemoryStore(f"near-{name}", traits=PLAIN, odd=KEEPS, on_call=self.point) for name in self.modes
        }
        self.account = MemoryAccount(on_call=self.point)
        self.far = {name: self.account.make(name, traits=far_traits, odd=far_odd or Oddities()) for name in self.modes}
        for store in self.far.values():
            store.on_call = self.point
        self.attic = Attic(self.point)
        self.rules = Rules()
        self.limit = Limit()
        self.matches: list[object] = []
        self.through: Callable[[Store], Store] = lambda store: store
        """How the far stores are reached."""
        self._open()
        self.settings = Settings(self.database)
        for at, (name, mode) in enumerate(self.modes.items()):
            glance = Glance(CollectionId(name), name, Rights.OWNER, "")
            self.settings.add_link(glance, name, mode=mode, primary=at == 0)

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
        self.books = SqliteBooks(self.database)
        self.chronicle = Chronicle(self.database)

    def restart(self) -> None:
        self.database.close()
        self._open()
        self.settings = Settings(self.database)

    def junctions(self, **modes: Mode) -> list[Junction]:
        return [
            Junction(link, modes.get(link.name, link.mode), self.near[link.name], self.through(self.far[link.name]))
            for link in self.books.links()
        ]

    def sync(
        self, *, mode: Mode | None = None, full: bool = False, dry: bool = False, limit: Limit | None = None
    ) -> Result:
        run = self.chronicle.begin_run(0)
        order = Order(RunId(run), self.rules, limit or self.limit, full=full, dry=dry, matched=self.matches.append)
        work = Round(Mortal(self.books, self.point), Agenda(), self.attic, order, Silence())
        junctions = [replace(one, mode=mode or one.mode) for one in self.junctions()]
        run_round(junctions, work)
        return work.result

    def bodies(self, side: str, name: str = "work") -> dict[str, bytes]:
        """UID → body."""
        from tests.doubles.memory import uid_of

        store = (self.near if side == "near" else self.far)[name]
        return {uid_of(content): content for content in store.contents().values()}

    def everything(self) -> set[bytes]:
        """Every body that still exists anywhere a person could find it."""
        found = set(self.attic.bodies.values())
        for store in (*self.near.values(), *self.far.values()):
            found |= set(store.contents().values()) | set(store.kept.values())
        return found

    def writes(self) -> int:
        return sum(len(store.ops) for store in (*self.near.values(), *self.far.values()))


def settled(world: World, name: str = "work", count: int = 3) -> World:
    """A world whose calendar has been in step with so many events."""
    for at in range(count):
        world.far[name].put(f"e{at}.ics", event(f"e{at}", f"Event {at}"))
    world.sync()
    return world


def link_id(world: World, name: str) -> LinkId:
    return next(link.id for link in world.books.links() if link.name == name)
