"""Which stretch of time an agenda is to show: today, week, december, 24 dec, mon..fri, tue 9:00..17:00."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.dates import places
from calsync_cli.cli.dates.anchor import Anchor, Way
from calsync_cli.cli.dates.daysaid import FIRST_YEAR, LAST_YEAR
from calsync_cli.cli.dates.lexicon import MONTH, WEEK, YEAR
from calsync_cli.cli.dates.moments import Place, moment_of, plainly
from calsync_cli.cli.dates.reading import said
from calsync_cli.cli.dates.refusal import DoubtError, UnreadableError
from calsync_cli.cli.dates.resolve import numbered, real
from calsync_cli.cli.dates.tokens import Token, plain, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = re.compile(
    r"\s*\.\.\.?\s*|\s*…\s*|\s*[\u2013\u2014]\s*|\s+-\s+|\s+t/m\s+|\s+through\s+|(?<=:\d\d)-(?=\d?\d:\d\d)"
)
_YEAR_MONTH = re.compile(r"(\d{4})-(\d\d)")
_YEAR_WEEK = re.compile(r"(\d{4})-?w(\d\d)")
_MONTHS = 12
_SATURDAY = 5

Days = tuple[date, date]
"""The first day, and the day after the last one."""


def window(text: str, *, now: datetime, flag: str = "WHEN") -> tuple[datetime, datetime]:
    """From when until when, in the zone of `now`; a day that ends the stretch is in it."""
    with plainly(flag, text, otherwise="date-window"):
        ends = _BETWEEN.split(plain(text))
        match ends:
            case [one]:
                return _between(_days(one, now), now)
            case [first, last] if last:
                return _stretch(first, last, now)
            case _:
                raise UnreadableError(text)


def _between(days: Days, now: datetime) -> tuple[datetime, datetime]:
    return _start(days[0], now), _start(days[1], now)


def _start(day: date, now: datetime) -> datetime:
    """The first moment of a day; where the clock leaps over midnight, the time that it would have been."""
    return datetime.combine(day, time(), now.tzinfo)


def _days(text: str, now: datetime) -> Days:
    """A week, a month, a year, or one day."""
    today = now.date()
    found = _by_number(text) or _by_name(tokens(text), today)
    if found:
        return found
    day = _one(text, Anchor(now, now))
    if isinstance(day, datetime):
        raise DoubtError("date-stretch")
    return day, day + timedelta(days=1)


def _by_number(text: str) -> Days | None:
    """2026-12 and 2026-W48."""
    if (found := _YEAR_MONTH.fullmatch(text)) and 1 <= int(found[2]) <= _MONTHS:
        return _month(int(found[1]) * _MONTHS + int(found[2]) - 1)
    if found := _YEAR_WEEK.fullmatch(text):
        return _week(numbered(int(found[1]), int(found[2]), 1))
    return None


def _by_name(pieces: Sequence[Token], today: date) -> Days | None:  # noqa: PLR0911  (a table: each form, its answer)
    """This week or month or the next one, a weekend, a month by its name."""
    match pieces:
        case [Token("unit", unit, text="week" | "month" | "maand" | "year" | "jaar")]:
            return _unit(unit, 0, today)
        case [Token("this" | "next" | "last" as which, value), Token("unit", unit)] if value <= 1:
            return _unit(unit, {"this": 0, "next": 1, "last": -1}[which], today)
        case [Token("weekend")] | [Token("this"), Token("weekend")]:
            return _weekend(today)
        case [Token("unit", unit), Token("number", number)] if unit == WEEK:
            return _numbered_week(number, today)
        case [Token("unit", unit), Token("number", number), Token("number", year)] if unit == WEEK:
            return _week(numbered(year, number, 1))
        case [Token("month", month)]:
            return _month((today.year + (month < today.month)) * _MONTHS + month - 1)
        case [Token("month", month), Token("number", year)] if FIRST_YEAR <= year <= LAST_YEAR:
            return _month(year * _MONTHS + month - 1)
        case _:
            return None


def _unit(unit: int, away: int, today: date) -> Days | None:
    if unit == WEEK:
        return _week(today + timedelta(weeks=away))
    if unit == MONTH:
        return _month(today.year * _MONTHS + today.month - 1 + away)
    if unit == YEAR:
        return date(today.year + away, 1, 1), date(today.year + away + 1, 1, 1)
    return None


def _week(day: date) -> Days:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(weeks=1)


def _numbered_week(number: int, today: date) -> Days:
    """The next week of that number, this one included."""
    year = today.isocalendar().year
    found = _week(numbered(year, number, 1))
    return found if found[1] > today else _week(numbered(year + 1, number, 1))


def _weekend(today: date) -> Days:
    """Saturday and Sunday: this one as long as it is not over."""
    saturday = today + timedelta(days=_SATURDAY - today.weekday())
    return saturday, saturday + timedelta(days=2)


def _month(count: int) -> Days:
    """A month, counted from the year 0."""
    first, after = divmod(count, _MONTHS), divmod(count + 1, _MONTHS)
    return real(1, first[1] + 1, first[0]), real(1, after[1] + 1, after[0])


def _one(text: str, anchor: Anchor) -> date | datetime:
    """A day or a moment."""
    return moment_of(text, anchor, Place("", anchor.now.tzinfo)).wall


def _stretch(first: str, last: str, now: datetime) -> tuple[datetime, datetime]:
    """The first stretch of that kind that is not over: mon..fri on a Wednesday is this week's."""
    if not first:
        begin, end = _start(now.date(), now), _end(_one(last, Anchor(now, now)), now)
    elif said(tokens(last)).dayless and not said(tokens(first)).dayless:
        begin, end = _on_its_day(first, last, now)
    else:
        until = _one(last, Anchor(now, now))
        end = _end(until, now)
        begin = _moment(_one(first, Anchor(now, _moment(until, now), Way.LAST)), now)
    if not begin < end:
        raise DoubtError("date-backwards")
    return begin, end


def _on_its_day(first: str, last: str, now: datetime) -> tuple[datetime, datetime]:
    """The second one is a time alone, of the day that the first one names."""
    for base in (_start(now.date(), now), now):
        begin = _moment(_one(first, Anchor(now, base)), now)
        end = _end(_one(last, Anchor(now, begin)), now)
        if end > now:
            break
    return begin, end


def _end(at: date | datetime, now: datetime) -> datetime:
    """A day that ends it is in it."""
    return _moment(at if isinstance(at, datetime) else at + timedelta(days=1), now)


def _moment(at: date | datetime, now: datetime) -> datetime:
    if isinstance(at, datetime):
        return places.checked(at, now.tzinfo).replace(tzinfo=now.tzinfo) if now.tzinfo else at
    return _start(at, now)
