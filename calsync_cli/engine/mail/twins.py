"""Copies that a mail program made here of letters that are in step: the server can copy what it has already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from calsync_cli.core.mail.message import digest
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.model import CollectionId, Held, LinkId, Ref
from calsync_cli.engine.mail.order import MailJunction, MailWork

Twin = tuple[CollectionId, Ref]


def twins(letters: Sequence[Letter], junctions: Mapping[LinkId, MailJunction], work: MailWork) -> dict[Ref, Twin]:
    """Of letters that are about to be sent: near ref → the message there that is byte for byte the same, flags too."""
    wanted = {letter.message_id for letter in letters if letter.message_id}
    if not wanted:
        return {}
    there: dict[tuple[object, ...], list[Letter]] = defaultdict(list)
    for known in work.books.named(wanted):
        if known.link in junctions:
            there[_key(known)].append(known)
    found: dict[Ref, Twin] = {}
    for letter in letters:
        twin = next((one for one in there[_key(letter)] if same(one, letter, junctions[one.link])), None)
        if letter.message_id and twin is not None:
            found[letter.near] = (junctions[twin.link].link.far_id, twin.far)
    return found


def _key(letter: Letter) -> tuple[object, ...]:
    return letter.message_id, letter.size, letter.flags


def same(known: Letter, letter: Letter, junction: MailJunction) -> bool:
    """What was adopted or fetched nobody has read yet; its file tells, as long as it is the one that both agreed on."""
    if known.digest:
        return known.digest == letter.digest
    held = next(iter(junction.near.fetch([known.near])), None)
    return isinstance(held, Held) and held.rev == known.near_rev and digest(held.content) == letter.digest
