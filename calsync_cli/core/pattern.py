"""A recurrence rule as values (RFC 5545 3.3.10), and the days that its BY-parts leave."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time
from enum import IntEnum

from calsync_cli.core.times import Moment, moment

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"([+-]?\d{1,3})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,9}")


class Freq(IntEnum):
    """How often, from rarely on."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule with what it takes from its start filled in; an empty set means that all are good."""

    start: datetime
    freq: Freq
    interval: int
    count: int | None
    until: Moment | None
    week_start: int
    months: frozenset[int]
    weeks: frozenset[int]
    year_days: frozenset[int]
    month_days: frozenset[int]
    weekdays: frozenset[int]
    nth_weekdays: frozenset[tuple[int, int]]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    seconds: tuple[int, ...]
    positions: tuple[int, ...]

    def day(self, ordinal: int) -> date | None:
        """The day with this ordinal, if no BY-part excludes it."""
        if self.weekdays and not self.nth_weekdays and (ordinal - 1) % 7 not in self.weekdays:
            return None  # before all else, because it needs no date
        day = date.fromordinal(ordinal)
        if self.months and day.month not in self.months:
            return None
        good = self._on_month_day(day) and self._on_weekday(day) and self._on_year_day(day) and self._in_week(day)
        return day if good else None

    def _on_month_day(self, day: date) -> bool:
        if not self.month_days:
            return True
        return day.day in self.month_days or day.day - monthrange(day.year, day.month)[1] - 1 in self.month_days

    def _on_weekday(self, day: date) -> bool:
        if not self.nth_weekdays:
            return True
        weekday = day.weekday()
        if weekday in self.weekdays:
            return True
        nth, size = day.day, monthrange(day.year, day.month)[1]
        if self.freq is Freq.YEARLY and not self.months:
            nth, size = day.timetuple().tm_yday, _days_in(day.year)
        return not self.nth_weekdays.isdisjoint({((nth - 1) // 7 + 1, weekday), (-((size - nth) // 7 + 1), weekday)})

    def _on_year_day(self, day: date) -> bool:
        if not self.year_days:
            return True
        nth = day.timetuple().tm_yday
        return nth in self.year_days or nth - _days_in(day.year) - 1 in self.year_days

    def _in_week(self, day: date) -> bool:
        if not self.weeks:
            return True
        at = day.toordinal()
        year = next(year for year in (day.year + 1, day.year, day.year - 1) if self._first_week(year) <= at)
        first, after = self._first_week(year), self._first_week(year + 1)
        nth = (at - first) // 7 + 1
        return nth in self.weeks or nth - (after - first) // 7 - 1 in self.weeks

    def _first_week(self, year: int) -> int:
        """The day on which week 1 of a year begins: the first week with four days in it (RFC 5545 BYWEEKNO)."""
        fourth = date(min(max(year, 1), MAXYEAR), 1, 4).toordinal()
        shift = 0 if 1 <= year <= MAXYEAR else (year - min(max(year, 1), MAXYEAR)) * 366
        return fourth + shift - (fourth + shift - 1 - self.week_start) % 7


def pattern(rule: str, start: date) -> Pattern | None:
    """The pattern of an RRULE's value; None where it cannot be understood. Parts that make no sense are left out."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().replace(" ", "").split(";"))
    if parts.get("FREQ") not in Freq.__members__:
        return None
    freq = Freq[parts["FREQ"]]
    at = start if isinstance(start, datetime) else datetime.combine(start, time())
    days = [(int(nth or 0), _WEEKDAYS.index(day)) for nth, day in _WEEKDAY.findall(parts.get("BYDAY", ""))]
    nths = frozenset((nth, day) for nth, day in days if nth and freq <= Freq.MONTHLY)
    fixed = _fixed(parts, freq, at)
    return Pattern(
        start=at,
        freq=freq,
        interval=_number(parts.get("INTERVAL", "")) or 1,
        count=_number(parts.get("COUNT", "")),
        until=moment(parts.get("UNTIL", "")),
        week_start=_WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in _WEEKDAYS else 0,
        months=fixed.get("BYMONTH") or _numbers(parts.get("BYMONTH", ""), 1, 12),
        weeks=_numbers(parts.get("BYWEEKNO", ""), -53, 53),
        year_days=_numbers(parts.get("BYYEARDAY", ""), -366, 366),
        month_days=fixed.get("BYMONTHDAY") or _numbers(parts.get("BYMONTHDAY", ""), -31, 31),
        weekdays=fixed.get("BYDAY") or frozenset(day for nth, day in days if (nth, day) not in nths),
        nth_weekdays=nths,
        hours=_clock(parts.get("BYHOUR", ""), 23, at.hour, taken=freq < Freq.HOURLY),
        minutes=_clock(parts.get("BYMINUTE", ""), 59, at.minute, taken=freq < Freq.MINUTELY),
        seconds=_clock(parts.get("BYSECOND", ""), 59, at.second, taken=freq < Freq.SECONDLY),
        positions=tuple(_numbers(parts.get("BYSETPOS", ""), -366, 366)),
    )


def _fixed(parts: dict[str, str], freq: Freq, at: datetime) -> dict[str, frozenset[int]]:
    """What the start says where the rule says nothing of days."""
    if parts.keys() & {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"} or freq >= Freq.DAILY:
        return {}
    if freq is Freq.WEEKLY:
        return {"BYDAY": frozenset({at.weekday()})}
    month = {"BYMONTH": frozenset({at.month})} if freq is Freq.YEARLY and "BYMONTH" not in parts else {}
    return {**month, "BYMONTHDAY": frozenset({at.day})}


def _clock(text: str, most: int, start: int, *, taken: bool) -> tuple[int, ...]:
    """The hours, minutes or seconds, in order; the start's where they are `taken` from it, else () for all."""
    given = tuple(sorted(number for number in _numbers(text, -1, most) | _zero(text) if number >= 0))
    return given or ((start,) if taken else ())


def _zero(text: str) -> frozenset[int]:
    return frozenset({0}) if any(part.strip("0") == "" and part for part in text.split(",")) else frozenset()


def _numbers(text: str, least: int, most: int) -> frozenset[int]:
    """The numbers of a list that are in bounds; 0 never is."""
    found = (int(part) for part in text.split(",") if _NUMBER.fullmatch(part))
    return frozenset(number for number in found if number and least <= number <= most)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) else None  # noqa: PLR2004


def _days_in(year: int) -> int:
    return 366 if isleap(year) else 365
