"""Books for a dry run: they read what is there and keep what is new in memory; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.core.model import Cursor, Link, LinkId, Pair, Ref, Rev, RunId, Sha, Side
from calsync_cli.core.record import Books, Intent, Outcome, Wait


class Overlay:
    """core.record.Books over other books."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._bodies: dict[Sha, bytes] = {}
        self._settled: list[Pair] = []

    def links(self) -> Sequence[Link]:
        """As they are."""
        return self._books.links()

    def index(self, link: LinkId, side: Side) -> Mapping[Ref, tuple[Rev, Sha]]:
        """As they are."""
        return self._books.index(link, side)

    def pairs_at(self, link: LinkId, near: AbstractSet[Ref], far: AbstractSet[Ref]) -> tuple[Pair, ...]:
        """As they are, and as settling found them."""
        found = self._books.pairs_at(link, near, far)
        settled = [pair for pair in self._settled if pair.link == link]
        ids = {pair.id for pair in settled if pair.id}
        touched = [pair for pair in settled if pair.near.ref in near or pair.far.ref in far]
        return (*(pair for pair in found if pair.id not in ids), *touched)

    def pairs_with(self, keys: AbstractSet[str]) -> tuple[Pair, ...]:
        """As they are."""
        return self._books.pairs_with(keys)

    def count(self, link: LinkId) -> int:
        """As they are."""
        return self._books.count(link)

    def body(self, sha: Sha) -> bytes:
        """New ones from memory."""
        kept = self._bodies.get(sha)
        return self._books.body(sha) if kept is None else kept

    def bodies(self, shas: AbstractSet[Sha]) -> Mapping[Sha, bytes]:
        """New ones from memory."""
        return {sha: self.body(sha) for sha in shas}

    def keep(self, bodies: Iterable[tuple[Sha, bytes]]) -> None:
        """In memory."""
        self._bodies.update(bodies)

    def intents(self, link: LinkId) -> tuple[Intent, ...]:
        """As they are."""
        return self._books.intents(link)

    def begin(self, intents: Sequence[Intent]) -> None:
        """Nothing is begun."""

    def record(self, run: RunId, outcome: Outcome) -> None:
        """Only what settling found, for this run's plan; with ids below zero, because pairs are told apart by them."""
        del run
        for pair in outcome.pairs:
            self._settled.append(pair if pair.id else replace(pair, id=-1 - len(self._settled)))

    def waits(self, link: LinkId) -> tuple[Wait, ...]:
        """As they are."""
        return self._books.waits(link)

    def clear(self, link: LinkId, kept: AbstractSet[tuple[Side, Ref]]) -> None:
        """Nothing is cleared."""

    def finish(self, link: LinkId, cursor: Cursor | None, glance: str) -> None:
        """Nothing is finished."""
