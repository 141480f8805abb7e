"""Times said back, in the language spoken; `when` and `window` understand what is said here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.dates import places
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import language
from calsync_cli.cli.words.days import month, weekday
from calsync_cli.core.times import Moment
from calsync_cli.core.zones import named

if TYPE_CHECKING:
    from calsync_cli.app.reports.events import EventRow

DASH = "\N{EN DASH}"
_YEAR = timedelta(days=360)


def spoken_when(start: Moment, end: Moment | None = None, *, now: datetime, zone: str) -> str:
    """When something is. `end` is exclusive; `zone` is the user's: another one is named.

    The year is told where it is not this one, and for days that are over, because a day without year is the next one.
    """
    if not isinstance(start.wall, datetime) or (end and not isinstance(end.wall, datetime)):
        return _days(start, end, now.date())
    first = f"{_day(start.wall, _today(start, now), years=_years(start, end))} {_time(start)}"
    if end is None or end == start:
        return first + _place(start, zone)
    if end.zone == start.zone and _date(end.wall) == _date(start.wall):
        return f"{first}{DASH}{_time(end)}{_place(end, zone)}"
    place = "" if end.zone == start.zone else _place(start, zone)
    last = f"{_day(end.wall, _today(end, now))} {_time(end)}"
    return f"{first}{place} {DASH} {last}{_place(end, zone)}"


def spoken_row(row: EventRow, *, now: datetime, zone: str) -> str:
    """When an event of a report is; "" where it says no time."""
    start = _moment(row.start, row.tz)
    return spoken_when(start, _moment(row.end, row.tz), now=now, zone=zone) if start else ""


def _moment(at: datetime | date | None, tz: str) -> Moment | None:
    """By the clock of the event's own zone."""
    if at is None:
        return None
    if not isinstance(at, datetime) or at.tzinfo is None:
        return Moment(at)
    rules = named(tz) if tz else None
    return Moment((at.astimezone(rules) if rules else at).replace(tzinfo=None), tz)


def _days(start: Moment, after: Moment | None, today: date) -> str:
    """Whole days, the last one included."""
    first = _date(start.wall)
    last = _date(after.wall) - timedelta(days=1) if after else first
    if last <= first:
        return _day(first, today)
    return f"{_day(first, today, years=_years(start, after))} {DASH} {_day(last, today)}"


def _years(start: Moment, end: Moment | None) -> bool:
    """It lasts so long that the year of its start has to be told."""
    return end is not None and _date(end.wall) - _date(start.wall) > _YEAR


def _today(moment: Moment, now: datetime) -> date:
    """The day that it is where the moment is."""
    rules = named(moment.zone) if moment.zone else None
    return (now.astimezone(rules) if rules else now).date()


def _day(at: date, today: date, *, years: bool = False) -> str:
    """`Tue 24 Nov`, `di 24 nov 2027`."""
    day, tongue = _date(at), language()
    year = "" if day.year == today.year and day >= today and not years else f" {day.year:04}"
    return f"{weekday(day, tongue)} {day.day} {month(day, tongue)}{year}"


def _time(moment: Moment) -> str:
    """The time; in an hour that the clock shows twice, with the offset of the first one, which is meant."""
    wall = moment.wall
    if not isinstance(wall, datetime):
        raise TypeError(moment)
    told = f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}"
    rules = named(moment.zone) if moment.zone else None
    if rules is None or not places.twice(wall.replace(fold=0), rules):
        return told
    return f"{told} {wall.replace(tzinfo=rules).isoformat()[-len('+02:00') :]}"


def _place(moment: Moment, zone: str) -> str:
    """The zone, where it is not the user's; a floating time has none. Its name stands in somebody's file."""
    if moment.zone in ("", zone) or (zone and named(moment.zone) is named(zone) is not None):  # UTC and Etc/UTC
        return ""
    return f" {safe(moment.zone)}"


def _date(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at
