"""When something is: what follows --at, --until, --occurrence and --following, as a moment of an event."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from calsync_cli.cli.dates import places
from calsync_cli.cli.dates.anchor import Anchor
from calsync_cli.cli.dates.refusal import DoubtError, UnreadableError, refused
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment
from calsync_cli.core.zones import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calsync_cli.cli.dates.said import Offset, Said

_ISO = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?)?", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_FAR = timedelta(days=183)
"""“until 22 nov” of what starts on the 24th is a slip, not an event of a year."""


@dataclass(frozen=True, slots=True)
class Place:
    """A zone by name and by its rules; without a name times float."""

    name: str
    rules: tzinfo | None


def when(text: str, *, now: datetime, zone: str, flag: str = "--at") -> Moment:
    """A date, or a wall clock time in `zone` (or in the zone that the text names)."""
    with plainly(flag, text):
        return moment_of(text, Anchor(now, now), placed(zone))


def ends(text: str, *, start: Moment, now: datetime, flag: str = "--until") -> Moment:
    """The end as a draft has it, exclusive: of whole days the day after the last one that was said."""
    with plainly(flag, text):
        place = placed(start.zone)
        base = wall_of(start).replace(tzinfo=place.rules or now.tzinfo)
        found = moment_of(text, Anchor(now, base), place)
        if isinstance(found.wall, datetime) == start.all_day:
            raise DoubtError("date-day-only" if start.all_day else "date-no-hour")
        end = in_zone(found, place) if not start.all_day else Moment(found.wall + timedelta(days=1))
        far = _instant(end) - _instant(start) > _FAR and not _YEAR.search(text)
        if far or not _instant(end) > _instant(start):
            raise DoubtError("date-ends")
        return end


def is_clock(text: str) -> bool:
    """The text is a time of the day and nothing else: in an edit, one on the day that the event has."""
    from calsync_cli.cli.dates.reading import read

    try:
        said = read(text)
    except (UnreadableError, DoubtError):
        return False
    return said.timed and said.dayless


def day(text: str, *, now: datetime, flag: str = "DATE") -> date:
    """A day, without a time."""
    with plainly(flag, text):
        found = moment_of(text, Anchor(now, now), Place("", now.tzinfo)).wall
        if isinstance(found, datetime):
            raise DoubtError("date-day-only")
        return found


@contextmanager
def plainly(flag: str, text: str, otherwise: str = "date-when") -> Iterator[None]:
    """Whatever is not understood becomes the error that a user gets."""
    try:
        yield
    except (UnreadableError, DoubtError) as why:
        raise refused(flag, text, why, otherwise=otherwise) from why
    except OverflowError as why:
        raise refused(flag, text, UnreadableError(text), otherwise=otherwise) from why


def placed(zone: str) -> Place:
    """A zone that an event has, or floats without."""
    return Place(zone, named(zone) if zone else None)


def moment_of(text: str, anchor: Anchor, place: Place) -> Moment:
    """What a text says, whoever wrote it."""
    return _written(text, place) or _said(text, anchor, place)


def _written(text: str, place: Place) -> Moment | None:
    """ISO 8601, without the reader of words: what programs and careful people write costs nothing."""
    found = _ISO.fullmatch(text.strip())
    if not found:
        return None
    year, month, number, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        if found[4] is None:
            return Moment(date(year, month, number))
        wall = datetime(year, month, number, hour, minute, second)  # noqa: DTZ001  (a wall clock)
    except ValueError:
        return None  # 24:00, or no such day: the reader of words says which
    return Moment(places.checked(wall, place.rules) if place.rules else wall, place.name)


def _said(text: str, anchor: Anchor, place: Place) -> Moment:
    """What the words say, in the zone that they name, else in this one."""
    from calsync_cli.cli.dates.reading import read  # the words: not needed for ISO 8601
    from calsync_cli.cli.dates.resolve import resolved

    said = read(text)
    there = _named_place(said) or place
    anchor = Anchor(_there(anchor.now, there), _there(anchor.base, there), anchor.way)
    found = resolved(said, anchor)
    if not isinstance(found, datetime):
        if said.zoned or said.offset:
            raise DoubtError("date-no-hour")
        return Moment(found)
    wall = _shifted(found, said.offset, there, anchor)
    return Moment(places.checked(wall, there.rules) if there.rules else wall, there.name)


def _there(when_: datetime, place: Place) -> datetime:
    return when_.astimezone(place.rules) if place.rules else when_


def _shifted(wall: datetime, offset: Offset | None, place: Place, anchor: Anchor) -> datetime:
    """A time with its offset is an instant: told by the clock of the place; where times float, by the user's."""
    if not offset:
        return wall
    if place.name and not place.rules:
        raise UnreadableError("UTC±")
    at = (wall - offset.by).replace(tzinfo=UTC).astimezone(place.rules or anchor.now.tzinfo)
    return at.replace(tzinfo=None, fold=at.fold)


def _named_place(said: Said) -> Place | None:
    if not said.zoned:
        return None
    try:
        return placed(places.zone(said.zoned.name))
    except CalsyncError as error:
        raise UnreadableError(said.zoned.name) from error


def in_zone(moment: Moment, place: Place) -> Moment:
    """The same instant by the clock of a place."""
    rules = placed(moment.zone).rules
    if moment.zone == place.name or not isinstance(moment.wall, datetime) or not (rules and place.rules):
        return moment
    there = moment.wall.replace(tzinfo=rules).astimezone(place.rules)
    return Moment(places.checked(there.replace(tzinfo=None, fold=there.fold), place.rules), place.name)


def wall_of(moment: Moment) -> datetime:
    """The wall clock time; of a day its first."""
    wall = moment.wall
    return wall if isinstance(wall, datetime) else datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001


def _instant(moment: Moment) -> datetime:
    return wall_of(moment).replace(tzinfo=placed(moment.zone).rules or UTC).astimezone(UTC)
