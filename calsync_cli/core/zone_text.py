"""A VTIMEZONE for a zone of the database: true since 1970 and for as long as its rules stay, in few rules.

Not by the icalendar library, which was tried: it lists a date for every change until 2038, in the wrong wall clock
(RFC 5545 3.6.5 wants the one before the change), and ends there.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from calsync_cli.core.lines import Component, Line, make_line
from calsync_cli.core.zones import named

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2071, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=8)
"""No zone changes twice within so many days (all 599 of the database were compared with single days)."""
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RULE_FROM = 3
"""So many years in a row make a rule; fewer are listed."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a change does: the offsets before and after it, and what the zone is called then."""

    before: timedelta
    after: timedelta
    name: str
    summer: bool


@dataclass(frozen=True, slots=True)
class _Onset:
    at: datetime
    wall: datetime
    kind: _Kind


@dataclass(frozen=True, slots=True)
class _Run:
    """Changes of one kind, on days of one rule ("" for one that is none)."""

    onsets: tuple[_Onset, ...]
    rule: str


@lru_cache(maxsize=64)
def zone_text(tzid: str, end: bytes = b"\r\n") -> Component | None:
    """The VTIMEZONE of that TZID; None for UTC, which needs none, and for a name that nobody knows."""
    zone = named(tzid)
    if zone is None or zone is UTC:
        return None
    onsets = list(_onsets(zone))
    runs = [run for kind in dict.fromkeys(onset.kind for onset in onsets) for run in _runs(_of(kind, onsets))]
    blocks = [_block(run, end) for run in sorted(runs, key=lambda run: run.onsets[0].at)]
    return Component(
        "VTIMEZONE",
        b"BEGIN:VTIMEZONE" + end,
        (make_line("TZID", tzid, end=end), _beginning(zone, end), *blocks),
        b"END:VTIMEZONE" + end,
    )


def _onsets(zone: tzinfo) -> Iterator[_Onset]:
    """Every change of the offset, step by step and then to the second."""
    at = _FIRST
    while at < _LAST:
        later = at + _STEP
        before, after = _offset(zone, at), _offset(zone, later)
        if before != after:
            moment = _change(zone, at, later)
            local = moment.astimezone(zone)
            kind = _Kind(before, after, local.tzname() or "", bool(local.dst()))
            yield _Onset(moment, (moment + before).replace(tzinfo=None), kind)
        at = later


def _change(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _of(kind: _Kind, onsets: Iterable[_Onset]) -> list[_Onset]:
    return [onset for onset in onsets if onset.kind == kind]


def _runs(onsets: list[_Onset]) -> Iterator[_Run]:
    """The changes of one kind in as long runs of one rule as there are; what is left over in one list."""
    single: list[_Onset] = []
    at = 0
    while at < len(onsets):
        size, rule = _longest(onsets[at:])
        if size >= _RULE_FROM:
            yield _Run(tuple(onsets[at : at + size]), rule)
        else:
            size = 1
            single.append(onsets[at])
        at += size
    if single:
        yield _Run(tuple(single), "")


def _longest(onsets: list[_Onset]) -> tuple[int, str]:
    """How many of the first changes follow one rule, year after year, and that rule."""
    first = onsets[0].wall
    rules, size = _rules([first]), 1
    for onset in onsets[1:]:
        wall = onset.wall
        same = (wall.year, wall.month, wall.time()) == (first.year + size, first.month, first.time())
        left = _rules([each.wall for each in onsets[: size + 1]]) if same else []
        if not left:
            break
        rules, size = left, size + 1
    return size, rules[0]


def _rules(walls: list[datetime]) -> list[str]:
    """The rules that give all of these days of one month, the usual ones first."""
    days, weekdays = {wall.day for wall in walls}, {wall.weekday() for wall in walls}
    month = f"FREQ=YEARLY;BYMONTH={walls[0].month}"
    fixed = [f"{month};BYMONTHDAY={walls[0].day}"] if len(days) == 1 else []
    if len(weekdays) > 1:
        return fixed
    day = _WEEKDAYS[weekdays.pop()]
    lasts = {(monthrange(wall.year, wall.month)[1] - wall.day) // 7 + 1 for wall in walls}
    nths = {(wall.day - 1) // 7 + 1 for wall in walls}
    found = [f"{month};BYDAY=-1{day}"] if lasts == {1} else []
    found += [f"{month};BYDAY={nth}{day}" for nth in nths if len(nths) == 1]
    week = range(min(days), min(days) + 7)
    if max(days) in week and week[-1] <= monthrange(2001, walls[0].month)[1]:
        found.append(f"{month};BYMONTHDAY={','.join(map(str, week))};BYDAY={day}")
    return found + fixed


def _block(run: _Run, end: bytes) -> Component:
    """A STANDARD or DAYLIGHT (RFC 5545 3.6.5); a rule that still holds has no end."""
    first, last = run.onsets[0], run.onsets[-1]
    lines = _says(first.kind, first.wall, end)
    if run.rule:
        holds = last.at.year >= _LAST.year - 1
        until = "" if holds else f";UNTIL={last.at:%Y%m%dT%H%M%SZ}"
        lines.append(make_line("RRULE", run.rule + until, end=end))
    elif len(run.onsets) > 1:
        lines.append(make_line("RDATE", ",".join(_stamp(onset.wall) for onset in run.onsets[1:]), end=end))
    return _component("DAYLIGHT" if first.kind.summer else "STANDARD", lines, end)


def _beginning(zone: tzinfo, end: bytes) -> Component:
    """What held before the first change."""
    local = _FIRST.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    kind = _Kind(offset, offset, local.tzname() or "", summer=False)
    return _component("STANDARD", _says(kind, datetime(1970, 1, 1), end), end)  # noqa: DTZ001 (a wall clock)


def _says(kind: _Kind, wall: datetime, end: bytes) -> list[Line]:
    pairs = [("DTSTART", _stamp(wall)), ("TZOFFSETFROM", _shift(kind.before)), ("TZOFFSETTO", _shift(kind.after))]
    return [make_line(name, value, end=end) for name, value in [*pairs, ("TZNAME", kind.name)] if value]


def _component(name: str, lines: list[Line], end: bytes) -> Component:
    return Component(name, f"BEGIN:{name}".encode() + end, tuple(lines), f"END:{name}".encode() + end)


def _stamp(wall: datetime) -> str:
    return f"{wall:%Y%m%dT%H%M%S}"


def _shift(offset: timedelta) -> str:
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    text = f"{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")
    return ("-" if offset < timedelta() else "+") + text
