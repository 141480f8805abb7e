"""The shapes the engine works with: a store, an account, the books and the attic, whatever stands behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from threading import Event
from typing import Protocol, runtime_checkable

from calsync_cli.core.model import CollectionId, Cursor, Fetched, Glance, Page, Ref, Traits
from calsync_cli.core.ops import Done, Op


class Store(Protocol):
    """One collection, near or far. Near and far are the same kind of thing."""

    @property
    def traits(self) -> Traits:
        """What this collection can do."""

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """What is there, or what changed `since`; the last page alone has an `end`.

        Without `since`, or where the cursor is dead or the store has no deltas, everything is listed and the end
        carries the complete inventory. A listing that broke off raises, it never ends. `known` holds the refs that
        the books know, for stores whose deltas must be told apart from full listings.
        Raises CalsyncError E402, E401, E404, E108, E106, E209 (the collection is gone).
        """

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once, in any order: Held, Missing or Unreadable. Raises only where no answer was had."""

    def new_ref(self, key: str, /) -> Ref:
        """A ref that is free, for a new item with this UID; sends nothing. Two calls may give two refs."""

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered, in the order given. Raises CalsyncError only where nothing more can be done."""


class Account(Protocol):
    """All collections that one sign-in reaches."""

    @property
    def requests(self) -> int:
        """How many requests were sent since it was opened."""

    def glance(self) -> Sequence[Glance]:
        """Every calendar in one or two requests. Raises where the list is not complete."""

    def open(self, collection: CollectionId) -> Store:
        """The store for one collection; nothing is sent yet."""

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when a look is due (None: all collections); ends soon after `stop` is set."""

    def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class Clocked(Protocol):
    """An account whose server tells its own time."""

    @property
    def ahead(self) -> float | None:
        """Seconds that the server's clock was ahead of ours at its last answer; None where it did not say."""


class Keeper(Protocol):
    """The attic: where bodies lie that were overwritten or deleted."""

    def keep_all(self, bodies: Sequence[tuple[str, bytes]]) -> Sequence[str]:
        """Keep (name hint, body) each; the names under which they lie, all on disk when this returns."""


class Progress(Protocol):
    """Whoever wants to see how far a round is."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins ("look", "fetch", "send", "write"); the one before it is over."""

    def advance(self, n: int = 1) -> None:
        """So many items of the phase are done."""
