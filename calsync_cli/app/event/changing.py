"""`event edit`: other words, another time, another rule; for the whole, one occurrence, or from one on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from calsync_cli.app import here
from calsync_cli.app.almanac import Almanac, almanac
from calsync_cli.app.event.adding import LINES, legible, titled
from calsync_cli.app.event.choosing import decided, remember, undecided, with_words, words
from calsync_cli.app.event.colleagues import Delivered, News, deliver
from calsync_cli.app.event.found import Choices, Found, Past, editable, find, organised
from calsync_cli.app.event.ground import Ground, at_work, ground, looking
from calsync_cli.app.event.moments import ending, kept, reach
from calsync_cli.app.event.post import Post, foreseen, stamp, stamped
from calsync_cli.app.event.refusing import refusing
from calsync_cli.app.event.telling import Tale, Warn, reached
from calsync_cli.app.event.wishes import EditWish
from calsync_cli.app.pen import Pen, Spot, writing
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.core.details import details_of
from calsync_cli.core.draft import Changes, Extent, Invitee, Reach
from calsync_cli.core.editing import Edited, edited
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.guests import listed
from calsync_cli.core.lines import parse
from calsync_cli.core.model import Held, Ref
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.times import Moment, told_in_utc
from calsync_cli.core.units import recurs
from calsync_cli.state.consents import Choice


@dataclass(frozen=True, slots=True)
class Change:
    """An edit, decided and not written yet."""

    on: Ground
    found: Found
    reach: Reach
    result: Edited
    invitees: tuple[Invitee, ...]
    """Everybody with a new word."""

    @property
    def at(self) -> str:
        """The occurrence, as choices name it."""
        if self.reach.extent is not Extent.ONE or self.reach.at is None:
            return ""
        return told_in_utc(self.reach.at, self.found.laid.zones)

    @property
    def changes(self) -> bool:
        """The file will be another one."""
        return self.result.content != self.found.held.content or bool(self.result.tail)

    def quiet(self, *, notify: bool | None) -> bool:
        """Nobody is to hear of it."""
        return notify is False or (notify is None and (self.found.past.quiet or not self.on.updates))


def edit(desk: Desk, wish: EditWish) -> EventReport:
    """Raises E001, E002, E003, E206, E207, E403, E502, E505."""
    if wish.empty:
        raise CalsyncError("E002", "no-change", flag="--at | --title | --where | …")
    if wish.dry_run:
        with looking(desk) as session, almanac(desk) as book:
            change = _change(desk, session, book, wish)
            return tell(desk, book, change, "edited", notify=wish.notify).report(dry=True)
    with at_work(desk) as session, almanac(desk) as book:
        change = _change(desk, session, book, wish)
        write(session, change, "edited", notify=wish.notify)
        book.look()
        tale = tell(desk, book, change, "edited", notify=wish.notify)
    tale.delivered = bring(desk, change)
    return tale.report(dry=False)


def _change(desk: Desk, session: Session | None, book: Almanac, wish: EditWish) -> Change:
    on = ground(desk, session)
    found = find(book, wish.which.id, session, on)
    editable(found, session)
    organised(found)
    with refusing(found.entry.id[:8]):
        there = details_of(found.laid)
        reached_ = reach(found, wish.which, here.zone(desk))
        open_ = undecided(there.guests, found.past, on) if wish.changes_something else ()
        invitees = decided(desk, wish.guests, open_)
        result = edited(
            found.held.content,
            replace(_timed(found, wish, reached_), invitees=invitees),
            reached_,
            stamp=on.stamp,
            organizer=on.organizer,
            fresh_uid=_tail_uid(found, reached_),
        )
    return Change(on, found, reached_, result, invitees)


def _timed(found: Found, wish: EditWish, meant: Reach) -> Changes:
    """With an end where only a length was given, and a start where only a zone was; else in the zone that it has."""
    changes, zones = wish.changes, found.laid.zones
    was = details_of(found.laid, meant.at).start
    if changes.title is not None:
        changes = replace(changes, title=titled(changes.title))
    legible("--where", changes.where or "")
    legible("--notes", changes.notes or "", besides=LINES)
    if wish.zone and changes.start is None:
        if was is None or was.all_day:
            raise CalsyncError("E001", "needs", flag="--tz", other="--at")
        changes = replace(changes, start=Moment(was.wall, wish.zone))
    if not wish.zone:
        start, end = (kept(one, was, zones) if one else None for one in (changes.start, changes.end))
        changes = replace(changes, start=start, end=end)
    begin = changes.start or was
    if wish.length is not None and changes.end is None and begin is not None:
        changes = replace(changes, end=ending(begin, None, wish.length, zones))
    return changes


def write(session: Session, change: Change, why: str, *, notify: bool | None) -> None:
    """Choices first, then the file, then the rest of a series that was cut in two."""
    found, result = change.found, change.result
    said = words(change.invitees, change.on, change.at)
    split = bool(result.tail)
    if split:
        session.consents.carry(found.uid, result.tail_uid)
        for (occurrence, address), choice in _invited_there(change).items():
            session.consents.choose(result.tail_uid, address, choice, occurrence=occurrence)
        if change.quiet(notify=notify):  # for the guests it is a new meeting, and none goes out without an invitation
            session.consents.lower(result.tail_uid)
    remember(session, result.tail_uid if split else found.uid, said)
    if not change.changes:
        stamp(session, found.uid, notify=notify)
        return
    with stamped(session, found.uid, notify=notify), writing(session, why) as pen:
        if split:
            title, spot = scan(result.tail).title, found.home.spot
            pen.put(spot, _before(pen, spot, result.tail_uid), result.tail, key=result.tail_uid, title=title)
        pen.put(found.home.spot, found.held, result.content, key=found.uid, title=scan(result.content).title)


def _invited_there(change: Change) -> Choices:
    """Whoever the provider has on the series is on the rest of it too: else that looks called off."""
    past, own = change.found.past, change.on.own
    if not past.there:
        return {}
    lists = listed(parse(past.there)).items()
    return {(at, who): Choice.INVITE for at, all_ in lists for who in all_ - own if (at, who) not in past.choices}


def _tail_uid(found: Found, meant: Reach) -> str:
    """The same each time it is cut there: killed between the halves and typed again, the rest is there once."""
    if meant.at is None:
        return str(uuid.uuid4())
    at = told_in_utc(meant.at, found.laid.zones)
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{found.uid}\n{at}\n{sha_of(found.held.content)}"))


def _before(pen: Pen, spot: Spot, uid: str) -> Held | None:
    """The rest as a command left it that was killed before the rest was cut off."""
    there = pen.at(spot, Ref(f"{uid}.ics"))
    return there if there is not None and scan(there.content).uid == uid else None


def tell(desk: Desk, book: Almanac, change: Change, did: str, *, notify: bool | None) -> Tale:
    """What it comes to."""
    found, result = change.found, change.result
    choices = with_words(found.past.choices, words(change.invitees, change.on, change.at))
    tale = Tale(desk, change.on, did, replace(found.past, choices=choices), choices)
    series = any(recurs(part) for part in found.laid.parts.values())
    tale.reach = reached(change.reach, series=series)
    tale.names(change.invitees)
    tale.post = foreseen(change.on, found.past, result.content, choices, notify=notify)
    at = change.reach.at if change.reach.extent is Extent.ONE else None
    tale.shows(result.content, found.home, book.short, mine=found.mine, at=at)
    tale.asks(result.content)
    if result.tail:
        tale.shows(result.tail, found.home, book.short, mine=found.mine)
        tale.post = _with_tail(tale.post, change, choices, notify=notify)
    if result.lost:
        tale.warnings.append(Warn.LOST)
    if not change.changes and not change.invitees:
        tale.warnings.append(Warn.UNCHANGED)
    if tale.post.held:
        tale.fix = f"calsync event edit {tale.events[0].short} --notify"
    return tale


def _with_tail(post: Post, change: Change, choices: Choices, *, notify: bool | None) -> Post:
    """For the guests the rest of the series is a meeting of its own."""
    if change.quiet(notify=notify):
        return post
    choices = {**_invited_there(change), **choices}
    more = foreseen(change.on, Past(choices=choices), change.result.tail, choices, notify=notify)
    return Post(tuple(sorted({*post.told, *more.told})), post.held)


def bring(desk: Desk, change: Change) -> Delivered:
    """To the colleagues who have it in an agenda of their own here; to those who are invited now for the first time."""
    found, result = change.found, change.result
    named = frozenset(one.address for one in change.invitees if one.invited)
    others = frozenset(guest.address for guest in details_of(found.laid).guests)
    had = deliver(desk, change.on, News(found.uid, found.held.content, result.content), others - named)
    new = deliver(desk, change.on, News(found.uid, b"", result.content), named)
    tail = Delivered()
    if result.tail:
        to = frozenset(had.to) | frozenset(new.to)
        tail = deliver(desk, change.on, News(result.tail_uid, b"", result.tail), to)
    return Delivered(
        tuple(dict.fromkeys((*had.to, *new.to))), tuple(dict.fromkeys((*had.missed, *new.missed, *tail.missed)))
    )
