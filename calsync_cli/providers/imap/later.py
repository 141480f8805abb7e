"""A mailbox of a server that nobody has signed in to yet: which kind it is shows when something is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.mail.ports import FarMailbox
from calsync_cli.core.model import Cursor, Fetched, Missing, Page, Ref, Traits, Unreadable
from calsync_cli.core.ops import Done, Op


@dataclass(slots=True)
class Later:
    """core.mail.ports.FarMailbox, opened when it is needed."""

    open: Callable[[], FarMailbox]
    _opened: FarMailbox | None = field(default=None)

    @property
    def it(self) -> FarMailbox:
        """The mailbox itself. Raises what signing in raises."""
        if self._opened is None:
            self._opened = self.open()
        return self._opened

    @property
    def traits(self) -> Traits:
        """The mailbox's own."""
        return self.it.traits

    def new_ref(self, key: str, /) -> Ref:
        """As the mailbox does."""
        return self.it.new_ref(key)

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """As the mailbox does."""
        return self.it.look(since, known)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """As the mailbox does."""
        return self.it.fetch(refs)

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """As the mailbox does."""
        return self.it.sketch(refs)

    def recent(self, since: float) -> frozenset[Ref]:
        """As the mailbox does."""
        return self.it.recent(since)

    def titles(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """As the mailbox does."""
        return self.it.titles(refs)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """As the mailbox does."""
        return self.it.write(ops)
