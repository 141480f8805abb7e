"""Mailboxes in memory: a server's with UIDs, MODSEQ and its oddities, and Maildirs as one root holds them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.flags import ANY
from calsync_cli.core.mail.message import canonical, canonical_size, message_id
from calsync_cli.core.mail.nouns import ANSWERED, DELETED, DRAFT, FLAGGED, FORWARDED, SEEN, Sketch
from calsync_cli.core.model import (
    NO_FLAGS,
    Cursor,
    End,
    Fetched,
    Flags,
    Held,
    Missing,
    Page,
    Ref,
    Rev,
    Traits,
    Unreadable,
)
from calsync_cli.core.model import Seen as Line
from calsync_cli.core.ops import Create, Done, Edit, Mark, Move, Op, Partial, Remove, Stale, Unknown, Wrote, item_of
from tests.doubles.faults import Answer, Call, Cut, DoThenRaise, Fault, Faults, Lose, Unread

LETTERS: Flags = frozenset({SEEN, ANSWERED, FLAGGED, DRAFT, DELETED, FORWARDED})
PAGE = 3

Point = Callable[[str], None]


@dataclass(slots=True)
class Item:
    content: bytes
    flags: Flags = NO_FLAGS
    rev: int = 0
    date: float | None = None


class Box:
    """What both kinds have in common: points for a fuse, faults, and what was asked and done."""

    def __init__(self, name: str, on_call: Point) -> None:
        self.name, self.on_call = name, on_call
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.ops: list[Op] = []
        self.bodies: list[Ref] = []
        """Whose bodies were asked for."""
        self.unreadable: set[Ref] = set()
        self.puzzling: set[Ref] = set()
        """Listed, and nothing can be told of them just now."""
        self.answers = True

    def fail_next(self, call: Call, fault: Fault, *, ref: str | None = None) -> None:
        self.faults.queue(call, fault, None if ref is None else Ref(ref))

    def point(self, call: str, ref: Ref | None = None) -> None:
        self.calls[call] += 1
        self.on_call(f"{self.name}.{call}" + (f" {ref}" if ref else ""))

    def stand(self) -> None:
        if not self.answers:
            raise CalsyncError("E209", "gone", calendar=self.name)

    def find(self, ref: Ref) -> Item | None:
        raise NotImplementedError

    def apply(self, op: Op) -> Done:
        raise NotImplementedError

    def lines(self, since: Cursor | None) -> tuple[list[Line], list[Ref], End]:
        raise NotImplementedError

    # ── the port ─────────────────────────────────────────────────────────────────────────────────────────────────

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        self.point("look")
        fault = self.faults.strike(Call.LOOK)
        self.stand()
        lines, gone, end = self.lines(since)
        lines = [line for line in lines if line.ref not in self.puzzling]
        for at in range(0, len(lines), PAGE):
            if isinstance(fault, Cut) and at >= fault.after:
                raise fault.error()
            self.point("page")
            yield Page(seen=tuple(lines[at : at + PAGE]))
        if isinstance(fault, Cut):
            raise fault.error()
        yield Page(gone=tuple(gone), unreadable=tuple(Unreadable(ref, "E505") for ref in self.puzzling), end=end)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        self.point("fetch")
        for ref in refs:
            fault = self.faults.strike(Call.FETCH, ref)
            self.stand()
            self.bodies.append(ref)
            item = self.find(ref)
            if isinstance(fault, Unread) or ref in self.unreadable:
                yield Unreadable(ref, "E403")
            elif item is None:
                yield Missing(ref)
            else:
                yield Held(ref, self.rev(item), item.content, item.flags, date=item.date)

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        self.point("sketch")
        for ref in refs:
            item = self.find(ref)
            yield self.sketched(ref, item) if item else Missing(ref)

    def sketched(self, ref: Ref, item: Item) -> Sketch:
        return Sketch(ref, canonical_size(item.content), message_id(item.content))

    def rev(self, item: Item) -> Rev:
        return Rev(str(item.rev))

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        self.point("write")
        for op in ops:
            self.point(f"write.{type(op).__name__.lower()}", item_of(op))
            fault = self.faults.strike(Call.WRITE, item_of(op))
            self.stand()
            done = self.done(op, fault)
            self.point("write.done", item_of(op))
            yield done

    def done(self, op: Op, fault: Fault | None) -> Done:
        match fault:
            case Answer(done):
                return done
            case Lose(done=False):
                return Unknown(item_of(op), "lost before")
            case Lose(done=True):
                self.apply(op)
                return Unknown(item_of(op), "lost after")
            case DoThenRaise(error):
                self.apply(op)
                raise error()
            case _:
                return self.apply(op)


@dataclass
class Server:
    """An IMAP account: what it can, and its mailboxes."""

    on_call: Point = lambda _: None
    uidplus: bool = True
    moves: bool = True
    deltas: bool = True
    bin: str = ""
    rewrite: Callable[[bytes], bytes] | None = None
    """What it makes of a message that is stored."""
    keywords: Flags = LETTERS | {ANY}
    lying_sizes: bool = False
    once: bool = False
    """One of each Message-ID, as Gmail has it."""
    boxes: dict[str, FarBox] = field(default_factory=dict)

    def make(self, name: str) -> FarBox:
        self.boxes[name] = FarBox(name, self)
        return self.boxes[name]


class FarBox(Box):
    """A mailbox. `put`, `drop`, `flag` and `carry` are somebody else's deeds."""

    def __init__(self, name: str, server: Server) -> None:
        super().__init__(f"far-{name}", server.on_call)
        self.id, self.server = name, server
        self.validity, self.next, self.modseq = 7, 1, 1
        self.items: dict[int, Item] = {}
        self.vanished: list[tuple[int, int]] = []

    @property
    def traits(self) -> Traits:
        server = self.server
        return Traits(True, server.deltas, False, server.moves, True, server.keywords)

    @property
    def glance(self) -> str:
        return f"{self.validity}.{self.next}.{self.modseq}"

    def put(self, content: bytes, flags: Flags = NO_FLAGS, date: float | None = None) -> Ref:
        uid, self.next = self.next, self.next + 1
        self.modseq += 1
        self.items[uid] = Item(content, flags, self.modseq, date)
        return self.ref(uid)

    def ref(self, uid: int) -> Ref:
        return Ref(f"{self.validity}.{uid}")

    def uid(self, ref: Ref) -> int:
        validity, _, uid = ref.partition(".")
        return int(uid) if validity == str(self.validity) else 0

    def find(self, ref: Ref) -> Item | None:
        return self.items.get(self.uid(ref))

    def drop(self, ref: Ref) -> None:
        if self.items.pop(self.uid(ref), None):
            self.modseq += 1
            self.vanished.append((self.uid(ref), self.modseq))

    def flag(self, ref: Ref, *flags: str) -> None:
        self.modseq += 1
        item = self.items[self.uid(ref)]
        item.flags, item.rev = frozenset(flags), self.modseq

    def carry(self, ref: Ref, to: FarBox) -> Ref:
        item = self.items[self.uid(ref)]
        self.drop(ref)
        return to.put(item.content, item.flags, item.date)

    def new_life(self) -> None:
        """UIDVALIDITY changes: everything is there under new UIDs, in another order."""
        items = list(self.items.values())
        self.validity += 1
        self.items, self.vanished, self.next = {}, [], 100
        for item in reversed(items):
            self.put(item.content, item.flags, item.date)

    def recent(self, since: float) -> frozenset[Ref]:
        self.point("recent")
        self.stand()
        return frozenset(self.ref(uid) for uid, item in self.items.items() if (item.date or 0) >= since)

    def new_ref(self, key: str, /) -> Ref:
        return Ref("")

    def sketched(self, ref: Ref, item: Item) -> Sketch:
        return replace(super().sketched(ref, item), size=self.size(item))

    def size(self, item: Item) -> int:
        return len(item.content) // (3 if self.server.lying_sizes else 1)

    def lines(self, since: Cursor | None) -> tuple[list[Line], list[Ref], End]:
        cursor = Cursor(f"{self.validity}:{self.modseq}")
        validity, _, told = (since or "").partition(":")
        start = int(told) if self.server.deltas and validity == str(self.validity) else None
        lines = [
            Line(self.ref(uid), self.rev(item), item.flags, self.size(item))
            for uid, item in self.items.items()
            if start is None or item.rev > start
        ]
        gone = [self.ref(uid) for uid, when in self.vanished if start is not None and when > start]
        whole = frozenset(map(self.ref, self.items)) if start is None else None
        return lines, gone, End(cursor, whole, str(self.validity))

    def apply(self, op: Op) -> Done:
        self.ops.append(op)
        match op:
            case Create(_, content, _, flags, date, twin):
                return self.copy(twin) or self.append(canonical(content), flags, date)
            case Mark(ref, _, add, drop):
                item = self.find(ref)
                if item is None:
                    return Stale(ref)
                self.flag(ref, *((item.flags | add) - drop))
                return Wrote(ref, self.rev(item))
            case Move(ref, _, to, _, _):
                if not self.find(ref):
                    return Stale(ref)
                new = self.carry(ref, self.server.boxes[to])
                return Wrote(new if self.server.uidplus else Ref(""), Rev(""))
            case Remove(base, _, to_bin):
                return self.remove(base.ref, to_bin)
            case Edit():
                raise AssertionError("messages are not edited")

    def copy(self, twin: tuple[str, Ref] | None) -> Done | None:
        item = self.server.boxes[twin[0]].find(twin[1]) if twin and self.server.uidplus else None
        if item is None:
            return None
        self.calls["copied"] += 1
        return self.append(item.content, item.flags, item.date)

    def append(self, content: bytes, flags: Flags, date: float | None) -> Done:
        stored = self.server.rewrite(content) if self.server.rewrite else content
        twin = next((u for u, item in self.items.items() if message_id(item.content) == message_id(stored)), None)
        ref = self.ref(twin) if self.server.once and twin is not None else self.put(stored, flags, date)
        return Wrote(ref if self.server.uidplus else Ref(""), Rev(""))

    def remove(self, ref: Ref, to_bin: bool) -> Done:
        item = self.find(ref)
        if item is None:
            return Wrote(ref, Rev(""))
        bin_ = self.server.boxes.get(self.server.bin)
        if to_bin and bin_ not in (None, self):
            self.carry(ref, bin_)
        elif not self.server.uidplus:
            self.flag(ref, *item.flags, DELETED)
            return Partial(ref, "marked")
        else:
            self.drop(ref)
        return Wrote(ref, Rev(""))


@dataclass
class Root:
    """A directory of Maildirs, and the attic beside it."""

    on_call: Point = lambda _: None
    boxes: dict[str, NearBox] = field(default_factory=dict)
    attic: dict[str, bytes] = field(default_factory=dict)
    tick: int = 0

    def make(self, name: str) -> NearBox:
        self.boxes[name] = NearBox(name, self)
        return self.boxes[name]


class NearBox(Box):
    """A Maildir. `put`, `drop`, `flag`, `carry`, `rename` and `edit` are a mail program's deeds."""

    traits = Traits(True, False, True, True, True, LETTERS)

    def __init__(self, name: str, root: Root) -> None:
        super().__init__(f"near-{name}", root.on_call)
        self.id, self.root = name, root
        self.items: dict[Ref, Item] = {}
        self.changes = 0

    @property
    def glance(self) -> str:
        return str(self.changes)

    def new_ref(self, key: str, /) -> Ref:
        self.root.tick += 1
        return Ref(f"c{self.root.tick}." + re.sub("[^a-z0-9]", "", key)[:8])

    def put(self, content: bytes, flags: Flags = NO_FLAGS, name: str = "", date: float | None = None) -> Ref:
        self.root.tick += 1
        self.changes += 1
        ref = Ref(name or f"m{self.root.tick}")
        self.items[ref] = Item(content, flags, self.root.tick, date)
        return ref

    def find(self, ref: Ref) -> Item | None:
        return self.items.get(ref)

    def drop(self, ref: Ref) -> None:
        self.changes += 1
        del self.items[ref]

    def flag(self, ref: Ref, *flags: str) -> None:
        self.changes += 1
        self.items[ref].flags = frozenset(flags)

    def carry(self, ref: Ref, to: NearBox, *, name: str = "") -> Ref:
        item = self.items.pop(ref)
        new = Ref(name or ref)
        to.items[new] = item
        self.changes += 1
        to.changes += 1
        return new

    def edit(self, ref: Ref, content: bytes) -> None:
        self.put(content, self.items[ref].flags, ref)

    def lines(self, since: Cursor | None) -> tuple[list[Line], list[Ref], End]:
        lines = [Line(ref, self.rev(item), item.flags, len(item.content)) for ref, item in sorted(self.items.items())]
        return lines, [], End(None, frozenset(self.items))

    def apply(self, op: Op) -> Done:
        self.ops.append(op)
        item = self.items.get(item_of(op))
        if isinstance(op, Create) and item is None:
            return self.create(op)
        if isinstance(op, Remove) and item is None:
            return Wrote(op.base.ref, Rev(""))
        return (self.change(op, item) if item else None) or Stale(item_of(op))

    def create(self, op: Create) -> Done:
        assert op.flags <= LETTERS
        self.put(op.content, op.flags, op.ref, op.date)
        return Wrote(op.ref, self.rev(self.items[op.ref]))

    def change(self, op: Op, item: Item) -> Done | None:
        match op:
            case Mark(ref):
                assert op.add | op.drop <= LETTERS
                self.flag(ref, *((item.flags | op.add) - op.drop))
                return Wrote(ref, self.rev(item))
            case Move(ref, _, to) if op.new_ref not in self.root.boxes[to].items:
                self.carry(ref, self.root.boxes[to], name=op.new_ref)
                return Wrote(op.new_ref, self.rev(item))
            case Remove(base) if self.rev(item) == base.rev:
                name = f"a{len(self.root.attic)}"
                self.root.attic[name] = item.content
                self.drop(base.ref)
                return Wrote(base.ref, Rev(""), kept=name)
            case _:
                return None
