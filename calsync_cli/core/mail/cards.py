"""Recognising messages without names: by Message-ID and size, and by what they hold where that says too little."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from calsync_cli.core.mail.nouns import NO_REV
from calsync_cli.core.model import LinkId, Ref, Rev, Side

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Card:
    """A message that is looked for, or that may be the one. `place` says where its body can be read."""

    link: LinkId
    side: Side
    ref: Ref
    size: int
    message_id: str
    digest: str = ""
    loose: bool = False
    """Its Message-ID is enough: it was sent just now, and a server may have added lines to it."""
    strict: bool = False
    """Message-ID and size are not enough: programs save a draft under the same Message-ID again and again."""
    rev: Rev = NO_REV
    """Of a file: who has the same one is the same file under another name."""

    @property
    def place(self) -> tuple[LinkId, Side, Ref]:
        """Whose body this is."""
        return self.link, self.side, self.ref


Found = tuple[Card, Card]


@dataclass(slots=True)
class Matched:
    """Who is who, and of whom a body must be read before anybody can tell."""

    found: list[Found] = field(default_factory=list)
    doubtful: list[tuple[list[Card], list[Card]]] = field(default_factory=list)


def match(left: Iterable[Card], right: Iterable[Card]) -> Matched:
    """Pairs that are certain; groups in which more than one, or nobody with a Message-ID, could be meant."""
    matched = Matched()
    mine, theirs = list(left), list(right)
    for some, others in _groups(mine, theirs, lambda card: (card.message_id, card.size)):
        if len(some) == len(others) == 1 and _sure(some[0], others[0]):
            matched.found.append((some[0], others[0]))
        else:
            matched.doubtful.append((some, others))
    mine, theirs = _without(mine, theirs, matched)
    for some, others in _groups(mine, theirs, lambda card: card.message_id):
        if not some[0].message_id:
            continue
        if len(some) == len(others) == 1 and (some[0].loose or others[0].loose):
            matched.found.append((some[0], others[0]))
        else:  # a server may be wrong about sizes (mail-peers 4, RFC822.SIZE)
            matched.doubtful.append((some, others))
    return matched


def match_bodies(left: Sequence[Card], right: Sequence[Card]) -> list[Found]:
    """By what they hold. Two equal messages are two, and one is as good as the other."""
    found: list[Found] = []
    for some, others in _groups(left, right, lambda card: card.digest):
        if some[0].digest:
            found.extend(zip(_sorted(some), _sorted(others), strict=False))
    return found


def across(found: Iterable[Found], left: Sequence[Card], right: Sequence[Card]) -> list[Found]:
    """Of what was found those that went from one folder to one other: with two to choose from nobody can tell."""
    origins = _folders(left)
    goals = _folders(right)
    return [(one, other) for one, other in found if len(origins[_name(one)]) == 1 and len(goals[_name(other)]) == 1]


def with_digests(cards: Iterable[Card], digests: dict[tuple[LinkId, Side, Ref], str]) -> list[Card]:
    """The cards with what was read of them."""
    return [card if card.digest else replace(card, digest=digests.get(card.place, "")) for card in cards]


def _sure(one: Card, other: Card) -> bool:
    """Of two with one Message-ID and one size: whether they need not be read."""
    if not one.message_id:
        return False
    return one.loose or other.loose or not (one.strict or other.strict) or bool(one.rev and one.rev == other.rev)


def _name(card: Card) -> tuple[str, int, str]:
    return (card.message_id, card.size, "") if card.message_id else ("", 0, card.digest)


def _folders(cards: Sequence[Card]) -> dict[tuple[str, int, str], set[LinkId]]:
    folders: dict[tuple[str, int, str], set[LinkId]] = defaultdict(set)
    for card in cards:
        folders[_name(card)].add(card.link)
    return folders


def _groups(
    left: Iterable[Card], right: Iterable[Card], key: Callable[[Card], K]
) -> Iterable[tuple[list[Card], list[Card]]]:
    groups: dict[K, tuple[list[Card], list[Card]]] = {}
    for card in left:
        groups.setdefault(key(card), ([], []))[0].append(card)
    for card in right:
        if (group := groups.get(key(card))) is not None:
            group[1].append(card)
    return [(some, others) for some, others in groups.values() if some and others]


def _without(mine: list[Card], theirs: list[Card], matched: Matched) -> tuple[list[Card], list[Card]]:
    taken = {card.place for pair in matched.found for card in pair}
    taken |= {card.place for group in matched.doubtful for part in group for card in part}
    return [card for card in mine if card.place not in taken], [card for card in theirs if card.place not in taken]


def _sorted(cards: Iterable[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: (card.link, card.ref))
