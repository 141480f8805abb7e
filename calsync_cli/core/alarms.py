"""An event's reminders: which there are, and the event with others; an alarm that stays keeps all that it says."""

from __future__ import annotations

from datetime import timedelta

from calsync_cli.core.lines import Component, make_line, param
from calsync_cli.core.retouch import cleaned, text_of, with_lines
from calsync_cli.core.scan import escaped
from calsync_cli.core.times import span
from calsync_cli.core.units import ALARM

_TITLE = "Reminder"
"""For an event without a title: RFC 5545 3.6.6 demands a DESCRIPTION."""


def reminders(part: Component) -> list[str]:
    """What tells two sets of alarms apart: their actions and triggers."""
    return sorted(f"{_value(child, 'ACTION')} {_trigger(child)}" for child in part.children if child.name == ALARM)


def with_reminders(part: Component, wanted: tuple[timedelta, ...], end: bytes) -> Component:
    """The component with alarms at these times before its start, and no others.

    ACTION:NONE stays, because it is no alarm: Apple's programs write it to keep default alarms away.
    """
    alarms = [child for child in part.children if child.name == ALARM and _value(child, "ACTION") != "NONE"]
    there = {before for child in alarms if (before := before_start(child)) is not None}
    kept = [item for item in part.body if item not in alarms or _is_one_of(item, wanted)]
    title = text_of(part, "SUMMARY")
    new = [alarm(before, title, end) for before in dict.fromkeys(wanted) if before not in there]
    return part if not new and len(kept) == len(part.body) else part.with_body([*kept, *new])


def renamed(part: Component, old: str, end: bytes) -> Component:
    """The component after a change of its title: alarms that said the old one say the new one."""
    title = cleaned(text_of(part, "SUMMARY")) or _TITLE
    line = make_line("DESCRIPTION", escaped(title), end=end)
    stale = old or _TITLE
    if not any(_says(item, stale) for item in part.children):
        return part
    return part.with_body(
        with_lines(item, "DESCRIPTION", [line]) if isinstance(item, Component) and _says(item, stale) else item
        for item in part.body
    )


def alarm(before: timedelta, title: str, end: bytes) -> Component:
    """An alarm that shows the title."""
    lines = (
        make_line("ACTION", "DISPLAY", end=end),
        make_line("TRIGGER", _written(before), end=end),
        make_line("DESCRIPTION", escaped(cleaned(title) or _TITLE), end=end),
    )
    return Component(ALARM, b"BEGIN:VALARM" + end, lines, b"END:VALARM" + end)


def before_start(child: Component) -> timedelta | None:
    """How long before the start an alarm rings; None where it goes by the end or rings at a moment."""
    line = child.first("TRIGGER")
    if line is None or param(line, "RELATED").upper() == "END":
        return None
    length = span(line.value)
    return -(length.days + length.clock) if length else None


def _is_one_of(item: object, wanted: tuple[timedelta, ...]) -> bool:
    return isinstance(item, Component) and before_start(item) in wanted


def _says(item: Component, title: str) -> bool:
    return item.name == ALARM and _value(item, "ACTION") == "DISPLAY" and text_of(item, "DESCRIPTION") == title


def _trigger(child: Component) -> str:
    before, line = before_start(child), child.first("TRIGGER")
    return str(before.total_seconds()) if before is not None else f"{line.params}:{line.value}" if line else ""


def _value(child: Component, name: str) -> str:
    line = child.first(name)
    return line.value.strip().upper() if line else ""


def _written(before: timedelta) -> str:
    """A duration (RFC 5545 3.3.6)."""
    size = abs(before)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = "".join(f"{many}{unit}" for many, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if many)
    days = f"{size.days}D" if size.days else ""
    sign = "-" if before > timedelta() else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "" if days else "T0S")
