"""When nothing is: the stretches of time that no event blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo

from calsync_cli.app.reports.events import EventRow, FreeRow
from calsync_cli.core.occasions import Occasion

Stretch = tuple[datetime, datetime]
UNBLOCKING = frozenset({"cancelled"})


def leisure(
    begin: datetime, end: datetime, hours: tuple[time, time] | None, busy: Iterable[tuple[Occasion, EventRow]]
) -> Iterator[FreeRow]:
    """In [begin, end), within these hours of each day. Both ends have the zone of the days."""
    zone = begin.tzinfo
    taken = sorted(
        (one.start.astimezone(UTC), one.end.astimezone(UTC)) for one, row in busy if blocks(row) and one.start < one.end
    )
    for first, last in _days(begin, end, hours):
        for start, stop in _between(first, last, taken):
            yield FreeRow(start=start.astimezone(zone), end=stop.astimezone(zone))


def blocks(row: EventRow) -> bool:
    """Unless it is cancelled, declined by oneself, or marked as free."""
    return not row.free and row.status not in UNBLOCKING and row.answer != "declined"


def _days(begin: datetime, end: datetime, hours: tuple[time, time] | None) -> Iterator[Stretch]:
    """The stretches to look in: day by day, or all at once."""
    if hours is None:
        yield begin.astimezone(UTC), end.astimezone(UTC)
        return
    day = begin.date()
    while day <= end.date():
        first, last = (_at(datetime.combine(day, clock), begin.tzinfo) for clock in hours)
        first, last = max(first, begin.astimezone(UTC)), min(last, end.astimezone(UTC))
        if first < last:
            yield first, last
        day += timedelta(days=1)


def _at(wall: datetime, zone: tzinfo | None) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _between(first: datetime, last: datetime, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    at = first
    for start, stop in taken:
        if stop <= at or start >= last:
            continue
        if start > at:
            yield at, start
        at = max(at, stop)
    if at < last:
        yield at, last
