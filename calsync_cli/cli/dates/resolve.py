"""Which day and time it is that was said, counted from a moment on; never one of two that it could be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from calsync_cli.cli.dates.anchor import Anchor, Way
from calsync_cli.cli.dates.clocks import DAY, HOUR, settled
from calsync_cli.cli.dates.daysaid import MONTHS
from calsync_cli.cli.dates.refusal import DoubtError, no_day, other_weekday, two
from calsync_cli.cli.dates.said import Clock, Dated, Said, Shift, Week, Weekday, WeekNumber

_WEEK = 7
_LEAP_DAY = (2, 29)


def resolved(said: Said, anchor: Anchor) -> date | datetime:
    """The date, or the wall clock time (naive, in the zone of the anchor) that was said."""
    if said.shift and said.shift.exact:
        return _exactly(said, said.shift, anchor)
    if said.part and not said.clock:
        raise DoubtError("date-no-hour")
    if said.midnight:
        return _midnight(said, anchor)
    if said.clock is None:
        return _day(said, anchor, None)
    minute = settled(said.clock, said.part)
    if said.dayless:
        return _nearest(_at(anchor.base.date(), minute, said.clock), anchor)
    return _at(_day(said, anchor, minute), minute, said.clock)


def _at(day: date, minute: int, clock: Clock) -> datetime:
    """24:00 is the first minute of the next day."""
    whole = day + timedelta(days=minute // DAY)
    return datetime.combine(whole, time(minute % DAY // HOUR, minute % HOUR, clock.second))


def _nearest(at: datetime, anchor: Anchor) -> datetime:
    """A time alone: today's, or tomorrow's where that is over."""
    wall = anchor.base.replace(tzinfo=None)
    if anchor.way is Way.NEXT:
        return at if at > wall else at + timedelta(days=1)
    return at if at <= wall else at - timedelta(days=1)


def _exactly(said: Said, shift: Shift, anchor: Anchor) -> datetime:
    """So many minutes from now, to the minute; a day or a time beside it would say it twice."""
    if said.clock or said.midnight or said.part or said.dated or said.week or said.weeknumber:
        raise DoubtError("date-twice")
    start = datetime.combine(_moved(anchor.now.date(), shift), anchor.now.timetz())
    moved = (start.astimezone(UTC) + timedelta(minutes=shift.minutes)).astimezone(anchor.now.tzinfo)
    _agrees(said.weekday, moved.date())
    return moved.replace(second=0, microsecond=0, tzinfo=None, fold=moved.fold)


def _midnight(said: Said, anchor: Anchor) -> datetime:
    """The coming midnight; with a day it could be the one before or after it."""
    if said.dayless and not (said.part or said.clock):
        return _nearest(datetime.combine(anchor.base.date(), time()), anchor)
    day = _day(said, anchor, 0)
    raise two(f"{day} 0:00", f"{day} 24:00")


def _day(said: Said, anchor: Anchor, minute: int | None) -> date:
    """The day that was said; a weekday's name beside a date has to agree with it."""
    said_so = [part for part in (said.shift, said.dated, said.week, said.weeknumber) if part]
    if len(said_so) > 1:
        raise DoubtError("date-twice")
    if said.year and not (said.dated and not said.dated.year) and not said.weeknumber:
        raise DoubtError("date-unfinished")
    match said_so:
        case [Week(weeks)]:
            return _in_week(said.weekday, anchor.now.date() + timedelta(weeks=weeks))
        case [WeekNumber(number)]:
            return _in_numbered(said, number, anchor)
        case [Shift() as shift]:
            found = _moved(anchor.now.date(), shift)
        case [Dated() as dated]:
            found = _dated(dated, said.year.number if said.year else 0, anchor)
        case _:
            return _next_weekday(said.weekday, anchor, minute)
    _agrees(said.weekday, found)
    return found


def _agrees(weekday: Weekday | None, day: date) -> None:
    if weekday and weekday.number != day.weekday():
        raise other_weekday(day)


def _moved(day: date, shift: Shift) -> date:
    """So many months and days on; a month that lacks the day is no guess."""
    month = day.year * MONTHS + day.month - 1 + shift.months
    year, number = divmod(month, MONTHS)
    return real(day.day, number + 1, year) + timedelta(days=shift.days)


def real(day: int, month: int, year: int) -> date:
    """The date, refused where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError as error:
        raise no_day(f"{year}-{month:02}-{day:02}") from error


def _dated(dated: Dated, year: int, anchor: Anchor) -> date:
    """A date without its year or month is the next one, today included."""
    if dated.year or year:
        if not dated.month:
            raise DoubtError("date-unfinished")
        return real(dated.day, dated.month, dated.year or year)
    base = anchor.base.date()
    if dated.month:
        found = _of_year(dated, base.year, base.month, anchor.way)
        over = found < base if anchor.way is Way.NEXT else found > base
        return real(dated.day, dated.month, found.year + anchor.way) if over else found
    return _day_of_month(dated.day, base, anchor.way)


def _of_year(dated: Dated, year: int, month: int, way: Way) -> date:
    """In this year; 29 February in that year whose February comes next."""
    if (dated.month, dated.day) == _LEAP_DAY and (month - dated.month) * way > 0:
        return real(dated.day, dated.month, year + way)
    return real(dated.day, dated.month, year)


def _day_of_month(number: int, base: date, way: Way) -> date:
    """The next 15th; the next 31st is in the next month that has one."""
    month = base.year * MONTHS + base.month - 1
    for _try in range(_WEEK):
        year, of = divmod(month, MONTHS)
        if number <= _last(year, of + 1) and (date(year, of + 1, number) - base).days * way >= 0:
            return date(year, of + 1, number)
        month += way
    raise no_day(str(number))


def _last(year: int, month: int) -> int:
    from calendar import monthrange

    return monthrange(year, month)[1]


def _next_weekday(weekday: Weekday | None, anchor: Anchor, minute: int | None) -> date:
    """The day of that name: today only while its hour is still ahead."""
    if weekday is None:
        raise DoubtError("date-unfinished")
    base = anchor.base.date()
    away = (weekday.number - base.weekday()) * anchor.way % _WEEK
    found = base + timedelta(days=away) * anchor.way
    now = anchor.base.hour * HOUR + anchor.base.minute
    if away == 0 and minute is not None and (minute - now) * anchor.way <= 0 and weekday.which != "this":
        found += timedelta(days=_WEEK) * anchor.way
    return _chosen(weekday, found, anchor.now.date())


def _chosen(weekday: Weekday, found: date, today: date) -> date:
    """What this, coming and next make of it. Next friday is refused as long as it can be this week's or next week's."""
    coming = found if found != today else found + timedelta(days=_WEEK)
    match weekday.which:
        case "":
            return found
        case "this" if found.isocalendar()[:2] != today.isocalendar()[:2]:
            raise two(str(found), str(found - timedelta(days=_WEEK)))
        case "this":
            return found
        case "next" if coming.isocalendar()[:2] == today.isocalendar()[:2]:
            raise two(str(coming), str(coming + timedelta(days=_WEEK)))
        case _:
            return coming


def _in_week(weekday: Weekday | None, within: date) -> date:
    """A day of the week that a date is in."""
    if weekday is None:
        raise DoubtError("date-unfinished")
    return within + timedelta(days=weekday.number - within.weekday())


def _in_numbered(said: Said, number: int, anchor: Anchor) -> date:
    """A day of a numbered week: of the year that was said, or of the next one that is not over."""
    if said.weekday is None:
        raise DoubtError("date-unfinished")
    day = said.weekday.number + 1
    if said.year:
        return numbered(said.year.number, number, day)
    base = anchor.base.date()
    found = numbered(base.isocalendar().year, number, day)
    over = found < base if anchor.way is Way.NEXT else found > base
    return numbered(base.isocalendar().year + anchor.way, number, day) if over else found


def numbered(year: int, number: int, day: int) -> date:
    """A day of an ISO week, refused where the year has no such week."""
    try:
        return date.fromisocalendar(year, number, day)
    except ValueError as error:
        raise no_day(f"{year}-W{number:02}") from error
