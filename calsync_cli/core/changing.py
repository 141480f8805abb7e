"""One component of an event with a person's changes in it, and which of them an exception of a series follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from calsync_cli.core.alarms import reminders, renamed, with_reminders
from calsync_cli.core.attending import with_invitees
from calsync_cli.core.course import lasting
from calsync_cli.core.draft import Changes
from calsync_cli.core.drafting import moment_line, must_follow, plain
from calsync_cli.core.lines import Component, Line, make_line
from calsync_cli.core.retouch import Pen, text_of, with_lines, with_text
from calsync_cli.core.times import Moment, moment_of, plus
from calsync_cli.core.units import end_of, start_of
from calsync_cli.core.zones import Zones

_SECRET = frozenset({"PRIVATE", "CONFIDENTIAL"})
_ENDS = frozenset({"DTEND", "DURATION"})


def retouched(part: Component, changes: Changes, host: Line | None, pen: Pen) -> Component:
    """The component with all changes but those of time and rule. `host` is the event's ORGANIZER line."""
    title = text_of(part, "SUMMARY")
    for name, text in (("SUMMARY", changes.title), ("LOCATION", changes.where), ("DESCRIPTION", changes.notes)):
        part = part if text is None else with_text(part, name, text, pen.end)
    if text_of(part, "SUMMARY") != title:
        part = renamed(part, title, pen.end)
    if changes.private is not None and changes.private != is_private(part):
        part = with_lines(part, "CLASS", [make_line("CLASS", "PRIVATE", end=pen.end)] if changes.private else [])
    if changes.reminders is not None:
        part = with_reminders(part, changes.reminders, pen.end)
    return with_invitees(part, changes.invitees, host, pen) if changes.invitees else part


def is_private(part: Component) -> bool:
    """Whether others who see the calendar do not see what it is."""
    line = part.first("CLASS")
    return line is not None and line.value.strip().upper() in _SECRET


def shared(changes: Changes, override: Component, master: Component) -> Changes:
    """What an exception takes part in: what was the same there as in the series, and all guests."""
    texts = {name: text_of(override, name) == text_of(master, name) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")}
    return replace(
        changes,
        start=None,
        end=None,
        rule=None,
        title=changes.title if texts["SUMMARY"] else None,
        where=changes.where if texts["LOCATION"] else None,
        notes=changes.notes if texts["DESCRIPTION"] else None,
        private=changes.private if is_private(override) == is_private(master) else None,
        reminders=changes.reminders if reminders(override) == reminders(master) else None,
    )


def retimed(part: Component, start: Moment | None, end: Moment | None, zones: Zones, pen: Pen) -> Component:
    """The component at another time; without an end it takes as long as it did. Raises EndsTooEarly."""
    was = start_of(part)
    now = plain(start) if start else was
    if now is None or (now == was and end is None):
        return part
    until = plain(end) if end else end_after(part, now, zones)
    if end and until:
        must_follow(now, until, zones)
    moved = part if now == was else with_lines(part, "DTSTART", [moment_line("DTSTART", now, pen.end)])
    if now == was and until == end_of(part, zones):
        return part
    return _ending(moved, until, pen, keep=until is None and was is not None and was.all_day == now.all_day)


def end_after(part: Component, start: Moment, zones: Zones) -> Moment | None:
    """Where it ends if it starts then and takes as long as it did; None: what is written says so, or nothing can."""
    was, line = start_of(part), part.first("DTEND")
    end = end_of(part, zones)
    if was is None or end is None or was.all_day != end.all_day:
        return None
    if was.all_day != start.all_day:
        return _of_other_kind(was, end, start)
    return lasting(was, end, start, zones) if line and moment_of(line) else None


def same_length(one: Component, other: Component, zones: Zones) -> bool:
    """Whether two components take the same time."""
    lengths = [(start_of(part), end_of(part, zones)) for part in (one, other)]
    known = [(start, end) for start, end in lengths if start and end and start.all_day == end.all_day]
    if len(known) < len(lengths) or known[0][0].all_day != known[1][0].all_day:
        return False
    (start, end), (begin, _) = known
    return lasting(start, end, begin, zones) == known[1][1]


def _of_other_kind(was: Moment, end: Moment, start: Moment) -> Moment | None:
    """From a time to whole days: all days that it touched. Back: from that time for so many days."""
    one, other = was.wall, end.wall
    if isinstance(one, datetime) and isinstance(other, datetime):
        days = (other.date() - one.date()).days + (1 if other.time() > time() else 0)
        return plus(start, timedelta(days=max(days, 1)))
    return plus(start, timedelta(days=max(other.toordinal() - one.toordinal(), 1)))


def _ending(part: Component, until: Moment | None, pen: Pen, *, keep: bool) -> Component:
    if keep:
        return part
    written = next((line.name for line in part.lines if line.name in _ENDS), "DTEND")
    lines = [moment_line("DTEND", until, pen.end)] if until else []
    set_ = with_lines(part, written, lines, after="DTSTART")
    return set_.with_body(
        item for item in set_.body if not (isinstance(item, Line) and item.name in _ENDS and item not in lines)
    )
