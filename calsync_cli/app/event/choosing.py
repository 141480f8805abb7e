"""Whom an event invites and whom it does not: a person's words, asked for where nobody gave them (R17, R22)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calsync_cli.app.event.found import Choices, Past
from calsync_cli.app.event.ground import Ground
from calsync_cli.app.event.wishes import Guests
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.core.details import Guest
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.guests import NOBODY, listed
from calsync_cli.core.lines import parse
from calsync_cli.state.consents import Choice

SAID = {"all": True, "none": False}
"""What event.invite answers; "ask" answers nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """One choice, to be remembered."""

    address: str
    choice: Choice
    occurrence: str = ""


def known(past: Past) -> frozenset[str]:
    """Who is on it at the provider."""
    return NOBODY.union(*listed(parse(past.there)).values()) if past.there else NOBODY


def undecided(guests: Iterable[Guest], past: Past, on: Ground) -> tuple[Guest, ...]:
    """Attendees that another program wrote in and nobody said anything about: they are told nothing.

    Before a calendar is active nobody can be invited, so nothing is in question.
    """
    if not on.active:
        return ()
    settled = known(past) | {address for _, address in past.choices} | on.own
    return tuple(guest for guest in guests if guest.address not in settled and not guest.silent)


def waiting_for_a_word(guests: Iterable[Guest], past: Past, on: Ground) -> tuple[str, ...]:
    """Those, and whoever was to be invited when there was no provider yet: it takes `event invite` (R33)."""
    if not on.active:
        return ()
    there = list(guests)
    local = {address for (_, address), choice in past.choices.items() if choice is Choice.LOCAL} - known(past)
    open_ = {guest.address for guest in undecided(there, past, on)} | local
    return tuple(guest.address for guest in there if guest.address in open_)


def decided(desk: Desk, said: Guests, open_: Iterable[Guest]) -> tuple[Invitee, ...]:
    """Everybody with their word. Raises E002 where somebody is left without one, naming the flags."""
    named = {one.address for one in said.named}
    left = [guest for guest in open_ if guest.address not in named]
    answer = SAID.get(desk.config[keys.EVENT_INVITE]) if said.everybody is None else said.everybody
    if left and answer is None:
        raise CalsyncError("E002", "guests", flag="--invite ADDR | --silent ADDR | --invite-all | --invite-none")
    return (*said.named, *(Invitee(guest.address, bool(answer), guest.name) for guest in left))


def words(invitees: Iterable[Invitee], on: Ground, occurrence: str = "") -> tuple[Word, ...]:
    """What is to be remembered; whoever cannot be invited yet is not invited later without being named again."""
    wanted = Choice.INVITE if on.active else Choice.LOCAL
    return tuple(Word(one.address, wanted if one.invited else Choice.SILENT, occurrence) for one in invitees)


def remember(session: Session, uid: str, said: Iterable[Word]) -> None:
    """Before the event is written: what can be seen is complete."""
    for word in said:
        session.consents.choose(uid, word.address, word.choice, occurrence=word.occurrence)


def with_words(choices: Choices, said: Iterable[Word]) -> Choices:
    """What is chosen when these are remembered."""
    return {**choices, **{(word.occurrence, word.address): word.choice for word in said}}


def invited(choices: Choices, past: Past) -> frozenset[str]:
    """Whom the provider knows, or will with the next sync."""
    return known(past) | {address for (_, address), choice in choices.items() if choice is Choice.INVITE}
