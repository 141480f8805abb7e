"""A new event's bytes, from what a person wants it to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from calsync_cli.core.alarms import alarm
from calsync_cli.core.attending import with_invitees
from calsync_cli.core.course import fits
from calsync_cli.core.draft import Draft
from calsync_cli.core.lines import Component, Line, make_line, render
from calsync_cli.core.refusals import UNFIT, EndsTooEarly, RuleError
from calsync_cli.core.retouch import Pen, cleaned
from calsync_cli.core.rules import NO_FILE, ended, read
from calsync_cli.core.scan import escaped
from calsync_cli.core.times import Moment, instant, written
from calsync_cli.core.zone_text import zone_text
from calsync_cli.core.zones import Zones, named

PRODID = "-//calsync//calsync//EN"
_END = b"\r\n"


def new_event(draft: Draft, *, uid: str, stamp: datetime, organizer: str) -> bytes:
    """A calendar with one event. `organizer` is the user's address; it goes in only where somebody is invited.

    Raises EndsTooEarly, RuleError.
    """
    start, end = plain(draft.start), plain(draft.end)
    must_follow(start, end)
    rule = rule_for(draft.rule, start) if draft.rule.strip() else ""
    lines = [_line("UID", uid), _line("DTSTAMP", written(utc(stamp))[1])]
    lines += [_line(name, text) for name, text in _texts(draft)]
    lines += [moment_line("DTSTART", start, _END), moment_line("DTEND", end, _END)]
    lines += [_line("RRULE", rule)] if rule else []
    lines += [_line("CLASS", "PRIVATE")] if draft.private else []
    alarms = [alarm(before, draft.title, _END) for before in dict.fromkeys(draft.reminders)]
    event = Component("VEVENT", b"BEGIN:VEVENT\r\n", (*lines, *alarms), b"END:VEVENT\r\n")
    pen = Pen(stamp, organizer.strip().lower(), _END, counts=True)
    zones = [block for name in dict.fromkeys((start.zone, end.zone)) if name and (block := zone_text(name))]
    return render(
        Component(
            "VCALENDAR",
            b"BEGIN:VCALENDAR\r\n",
            (
                _line("VERSION", "2.0"),
                _line("PRODID", PRODID),
                *zones,
                with_invitees(event, draft.invitees, None, pen),
            ),
            b"END:VCALENDAR\r\n",
        )
    )


def plain(at: Moment) -> Moment:
    """The moment as it is written here: to the second, and in UTC where its zone only has another name for it."""
    if not isinstance(at.wall, datetime):
        return at
    zone = "UTC" if at.zone and named(at.zone) is UTC else at.zone
    return Moment(at.wall.replace(microsecond=0, fold=0, tzinfo=None), zone)


def utc(stamp: datetime) -> Moment:
    """An aware time as a stamp."""
    return Moment(stamp.astimezone(UTC).replace(tzinfo=None, microsecond=0), "UTC")


def moment_line(name: str, at: Moment, end: bytes) -> Line:
    """A line that tells a moment."""
    params, value = written(at)
    return make_line(name, value, params, end=end)


def must_follow(start: Moment, end: Moment, zones: Zones = NO_FILE) -> None:
    """Raise EndsTooEarly where the end is not after the start."""
    if start.all_day != end.all_day:
        raise EndsTooEarly
    one, other = instant(start, zones), instant(end, zones)
    late = other - one if one and other else _apart(start, end)
    if late <= timedelta():
        raise EndsTooEarly


def rule_for(text: str, start: Moment, zones: Zones = NO_FILE) -> str:
    """A rule as it is written for a series that starts then. Raises RuleError."""
    rule = ended(read(text.removeprefix("RRULE:")), start, zones)
    if not fits(rule, start):
        raise RuleError(UNFIT)
    return str(rule)


def _apart(start: Moment, end: Moment) -> timedelta:
    one, other = start.wall, end.wall
    if isinstance(one, datetime) and isinstance(other, datetime):
        return other - one
    return timedelta(days=other.toordinal() - one.toordinal())


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    for name, text in (("SUMMARY", draft.title), ("LOCATION", draft.where), ("DESCRIPTION", draft.notes)):
        if cleaned(text):
            yield name, escaped(cleaned(text))


def _line(name: str, value: str) -> Line:
    return make_line(name, value, end=_END)
