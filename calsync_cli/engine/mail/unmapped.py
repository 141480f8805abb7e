"""Local folders that nothing remote is mapped to: whether a letter that is gone from here lies there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from calsync_cli.core.mail.cards import Card, match
from calsync_cli.core.mail.nouns import Letter, Sketch
from calsync_cli.core.mail.ports import Mailbox
from calsync_cli.core.model import Ref, Side
from calsync_cli.engine.mail.order import MailWork

SLACK = 0.8
"""A file with bare line feeds is smaller than its canonical form, though not by more than this."""


def lying_elsewhere(lost: Sequence[Letter], work: MailWork) -> set[int]:
    """The letters among `lost` that lie in a local folder without a counterpart: they were moved, not deleted."""
    left = {letter.id: letter for letter in lost}
    found: set[int] = set()
    for mailbox in work.unmapped:
        if left:
            met = _met(list(left.values()), mailbox)
            found |= met
            left = {id_: letter for id_, letter in left.items() if id_ not in met}
    return found


def _met(lost: Sequence[Letter], mailbox: Mailbox) -> set[int]:
    """By base name, which most programs keep; else by what they say of themselves."""
    names = {letter.near: letter.id for letter in lost}
    sizes = sorted(letter.size for letter in lost)
    met: set[int] = set()
    asked: list[Ref] = []
    for page in mailbox.look(None, frozenset()):
        for seen in page.seen:
            if seen.ref in names:
                met.add(names[seen.ref])
            elif _fits(seen.size, sizes):
                asked.append(seen.ref)
    left = [letter for letter in lost if letter.id not in met and letter.message_id]
    if left and asked:
        met |= _sketched(left, asked, mailbox)
    return met


def _fits(size: int | None, sizes: Sequence[int]) -> bool:
    if size is None:
        return True
    return bisect_left(sizes, size) < bisect_right(sizes, int(size / SLACK) + 1)


def _sketched(lost: Sequence[Letter], asked: Sequence[Ref], mailbox: Mailbox) -> set[int]:
    """Nothing is deleted for being one too many here: equal ones count as met."""
    cards = [
        Card(lost[0].link, Side.NEAR, one.ref, one.size, one.message_id)
        for one in mailbox.sketch(asked)
        if isinstance(one, Sketch)
    ]
    ids = {letter.near: letter.id for letter in lost}
    wanted = [Card(letter.link, Side.FAR, letter.near, letter.size, letter.message_id) for letter in lost]
    matched = match(wanted, cards)
    groups = [([one], [other]) for one, other in matched.found] + matched.doubtful
    return {ids[card.ref] for some, _ in groups for card in some}
