"""Carrying out what a person chose about a conflict or a waiting item: always by writing the file here."""

from __future__ import annotations

from calsync_cli.app.disputes import MAIL, TWICE, Dispute, link_of
from calsync_cli.app.pen import Pen, births, spot_of, under, writing
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Pair, Prefer, Ref, Side
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.core.steps import Conflict
from calsync_cli.state.settings import LinkRow

NONE: frozenset[Ref] = frozenset()


def settle(session: Session, one: Dispute, keep: str) -> None:
    """`keep` is one of disputes.choices. Raises E502, E505, E403, E205."""
    link = link_of(session, one)
    if one.conflict is not None:
        if link is not None:
            _conflict(session, one, one.conflict, link, keep)
        session.chronicle.resolve(one.number, session.desk.now())
    elif link is not None:
        _waiting(session, one, link, keep)


def _conflict(session: Session, one: Dispute, conflict: Conflict, link: LinkRow, keep: str) -> None:
    stands = "remote" if conflict.loser is Side.NEAR else "local"
    if keep == stands or one.resolved:
        return
    with writing(session, "resolved") as pen:
        if keep == "both":
            loser = conflict.near if conflict.loser is Side.NEAR else conflict.far
            _copy(pen, one, session.books.body(loser))
        else:
            _turn(pen, one, conflict, link, Prefer(keep))


def _turn(pen: Pen, one: Dispute, conflict: Conflict, link: LinkRow, prefer: Prefer) -> None:
    """The file as it is now, with what the other decision would have made different."""
    spot, body = spot_of(link), pen.session.books.body
    result = body(conflict.result)
    uid = scan(result).uid or one.key
    variant = _variant(pen, conflict, prefer, uid)
    now = pen.find(spot, uid, one.ref)
    wanted = variant if now is None else _onto(now.content, result, variant)
    pen.put(spot, now, wanted, key=uid, title=one.title)


def _variant(pen: Pen, conflict: Conflict, prefer: Prefer, uid: str) -> bytes:
    """What would stand if the setting had been the other one."""
    near, far, near_base, far_base = (
        pen.session.books.body(sha) for sha in (conflict.near, conflict.far, conflict.near_base, conflict.far_base)
    )
    if conflict.near == conflict.near_base and conflict.far == conflict.far_base:  # never agreed on: one side wholly
        chosen = near if prefer is Prefer.LOCAL else far
        return chosen if scan(chosen).uid == uid else under(uid, chosen)
    return _merged(near_base, near, far_base, far, prefer)


def _onto(now: bytes, result: bytes, variant: bytes) -> bytes:
    """Raises E403 where the file cannot be read any more: nobody knows then what to keep of it."""
    from calsync_cli.core.lines import Broken

    try:
        return _merged(result, now, result, variant, Prefer.REMOTE)
    except Broken as broken:
        raise CalsyncError("E403", "broken") from broken


def _merged(near_base: bytes, near: bytes, far_base: bytes, far: bytes, prefer: Prefer) -> bytes:
    from calsync_cli.core.merge import merge  # loaded when two versions differ

    return merge(near_base=near_base, near=near, far_base=far_base, far=far, prefer=prefer).content


def _copy(pen: Pen, one: Dispute, content: bytes) -> None:
    """A version becomes an event of its own, in the calendar that takes new ones; done twice it is there once."""
    spot = births(pen.session)
    if spot is None:
        raise CalsyncError("E205", account=pen.session.account)
    key = fresh_key(one.key, sha_of(content))
    wanted = under(key, content)
    pen.session.books.hush([sha_of(wanted)])
    pen.put(spot, pen.find(spot, key), wanted, key=key, title=one.title)


def _waiting(session: Session, one: Dispute, link: LinkRow, keep: str) -> None:
    why = one.wait.why if one.wait else ""
    if why == MAIL and keep == "local":
        session.books.let_mail(one.key)
        return
    with writing(session, "resolved") as pen:
        if why == TWICE and keep == "both":
            _own_uid(pen, one, link)
        else:
            _give_way(pen, one, link)
    if why == MAIL:  # what was said of the write that is given up counts for no other
        session.consents.lower(one.key)
        session.books.unmark({one.key})


def _own_uid(pen: Pen, one: Dispute, link: LinkRow) -> None:
    """The second event of a UID gets one of its own, in place."""
    held = pen.at(spot_of(link), one.ref)
    if held is not None:
        key = fresh_key(one.key, sha_of(held.content))
        pen.put(spot_of(link), held, under(key, held.content), key=key, title=one.title)


def _give_way(pen: Pen, one: Dispute, link: LinkRow) -> None:
    """Here it is as both sides last agreed, or it is not here at all; so the account's version comes by itself."""
    spot, pair = spot_of(link), _pair(pen.session, one)
    held = pen.at(spot, pair.near.ref if pair else one.ref)
    if held is None and pair is None:
        held = pen.find(spot, one.key)
    if pair is not None:
        pen.put(spot, held, pen.session.books.body(pair.near.sha), key=one.key, title=one.title)
    elif held is not None:
        pen.drop(spot, held, key=one.key, title=one.title)


def _pair(session: Session, one: Dispute) -> Pair | None:
    """The pair that waits, if it is one: by its ref on the side that waits."""
    refs = frozenset({one.ref})
    near, far = (refs, NONE) if one.wait and one.wait.side is Side.NEAR else (NONE, refs)
    return next(iter(session.books.pairs_at(one.link, near, far)), None)
