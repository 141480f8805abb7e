"""What a collection in memory holds, and what becomes of an op: the server's half of the stand-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import assert_never

from calsync_cli.core.model import CollectionId, Flags, Held, Ref, Rev, Traits
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Op, Remove, Stale, Wrote, item_of

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


NO_ODDITIES = Oddities()


@dataclass(slots=True)
class World:
    """What all collections of one account share: a clock that ticks with every change, and each other."""

    tick: int = 0
    shelves: dict[CollectionId, Shelf] = field(default_factory=dict)


@dataclass(slots=True)
class Shelf:
    """The items of one collection, and what was done to them."""

    name: str
    traits: Traits
    odd: Oddities
    world: World
    items: dict[Ref, Held] = field(default_factory=dict)
    changed: dict[Ref, int] = field(default_factory=dict)
    """When each item changed last, also those that are gone."""
    ops: list[Op] = field(default_factory=list)
    mails: list[tuple[Ref, str]] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)

    def apply(self, op: Op) -> Done:
        """Do what is asked, or say why not."""
        if not self.traits.writable:
            return Denied(item_of(op), "E403", "read-only")
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
        if op.ref in self.items:
            return Stale(op.ref)
        uid = uid_of(op.content)
        if self.odd.uids and uid and any(uid_of(held.content) == uid for held in self.items.values()):
            return Denied(op.ref, "E403", "no-uid-conflict", uid_conflict=True)
        ref = self.odd.rename(op.ref) if self.odd.rename else op.ref
        return self._wrote(op.content, self.put(ref, self._rewritten(op.content), op.flags & self.traits.flags))

    def _edit(self, op: Edit) -> Done:
        if not self._unchanged(op.base):
            return Stale(op.base.ref)
        now = self.items[op.base.ref]
        kept = self._keep(now)
        return replace(
            self._wrote(op.content, self.put(op.base.ref, self._rewritten(op.content), now.flags)), kept=kept
        )

    def _mark(self, op: Mark) -> Done:
        now = self.items.get(op.ref)
        if now is None or now.rev != op.rev:
            return Stale(op.ref)
        flags = (now.flags | (op.add & self.traits.flags)) - (op.drop & self.traits.flags)
        self.items[op.ref] = replace(now, flags=flags)
        self.changed[op.ref] = self._next()
        return Wrote(op.ref, now.rev)

    def _remove(self, op: Remove) -> Done:
        if op.base.ref not in self.items:
            return Wrote(op.base.ref, Rev(""))
        if not self._unchanged(op.base):
            return Stale(op.base.ref)
        kept = self._keep(self.items[op.base.ref])
        self.drop(op.base.ref)
        return Wrote(op.base.ref, Rev(""), kept=kept)

    def _move(self, op: Move) -> Done:
        target = self.world.shelves.get(op.to)
        if not self.traits.moves or target is None or not target.traits.writable:
            return Denied(op.ref, "E403", "no such move")
        now = self.items.get(op.ref)
        if now is None or now.rev != op.rev or op.new_ref in target.items:
            return Stale(op.ref)
        self.drop(op.ref)
        return Wrote(op.new_ref, target.put(op.new_ref, now.content, now.flags).rev)

    def _unchanged(self, base: Held) -> bool:
        now = self.items.get(base.ref)
        if now is None:
            return False
        comparable = self.traits.guarded and not self.odd.weak
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
        self.world.tick += 1
        return self.world.tick

    def put(self, ref: Ref, content: bytes, flags: Flags) -> Held:
        """An item comes or changes, under a revision that no other has."""
        tick = self._next()
        rev = Rev(f'W/"m{tick}"' if self.odd.weak else f"m{tick}")
        self.items[ref] = Held(ref, rev, content, flags)
        self.changed[ref] = tick
        return self.items[ref]

    def drop(self, ref: Ref) -> None:
        """An item goes."""
        del self.items[ref]
        self.changed[ref] = self._next()

    def _mail(self, op: Op, ref: Ref) -> None:
        if isinstance(op, Mark):
            return
        body = op.base.content if isinstance(op, Remove) else getattr(op, "content", b"")
        told = op.mail if self.traits.quiet else op.mail | guests_of(body)
        self.mails.extend((ref, address) for address in sorted(told))


def uid_of(content: bytes) -> str:
    """The first UID of an .ics body, "" where there is none."""
    found = re.search(rb"^UID[^:\r\n]*:([^\r\n]*)", content, re.MULTILINE)
    return found[1].decode() if found else ""


def guests_of(content: bytes) -> frozenset[str]:
    """Whom a server with scheduling of its own would mail."""
    lines = re.findall(rb"^ATTENDEE[^\r\n]*?:mailto:([^\r\n]*)", content, re.MULTILINE | re.IGNORECASE)
    return frozenset(line.decode() for line in lines)
