"""An event's bytes with something in it changed: the whole, one occurrence, or one and all that follow.

What nobody asked to change keeps its bytes. In a series, a changed occurrence keeps what it has of its own and follows
in what it shares with the series. A new revision (SEQUENCE) is counted only on one's own events (RFC 5546 2.1.4). A
series that is split gets no RELATED-TO: no program shows it, and some servers drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from calsync_cli.core.attending import with_answer
from calsync_cli.core.draft import WHOLE, Changes, Extent, Invitee, Reach
from calsync_cli.core.drafting import moment_line
from calsync_cli.core.lines import Component, make_line, render
from calsync_cli.core.refusals import NOT_FOR_ONE, EndsTooEarly, NoSuchOccurrence, NotInvited, RuleError
from calsync_cli.core.reseries import Pairs, single, strays, whole
from calsync_cli.core.retouch import signed, with_line, with_lines
from calsync_cli.core.sheet import Sheet, alone, opened, sheet
from calsync_cli.core.splitting import Parted, parted
from calsync_cli.core.times import Moment
from calsync_cli.core.units import start_of

__all__ = ["Answer", "Edited", "EndsTooEarly", "NoSuchOccurrence", "NotInvited", "RuleError"]
__all__ += ["answered", "dropped", "edited", "with_guests"]

Answer = Literal["accepted", "declined", "tentative"]


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit made. `tail` is the new series that a split began; `lost` are changed occurrences that fell away."""

    content: bytes
    tail: bytes = b""
    tail_uid: str = ""
    lost: tuple[Moment, ...] = ()


def edited(
    content: bytes, changes: Changes, reach: Reach = WHOLE, *, stamp: datetime, organizer: str, fresh_uid: str
) -> Edited:
    """The event with the changes in it; the very same bytes where they change nothing.

    `organizer` is the user's own address. Raises Broken, NoSuchOccurrence, EndsTooEarly, RuleError.
    """
    page = sheet(content, stamp=stamp, organizer=organizer)
    match reach.extent:
        case Extent.ALL:
            return _whole(page, changes)
        case Extent.ONE:
            return Edited(_one(page, _named(reach), lambda part: _singly(page, part, changes), changes))
        case Extent.FOLLOWING:
            return _following(page, _named(reach), changes, fresh_uid, content)
        case _ as never:
            assert_never(never)


def dropped(content: bytes, reach: Reach = WHOLE, *, stamp: datetime, organizer: str) -> bytes | None:
    """The event without what is reached; None where nothing is left. Raises Broken, NoSuchOccurrence, RuleError."""
    page = sheet(content, stamp=stamp, organizer=organizer)
    match reach.extent:
        case Extent.ALL:
            return None
        case Extent.ONE:
            return _without_one(page, _named(reach))
        case Extent.FOLLOWING:
            return _without_following(page, _named(reach))
        case _ as never:
            assert_never(never)


def with_guests(
    content: bytes, invitees: Sequence[Invitee], reach: Reach = WHOLE, *, organizer: str, stamp: datetime
) -> bytes:
    """The event with these on it; nobody is taken off. Not for FOLLOWING: `edited` splits. Raises as `edited`."""
    if reach.extent is Extent.FOLLOWING:
        raise NoSuchOccurrence(reach.at)
    changes = Changes(invitees=tuple(invitees))
    return edited(content, changes, reach, stamp=stamp, organizer=organizer, fresh_uid="").content


def answered(content: bytes, own: frozenset[str], answer: Answer, reach: Reach = WHOLE) -> bytes:
    """The event with one's own answer in it. Raises Broken, NoSuchOccurrence, NotInvited.

    Its stamps and its SEQUENCE are the organizer's and stay (RFC 5546 2.1.5, 3.2.3).
    """
    page = sheet(content, stamp=None, organizer="")
    mine = frozenset(address.strip().lower().removeprefix("mailto:") for address in own)

    def answer_in(part: Component) -> Component:
        now = with_answer(part, mine, answer, page.pen.end)
        if now is None:
            raise NotInvited
        return now

    if reach.extent is Extent.ONE:
        return _one(page, _named(reach), answer_in)
    if reach.extent is Extent.FOLLOWING:  # nobody splits somebody else's series
        raise NoSuchOccurrence(reach.at)
    pairs = [(part, with_answer(part, mine, answer, page.pen.end)) for part in page.parts]
    if all(now is None for _, now in pairs):
        raise NotInvited
    return page.rendered([(part, now or part) for part, now in pairs])


def _named(reach: Reach) -> Moment:
    if reach.at is None:
        raise NoSuchOccurrence(None)
    return reach.at


def _whole(page: Sheet, changes: Changes) -> Edited:
    pairs, lost = whole(page, changes)
    return Edited(page.rendered(pairs), lost=lost)


def _singly(page: Sheet, part: Component, changes: Changes) -> Component:
    if changes.rule:
        raise RuleError(NOT_FOR_ONE)
    return single(page, part, changes)


def _one(page: Sheet, at: Moment, change: Callable[[Component], Component], changes: Changes | None = None) -> bytes:
    """The file with one occurrence changed; what happens once is changed as a whole."""
    was = page.at(at)
    if was is page.master and changes is not None:
        return _whole(page, changes).content
    now = change(was)
    if now.body == was.body:
        return page.rendered([])
    there = any(was is part for part in page.parts)
    return page.rendered([(was if there else None, signed(was, now, page.pen))])


def _following(page: Sheet, at: Moment, changes: Changes, fresh_uid: str, content: bytes) -> Edited:
    """Two series, or one where nothing takes place before."""
    if page.master is None:
        page.at(at)
        return Edited(page.rendered(strays(page, at, changes)))
    two = parted(page, at)
    if two is None:
        return _onward(page, changes)
    tail = _tail(page, two, fresh_uid if two.head else page.uid)
    then = _onward(tail, changes)
    if then.content == render(tail.tree):
        return Edited(content)
    if not two.head:
        return then
    return Edited(_head(page, two), then.content, fresh_uid, then.lost)


def _onward(page: Sheet, changes: Changes) -> Edited:
    """All of a series; its first occurrence takes every change, even one that has some of its own."""
    then = _whole(page, changes)
    again = opened_again(then, page)
    first = start_of(again.master) if again.master else None
    own = again.override_at(first) if first else None
    if own is None:
        return then
    now = single(again, own, replace(changes, rule=None))
    return replace(then, content=again.rendered([(own, signed(own, now, replace(again.pen, counts=False)))]))


def opened_again(then: Edited, page: Sheet) -> Sheet:
    """What an edit made, opened with the same pen."""
    again = sheet(then.content, stamp=page.pen.stamp, organizer=page.pen.organizer)
    return replace(again, pen=page.pen)


def _tail(page: Sheet, two: Parted, uid: str) -> Sheet:
    """The new series as it is before anything in it changes; a new one begins with revision 0."""
    fresh = uid != page.uid
    line = make_line("UID", uid, end=page.pen.end)
    parts = [with_lines(part, "UID", [line]) for part in two.tail] if fresh else list(two.tail)
    parts = [with_lines(part, "SEQUENCE", []) for part in parts] if fresh else parts
    pen = replace(page.pen, counts=page.pen.counts and not fresh)
    signs = [signed(was, part, pen) for was, part in zip((page.master, *two.tail[1:]), parts, strict=True) if was]
    again = opened(alone(page, signs), stamp=pen.stamp, organizer=pen.organizer)
    return replace(again, pen=pen)


def _head(page: Sheet, two: Parted) -> bytes:
    """The file with the components before alone."""
    kept = {id(part) for part in two.head[1:]}
    pairs: Pairs = [(part, part if id(part) in kept else None) for part in page.overrides]
    master = page.master
    if master is not None:
        pairs.append((master, signed(master, two.head[0], page.pen)))
    return page.rendered(pairs)


def _without_one(page: Sheet, at: Moment) -> bytes | None:
    """An exception in the series, in the type of its start (RFC 5545 3.8.5.1), and no changed occurrence."""
    was, override, course = page.at(at), page.override_at(at), page.course()
    pairs: Pairs = [(override, None)] if override else []
    if page.master is None or course is None:
        return page.rendered(pairs) if len(page.overrides) > 1 else None
    if was is page.master:
        return None
    if course.has(at):
        line = moment_line("EXDATE", course.local(at), page.pen.end)
        pairs.append((page.master, signed(page.master, with_line(page.master, line, after="RRULE"), page.pen)))
    left = page.rendered(pairs)
    then = sheet(left, stamp=page.pen.stamp, organizer="")
    rest = then.course()
    return left if then.overrides or (rest and rest.alive()) else None


def _without_following(page: Sheet, at: Moment) -> bytes | None:
    if page.master is None:
        page.at(at)
        gone = {id(was) for was, _ in strays(page, at, Changes())}
        kept = [part for part in page.overrides if id(part) not in gone]
        return page.rendered([(part, None) for part in page.overrides if id(part) in gone]) if kept else None
    two = parted(page, at)
    return _head(page, two) if two and two.head else None
