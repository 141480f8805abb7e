"""An event as a row of a report, as `agenda` and `event` show it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from calsync_cli.app.homes import Home
from calsync_cli.app.reports.events import AttendeeRow, EventRow
from calsync_cli.core.details import Details, event_id
from calsync_cli.core.times import Moment, aware, told_in_utc
from calsync_cli.core.zones import Zones


def row_of(
    told: Details, zones: Zones, home: Home, *, short: str, invited: frozenset[str], mine: bool, answer: str = ""
) -> EventRow:
    """`zones`: those of its file. `invited`: whom the provider knows, or will."""
    return EventRow(
        id=event_id(told.uid),
        short=short,
        uid=told.uid,
        calendar=home.name,
        title=told.title,
        start=shown(told.start, zones),
        end=shown(told.end, zones),
        all_day=told.start is not None and told.start.all_day,
        tz=told.start.zone if told.start else "",
        where=told.where,
        notes=told.notes,
        recurrence=told.rule,
        occurrence=told_in_utc(told.occurrence, zones) if told.occurrence else "",
        attendees=attendees(told, invited),
        organizer=told.organizer,
        mine=mine and home.writable,
        reminders=tuple(reminder(one, zones) for one in told.reminders),
        private=told.private,
        free=told.free,
        status=told.status,
        account=home.account,
        color=home.color,
        primary=home.primary,
        answer=answer,
    )


def attendees(told: Details, invited: frozenset[str]) -> tuple[AttendeeRow, ...]:
    """Everybody on it; of somebody else's meeting all were invited by them, and whoever organises one knows of it."""
    known = invited | {told.organizer}
    return tuple(
        AttendeeRow(
            address=guest.address,
            name=guest.name,
            invited=guest.address in known and not guest.silent,
            answer=guest.answer,
        )
        for guest in told.guests
    )


def shown(when: Moment | None, zones: Zones) -> datetime | date | None:
    """Aware where its zone is known; a date for a day; naive where it floats."""
    if when is None:
        return None
    return aware(when, zones) or when.wall


def reminder(one: timedelta | Moment, zones: Zones) -> str:
    """How long before the start, or when."""
    return told_in_utc(one, zones) if isinstance(one, Moment) else duration(one)


def duration(length: timedelta) -> str:
    """ISO 8601, as iCalendar has it: -PT10M is after the start."""
    sign, length = ("-", -length) if length < timedelta() else ("", length)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number)
    days = f"{length.days}D" if length.days else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"
