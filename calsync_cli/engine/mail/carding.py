"""Letters as cards: what they are looked for by, and where their bodies can be read."""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.core.mail.cards import Card
from calsync_cli.core.mail.nouns import Letter, Role
from calsync_cli.core.mail.sight import Sight, Touched
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import Ref, Side


def card_of(letter: Letter, side: Side, ref: Ref) -> Card:
    """Its body lies there."""
    return Card(letter.link, side, ref, letter.size, letter.message_id, letter.digest)


def left_by(letter: Letter, side: Side) -> Card:
    """A letter's body can be read on the side that still has it; of a parked one on neither, but it has its name.

    What was sent just now may have got lines from the server.
    """
    if not letter.far or (side is Side.FAR and letter.near):
        return replace(card_of(letter, Side.NEAR, letter.near), loose=not letter.far)
    return card_of(letter, Side.FAR, letter.far)


def lost_card(one: Touched, side: Side) -> Card:
    """In its own folder another message may have taken its place; a new life of a mailbox has it under another UID."""
    card = left_by(one.letter, side)
    if side is Side.NEAR:
        return replace(card, strict=True, rev=one.letter.near_rev)
    return replace(card, strict=one.far is Delta.GONE)


def drafts(sight: Sight) -> bool:
    """Programs save a draft again and again under one Message-ID; another word for a word may be as long."""
    return sight.link.role is Role.DRAFTS


def joint(near: Card, far: Card) -> Card:
    """What both sides told. Sizes differ where a server added lines; then its own counts, and nothing else is known."""
    equal = near.size == far.size or (near.digest and near.digest == far.digest)
    digest = near.digest or far.digest if equal else ""
    return replace(far, digest=digest, message_id=near.message_id or far.message_id)
