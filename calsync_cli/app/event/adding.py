"""`event add`: a new event in the calendar that takes new ones."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from calsync_cli.app import here
from calsync_cli.app.almanac import Almanac, Home, almanac
from calsync_cli.app.event.calendar import home_of, opened
from calsync_cli.app.event.choosing import decided, remember, with_words, words
from calsync_cli.app.event.colleagues import News, deliver
from calsync_cli.app.event.found import Past
from calsync_cli.app.event.ground import Ground, at_work, birthplace, ground, looking
from calsync_cli.app.event.moments import NO_FILE, ending
from calsync_cli.app.event.post import foreseen
from calsync_cli.app.event.refusing import refusing
from calsync_cli.app.event.telling import Tale, Warn
from calsync_cli.app.event.wishes import AddWish
from calsync_cli.app.pen import writing
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.core.draft import Draft, Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.scan import unescaped
from calsync_cli.core.times import Moment, aware

LINES = "\r\n\t"
"""What notes may have beside characters that are seen."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A new event, before it is written."""

    uid: str
    content: bytes
    title: str
    invitees: tuple[Invitee, ...]
    on: Ground
    home: Home


def add(desk: Desk, wish: AddWish) -> EventReport:
    """Raises E001, E002, E003 where it is not known which account is meant, E502, E505."""
    if wish.dry_run:
        with looking(desk) as session, almanac(desk) as book:
            made = _made(desk, session, wish)
            return _tale(desk, wish, made, book, session).report(dry=True)
    with at_work(desk) as session, almanac(desk) as book:
        made = _made(desk, session, wish)
        tale = _tale(desk, wish, made, book, session)
        remember(session, made.uid, words(made.invitees, made.on))
        with writing(session, "added") as pen:
            opened(made.home)
            pen.put(made.home.spot, None, made.content, key=made.uid, title=made.title)
    to = frozenset(one.address for one in made.invitees if one.invited)
    tale.delivered = deliver(desk, made.on, News(made.uid, b"", made.content), to)
    return tale.report(dry=False)


def _made(desk: Desk, session: Session | None, wish: AddWish) -> _Made:
    from calsync_cli.core.drafting import new_event  # brings the zones' rules, for writing alone

    on = ground(desk, session)
    invitees = decided(desk, wish.guests, ())
    draft = Draft(
        title=titled(wish.title),
        start=wish.start,
        end=ending(wish.start, wish.end, wish.length),
        where=legible("--where", wish.where),
        notes=legible("--notes", wish.notes, besides=LINES),
        rule=wish.rule,
        reminders=wish.reminders,
        private=wish.private,
        invitees=invitees,
    )
    uid = str(uuid.uuid4())
    with refusing():
        content = new_event(draft, uid=uid, stamp=on.stamp, organizer=on.organizer)
    return _Made(uid, content, draft.title, invitees, on, home_of(desk, session, birthplace(session)))


def titled(text: str) -> str:
    """A title in one line. Raises E001 where it has characters that cannot be seen, E002 where it is empty."""
    title = text.strip()
    if not title:
        raise CalsyncError("E002", "title", flag="TITLE")
    return legible("TITLE", title)


def legible(flag: str, text: str, *, besides: str = "") -> str:
    """The text. Raises E001 where it has control characters, which no program shows and some obey."""
    if any(unicodedata.category(sign) == "Cc" and sign not in besides for sign in text):
        raise CalsyncError("E001", "control", flag=flag)
    return text


def _tale(desk: Desk, wish: AddWish, made: _Made, book: Almanac, session: Session | None) -> Tale:
    said = words(made.invitees, made.on)
    past = Past(choices=with_words({}, said), first=_first(session, made))
    tale = Tale(desk, made.on, "added", past, past.choices)
    tale.names(made.invitees)
    tale.post = foreseen(made.on, past, made.content, past.choices, notify=None)
    if _twin(desk, book, made, wish.start):
        tale.warnings.append(Warn.TWIN)
    tale.shows(made.content, made.home, book.short, mine=True)
    return tale


def _first(session: Session | None, made: _Made) -> bool:
    links = session.settings.links() if session else ()
    return any(link.id == made.home.spot.link and link.rounds == 0 for link in links)


def _twin(desk: Desk, book: Almanac, made: _Made, start: Moment) -> bool:
    """One of the same name is there at the same time: it was perhaps typed twice."""
    begin = aware(start, NO_FILE) or datetime.combine(start.wall, time(), here.zone(desk))
    if isinstance(start.wall, datetime) and not start.zone:
        begin = start.wall.replace(tzinfo=here.zone(desk))
    begin = begin.astimezone(UTC)
    for _entry, one in book.between(begin, begin + timedelta(seconds=1)):
        line = one.part.first("SUMMARY")
        if one.start == begin and line is not None and unescaped(line.value).strip() == made.title:
            return True
    return False
