"""Colleagues: people with an agenda on this machine, or of the team that the settings name (R24 to R26).

As long as neither side has an active calendar, nobody else could bring them the meeting: it is written into their own
agenda at once, as an attendee has it. Later changes follow; what they changed in it themselves stays theirs.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from calsync_cli.app import wiring
from calsync_cli.app.event.ground import Ground, birthplace
from calsync_cli.app.pen import Pen, births, writing
from calsync_cli.app.session import Session, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.event import same_meaning
from calsync_cli.core.guests import organizer
from calsync_cli.core.lines import Broken, Component, Line, parse, render
from calsync_cli.core.merge import merge
from calsync_cli.core.model import Held, Prefer, Ref
from calsync_cli.core.scan import scan


@dataclass(frozen=True, slots=True)
class News:
    """What became of a meeting: as it was (b"": it is new) and as it is now (b"": it is off)."""

    uid: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """In whose agenda it stands as it is now, and whose could not be written."""

    to: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def is_colleague(desk: Desk, address: str) -> bool:
    """An account of this machine, or a member of the team."""
    members = [one.lower() for one in desk.config[keys.TEAM_MEMBERS]]
    return address in desk.places.accounts() or any(
        address.endswith(one) if one.startswith("@") else address == one for one in members
    )


def deliver(desk: Desk, on: Ground, news: News, to: AbstractSet[str]) -> Delivered:
    """Bring the news to those of `to` who have an agenda here that is not active. Never raises for one of them."""
    if on.active or not on.organizer:
        return Delivered()
    done, missed = [], []
    for address in sorted(to - on.own):
        if AccountName(address) not in desk.places.accounts() or _shared(desk, on, address):
            continue
        try:
            if _brought(desk, on, AccountName(address), news):
                done.append(address)
        except CalsyncError:
            missed.append(address)
    return Delivered(tuple(done), tuple(missed))


def _shared(desk: Desk, on: Ground, address: str) -> bool:
    """Where agenda.path does not tell accounts apart, theirs is the very directory that was written already."""
    return wiring.agenda_root(desk, address) == wiring.agenda_root(desk, on.account)


def _brought(desk: Desk, on: Ground, colleague: AccountName, news: News) -> bool:
    with working(desk, colleague) as theirs:
        if births(theirs) is not None:
            return False
        with writing(theirs, "edited" if news.after else "deleted") as pen:
            return _write(theirs, pen, on, news)


def _write(theirs: Session, pen: Pen, on: Ground, news: News) -> bool:
    spot = birthplace(theirs)
    held = pen.find(spot, news.uid, Ref(f"{news.uid}.ics"))
    title = scan(news.after or news.before).title
    if held is None:
        # Taken out of their own agenda, it does not come back by a later change.
        if news.before or not news.after:
            return False
        pen.put(spot, None, _as_attendee(news.after), key=news.uid, title=title)
        return True
    if organizer(held.content) not in on.own:
        return False
    if not news.after:
        if not same_meaning(_plain(held.content), _plain(news.before)):
            return False
        pen.drop(spot, held, key=news.uid, title=title)
        return True
    pen.put(spot, held, _joined(held, news), key=news.uid, title=title)
    return True


def _joined(held: Held, news: News) -> bytes:
    """Their version with the organiser's changes; what both changed stays theirs."""
    was, now = _as_attendee(news.before or news.after), _as_attendee(news.after)
    if held.content == was:
        return now
    try:
        return merge(near_base=was, near=held.content, far_base=was, far=now, prefer=Prefer.LOCAL).content
    except Broken:
        return held.content


def _plain(content: bytes) -> bytes:
    """What it says but for answers and reminders: giving one, or setting one, makes a meeting nobody's own."""
    tree = parse(_as_attendee(content))
    return render(tree.with_body(_without_people(item) for item in tree.body))


def _without_people(item: Line | Component) -> Line | Component:
    if not isinstance(item, Component) or item.name == "VTIMEZONE":
        return item
    return item.with_body(one for one in item.body if not (isinstance(one, Line) and one.name == "ATTENDEE"))


def _as_attendee(content: bytes) -> bytes:
    """Without the organiser's own alarms: they are for whoever set them."""
    tree = parse(content)
    return render(tree.with_body(_without_alarms(item) for item in tree.body))


def _without_alarms(item: Line | Component) -> Line | Component:
    if not isinstance(item, Component) or item.name == "VTIMEZONE":
        return item
    return item.with_body(part for part in item.body if not (isinstance(part, Component) and part.name == "VALARM"))
