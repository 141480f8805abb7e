"""What a killed round half stored and somebody moved since: put into the books as it was, so that its move is one.

Neither side's books know such a letter. Left to itself it would be fetched to where it was and sent from where it lies,
or the other way round, and be there twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from calsync_cli.core.mail.cards import Card
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import NOWHERE, Kind, Slip
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.model import LinkId, Ref, Side
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.recognise import Recogniser


def halfway(sights: Sequence[Sight], junctions: Mapping[LinkId, MailJunction], work: MailWork) -> set[LinkId]:
    """The folders that have to be looked at again, now that the books know more of them."""
    doubtful = [sight for sight in sights if sight.claims or sight.half]
    if work.order.dry or not doubtful:
        return set()
    ask = Recogniser(sights, junctions, work)
    slip = Slip()
    for sight in doubtful:
        slip.letters.extend(_fetched(sight, ask))
        slip.letters.extend(_sent(sight, ask))
    work.record(slip)
    return {letter.link for letter in slip.letters}


def _fetched(sight: Sight, ask: Recogniser) -> Iterator[Letter]:
    """Its file lies in another folder, most often under the name that was chosen for it."""
    half = {letter.far: letter for letter in sight.half if letter.far in sight.far_new or letter.id}.values()
    names = {ref for other in _others(sight, ask) for ref in other.near_new}
    left = [letter for letter in half if letter.near not in names]
    met = _met([_card(letter, Side.FAR) for letter in left], Side.NEAR, _others(sight, ask), ask)
    yield from (letter for letter in half if letter.near in names or letter.far in met)


def _sent(sight: Sight, ask: Recogniser) -> Iterator[Letter]:
    """It was stored: its file is gone from here, or its message from there. Under which UID shows later."""
    link = sight.link.id
    parcels = [parcel for parcel in ask.work.books.parcels(link) if parcel.kind is Kind.UP]
    known = {one.near for one in ask.work.books.known(link)} if parcels else set()
    letters = {one.near: one for parcel in parcels for one in parcel.letters if one.near not in known}
    cards = [_card(letter, Side.NEAR) for letter in letters.values()]
    stored = _met([replace(card, loose=True) for card in cards], Side.FAR, [sight], ask)
    left = [card for card in cards if card.ref not in stored and card.ref in sight.near_new]
    moved = _met(left, Side.FAR, _others(sight, ask), ask)
    yield from (
        replace(letters[ref], far=NOWHERE) for ref in letters if ref in (stored - sight.near_new.keys()) | moved
    )


def _others(sight: Sight, ask: Recogniser) -> list[Sight]:
    return [other for other in ask.sights.values() if other is not sight]


def _card(letter: Letter, side: Side) -> Card:
    ref = letter.near if side is Side.NEAR else letter.far
    return Card(letter.link, side, ref, letter.size, letter.message_id, letter.digest)


def _met(cards: Sequence[Card], side: Side, places: Sequence[Sight], ask: Recogniser) -> set[Ref]:
    """Those of the cards that are found among what is new in these folders."""
    new: list[Card] = []
    for sight in places if cards else ():
        link, refs = sight.link.id, list(sight.near_new if side is Side.NEAR else sight.far_new)
        told = ask.sketches(link, side, refs) if refs else ()
        new.extend(Card(link, side, one.ref, one.size, one.message_id) for one in told)
    return {card.ref for card, _ in ask.matched(cards, new)} if new else set()
