"""A store in memory that keeps the port's promises, with the oddities of real servers on demand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.core.errors import CalsyncError
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
    Seen,
    Traits,
    Unreadable,
)
from calsync_cli.core.ops import Done, Op, Unknown, item_of
from tests.doubles.faults import Answer, Call, Cut, DoThenRaise, Fault, Faults, Lose, Unread
from tests.doubles.shelf import HONEST, NO_ODDITIES, Oddities, Shelf, World


class MemoryStore:
    """One collection. `put`, `drop` and the like are somebody else's deeds; `look`, `fetch` and `write` are the port."""

    def __init__(
        self,
        name: str = "memory",
        *,
        traits: Traits = HONEST,
        odd: Oddities = NO_ODDITIES,
        on_call: Callable[[str], None] | None = None,
    ) -> None:
        self.name = name
        self.on_call = on_call
        self.answers = True
        """False: the collection answers 404 (E209)."""
        self.calls: Counter[str] = Counter()
        """How often each call came: look, page, fetch, item, write, and each kind of op."""
        self.unreadable: dict[Ref, str] = {}
        """Refs whose bodies cannot be read, and the code why. They are listed all the same."""
        self.hidden: dict[Ref, str] = {}
        """Refs that a listing itself reports as unreadable."""
        self.shelf = Shelf(name, traits, odd, World())
        self.era = 1
        self._faults = Faults()
        self._given = 0

    # ── what a test does and asks ────────────────────────────────────────────────────────────────────────────────

    def put(self, ref: str, content: bytes, flags: Flags = NO_FLAGS) -> Rev:
        """Somebody writes an item."""
        return self.shelf.put(Ref(ref), content, flags).rev

    def drop(self, ref: str) -> None:
        """Somebody deletes an item."""
        self.shelf.drop(Ref(ref))

    def shake(self, *refs: str) -> None:
        """New revisions of the same bodies: of these refs, or of all."""
        for ref in [Ref(ref) for ref in refs] or list(self.shelf.items):
            self.shelf.put(ref, self.shelf.items[ref].content, self.shelf.items[ref].flags)

    def kill_tokens(self) -> None:
        """Every cursor given out until now is dead."""
        self.era += 1

    def fail_next(self, call: Call, fault: Fault, *, ref: str | None = None) -> None:
        """Queue a fault for the next such call (about `ref`, where one is named)."""
        self._faults.queue(call, fault, None if ref is None else Ref(ref))

    def faults_spent(self) -> bool:
        """Every queued fault has been hit. A test with faults asserts this."""
        return not self._faults.left

    def contents(self) -> dict[Ref, bytes]:
        """All bodies by ref."""
        return {ref: held.content for ref, held in self.shelf.items.items()}

    def held(self, ref: str) -> Held:
        """One item as it is now."""
        return self.shelf.items[Ref(ref)]

    @property
    def odd(self) -> Oddities:
        """The oddities; they may be exchanged meanwhile."""
        return self.shelf.odd

    @odd.setter
    def odd(self, odd: Oddities) -> None:
        self.shelf.odd = odd

    @property
    def ops(self) -> list[Op]:
        """Every op that changed something."""
        return self.shelf.ops

    @property
    def mails(self) -> list[tuple[Ref, str]]:
        """Mails that a server would have sent."""
        return self.shelf.mails

    @property
    def kept(self) -> dict[str, bytes]:
        """Displaced bodies by the name that Wrote.kept told."""
        return self.shelf.kept

    # ── the port ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def traits(self) -> Traits:
        """As configured."""
        return self.shelf.traits

    def change_traits(self, **changes: object) -> None:
        """The server's mind changes: a calendar becomes read-only, say."""
        self.shelf.traits = replace(self.shelf.traits, **changes)  # type: ignore[arg-type]  # names are checked by replace

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """A delta where the cursor lives, else everything with an inventory."""
        self._point("look")
        fault = self._faults.strike(Call.LOOK)
        self._stand()
        if self.shelf.odd.flaky:
            self.shake()
        start = self._alive(since)
        lines, gone = self._lines(start), self._gone(start)
        end = End(self._cursor(), None if start is not None else frozenset(self.shelf.items))
        yield from self._pages(lines, gone, end, fault)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once."""
        self._point("fetch")
        for ref in dict.fromkeys(refs):
            self._point("item", ref)
            fault = self._faults.strike(Call.FETCH, ref)
            self._stand()
            yield Unreadable(ref, fault.why) if isinstance(fault, Unread) else self._read(ref)

    def new_ref(self, key: str, /) -> Ref:
        """A free name; a second call gives another one, as a server's random names are."""
        self._given += 1
        return Ref(f"{re.sub('[^A-Za-z0-9]', '_', key)[:40]}-{self._given}.ics")

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order."""
        self._point("write")
        for op in ops:
            self._point(f"write.{type(op).__name__.lower()}", item_of(op))
            fault = self._faults.strike(Call.WRITE, item_of(op))
            self._stand()
            done = self._do(op, fault)
            self._point("write.done", item_of(op))
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
        return Cursor(f"{self.name}:{self.era}:{self.shelf.world.tick}") if self.shelf.traits.deltas else None

    def _alive(self, since: Cursor | None) -> int | None:
        """Since which tick a delta is told; None where everything is listed."""
        if since is None or not self.shelf.traits.deltas:
            return None
        name, _, rest = since.rpartition(f":{self.era}:")
        return int(rest) if name == self.name and rest.isdigit() else None

    def _lines(self, start: int | None) -> list[Seen | Unreadable]:
        lines: list[Seen | Unreadable] = []
        for ref, held in self.shelf.items.items():
            if start is not None and self.shelf.changed[ref] <= start:
                continue
            body = held if self.shelf.odd.bodies and ref not in self.unreadable else None
            seen = Seen(ref, held.rev, held.flags, len(held.content), body)
            lines.append(Unreadable(ref, self.hidden[ref]) if ref in self.hidden else seen)
        return lines

    def _gone(self, start: int | None) -> list[Ref]:
        if start is None:
            return []
        return [ref for ref, tick in self.shelf.changed.items() if tick > start and ref not in self.shelf.items]

    def _pages(self, lines: list[Seen | Unreadable], gone: list[Ref], end: End, fault: Fault | None) -> Iterator[Page]:
        left = fault.after if isinstance(fault, Cut) else len(lines)
        for at in range(0, left, self.shelf.odd.page):
            part = lines[at : min(at + self.shelf.odd.page, left)]
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
        return self.shelf.items.get(ref) or Missing(ref)

    def _do(self, op: Op, fault: Fault | None) -> Done:
        match fault:
            case Answer(done):
                return done
            case Lose(done=False):
                return Unknown(item_of(op), "lost before")
            case Lose(done=True):
                self.shelf.apply(op)
                return Unknown(item_of(op), "lost after")
            case DoThenRaise(error):
                self.shelf.apply(op)
                raise error()
            case _:
                return self.shelf.apply(op)
