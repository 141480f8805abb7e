"""On which days a series takes place: enough of RFC 5545 3.3.10 to tell whether an occurrence fits a rule."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Grid:
    """The days of a series that starts on `start`, whenever it ends: UNTIL and COUNT do not matter here."""

    start: date
    freq: str
    interval: int
    months: frozenset[int]
    days: frozenset[int]
    weekdays: frozenset[tuple[int, int]]

    def has(self, day: date) -> bool:
        """Whether the rule gives this day. Parts of a rule that are too rare to be read here count as given."""
        if self.months and day.month not in self.months:
            return False
        match self.freq:
            case "DAILY":
                return (day - self.start).days % self.interval == 0 and self._on_weekday(day)
            case "WEEKLY":
                return self._weeks(day) % self.interval == 0 and self._on_weekday(day, self.start.weekday())
            case "MONTHLY":
                months = (day.year - self.start.year) * 12 + day.month - self.start.month
                return months % self.interval == 0 and self._in_month(day)
            case "YEARLY":
                in_month = bool(self.months) or bool(self.weekdays) or day.month == self.start.month
                return (day.year - self.start.year) % self.interval == 0 and in_month and self._in_month(day)
            case _:
                return True

    def _weeks(self, day: date) -> int:
        monday = self.start - timedelta(days=self.start.weekday())
        return (day - monday).days // 7

    def _on_weekday(self, day: date, otherwise: int | None = None) -> bool:
        if not self.weekdays:
            return otherwise is None or day.weekday() == otherwise
        return day.weekday() in {weekday for _, weekday in self.weekdays}

    def _in_month(self, day: date) -> bool:
        length = monthrange(day.year, day.month)[1]
        if self.days and not self.days & {day.day, day.day - length - 1}:
            return False
        if self.weekdays:
            nths = {0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}
            return self.freq == "YEARLY" or any((nth, day.weekday()) in self.weekdays for nth in nths)
        return bool(self.days) or day.day == self.start.day


def grid(rule: str, start: date) -> Grid:
    """The grid of an RRULE."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().replace(" ", "").split(";"))
    interval = parts.get("INTERVAL", "1")
    return Grid(
        start=date(start.year, start.month, start.day),
        freq="" if parts.keys() & {"BYSETPOS", "BYWEEKNO", "BYYEARDAY"} else parts.get("FREQ", ""),
        interval=max(int(interval), 1) if interval.isdecimal() and len(interval) < 6 else 1,  # noqa: PLR2004
        months=_numbers(parts.get("BYMONTH", "")),
        days=_numbers(parts.get("BYMONTHDAY", "")),
        weekdays=frozenset((int(nth or 0), _WEEKDAYS.index(day)) for nth, day in _DAY.findall(parts.get("BYDAY", ""))),
    )


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(each) for each in re.findall(r"-?\d{1,3}", text))
