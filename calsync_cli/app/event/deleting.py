"""`event delete`: the whole, one occurrence, or from one on; of somebody else's meeting one's own copy."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.app import here
from calsync_cli.app.almanac import Almanac, almanac
from calsync_cli.app.event.colleagues import Delivered, News, deliver
from calsync_cli.app.event.found import Found, editable, find, organised
from calsync_cli.app.event.ground import Ground, at_work, ground, looking
from calsync_cli.app.event.moments import reach
from calsync_cli.app.event.post import Post, foreseen, stamped
from calsync_cli.app.event.refusing import refusing
from calsync_cli.app.event.telling import DELETED, Tale, Warn, reached
from calsync_cli.app.event.wishes import DeleteWish
from calsync_cli.app.pen import writing
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.core.details import details
from calsync_cli.core.draft import WHOLE, Extent, Reach
from calsync_cli.core.editing import dropped
from calsync_cli.core.scan import scan
from calsync_cli.core.units import recurs


@dataclass(frozen=True, slots=True)
class _Going:
    """What is to go, and what is left of it."""

    on: Ground
    found: Found
    reach: Reach
    left: bytes | None


def delete(desk: Desk, wish: DeleteWish) -> EventReport:
    """Raises E001, E003, E206, E207, E403, E502, E505."""
    if wish.dry_run:
        with looking(desk) as session, almanac(desk) as book:
            return _tale(desk, book, _going(desk, session, book, wish), wish).report(dry=True)
    with at_work(desk) as session, almanac(desk) as book:
        going = _going(desk, session, book, wish)
        tale = _tale(desk, book, going, wish)
        _write(session, going, wish)
    tale.delivered = _bring(desk, going)
    return tale.report(dry=False)


def _going(desk: Desk, session: Session | None, book: Almanac, wish: DeleteWish) -> _Going:
    on = ground(desk, session)
    found = find(book, wish.which.id, session, on)
    editable(found, session)
    with refusing(found.entry.id[:8]):
        meant = reach(found, wish.which, here.zone(desk))
        if not found.mine and (meant != WHOLE or wish.notify):
            organised(found)
        if meant == WHOLE:
            return _Going(on, found, meant, None)
        left = dropped(found.held.content, meant, stamp=on.stamp, organizer=on.organizer)
    return _Going(on, found, meant, left)


def _write(session: Session, going: _Going, wish: DeleteWish) -> None:
    found = going.found
    title = scan(found.held.content).title
    notify = wish.notify if found.mine else None
    with stamped(session, found.uid, notify=notify), writing(session, DELETED) as pen:
        if going.left is None:
            pen.drop(found.home.spot, found.held, key=found.uid, title=title)
        else:
            pen.put(found.home.spot, found.held, going.left, key=found.uid, title=title)
    if going.left is None:
        session.consents.forget(found.uid)


def _tale(desk: Desk, book: Almanac, going: _Going, wish: DeleteWish) -> Tale:
    found = going.found
    tale = Tale(desk, going.on, DELETED, found.past, found.past.choices)
    tale.reach = reached(going.reach, series=any(recurs(part) for part in found.laid.parts.values()))
    at = going.reach.at if going.reach.extent is not Extent.ALL else None
    tale.shows(found.held.content, found.home, book.short, mine=found.mine, at=at)
    if not found.mine:
        tale.warnings.append(Warn.NO_REPLY)
        tale.post = Post()
        tale.fix = f"calsync event respond {tale.events[0].short} decline"
        return tale
    tale.post = foreseen(going.on, found.past, going.left, found.past.choices, notify=wish.notify)
    if tale.post.held:
        tale.fix = "calsync conflicts"
    return tale


def _bring(desk: Desk, going: _Going) -> Delivered:
    if not going.found.mine:
        return Delivered()
    before = going.found.held.content
    to = frozenset(guest.address for guest in details(before).guests)
    return deliver(desk, going.on, News(going.found.uid, before, going.left or b""), to)
