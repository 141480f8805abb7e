"""Whom the next round may invite, and which of these words it has carried out: each is for once."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from calsync_cli.app import wiring
from calsync_cli.app.session import Session
from calsync_cli.core.model import CollectionId, Fetched, Held, Mode, Page, Pair, Ref, RunId, Side
from calsync_cli.core.scan import scan
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
    _withdraw(session, session.consents.chosen())
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


def _withdraw(session: Session, left: Chosen) -> None:
    """Words about events, or guests, that are not here any more: whoever makes them anew has nobody's word for it.

    As long as it is not certain what this disk says, a word stands: an event that waits still invites.
    """
    if not left:
        return
    from calsync_cli.core.guests import listed
    from calsync_cli.core.lines import Broken, parse

    for uid, words in left.items():
        there = _here(session, uid)
        try:
            lists = [listed(parse(content)) for content in there] if there is not None else None
        except Broken:
            continue
        if lists is not None:
            session.consents.withdraw(
                (uid, at, address)
                for at, who in words.items()
                for address in who
                if not any(address in found.get("", frozenset()) | found.get(at, frozenset()) for found in lists)
            )


def _here(session: Session, uid: str) -> list[bytes] | None:
    """Every file of this UID; None where that cannot be told."""
    agenda = wiring.agenda(session.desk, session.account)
    pairs = session.books.pairs_with({uid})
    found: list[Fetched] = []
    for link in session.settings.links():
        if link.mode is not Mode.TWO_WAY or not agenda.path(CollectionId(link.name)).is_dir():
            continue
        store = agenda.open(CollectionId(link.name))
        refs = {pair.near.ref for pair in pairs if pair.link == link.id}
        if not refs:  # what has a pair has another UID
            known = session.books.index(link.id, Side.NEAR)
            pages = list(store.look(None, frozenset()))
            refs = {ref for page in pages for ref in _listed(page) if ref not in known}
        found += store.fetch(sorted(refs))
    if not all(isinstance(one, Held) for one in found):
        return None
    return [one.content for one in found if isinstance(one, Held) and scan(one.content).uid == uid]


def _listed(page: Page) -> frozenset[Ref]:
    return frozenset({*(one.ref for one in page.seen), *(one.ref for one in page.unreadable)})


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
