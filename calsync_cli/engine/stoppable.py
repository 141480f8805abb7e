"""A store around a store: a round that is asked to stop ends at the next call or answer, as if it had broken off there.

Whatever was answered until then is written to the books; the rest is what the next round finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from threading import Event
from typing import TypeVar

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Cursor, Fetched, Glance, Page, Ref, Traits
from calsync_cli.core.ops import Done, Op
from calsync_cli.core.ports import Account, Store

T = TypeVar("T")

Check = Callable[[], None]
"""Raises Stopped where the round is to end."""


class Stopped(CalsyncError):  # noqa: N818 - nothing is wrong
    """The round was asked to end. Nobody meets this error: whoever asked knows."""

    def __init__(self) -> None:
        super().__init__("E402", "stopped")


def _until(check: Check, answers: Iterable[T]) -> Iterator[T]:
    """Answer by answer: none that came is lost."""
    check()
    for answer in answers:
        yield answer
        check()


class StoppableStore:
    """A store that can be told to stop."""

    def __init__(self, store: Store, check: Check) -> None:
        self._store = store
        self._check = check

    @property
    def traits(self) -> Traits:
        """The store's."""
        return self._store.traits

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """Page by page."""
        return _until(self._check, self._store.look(since, known))

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Item by item."""
        return _until(self._check, self._store.fetch(refs))

    def new_ref(self, key: str, /) -> Ref:
        """The store's."""
        return self._store.new_ref(key)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Item by item."""
        return _until(self._check, self._store.write(ops))


class Stoppable:
    """An account whose stores can be told to stop."""

    def __init__(self, account: Account, check: Check) -> None:
        self._account = account
        self._check = check

    @property
    def requests(self) -> int:
        """The account's."""
        return self._account.requests

    def glance(self) -> Sequence[Glance]:
        """One call."""
        self._check()
        return self._account.glance()

    def open(self, collection: CollectionId) -> StoppableStore:
        """A store that can be told to stop."""
        return StoppableStore(self._account.open(collection), self._check)

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """The account's."""
        return self._account.bell(stop)

    def close(self) -> None:
        """The account's."""
        self._account.close()
