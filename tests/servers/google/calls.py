"""A request as the API's methods see it, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.servers.google.errors import Json, stale
from tests.servers.google.state import Stored

Shown = tuple[Json, str]
"""A resource, and its text."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, found to be of a method and by a user."""

    method: str
    user: str
    places: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Json | None = None
    if_match: str = ""
    if_none_match: str = ""

    def one(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.query.get(name, (default,))[0]

    def flag(self, name: str) -> bool:
        """A boolean query parameter."""
        return self.one(name) == "true"

    def many(self, name: str) -> tuple[str, ...]:
        """A query parameter that may be repeated."""
        return tuple(self.query.get(name, ()))

    def guard(self, stored: Stored) -> None:
        """412 where If-Match names another state."""
        if self.if_match and self.if_match not in ("*", stored.etag):
            raise stale()


@dataclass(slots=True)
class Answer:
    """What a method says: a body, and for lists their items beside it."""

    body: Json | None = None
    items: list[Shown] | None = None
    status: int = 200
    etag: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def whole(self) -> Json | None:
        """The body with its items."""
        if self.items is None or self.body is None:
            return self.body
        return {**self.body, "items": [one for one, _ in self.items]}
