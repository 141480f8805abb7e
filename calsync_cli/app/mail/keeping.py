"""A mailbox whose server has no bin: what is deleted there is put into the attic first, so that it can come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Protocol

from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.mail.ports import FarMailbox
from calsync_cli.core.model import Cursor, Fetched, Held, Missing, Page, Ref, Traits, Unreadable
from calsync_cli.core.ops import Done, Op, Remove, Wrote

BATCH = 50
"""Messages whose bodies are held at a time."""


class Shelf(Protocol):
    """The attic, as far as it is needed."""

    def keep_all(self, bodies: Sequence[tuple[str, bytes]]) -> list[str]:
        """Put (name hint, bytes) away, all durable on return; the entries' names come back."""

    def drop(self, entry: str) -> None:
        """Forget an entry."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """core.mail.ports.FarMailbox around another one."""

    store: FarMailbox
    attic: Shelf

    @property
    def traits(self) -> Traits:
        """The store's own."""
        return self.store.traits

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """As the store does."""
        return self.store.look(since, known)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """As the store does."""
        return self.store.fetch(refs)

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """As the store does."""
        return self.store.sketch(refs)

    def recent(self, since: float) -> frozenset[Ref]:
        """As the store does."""
        return self.store.recent(since)

    def titles(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """As the store does."""
        return self.store.titles(refs)

    def new_ref(self, key: str, /) -> Ref:
        """As the store does."""
        return self.store.new_ref(key)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """A deletion that a bin should have had comes back with the attic's name for the message."""
        at = 0
        while at < len(ops):
            part = ops[at : at + BATCH]
            entries = self._kept([op.base.ref for op in part if isinstance(op, Remove) and op.to_bin])
            for op, done in zip(part, self.store.write(part), strict=True):
                at += 1
                entry = entries.pop(op.base.ref, "") if isinstance(op, Remove) else ""
                if entry and not isinstance(done, Wrote):
                    self.attic.drop(entry)
                yield replace(done, kept=entry) if entry and isinstance(done, Wrote) else done

    def _kept(self, refs: Sequence[Ref]) -> dict[Ref, str]:
        held = [one for one in self.store.fetch(refs) if isinstance(one, Held)] if refs else []
        names = self.attic.keep_all([(one.ref, one.content) for one in held]) if held else []
        return dict(zip((one.ref for one in held), names, strict=True))
