"""Time zones: by the names that people know them by, and the hours that a zone leaves out or has twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.refusal import DoubtError, shown
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.zones import named

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAR = 3
_ALIKE = 0.7
_NO_PLACE = frozenset({"localtime", "posixrules", "Factory"})
"""Files of the zone database that are no zone of its own."""


def zone(text: str, *, flag: str = "--tz") -> str:
    """The IANA name of a zone: in full, in any case, or its last part alone where only one zone has it."""
    wanted = text.strip().replace(" ", "_").lower()
    if not wanted:
        raise CalsyncError("E001", "empty", flag=flag)
    if wanted in {"utc", "z", "gmt"}:
        return "UTC"
    found = _by_name(wanted)
    match found:
        case [one]:
            return one
        case [_, *_]:
            raise CalsyncError("E001", "date-zone-several", flag=flag, value=shown(text), near=", ".join(found))
        case _:
            pass
    windows = str(getattr(named(text.strip()), "key", ""))
    if windows in _known():
        return windows
    near = ", ".join(_near(wanted)) or "Europe/Amsterdam, America/New_York, UTC"
    raise CalsyncError("E001", "date-zone", flag=flag, value=shown(text), near=near)


def _by_name(wanted: str) -> Sequence[str]:
    full = [name for name in _known() if name.lower() == wanted]
    return full or [name for name in _known() if wanted and name.lower().rpartition("/")[2] == wanted]


def _near(wanted: str) -> list[str]:
    import difflib  # only where a name was mistyped

    keys = {name.lower(): name for name in _known()}
    keys |= {name.rpartition("/")[2]: full for name, full in keys.items() if "/" in name}
    return list(dict.fromkeys(keys[key] for key in difflib.get_close_matches(wanted, keys, _NEAR * 2, _ALIKE)))[:_NEAR]


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    from zoneinfo import available_timezones  # reads the whole database: 25 ms, and only for names

    return tuple(sorted(available_timezones() - _NO_PLACE))


def checked(wall: datetime, place: tzinfo) -> datetime:
    """A wall clock time that is there, refused where the clock of that place leaps over it.

    Of an hour that comes twice an iCalendar file can only tell the first (RFC 5545 3.3.5): the second is refused.
    """
    there = wall.replace(tzinfo=place)
    if there.astimezone(UTC).astimezone(place).replace(tzinfo=None) != wall:
        leap = _leap(there)
        before, after = ((leap + by).astimezone(place) for by in (timedelta(minutes=-1), timedelta()))
        raise DoubtError("date-gap", day=f"{wall.date()}", last=f"{before:%H:%M}", next=f"{after:%H:%M}")
    if wall.fold and twice(wall, place):
        raise DoubtError("date-second", day=f"{wall.date()}", time=f"{wall:%H:%M}")
    return wall.replace(fold=0)


def twice(wall: datetime, place: tzinfo) -> bool:
    """The clock shows this time twice on that day."""
    first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    offset = first.utcoffset()
    return offset != second.utcoffset() and first.astimezone(UTC).astimezone(place).utcoffset() == offset


def _leap(there: datetime) -> datetime:
    """The instant at which the clock leaps, to the minute, within a day of this time."""
    low = (there - timedelta(days=1)).astimezone(UTC)
    high = (there + timedelta(days=1)).astimezone(UTC)
    before = low.astimezone(there.tzinfo).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(there.tzinfo).utcoffset() == before else (low, middle)
    return high.replace(second=0, microsecond=0)
