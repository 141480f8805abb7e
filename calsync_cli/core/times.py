"""Dates, times and durations of an .ics as values: what the text says, and which instant that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from calsync_cli.core.lines import Line, param
from calsync_cli.core.zones import Zones

_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d):?(\d\d)?(Z)?)?", re.IGNORECASE)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE
)

Key = tuple[object, ...]
"""What a time is compared by: equal keys are the same time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a wall clock time as written, and its zone: a TZID, "UTC", or "" (floating, or a date)."""

    wall: date | datetime
    zone: str = ""

    @property
    def all_day(self) -> bool:
        """A date without time."""
        return not isinstance(self.wall, datetime)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: days by the calendar, the rest by the clock (RFC 5545 3.3.6)."""

    days: timedelta
    clock: timedelta


def moment(text: str, zone: str = "") -> Moment | None:
    """The moment that a text tells, None where it tells none. A "Z" is UTC, whatever TZID says."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        if hour is None:
            return Moment(date(int(year), int(month), int(day)))
        wall = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59))  # noqa: DTZ001
    except ValueError:
        return None
    return Moment(wall, "UTC" if utc else zone)


def moment_of(line: Line) -> Moment | None:
    """The moment of a DTSTART, DTEND, RECURRENCE-ID …"""
    return moment(line.value, param(line, "TZID"))


def moments_of(line: Line) -> list[tuple[str, Moment | None]]:
    """The moments of an EXDATE or RDATE, each with its text; a period counts by its start."""
    zone = param(line, "TZID")
    return [(text.strip(), moment(text.partition("/")[0], zone)) for text in line.value.split(",") if text.strip()]


def span(text: str) -> Span | None:
    """The duration that a text tells, None where it tells none."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    try:
        calendar = timedelta(weeks=weeks, days=days) * sign
        return Span(calendar, timedelta(hours=hours, minutes=minutes, seconds=seconds) * sign)
    except OverflowError:
        return None


def aware(when: Moment, zones: Zones) -> datetime | None:
    """The moment with its zone, None for dates, floating times and zones that nobody knows."""
    if when.all_day or not when.zone or not isinstance(when.wall, datetime):
        return None
    zone = UTC if when.zone == "UTC" else zones.zone(when.zone)
    return when.wall.replace(tzinfo=zone) if zone else None


def instant(when: Moment, zones: Zones) -> datetime | None:
    """The moment in UTC, None where it is not one instant."""
    zoned = aware(when, zones)
    try:
        return zoned.astimezone(UTC) if zoned else None
    except (OverflowError, ValueError):  # the years 1 and 9999
        return None


def key(when: Moment, zones: Zones) -> Key:
    """What a moment is compared by: an instant where it is one, else what it says."""
    at = instant(when, zones)
    if at:
        return ("at", at)
    if when.all_day:
        return ("date", when.wall)
    return ("wall", when.wall, when.zone)


def later(when: Moment, by: Span, zones: Zones) -> Moment | None:
    """The moment that is a duration after another; None where the calendar ends."""
    try:
        moved = Moment(when.wall + by.days, when.zone)
        if not by.clock or not isinstance(moved.wall, datetime):
            return moved
        at = instant(moved, zones)
        zoned = aware(moved, zones)
        if not at or not zoned or zoned.tzinfo is None:
            return Moment(moved.wall + by.clock, moved.zone)
        return Moment((at + by.clock).astimezone(zoned.tzinfo).replace(tzinfo=None), moved.zone)
    except (OverflowError, ValueError):
        return None


def apart(late: Moment, early: Moment) -> timedelta | None:
    """How far two moments are apart by their clocks, None for a date and a time."""
    one, other = late.wall, early.wall
    if isinstance(one, datetime):
        return one - other if isinstance(other, datetime) else None
    return None if isinstance(other, datetime) else one - other


def plus(when: Moment, by: timedelta) -> Moment | None:
    """The moment that much later by the clock; None where the calendar ends."""
    try:
        return Moment(when.wall + by, when.zone)
    except OverflowError:
        return None


def told(when: Moment, zones: Zones) -> str:
    """ISO 8601 for people and programs: with offset where it is known; dates and floating times without."""
    zoned = aware(when, zones)
    if zoned:
        return zoned.isoformat()
    return when.wall.isoformat() + (f" {when.zone}" if when.zone else "")


def told_in_utc(when: Moment, zones: Zones) -> str:
    """ISO 8601, the same for the same instant, whatever zone it is written in; dates and floating times as told."""
    at = instant(when, zones)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else told(when, zones)


def written(when: Moment) -> tuple[str, str]:
    """Parameters and value that write a moment into a line."""
    if not isinstance(when.wall, datetime):
        return "VALUE=DATE", when.wall.isoformat().replace("-", "")
    text = when.wall.isoformat(timespec="seconds").replace("-", "").replace(":", "")
    if when.zone == "UTC":
        return "", text + "Z"
    quoted = f'"{when.zone}"' if set(when.zone) & set(";:,") else when.zone
    return (f"TZID={quoted}" if when.zone else ""), text
