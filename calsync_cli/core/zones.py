"""What a TZID means: the file's own VTIMEZONE, the zone database, or the names that Windows programs write."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from calsync_cli.core.lines import Component, parse, render

_OFFSET = re.compile(r"\s*([+-])(\d\d):?(\d\d)(?::?(\d\d))?\s*")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(Z?)")
_WEEKDAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKS = 106
_END = datetime(9999, 12, 28)  # noqa: DTZ001
"""Two offsets are less than two days apart; a clock that changes later cannot be reckoned with."""


@dataclass(frozen=True, slots=True)
class _Yearly:
    """The one kind of rule that zones have: so many a year, on such days."""

    months: tuple[int, ...]
    weekdays: tuple[tuple[int, int], ...]
    days: tuple[int, ...]
    until: int


@dataclass(frozen=True, slots=True)
class _Onset:
    """A STANDARD or DAYLIGHT: when it begins (in the wall clock before it) and what the offset is before and after."""

    first: datetime
    before: timedelta
    after: timedelta
    yearly: _Yearly | None
    more: tuple[datetime, ...]


class Zones:
    """The zones of one calendar file."""

    __slots__ = ("_blocks", "_known")

    def __init__(self, tree: Component) -> None:
        self._blocks = {
            line.value.strip(): part
            for part in tree.children
            if part.name == "VTIMEZONE" and (line := part.first("TZID"))
        }
        self._known: dict[str, tzinfo | None] = {}

    def block(self, tzid: str) -> Component | None:
        """The VTIMEZONE of that name in this file."""
        return self._blocks.get(tzid)

    def zone(self, tzid: str) -> tzinfo | None:
        """What a TZID means in this file, None where nobody knows. The file's VTIMEZONE goes first ."""
        if tzid not in self._known:
            block = self._blocks.get(tzid)
            self._known[tzid] = (_observed(render(block)) if block else None) or named(tzid)
        return self._known[tzid]


@lru_cache(maxsize=512)
def named(tzid: str) -> tzinfo | None:
    """A zone by name alone: of the zone database, also with a vendor's prefix, or one that Windows programs write."""
    if tzid.upper() in {"UTC", "Z", "GMT", "ETC/UTC", "ETC/GMT"}:
        return UTC
    parts = tzid.strip("/").split("/")
    for first in range(len(parts)):
        found = _in_database("/".join(parts[first:]))
        if found:
            return found
    return _of_windows(tzid)


@lru_cache(maxsize=1024)
def behaviour(zone: tzinfo, year: int) -> tuple[timedelta | None, ...]:
    """The zone's offsets week by week over two years: what tells zones apart for a series, whatever their names."""
    first = datetime(max(year, 1), 1, 3, 12) if year < 9997 else datetime(9997, 1, 3, 12)  # noqa: PLR2004, DTZ001
    return tuple((first + timedelta(weeks=week)).replace(tzinfo=zone).utcoffset() for week in range(_WEEKS))


def _in_database(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo  # here, because a sync that meets no zone need not load it

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; "../x"; a directory such as "Europe"
        return None


def _of_windows(tzid: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # here, because it takes 0.14 s

    name = WINDOWS_TO_OLSON.get(tzid)
    return _in_database(name) if name else None


# ── a VTIMEZONE as a tzinfo ──────────────────────────────────────────────────────────────────────────────────────


class Observed(tzinfo):
    """A zone by the rules in a VTIMEZONE (RFC 5545 3.6.5)."""

    __slots__ = ("_memo", "_name", "_onsets")

    def __init__(self, name: str, onsets: tuple[_Onset, ...]) -> None:
        self._name = name
        self._onsets = onsets
        self._memo: dict[int, list[tuple[datetime, timedelta]]] = {}

    def utcoffset(self, when: datetime | None) -> timedelta:
        """The offset at a wall clock time; in a gap the one before it, in a fold the first (RFC 5545 3.3.5)."""
        if when is None:
            return self._onsets[0].after
        wall = when.replace(tzinfo=None)
        if wall.year not in self._memo:
            self._memo[wall.year] = _begins(self._onsets, wall.year)
        past = [after for begin, after in self._memo[wall.year] if begin <= wall]
        return past[-1] if past else min(self._onsets, key=_first).before

    def fromutc(self, when: datetime) -> datetime:
        """UTC to the wall clock: the offset under which the clock shows just this instant."""
        offsets = [self.utcoffset(when + near) for near in (timedelta(days=1), timedelta(days=-1))]
        return next((wall for size in offsets if self.utcoffset(wall := when + size) == size), when + offsets[0])

    def dst(self, when: datetime | None) -> timedelta:  # noqa: ARG002 (the shape is tzinfo's)
        """Not known apart; nobody asks."""
        return timedelta()

    def tzname(self, when: datetime | None) -> str:  # noqa: ARG002
        """The TZID."""
        return self._name

    def changes(self, year: int) -> tuple[tuple[datetime, timedelta], ...]:
        """The offset at the beginning of a year, then each change in it, by the wall clock."""
        first, offset = datetime(year, 1, 1), min(self._onsets, key=_first).before  # noqa: DTZ001 (a wall clock)
        inside: list[tuple[datetime, timedelta]] = []
        for begin, after in _begins(self._onsets, year):
            if begin <= first:
                offset = after
            elif after != (inside[-1][1] if inside else offset):
                inside.append((begin, after))
        return ((first, offset), *inside)

    def __repr__(self) -> str:
        return f"Observed({self._name!r})"


@lru_cache(maxsize=512)
def _observed(text: bytes) -> tzinfo | None:
    """The zone of a VTIMEZONE's text; None where its rules cannot be read."""
    block = next(parse(b"BEGIN:VCALENDAR\n" + text + b"END:VCALENDAR\n").children)
    name = block.first("TZID")
    onsets = tuple(onset for part in block.children if (onset := _onset(part)))
    return Observed(name.value if name else "", onsets) if onsets else None


@lru_cache(maxsize=8192)
def changes(block: bytes, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """What a VTIMEZONE's text says of a year: see Observed.changes; () where its rules cannot be read."""
    zone = _observed(block) if block else None
    return zone.changes(year) if isinstance(zone, Observed) else ()


def _first(onset: _Onset) -> datetime:
    return onset.first


def _onset(part: Component) -> _Onset | None:
    values = {line.name: line.value for line in part.lines if line.name != "RDATE"}
    first, before, after = (
        _stamp(values.get("DTSTART", "")),
        _shift(values.get("TZOFFSETFROM", "")),
        _shift(values.get("TZOFFSETTO", "")),
    )
    if first is None or before is None or after is None:
        return None
    listed = ",".join(line.value for line in part.lines if line.name == "RDATE").split(",")
    more = tuple(stamp for text in listed if (stamp := _stamp(text.partition("/")[0])))
    return _Onset(first, before, after, _yearly(values.get("RRULE", ""), first), more)


def _begins(onsets: tuple[_Onset, ...], year: int) -> list[tuple[datetime, timedelta]]:
    """For wall clock times of a year: from when on which offset holds, the last onset before that year included."""
    found = []
    for onset in onsets:
        # After a gap the clock shows the new time only once it has leapt; before that the old offset still holds.
        leap = max(onset.after - onset.before, timedelta())
        stamps = {onset.first, *onset.more}
        if onset.yearly:
            last = min(year, onset.yearly.until)
            stamps |= {day for each in (last - 1, last) if each >= onset.first.year for day in _days(onset, each)}
        found += [(stamp + leap, onset.after) for stamp in stamps if stamp.year <= year]
    return sorted(found)


def _days(onset: _Onset, year: int) -> list[datetime]:
    """The onsets that its yearly rule gives for one year."""
    rule = onset.yearly
    if rule is None:
        return []
    days = [day for month in rule.months for day in _days_of_month(rule, year, month)]
    return [stamp for day in days if (stamp := datetime.combine(day, onset.first.time())) >= onset.first]


def _days_of_month(rule: _Yearly, year: int, month: int) -> list[date]:
    every = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    if rule.days:
        every = [day for day in every if day.day in rule.days]
    if not rule.weekdays:
        return every
    chosen = []
    for nth, weekday in rule.weekdays:
        those = [day for day in every if day.weekday() == weekday]
        chosen += those if nth == 0 else those[nth - 1 : nth] if nth > 0 else those[len(those) + nth :][:1]
    return chosen


def _yearly(rule: str, first: datetime) -> _Yearly | None:
    parts = dict(part.partition("=")[::2] for part in rule.upper().replace(" ", "").split(";"))
    if parts.get("FREQ") != "YEARLY" or parts.get("INTERVAL", "1") != "1":
        return None
    weekdays = tuple((int(nth or 0), _WEEKDAYS.index(day)) for nth, day in _WEEKDAY.findall(parts.get("BYDAY", "")))
    days = _numbers(parts.get("BYMONTHDAY", ""), 31) or (() if weekdays else (first.day,))
    until = _stamp(parts.get("UNTIL", ""))
    months = _numbers(parts.get("BYMONTH", ""), 12) or (first.month,)
    return _Yearly(months, weekdays, days, until.year if until else 9999)


def _numbers(text: str, most: int) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(",") if each.isdecimal() and 1 <= int(each) <= most)


def _stamp(text: str) -> datetime | None:
    found = _STAMP.fullmatch(text.strip().upper())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        stamp = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (a wall clock)
    except ValueError:
        return None
    return stamp if stamp <= _END else None


def _shift(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if size >= timedelta(hours=24):
        return None
    return -size if found[1] == "-" else size
