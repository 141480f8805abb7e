"""Who will hear of a change with the next sync: foreseen here in the very way in which the round decides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from calsync_cli.app.event.found import Choices, Past
from calsync_cli.app.event.ground import Ground
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.guests import NOBODY, outgoing
from calsync_cli.core.mailing import mailed, summoned, wanting
from calsync_cli.core.news import is_copy, news
from calsync_cli.state.consents import Choice


@dataclass(frozen=True, slots=True)
class Post:
    """`told`: who gets mail. `held`: nobody may be told and the server cannot be quiet, so it is not sent at all."""

    told: tuple[str, ...] = ()
    held: bool = False


def foreseen(on: Ground, past: Past, content: bytes | None, choices: Choices, *, notify: bool | None) -> Post:
    """`content`: the event as it will be here, None where it goes; `notify` as the wishes have it. Raises Broken."""
    if not on.active or past.first:
        return Post()
    chosen = {} if content is None else _chosen(choices)
    invites = content is not None and bool(past.there) and wanting(content, past.there, chosen)
    tell = news if on.asked and (notify is not True or is_copy(past.there)) else mailed
    told = tell(past.there, _sent(on, past, content, chosen, invites=invites), on.own)
    asked = notify is False or (notify is None and past.quiet)
    quiet = asked or (notify is None and not on.updates and not invites)
    if quiet and past.there:  # what is not there yet invites, and there is nobody to be quiet to
        return Post(held=on.mails and not on.asked and bool(told))
    return Post(tuple(sorted(told)) if on.mails else ())


def stamp(session: Session, uid: str, *, notify: bool | None) -> None:
    """Tell the round what was said of this event's next write."""
    if notify is True:
        session.books.let_mail(uid)
    elif notify is False:
        session.books.quietly(uid)


@contextmanager
def stamped(session: Session, uid: str, *, notify: bool | None) -> Iterator[None]:
    """The same around the write; it is taken back where that fails, for then there is nothing that it is about."""
    books = session.books
    before = True if uid in books.may_mail() else False if uid in books.quiet() else None
    stamp(session, uid, notify=notify)
    try:
        yield
    except CalsyncError:
        if notify is not None:
            books.unmark({uid})
            stamp(session, uid, notify=before)
        raise


def _sent(
    on: Ground, past: Past, content: bytes | None, chosen: Mapping[str, frozenset[str]], *, invites: bool
) -> bytes:
    if content is None:
        return b""
    wanted = summoned(content, content, chosen) if invites else content
    return outgoing(wanted, there=past.there, chosen=chosen, own=on.own, private=on.asked)


def _chosen(choices: Choices) -> dict[str, frozenset[str]]:
    """Occurrence → whom a round may invite. Who was invited once is known there, or has left: the word was for once."""
    found: dict[str, frozenset[str]] = {}
    for (occurrence, address), choice in choices.items():
        if choice is Choice.INVITE:
            found[occurrence] = found.get(occurrence, NOBODY) | {address}
    return found
