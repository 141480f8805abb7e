"""Whom the next round may invite, and which of these words it has carried out: each is for once."""

from __future__ import annotations

from calsync_cli.app.session import Session
from calsync_cli.core.model import RunId
from calsync_cli.engine.order import Result
from calsync_cli.state.consents import Chosen


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
