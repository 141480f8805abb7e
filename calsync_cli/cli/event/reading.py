"""What was typed after `event`, read into what a use-case wants; the reader of dates is loaded when one is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.event.addresses import invitees
from calsync_cli.cli.values import apart
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.app.event.wishes import Answer, Guests, Which
    from calsync_cli.app.wiring import Desk
    from calsync_cli.core.times import Moment, Span

NOTHING = frozenset({"", "none", "never", "geen", "nooit"})
"""After --repeat and --remind: what there is goes."""

ANSWERS: dict[str, Answer] = {
    "accept": "accepted",
    "decline": "declined",
    "tentative": "tentative",
    "accepted": "accepted",
    "declined": "declined",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What dates are counted from, and the zone they are meant in."""

    now: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """When an event is to be, as far as it was said."""

    start: Moment | None = None
    end: Moment | None = None
    length: Span | None = None


def clock(desk: Desk, tz: str | None = None) -> Clock:
    """The clock here, or of the zone that was named."""
    from calsync_cli.app import here

    if tz is None:
        return Clock(here.now(desk), here.zone_here(desk.env))
    from zoneinfo import ZoneInfo

    from calsync_cli.cli.dates import zone

    name = zone(tz, flag="--tz")
    return Clock(datetime.fromtimestamp(desk.now(), ZoneInfo(name)), name)


def timed(
    on: Clock,
    *,
    at: str | None,
    length: str | None,
    until: str | None,
    all_day: bool,
    was: Moment | None = None,
) -> Timed:
    """The times. `was`: when the event begins now, for an edit: a time alone is one on that day."""
    apart(**{"for": length, "until": until, "all_day": all_day})
    from calsync_cli.cli import dates

    start = None if at is None else _start(on, at, was)
    if all_day:
        start = _whole(start or was, given=at is not None)
    begin = start or was
    return Timed(
        start=start,
        end=None if until is None or begin is None else dates.ends(until, start=begin, now=on.now, flag="--until"),
        length=None if length is None else dates.span(length, flag="--for"),
    )


def _start(on: Clock, text: str, was: Moment | None) -> Moment:
    """A time alone moves an event within its day; all else is counted from now, as for a new one."""
    from calsync_cli.cli import dates

    now = on.now
    if was is not None and dates.is_clock(text):
        day = was.wall.date() if isinstance(was.wall, datetime) else was.wall
        now = datetime.combine(day, time(), on.now.tzinfo) - timedelta(seconds=1)
    return dates.when(text, now=now, zone=on.zone, flag="--at")


def _whole(start: Moment | None, *, given: bool) -> Moment | None:
    from calsync_cli.core.times import Moment

    if start is None or start.all_day or not isinstance(start.wall, datetime):
        return start
    if given:
        raise CalsyncError("E001", "all-day", flag="--all-day")
    return Moment(start.wall.date())


def moment(on: Clock, flag: str, text: str | None) -> Moment | None:
    """A day, or a time, that names an occurrence."""
    if text is None:
        return None
    from calsync_cli.cli import dates

    return dates.when(text, now=on.now, zone=on.zone, flag=flag)


def which(on: Clock, name: str, *, occurrence: str | None = None, following: str | None = None) -> Which:
    """Which event, and which part of its series."""
    from calsync_cli.app.event.wishes import Which

    apart(occurrence=occurrence, following=following)
    return Which(
        id=name,
        occurrence=moment(on, "--occurrence", occurrence),
        following=moment(on, "--following", following),
    )


def rule(text: str | None, start: Moment | None) -> str | None:
    """An RRULE, "" for none."""
    if text is None or text.strip().lower() in NOTHING:
        return None if text is None else ""
    if start is None:
        raise CalsyncError("E001", "needs", flag="--repeat", other="--at")
    from calsync_cli.cli import dates

    return dates.repeat(text, start=start)


def reminders(texts: Sequence[str] | None) -> tuple[timedelta, ...] | None:
    """How long before; () for none."""
    if not texts:
        return None
    if all(text.strip().lower() in NOTHING for text in texts):
        return ()
    from calsync_cli.cli import dates

    return tuple(dict.fromkeys(dates.reminder(text, flag="--remind") for text in texts))


def guests(*, invite: Sequence[str] | None, silent: Sequence[str] | None, everybody: bool, nobody: bool) -> Guests:
    """Who is named, and what holds for the others."""
    from calsync_cli.app.event.wishes import Guests

    apart(invite_all=everybody, invite_none=nobody)
    return Guests(
        named=invitees(invite=invite or (), silent=silent or ()),
        everybody=True if everybody else False if nobody else None,
    )


def told(*, notify: bool, quietly: bool) -> bool | None:
    """Whether guests hear of it, where that was said."""
    apart(notify=notify, quietly=quietly)
    return True if notify else False if quietly else None


def answer(text: str) -> Answer:
    """One of three."""
    if text.lower() not in ANSWERS:
        raise CalsyncError("E001", "flag-choice", flag="ANSWER", value=text[:40], choices="accept, decline, tentative")
    return ANSWERS[text.lower()]
