"""What a store is asked to do, and what became of it: every write carries its base and a decision about mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from calsync_cli.core.model import NO_FLAGS, CollectionId, Flags, Held, Mail, Ref, Rev


@dataclass(frozen=True, slots=True)
class Create:
    """Make a new item under exactly this ref; Stale if something is there already."""

    ref: Ref
    content: bytes
    mail: Mail
    flags: Flags = NO_FLAGS
    date: float | None = None
    """When it arrived, to be kept where the store can (mail)."""
    twin: tuple[CollectionId, Ref] | None = None
    """The same message, with the same flags, in a collection of this account: where the store can, it copies that."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `base` (its rev guards the write) by `content`; Stale if the store holds another revision."""

    base: Held
    content: bytes
    mail: Mail


@dataclass(frozen=True, slots=True)
class Mark:
    """Raise and lower flags of one revision."""

    ref: Ref
    rev: Rev
    add: Flags
    drop: Flags


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete `base` (its rev guards it). Already gone counts as Wrote; Stale if it changed meanwhile."""

    base: Held
    mail: Mail
    to_bin: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """Move an item to another collection of the same account, under `new_ref` there."""

    ref: Ref
    rev: Rev
    to: CollectionId
    new_ref: Ref
    mail: Mail


Op = Create | Edit | Mark | Remove | Move


def item_of(op: Op) -> Ref:
    """The item that an op is about."""
    match op:
        case Edit() | Remove():
            return op.base.ref
        case Create() | Mark() | Move():
            return op.ref
        case _:
            assert_never(op)


@dataclass(frozen=True, slots=True)
class Wrote:
    """Done. `ref` and `rev` are what the store has now (rev "" after a Remove).

    `held` is set where the store re-read what it keeps, because servers rewrite; None: what was sent is what it has.
    `kept` names the attic entry that holds the displaced version (near stores only).
    """

    ref: Ref
    rev: Rev
    held: Held | None = None
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Stale:
    """Not done: the store holds another revision than the base, or holds something where nothing was expected."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Partial:
    """Half done; running it again from a fresh look converges."""

    ref: Ref
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Denied:
    """Not done, and asking again the same way will not help. `why` is an error code, `detail` the server's words.

    `uid_conflict`: the server holds the item's UID under another name (RFC 4791 no-uid-conflict).
    """

    ref: Ref
    why: str
    detail: str = ""
    uid_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may be done or not. The next look settles it."""

    ref: Ref
    detail: str = ""


Done = Wrote | Stale | Partial | Denied | Unknown
