"""The wall clock times that a recurrence rule gives: from any time on, and in bounded time.

Not by dateutil, which was tried first: it always begins at DTSTART, and a rule that never comes (the 30th of February)
keeps it busy for seconds up to the year 9999. A stranger's file must not do that to a list of today's events. The
tests hold both against each other.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice, product

from calsync_cli.core.pattern import Freq, Pattern

WORK = 200_000
"""Days that are looked at for one rule: some five hundred years."""
STEPS = 50_000
"""The same for hours, minutes and seconds: five years of an event that comes every hour."""
_DAY = 86_400
_LAST = date.max.toordinal()
_SECONDS = {Freq.HOURLY: 3600, Freq.MINUTELY: 60, Freq.SECONDLY: 1}


class Overwork(Exception):  # noqa: N818 (a state of the rule, told to people as such)
    """The rule asks for more than WORK; what it gave before holds."""


def after_start(rule: Pattern, low: datetime, high: datetime) -> Iterator[datetime]:
    """The times later than the start, of [low, high]; the start itself counts as the first of COUNT.

    UNTIL is left to the caller, who knows zones. With COUNT those before `low` come too. Raises Overwork.
    """
    if rule.count is None:
        return (wall for wall in _given(rule, max(low, rule.start), high) if wall > rule.start)
    later = (wall for wall in _given(rule, rule.start, high) if wall > rule.start)
    return islice(later, max(rule.count - 1, 0))


def _given(rule: Pattern, low: datetime, high: datetime) -> Iterator[datetime]:
    """All times of [low, high], period by period."""
    if rule.freq >= Freq.HOURLY:
        return _by_the_clock(rule, low, high)
    return _by_the_calendar(rule, low, high)


def _by_the_calendar(rule: Pattern, low: datetime, high: datetime) -> Iterator[datetime]:
    times = [time(*clock) for clock in product(rule.hours, rule.minutes, rule.seconds)]
    first, work = _period(rule, rule.start.toordinal()), 0
    skipped = max(_period(rule, low.toordinal()) - first, 0) // rule.interval
    index, last = first + skipped * rule.interval, _period(rule, high.toordinal())
    clip = (0, _LAST) if rule.positions else (low.toordinal(), high.toordinal())
    while index <= last:
        begin, end = _days(rule, index)
        days = range(max(begin, clip[0]), min(end, clip[1]) + 1)
        work += 1 + len(days) * (len(times) if rule.positions else 1)
        if work > WORK:
            raise Overwork
        yield from (wall for wall in _on(rule, days, times) if low <= wall <= high)
        index += rule.interval


def _on(rule: Pattern, days: range, times: list[time]) -> Iterator[datetime]:
    fitting = (day for ordinal in days if (day := rule.day(ordinal)))
    walls = (datetime.combine(day, clock) for day in fitting for clock in times)
    return _picked(rule, list(walls)) if rule.positions else walls


def _picked(rule: Pattern, walls: list[datetime]) -> Iterator[datetime]:
    """BYSETPOS."""
    size = len(walls)
    chosen = {nth - 1 if nth > 0 else size + nth for nth in rule.positions if 0 < abs(nth) <= size}
    return (walls[at] for at in sorted(chosen))


def _period(rule: Pattern, ordinal: int) -> int:
    """The number of the year, month, week or day that a day is in."""
    match rule.freq:
        case Freq.YEARLY:
            return date.fromordinal(ordinal).year
        case Freq.MONTHLY:
            day = date.fromordinal(ordinal)
            return day.year * 12 + day.month - 1
        case Freq.WEEKLY:
            return (ordinal - 1 - rule.week_start) // 7
        case _:
            return ordinal


def _days(rule: Pattern, period: int) -> tuple[int, int]:
    """The first and the last day of a period."""
    match rule.freq:
        case Freq.YEARLY:
            return date(period, 1, 1).toordinal(), date(period, 12, 31).toordinal()
        case Freq.MONTHLY:
            year, month = divmod(period, 12)
            first = date(year, month + 1, 1).toordinal()
            return first, first + monthrange(year, month + 1)[1] - 1
        case Freq.WEEKLY:
            first = period * 7 + 1 + rule.week_start
            return max(first, 1), min(first + 6, _LAST)
        case _:
            return period, period


def _by_the_clock(rule: Pattern, low: datetime, high: datetime) -> Iterator[datetime]:
    """Steps of so many seconds; what a BY-part excludes is leapt over at once."""
    unit = _SECONDS[rule.freq]
    step, first = rule.interval * unit, _second_of(rule.start) // unit * unit
    at = first + max(_second_of(low) - first, 0) // step * step
    last = min(_second_of(high), (_LAST + 1) * _DAY - 1)
    day, fits = -1, False
    for _ in range(STEPS):
        if at > last:
            return
        if at // _DAY != day:
            day = at // _DAY
            fits = rule.day(day) is not None
        leap = _leap(rule, at % _DAY, unit) if fits else _DAY - at % _DAY
        if leap:
            at += -(-leap // step) * step
            continue
        yield from (wall for wall in _within(rule, at) if low <= wall <= high)
        at += step
    raise Overwork


def _leap(rule: Pattern, second: int, unit: int) -> int:
    """In how many seconds of a good day the next hour or minute begins that can be good; 0 where this one is."""
    hour, minute = second // 3600, second // 60 % 60
    if rule.hours and hour not in rule.hours:
        return 3600 - second % 3600
    if unit < _SECONDS[Freq.HOURLY] and rule.minutes and minute not in rule.minutes:
        return 60 - second % 60
    return 1 if unit == 1 and rule.seconds and second % 60 not in rule.seconds else 0


def _within(rule: Pattern, at: int) -> Iterator[datetime]:
    """The times of one hour, minute or second."""
    ordinal, second = divmod(at, _DAY)
    hour, minute = second // 3600, second // 60 % 60
    minutes = rule.minutes if rule.freq is Freq.HOURLY else (minute,)
    seconds = rule.seconds if rule.freq is not Freq.SECONDLY else (second % 60,)
    day = date.fromordinal(ordinal)
    walls = [datetime.combine(day, time(hour, *clock)) for clock in product(minutes, seconds)]
    return _picked(rule, walls) if rule.positions else iter(walls)


def _second_of(when: datetime) -> int:
    return when.toordinal() * _DAY + when.hour * 3600 + when.minute * 60 + when.second
