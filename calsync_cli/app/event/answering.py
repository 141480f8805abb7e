"""`event respond`: one's own answer to a meeting that somebody else organises, sent or kept to oneself."""

from __future__ import annotations

from calsync_cli.app import here
from calsync_cli.app.almanac import Almanac, almanac
from calsync_cli.app.event.changing import Change, tell, write
from calsync_cli.app.event.found import editable, find
from calsync_cli.app.event.ground import at_work, ground, looking
from calsync_cli.app.event.moments import reach
from calsync_cli.app.event.refusing import refusing
from calsync_cli.app.event.telling import Tale
from calsync_cli.app.event.wishes import RespondWish
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.core.editing import Edited, answered
from calsync_cli.core.errors import CalsyncError

ANSWERED = "answered"
TYPED = {"accepted": "accept", "declined": "decline", "tentative": "tentative"}


def respond(desk: Desk, wish: RespondWish) -> EventReport:
    """Without --quietly the organiser hears of it, whatever event.updates says: that is what an answer is for.

    Raises E001, E003, E206, E207 where it is one's own or one is not invited, E403, E502, E505.
    """
    notify = not wish.quietly
    if wish.dry_run:
        with looking(desk) as session, almanac(desk) as book:
            return _tale(desk, book, _change(desk, session, book, wish), wish).report(dry=True)
    with at_work(desk) as session, almanac(desk) as book:
        change = _change(desk, session, book, wish)
        write(session, change, ANSWERED, notify=notify)
        book.look()
        return _tale(desk, book, change, wish).report(dry=False)


def _change(desk: Desk, session: Session | None, book: Almanac, wish: RespondWish) -> Change:
    on = ground(desk, session)
    found = find(book, wish.which.id, session, on)
    name = found.entry.id[:8]
    editable(found, session)
    if found.mine:
        raise CalsyncError("E207", "own", fix=f"calsync event edit {name}")
    with refusing(name):
        meant = reach(found, wish.which, here.zone(desk))
        content = answered(found.held.content, on.own, wish.answer, meant)
    return Change(on, found, meant, Edited(content), ())


def _tale(desk: Desk, book: Almanac, change: Change, wish: RespondWish) -> Tale:
    tale = tell(desk, book, change, ANSWERED, notify=not wish.quietly)
    if tale.post.held:
        tale.fix = f"calsync event respond {tale.events[0].short} {TYPED[wish.answer]}"
    return tale
