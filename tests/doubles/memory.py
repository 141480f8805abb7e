"""A store and an account in memory that keep the port's promises, with the oddities of real servers on demand."""

from __future__ import annotations

import queue
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from threading import Event
from typing import assert_never

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import (
    NO_FLAGS,
    CollectionId,
    Create,
    Cursor,
    Denied,
    Done,
    Edit,
    End,
    Fetched,
    Flags,
    Glance,
    Held,
    Mark,
    Missing,
    Move,
    Op,
    Page,
    Ref,
    Remove,
    Rev,
    Rights,
    Seen,
    Stale,
    Traits,
    Unknown,
    Unreadable,
    Wrote,
)
from tests.doubles.faults import Answer, Call, Cut, DoThenRaise, Fault, Faults, Lose, Unread

HONEST = Traits(writable=True, deltas=True, guarded=True, moves=True, quiet=True)
"""What a good server can do."""

PLAIN = replace(HONEST, deltas=False, moves=False)
"""What a directory of files can do: every look is an inventory."""


@dataclass(frozen=True, slots=True)
class Oddities:
    """How a server departs from the plain case.

    rewrite: what the server makes of a body. rename: where it puts a new item. tells_held: it re-reads what it rewrote
    and says so in Wrote. weak: revisions are weak etags, no good as a guard, so that bodies are compared. flaky: each
    look shows a new revision of everything. uids: one UID per collection. keeps: displaced bodies go to `kept` (near).
    bodies: listings carry bodies. glances: a collection's rev is known at a glance. page: how many lines a page has.
    """

    rewrite: Callable[[bytes], bytes] | None = None
    rename: Callable[[Ref], Ref] | None = None
    tells_held: bool = True
    weak: bool = False
    flaky: bool = False
    uids: bool = False
    keeps: bool = False
    bodies: bool = False
    glances: bool = True
    page: int = 100


@dataclass(slots=True)
class _World:
    """What all stores of one account share: a clock that ticks with every change, and the collections."""

    tick: int = 0
    stores: dict[CollectionId, MemoryStore] = field(default_factory=dict)


class MemoryStore:
    """One collection. `put`, `drop` and the like are somebody else's deeds; `look`, `fetch` and `write` are the port."""

    def __init__(
        self,
        name: str = "memory",
        *,
        traits: Traits = HONEST,
        odd: Oddities = Oddities(),
        on_call: Callable[[str], None] | None = None,
        _world: _World | None = None,
    ) -> None:
        self.name = name
        self.odd = odd
        self.on_call = on_call
        self.answers = True
        """False: the collection answers 404 (E209)."""
        self.calls: Counter[str] = Counter()
        """How often each call came: look, page, fetch, item, write, and each kind of op."""
        self.ops: list[Op] = []
        """Every op that changed something."""
        self.mails: list[tuple[Ref, str]] = []
        """Mails that a server would have sent."""
        self.kept: dict[str, bytes] = {}
        self.unreadable: dict[Ref, str] = {}
        """Refs whose bodies cannot be read, and the code why. They are listed all the same."""
        self.hidden: dict[Ref, str] = {}
        """Refs that a listing itself reports as unreadable."""
        self._traits = traits
        self._items: dict[Ref, Held] = {}
        self._changed: dict[Ref, int] = {}
        self._era = 1
        self._faults = Faults()
        self._world = _world or _World()
        self._world.stores.setdefault(CollectionId(name), self)

    # ── what a test does and asks ────────────────────────────────────────────────────────────────────────────────

    def put(self, ref: str, content: bytes, flags: Flags = NO_FLAGS) -> Rev:
        """Somebody writes an item."""
        return self._set(Ref(ref), content, flags).rev

    def drop(self, ref: str) -> None:
        """Somebody deletes an item."""
        self._unset(Ref(ref))

    def shake(self, *refs: str) -> None:
        """New revisions of the same bodies: of these refs, or of all."""
        for ref in [Ref(ref) for ref in refs] or list(self._items):
            self._set(ref, self._items[ref].content, self._items[ref].flags)

    def kill_tokens(self) -> None:
        """Every cursor given out until now is dead."""
        self._era += 1

    def fail_next(self, call: Call, fault: Fault, *, ref: str | None = None) -> None:
        """Queue a fault for the next such call (about `ref`, where one is named)."""
        self._faults.queue(call, fault, None if ref is None else Ref(ref))

    def faults_spent(self) -> bool:
        """Every queued fault has been hit. A test with faults asserts this."""
        return not self._faults.left

    def contents(self) -> dict[Ref, bytes]:
        """All bodies by ref."""
        return {ref: held.content for ref, held in self._items.items()}

    def held(self, ref: str) -> Held:
        """One item as it is now."""
        return self._items[Ref(ref)]

    # ── the port ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def traits(self) -> Traits:
        """As configured."""
        return self._traits

    def change_traits(self, **changes: object) -> None:
        """The server's mind changes: a calendar becomes read-only, say."""
        self._traits = replace(self._traits, **changes)  # type: ignore[arg-type]  # names are checked by replace

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """A delta where the cursor lives, else everything with an inventory."""
        self._point("look")
        fault = self._faults.strike(Call.LOOK)
        self._stand()
        if self.odd.flaky:
            self.shake()
        start = self._alive(since)
        lines, gone = self._lines(start), self._gone(start)
        end = End(self._cursor(), None if start is not None else frozenset(self._items))
        yield from self._pages(lines, gone, end, fault)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once."""
        self._point("fetch")
        for ref in dict.fromkeys(refs):
            self._point("item", ref)
            fault = self._faults.strike(Call.FETCH, ref)
            self._stand()
            yield Unreadable(ref, fault.why) if isinstance(fault, Unread) else self._read(ref)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order."""
        self._point("write")
        for op in ops:
            self._point(f"write.{type(op).__name__.lower()}", _ref(op))
            fault = self._faults.strike(Call.WRITE, _ref(op))
            self._stand()
            done = self._do(op, fault)
            self._point("write.done", _ref(op))
            yield done

    # ── how it is done ───────────────────────────────────────────────────────────────────────────────────────────

    def _point(self, call: str, ref: Ref | None = None) -> None:
        self.calls[call] += 1
        if self.on_call is not None:
            self.on_call(f"{self.name}.{call}" + (f" {ref}" if ref else ""))

    def _stand(self) -> None:
        if not self.answers:
            raise CalsyncError("E209", "gone", calendar=self.name)

    def _cursor(self) -> Cursor | None:
        return Cursor(f"{self.name}:{self._era}:{self._world.tick}") if self._traits.deltas else None

    def _alive(self, since: Cursor | None) -> int | None:
        """Since which tick a delta is told; None where everything is listed."""
        if since is None or not self._traits.deltas:
            return None
        name, _, rest = since.rpartition(f":{self._era}:")
        return int(rest) if name == self.name and rest.isdigit() else None

    def _lines(self, start: int | None) -> list[Seen | Unreadable]:
        lines: list[Seen | Unreadable] = []
        for ref, held in self._items.items():
            if start is not None and self._changed[ref] <= start:
                continue
            body = held if self.odd.bodies and ref not in self.unreadable else None
            seen = Seen(ref, held.rev, held.flags, len(held.content), body)
            lines.append(Unreadable(ref, self.hidden[ref]) if ref in self.hidden else seen)
        return lines

    def _gone(self, start: int | None) -> list[Ref]:
        if start is None:
            return []
        return [ref for ref, tick in self._changed.items() if tick > start and ref not in self._items]

    def _pages(self, lines: list[Seen | Unreadable], gone: list[Ref], end: End, fault: Fault | None) -> Iterator[Page]:
        left = fault.after if isinstance(fault, Cut) else len(lines)
        for at in range(0, left, self.odd.page):
            part = lines[at : min(at + self.odd.page, left)]
            self._point("page")
            yield Page(
                seen=tuple(line for line in part if isinstance(line, Seen)),
                unreadable=tuple(line for line in part if isinstance(line, Unreadable)),
            )
        if isinstance(fault, Cut):
            raise fault.error()
        self._point("page.end")
        yield Page(gone=tuple(gone), end=end)

    def _read(self, ref: Ref) -> Fetched:
        why = self.unreadable.get(ref) or self.hidden.get(ref)
        if why:
            return Unreadable(ref, why)
        return self._items.get(ref) or Missing(ref)

    def _do(self, op: Op, fault: Fault | None) -> Done:
        match fault:
            case Answer(done):
                return done
            case Lose(done=False):
                return Unknown(_ref(op), "lost before")
            case Lose(done=True):
                self._apply(op)
                return Unknown(_ref(op), "lost after")
            case DoThenRaise(error):
                self._apply(op)
                raise error()
            case _:
                return self._apply(op)

    def _apply(self, op: Op) -> Done:
        if not self._traits.writable:
            return Denied(_ref(op), "E403", "read-only")
        match op:
            case Create():
                done = self._create(op)
            case Edit():
                done = self._edit(op)
            case Mark():
                done = self._mark(op)
            case Remove():
                done = self._remove(op)
            case Move():
                done = self._move(op)
            case _:
                assert_never(op)
        if isinstance(done, Wrote):
            self.ops.append(op)
            self._mail(op, done.ref)
        return done

    def _create(self, op: Create) -> Done:
        if op.ref in self._items:
            return Stale(op.ref)
        uid = uid_of(op.content)
        if self.odd.uids and uid and any(uid_of(held.content) == uid for held in self._items.values()):
            return Denied(op.ref, "E403", "no-uid-conflict", uid_conflict=True)
        ref = self.odd.rename(op.ref) if self.odd.rename else op.ref
        return self._wrote(op.content, self._set(ref, self._rewritten(op.content), op.flags & self._traits.flags))

    def _edit(self, op: Edit) -> Done:
        if not self._unchanged(op.base):
            return Stale(op.base.ref)
        now = self._items[op.base.ref]
        kept = self._keep(now)
        return replace(
            self._wrote(op.content, self._set(op.base.ref, self._rewritten(op.content), now.flags)), kept=kept
        )

    def _mark(self, op: Mark) -> Done:
        now = self._items.get(op.ref)
        if now is None or now.rev != op.rev:
            return Stale(op.ref)
        flags = (now.flags | (op.add & self._traits.flags)) - (op.drop & self._traits.flags)
        self._items[op.ref] = replace(now, flags=flags)
        self._changed[op.ref] = self._next()
        return Wrote(op.ref, now.rev)

    def _remove(self, op: Remove) -> Done:
        if op.base.ref not in self._items:
            return Wrote(op.base.ref, Rev(""))
        if not self._unchanged(op.base):
            return Stale(op.base.ref)
        kept = self._keep(self._items[op.base.ref])
        self._unset(op.base.ref)
        return Wrote(op.base.ref, Rev(""), kept=kept)

    def _move(self, op: Move) -> Done:
        target = self._world.stores.get(op.to)
        if not self._traits.moves or target is None or not target.traits.writable:
            return Denied(op.ref, "E403", "no such move")
        now = self._items.get(op.ref)
        if now is None or now.rev != op.rev or op.new_ref in target.contents():
            return Stale(op.ref)
        self._unset(op.ref)
        return Wrote(op.new_ref, target.put(op.new_ref, now.content, now.flags))

    def _unchanged(self, base: Held) -> bool:
        now = self._items.get(base.ref)
        if now is None:
            return False
        comparable = self._traits.guarded and not self.odd.weak
        return now.rev == base.rev if comparable else now.content == base.content

    def _rewritten(self, content: bytes) -> bytes:
        return self.odd.rewrite(content) if self.odd.rewrite else content

    def _wrote(self, sent: bytes, now: Held) -> Wrote:
        return Wrote(now.ref, now.rev, held=now if self.odd.tells_held and now.content != sent else None)

    def _keep(self, held: Held) -> str:
        if not self.odd.keeps:
            return ""
        name = f"{self.name}/{len(self.kept)}-{held.ref}"
        self.kept[name] = held.content
        return name

    def _next(self) -> int:
        self._world.tick += 1
        return self._world.tick

    def _set(self, ref: Ref, content: bytes, flags: Flags) -> Held:
        tick = self._next()
        rev = Rev(f'W/"m{tick}"' if self.odd.weak else f"m{tick}")
        self._items[ref] = Held(ref, rev, content, flags)
        self._changed[ref] = tick
        return self._items[ref]

    def _unset(self, ref: Ref) -> None:
        del self._items[ref]
        self._changed[ref] = self._next()

    def _mail(self, op: Op, ref: Ref) -> None:
        if isinstance(op, Mark):
            return
        told = op.mail if self._traits.quiet else op.mail | guests_of(getattr(op, "content", b""))
        self.mails.extend((ref, address) for address in sorted(told))


class MemoryAccount:
    """Collections that one sign-in reaches."""

    def __init__(self, stores: Iterable[MemoryStore] = (), *, on_call: Callable[[str], None] | None = None) -> None:
        self.on_call = on_call
        self.calls: Counter[str] = Counter()
        self.closed = False
        self.names: dict[CollectionId, str] = {}
        """Names to show, where they differ from the id."""
        self.default: CollectionId | None = None
        self._faults = Faults()
        self._rings: queue.SimpleQueue[CollectionId | None] = queue.SimpleQueue()
        self._world = _World()
        for store in stores:
            self.add(store)

    def add(self, store: MemoryStore) -> MemoryStore:
        """A calendar comes; all of an account tick on one clock."""
        self._world.tick = max(self._world.tick, store._world.tick)
        store._world = self._world
        self._world.stores[CollectionId(store.name)] = store
        return store

    def make(self, name: str, *, traits: Traits = HONEST, odd: Oddities = Oddities()) -> MemoryStore:
        """A new empty calendar."""
        return self.add(MemoryStore(name, traits=traits, odd=odd, on_call=self.on_call))

    def forget(self, name: str) -> None:
        """A calendar goes: it is no longer listed and answers 404."""
        self._world.stores.pop(CollectionId(name)).answers = False

    def ring(self, collection: str | None = None) -> None:
        """Let the bell ring."""
        self._rings.put(None if collection is None else CollectionId(collection))

    def fail_next(self, fault: Fault) -> None:
        """Queue a fault for the next glance."""
        self._faults.queue(Call.GLANCE, fault, None)

    def faults_spent(self) -> bool:
        """Every queued fault was hit, here and in each collection."""
        return not self._faults.left and all(store.faults_spent() for store in self._world.stores.values())

    def glance(self) -> Sequence[Glance]:
        """Every collection with a rev that changes with each change in it."""
        self.calls["glance"] += 1
        if self.on_call is not None:
            self.on_call("glance")
        self._faults.strike(Call.GLANCE)
        return [self._glance(collection, store) for collection, store in self._world.stores.items()]

    def open(self, collection: CollectionId) -> MemoryStore:
        """The store, which answers E209 when used if there is no such collection."""
        found = self._world.stores.get(collection)
        if found is None:
            found = MemoryStore(collection)
            found.answers = False
        return found

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when `ring` was called."""
        while not stop.is_set():
            try:
                yield self._rings.get(timeout=0.02)
            except queue.Empty:
                continue

    def close(self) -> None:
        """Remembered in `closed`."""
        self.closed = True

    def _glance(self, collection: CollectionId, store: MemoryStore) -> Glance:
        rev = f"{store._era}:{max(store._changed.values(), default=0)}" if store.odd.glances else ""
        return Glance(
            collection,
            self.names.get(collection, collection),
            Rights.OWNER if store.traits.writable else Rights.READ,
            rev,
            default=collection == self.default,
        )


def _ref(op: Op) -> Ref:
    return op.base.ref if isinstance(op, Edit | Remove) else op.ref


def uid_of(content: bytes) -> str:
    """The first UID of an .ics body, "" where there is none."""
    found = re.search(rb"^UID[^:\r\n]*:([^\r\n]*)", content, re.MULTILINE)
    return found[1].decode() if found else ""


def guests_of(content: bytes) -> frozenset[str]:
    """Whom a server with scheduling of its own would mail."""
    lines = re.findall(rb"^ATTENDEE[^\r\n]*?:mailto:([^\r\n]*)", content, re.MULTILINE | re.IGNORECASE)
    return frozenset(line.decode() for line in lines)
