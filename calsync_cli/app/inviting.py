"""Whom the next round may invite, and which of these words it has carried out: each is for once."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from calsync_cli.app.session import Session
from calsync_cli.core.model import Pair, RunId
from calsync_cli.engine.order import Result, Round
from calsync_cli.state.consents import Chosen

MOST = 200
"""Events of a round that are looked at for guests whom nobody chose."""


def chosen(session: Session, run: RunId, *, dry: bool) -> Chosen:
    """UID → occurrence → addresses. What a round did that was killed before it could say so is not asked for again."""
    found = session.consents.chosen()
    if not found or dry:
        return found
    _settle(session, run, found)
    return session.consents.chosen()


def carried_out(session: Session, run: RunId, result: Result) -> None:
    """After a round: who is on the event at the provider now was invited, and what went quietly has gone."""
    _settle(session, run, session.consents.chosen())
    quiet = session.books.quiet()
    if quiet:
        session.books.unmark(quiet & {happened.key for happened in result.happened if happened.far})


def unasked(session: Session, work: Round) -> str:
    """The command that would invite whom another program put on an event, and nobody said a word about; "" for none.

    One command is enough to learn it by; and a large first round is not read again for that.
    """
    for pair in session.books.pairs_with(frozenset(work.result.touched[:MOST])):
        who = _unasked(session, pair, work.order.rules.own)
        if who:
            from shlex import join  # an address is anybody's text, and this line is made to be pasted into a shell

            from calsync_cli.core.details import event_id

            return f"calsync event invite {event_id(pair.key)} {join(sorted(who))}"
    return ""


def _unasked(session: Session, pair: Pair, own: AbstractSet[str]) -> AbstractSet[str]:
    here = session.books.body(pair.near.sha)
    if b"ATTENDEE" not in here.upper():
        return frozenset()
    from calsync_cli.core.guests import guests, organizer  # parses events, where there is somebody to be found
    from calsync_cli.core.lines import Broken
    from calsync_cli.core.mailing import left_out

    try:
        if organizer(here) not in {"", *own}:
            return frozenset()
        quiet = frozenset[str]().union(*left_out(here).values())
        known = guests(session.books.body(pair.far.sha))
        said = {address for _, address in session.consents.of(pair.key)}
        return guests(here) - known - quiet - said - own
    except Broken:  # it waits, and is told as such
        return frozenset()


def _settle(session: Session, run: RunId, found: Chosen) -> None:
    if not found:
        return
    from calsync_cli.core.guests import listed  # parses events, where somebody waits to be invited
    from calsync_cli.core.lines import Broken, parse

    done: list[tuple[str, str, str]] = []
    for pair in session.books.pairs_with(found.keys()):
        try:
            there = listed(parse(session.books.body(pair.far.sha)))
        except Broken:  # it waits, and is told as such
            continue
        series = there.get("", frozenset())
        for at, who in found[pair.key].items():
            done.extend((pair.key, at, address) for address in who & (series | there.get(at, frozenset())))
    session.consents.done(run, done)
