"""Whether UIDs still mean what they meant: some servers give them to other messages without a new UIDVALIDITY.

Proton Bridge did (proton-bridge issue 220: the wrong message was deleted), and DavMail's UIDVALIDITY is always 1. A few
messages are asked for their Message-ID, in one request: now and then, and before many are deleted.
"""

from __future__ import annotations

from collections.abc import Sequence

from calsync_cli.core.mail.nouns import Letter, Sketch
from calsync_cli.core.mail.sight import HERE, Sight
from calsync_cli.core.model import LinkId
from calsync_cli.engine.mail.order import MailJunction, MailWork

SAMPLE = 20
EVERY = 24
"""Rounds with news of a folder between two looks at its names."""
MANY = 10
"""Deletions at once."""


def reused(sight: Sight, junction: MailJunction, work: MailWork) -> bool:
    """A message that was found under another letter's UID is proof; so are strangers under most of them.

    One stranger alone is not: servers there are that change a draft's Message-ID.
    """
    letters = _asked(sight, work)
    told = {one.ref: one for one in junction.far.sketch([letter.far for letter in letters])} if letters else {}
    strange: list[tuple[Letter, str]] = []
    count = 0
    for letter in letters:
        one = told.get(letter.far)
        if isinstance(one, Sketch) and one.message_id:
            count += 1
            strange.extend([(letter, one.message_id)] if one.message_id != letter.message_id else [])
    return len(strange) > max(2, count // 2) or _swapped(strange, sight.link.id, work)


def _swapped(strange: Sequence[tuple[Letter, str]], link: LinkId, work: MailWork) -> bool:
    mine = {letter.far for letter, _ in strange}
    known = work.books.named({name for _, name in strange}) if strange else ()
    return any(letter.link == link and letter.far not in mine for letter in known) or (
        len({letter.message_id for letter, _ in strange} & {name for _, name in strange}) > 0
    )


def _asked(sight: Sight, work: MailWork) -> Sequence[Letter]:
    """Of what is there and has a name: those that are about to be deleted, or some of all."""
    lost = sorted(id_ for id_, one in sight.touched.items() if one.near_lost and one.far in HERE)
    if len(lost) >= MANY:
        chosen = _some(lost)
    elif work.order.full or sight.link.rounds % EVERY == EVERY - 1:
        touched = {id_ for id_, one in sight.touched.items() if one.far not in HERE}
        known = work.books.known(sight.link.id)
        chosen = _some([one.id for one in known if one.near and one.far and one.id not in touched])
    else:
        chosen = []
    return [letter for letter in work.books.letters(set(chosen)).values() if letter.message_id]


def _some(ids: Sequence[int]) -> list[int]:
    """Evenly spread, the newest among them."""
    step = max(1, len(ids) // SAMPLE)
    return list(ids[::-1][::step][:SAMPLE])
