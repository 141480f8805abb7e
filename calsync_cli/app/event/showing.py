"""`event show`: all there is to know of one event; and what has to be known of it before it is edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from calsync_cli.app import here
from calsync_cli.app.almanac import almanac
from calsync_cli.app.event import choosing, moments
from calsync_cli.app.event.found import Found, find
from calsync_cli.app.event.ground import ground, looking
from calsync_cli.app.event.moments import reach, upcoming
from calsync_cli.app.event.post import Post
from calsync_cli.app.event.refusing import refusing
from calsync_cli.app.event.telling import Tale, reached
from calsync_cli.app.event.wishes import Which
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.core.details import Guest, details_of
from calsync_cli.core.occasions import Occasion
from calsync_cli.core.times import Moment
from calsync_cli.core.units import recurs

NEXT = 5
"""Occurrences of a series that are told."""


@dataclass(frozen=True, slots=True)
class Before:
    """What an edit starts from: when it is, and who was never decided about."""

    start: Moment | None
    """By the clock of the zone that was asked for."""
    original: Moment | None
    """As it stands in the file."""
    guests: tuple[Guest, ...]


def show(desk: Desk, *, which: Which) -> EventReport:
    """Nothing is written, and no state is needed. Raises E003, E403, E505."""
    with looking(desk) as session, almanac(desk) as book:
        on = ground(desk, session)
        found = find(book, which.id, session, on)
        with refusing(found.entry.id[:8]):
            meant = reach(found, which, here.zone(desk))
            tale = Tale(desk, on, "shown", found.past, found.past.choices)
            tale.reach = reached(meant, series=_recurring(found))
            tale.shows(found.held.content, found.home, book.short, mine=found.mine, at=meant.at)
            if found.mine:
                tale.asks(found.held.content)
            coming = upcoming(found, here.now(desk), here.zone(desk), NEXT)
        if found.past.waits:
            tale.post = Post(held=True)
            tale.fix = f"calsync event edit {tale.events[0].short} --notify" if found.mine else "calsync conflicts"
        return replace(
            tale.report(dry=False),
            next="",
            upcoming=tuple(_when(one) for one in coming) if _recurring(found) else (),
            path=(found.home.folder / found.entry.ref).absolute(),
        )


def before(desk: Desk, *, which: Which, zone: str) -> Before:
    """For `edit`, before anybody is asked. Raises E003, E403, E505."""
    with looking(desk) as session, almanac(desk) as book:
        on = ground(desk, session)
        found = find(book, which.id, session, on)
        with refusing(found.entry.id[:8]):
            told = details_of(found.laid, reach(found, which, here.zone(desk)).at)
        answered = desk.config[keys.EVENT_INVITE] in choosing.SAID
        open_ = () if answered or not found.mine else choosing.undecided(told.guests, found.past, on)
        return Before(moments.within(told.start, zone, found.laid.zones), told.start, open_)


def _recurring(found: Found) -> bool:
    return any(recurs(part) for part in found.laid.parts.values())


def _when(one: Occasion) -> datetime | date:
    return one.start.date() if one.all_day else one.start
