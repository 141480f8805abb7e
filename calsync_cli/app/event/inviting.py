"""`event invite`: send people an invitation, those too whom another program or an earlier word kept off it (R26)."""

from __future__ import annotations

from calsync_cli.app import here
from calsync_cli.app.almanac import Almanac, almanac
from calsync_cli.app.event.changing import Change, bring, tell, write
from calsync_cli.app.event.found import editable, find, organised
from calsync_cli.app.event.ground import at_work, ground, looking
from calsync_cli.app.event.moments import reach
from calsync_cli.app.event.refusing import refusing
from calsync_cli.app.event.wishes import InviteWish
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.core.editing import Edited, with_guests

INVITED = "invited"


def invite(desk: Desk, wish: InviteWish) -> EventReport:
    """The word is for these people: nobody else on it is invited by it. Raises E001, E003, E206, E207, E502, E505."""
    if wish.dry_run:
        with looking(desk) as session, almanac(desk) as book:
            return tell(desk, book, _change(desk, session, book, wish), INVITED, notify=None).report(dry=True)
    with at_work(desk) as session, almanac(desk) as book:
        change = _change(desk, session, book, wish)
        write(session, change, INVITED, notify=None)
        book.look()
        tale = tell(desk, book, change, INVITED, notify=None)
    tale.delivered = bring(desk, change)
    return tale.report(dry=False)


def _change(desk: Desk, session: Session | None, book: Almanac, wish: InviteWish) -> Change:
    on = ground(desk, session)
    found = find(book, wish.which.id, session, on)
    editable(found, session)
    organised(found)
    with refusing(found.entry.id[:8]):
        meant = reach(found, wish.which, here.zone(desk))
        content = with_guests(found.held.content, wish.addresses, meant, organizer=on.organizer, stamp=on.stamp)
    return Change(on, found, meant, Edited(content), wish.addresses)
