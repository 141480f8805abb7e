"""What a plan asks of an item's content; events answer with iCalendar, messages with their bytes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from calsync_cli.core.look import Face
from calsync_cli.core.model import Held, Prefer, Unreadable
from calsync_cli.core.steps import ClashNote

Chosen = Mapping[str, AbstractSet[str]]
"""Occurrence ("" for the item itself) → addresses that a person chose to be told."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two versions made one; `notes` are the properties where one side had to yield."""

    content: bytes
    notes: tuple[ClashNote, ...] = ()


class Meaning(Protocol):
    """The kind of thing that a link's items are. Broken content raises ValueError; the item then waits."""

    def face(self, held: Held) -> Face | Unreadable:
        """The item in short, from its bytes; Unreadable where they are not such a thing."""

    def same(self, one: bytes, other: bytes) -> bool:
        """Whether a person would call them the same."""

    def same_after_rewriting(self, sent: bytes, got: bytes) -> bool:
        """Whether `got` is what a server may have made of `sent`."""

    def merge(self, *, near_base: bytes, near: bytes, far_base: bytes, far: bytes, prefer: Prefer) -> Joined:
        """Both sides' changes, each against its own past."""

    def join(self, *, near: bytes, far: bytes, prefer: Prefer) -> Joined:
        """Two versions without a common past."""

    def outgoing(
        self, content: bytes, *, there: bytes, chosen: Chosen, own: AbstractSet[str], private: bool = False
    ) -> bytes:
        """What may be sent, given what is there already: nobody is invited whom nobody chose."""

    def wanting(self, near: bytes, there: bytes, chosen: Chosen) -> bool:
        """Whether somebody who was chosen stands in `near` and not there."""

    def summoned(self, content: bytes, near: bytes, chosen: Chosen) -> bytes:
        """`content` with those who were chosen and stand in `near`."""

    def only_answers(self, was: bytes, now: bytes, own: AbstractSet[str]) -> bool:
        """Whether nothing became of one's own invitation but answers to it."""

    def left_out(self, content: bytes) -> Chosen:
        """Who is on it for this side alone: told nothing, and sent nowhere."""

    def mailed(self, there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
        """Who a server that mails on its own might tell when `sent` replaces `there` (b"": nothing)."""

    def news(self, there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
        """Who ought to be told that `sent` replaces `there`, by a server that tells when it is asked to."""

    def guests(self, content: bytes) -> frozenset[str]:
        """Who is on it."""

    def likeness(self, content: bytes) -> str:
        """What tells the same thing under another UID; "" where nothing does."""

    def with_key(self, content: bytes, key: str) -> bytes:
        """The same under another UID."""
