"""A store around a store: what a server asks to wait for is waited for, where asking again cannot do harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from threading import Event
from typing import TypeVar

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Cursor, Fetched, Glance, Page, Ref, Traits
from calsync_cli.core.ops import Done, Op
from calsync_cli.core.ports import Account, Store

T = TypeVar("T")

TRIES = 3
RATE = "rate"
"""The variant of E401 that says: too many at a time, and nothing of it was done."""
LULLS = 5
"""Pauses in a row without any progress: a minute altogether, after which a quota by the minute is fresh."""
LONGEST = 60.0
"""Seconds that a round waits for a server; who asks for more gets the round ended, to be run again later."""

Pause = Callable[[float], None]
"""Waits so many seconds, and says so."""


def patiently(ask: Callable[[], T], pause: Pause) -> T:
    """A read, repeated where the server said "later" (E401) and named a time that a person would wait."""
    for again in range(TRIES):
        try:
            return ask()
        except CalsyncError as error:
            seconds = error.retry_after if error.retry_after is not None else 2.0**again
            if error.code != "E401" or again == TRIES - 1 or seconds > LONGEST:
                raise
            pause(seconds)
    raise AssertionError(TRIES)


class PatientStore:
    """Looks and fetches wait and ask again; writes only where the server refused them for their rate alone.

    Such a refusal was no lost answer. What came after it may be done all the same, and is asked for again: a new item
    has a name of its own and an edit has a guard, so that it is done once.
    """

    def __init__(self, store: Store, pause: Pause) -> None:
        self._store = store
        self._pause = pause

    @property
    def traits(self) -> Traits:
        """The store's."""
        return self._store.traits

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """A listing that was throttled begins anew: pages that came before are collected, and count once."""
        return iter(patiently(lambda: list(self._store.look(since, known)), self._pause))

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Only what was not answered is asked for again; as often as it takes, while there is progress."""
        left = dict.fromkeys(refs)
        again = 0
        while left:
            before = len(left)
            try:
                for answer in self._store.fetch(list(left)):
                    left.pop(answer.ref, None)
                    yield answer
            except CalsyncError as error:
                again = 1 if len(left) < before else again + 1
                seconds = error.retry_after if error.retry_after is not None else 2.0**again
                if error.code != "E401" or again >= TRIES or seconds > LONGEST:
                    raise
                self._pause(seconds)
            else:
                return

    def new_ref(self, key: str, /) -> Ref:
        """The store's."""
        return self._store.new_ref(key)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """On from the first that was not done, after a pause; as often as it takes, while there is progress."""
        left, again = list(ops), 0
        while left:
            done = 0
            try:
                for answer in self._store.write(left):
                    done += 1
                    yield answer
            except CalsyncError as error:
                again = 1 if done else again + 1
                seconds = error.retry_after if error.retry_after is not None else 2.0**again
                if (error.code, error.variant) != ("E401", RATE) or again > LULLS or seconds > LONGEST:
                    raise
                left = left[done:]
                self._pause(seconds)
            else:
                return


class Patient:
    """An account whose stores are patient."""

    def __init__(self, account: Account, *, pause: Pause) -> None:
        self._account = account
        self._pause = pause

    @property
    def requests(self) -> int:
        """How many requests were sent since the account was opened."""
        return self._account.requests

    def glance(self) -> Sequence[Glance]:
        """Waits and asks again."""
        return patiently(self._account.glance, self._pause)

    def open(self, collection: CollectionId) -> PatientStore:
        """A patient store."""
        return PatientStore(self._account.open(collection), self._pause)

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """The account's."""
        return self._account.bell(stop)

    def close(self) -> None:
        """The account's."""
        self._account.close()
