"""Dates and times: {date} or {dateTime, timeZone} in JSON, DTSTART and its like in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from calsync_cli.core.lines import Component
from calsync_cli.core.rules import NO_FILE
from calsync_cli.core.times import Moment, instant, plus
from calsync_cli.core.units import end_of, start_of
from calsync_cli.core.zones import Zones, behaviour, named
from calsync_cli.providers.google.fields import Frame, Json, Original, Unsayable, flag, part

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=512)
def known_zone(name: object) -> str:
    """The name as a TZID: "UTC", a name that the zone database knows, or ""."""
    if not isinstance(name, str) or not _ZONE.fullmatch(name):
        return ""
    zone = named(name)
    if zone is UTC:
        return "UTC"
    return name if isinstance(zone, ZoneInfo) else ""


def zone_of(value: Json, otherwise: str) -> str:
    """The zone that a time is told in."""
    name = value.get("timeZone")
    return (known_zone(name) if isinstance(name, str) else "") or known_zone(otherwise)


def moment_of(value: Json, zone: str, *, exact: bool = False) -> Moment:
    """A {date} or {dateTime, timeZone}; `zone`: where it names none. Raises Unsayable.

    `exact`: in UTC where the clock shows that time twice and the second one is meant, which a TZID cannot say.
    """
    day, clock = value.get("date"), value.get("dateTime")
    try:
        if isinstance(clock, str):
            return _clock(datetime.fromisoformat(clock), zone_of(value, zone), exact=exact)
        if isinstance(day, str) and _DATE.fullmatch(day):
            return Moment(date.fromisoformat(day))
    except (ValueError, OverflowError) as error:  # the 31st of February; the years 0 and 9999
        raise Unsayable("time") from error
    raise Unsayable("time")


def _clock(at: datetime, zone: str, *, exact: bool = False) -> Moment:
    if at.microsecond:
        at = at.replace(microsecond=0)
    if at.tzinfo is None:
        return Moment(at, zone or "UTC")
    if zone in {"", "UTC"}:
        return Moment(at.astimezone(UTC).replace(tzinfo=None), "UTC")
    local = at.astimezone(named(zone))
    if exact and local.fold:
        return Moment(at.astimezone(UTC).replace(tzinfo=None), "UTC")
    return Moment(local.replace(tzinfo=None, fold=0), zone)


def in_zone_of(at: Moment, start: Moment) -> Moment:
    """An occurrence's time in the form and zone of its series' start, as EXDATE and RECURRENCE-ID want it."""
    if at.all_day or start.all_day:
        return Moment(at.wall.date()) if isinstance(at.wall, datetime) else at
    if at.zone == start.zone or not at.zone:
        return Moment(at.wall, start.zone)
    when = instant(at, NO_FILE)
    if when is None:
        raise Unsayable("zone")
    return _clock(when, start.zone)


def original_of(event: Json) -> Original:
    """Which occurrence of its series an instance is. Raises Unsayable."""
    value = part(event, "originalStartTime")
    at = moment_of(value, "UTC")
    return original(at, NO_FILE)


def original(at: Moment, zones: Zones) -> Original:
    """A moment as an occurrence is named."""
    if at.all_day:
        return Original(at.wall.isoformat())
    when = instant(at, zones)
    if when is None:
        raise Unsayable("zone")
    return Original(rfc3339(when))


def rfc3339(when: datetime) -> str:
    """An instant in UTC."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Clock:
    """What the times of one file mean: its zones, and the calendar's for times that float."""

    zones: Zones
    frame: Frame

    def grounded(self, at: Moment) -> Moment:
        """A floating time is one in the calendar's zone."""
        return Moment(at.wall, known_zone(self.frame.zone) or "UTC") if not at.zone and not at.all_day else at

    def instant(self, at: Moment) -> datetime:
        """The instant of a time. Raises Unsayable for a zone that nobody knows."""
        when = instant(self.grounded(at), self.zones)
        if when is None:
            raise Unsayable("zone")
        return when

    def original(self, at: Moment) -> Original:
        """Which occurrence a RECURRENCE-ID or EXDATE means."""
        return original(self.grounded(at), self.zones)

    def json(self, at: Moment, *, recurs: bool) -> Json:
        """The time as Google takes it; a series needs a zone that it knows."""
        if not isinstance(at.wall, datetime):
            return {"date": at.wall.isoformat()}
        when, name = self.instant(at), self.name(self.grounded(at))
        if not name and recurs:
            raise Unsayable("zone")
        return time_json(when, name or "UTC")

    def name(self, at: Moment) -> str:
        """What Google calls the zone of a moment, "" where it has no name for it."""
        found = "UTC" if at.zone == "UTC" else _called(at.zone)
        return found or _like(self.zones, at, self.frame.zone)


def time_json(when: datetime, zone: str) -> Json:
    """An instant in a zone; in UTC where the offset has seconds, which RFC 3339 5.6 cannot write."""
    tz = UTC if zone == "UTC" else ZoneInfo(zone)
    try:
        local = when.astimezone(tz)
    except OverflowError as error:
        raise Unsayable("time") from error
    odd = (local.utcoffset() or timedelta()).seconds % 60
    told = rfc3339(when) if zone == "UTC" or odd else local.isoformat(timespec="seconds")
    return {"dateTime": told, "timeZone": zone}


def span_json(of: Component, clock: Clock, *, recurs: bool) -> tuple[Json, Json]:
    """Start and end; Google demands an end (RFC 5545 3.6.1 says what it is where none is written)."""
    start = start_of(of)
    if start is None:
        raise Unsayable("start")
    start = clock.grounded(start)
    end = _end(of, start, clock)
    return clock.json(start, recurs=recurs), clock.json(end, recurs=recurs)


def _end(of: Component, start: Moment, clock: Clock) -> Moment:
    end = end_of(of, clock.zones)
    end = clock.grounded(end) if end else None
    if end is None or end.all_day != start.all_day:
        end = start
    if start.all_day:
        least = plus(start, timedelta(days=1))
        return end if least is None or end.wall >= least.wall else least
    return end if clock.instant(end) >= clock.instant(start) else start


@lru_cache(maxsize=512)
def _called(tzid: str) -> str:
    """The zone database's name for a TZID with a vendor's prefix, or one that Windows programs write."""
    zone = named(tzid)
    if zone is UTC:
        return "UTC"
    return zone.key if isinstance(zone, ZoneInfo) else ""


def _like(zones: Zones, at: Moment, first: str) -> str:
    """The name of a zone that behaves as the file's own VTIMEZONE does."""
    block, zone = zones.block(at.zone), zones.zone(at.zone)
    if block is None or zone is None:
        return ""
    wanted = behaviour(zone, at.wall.year)
    hint = block.first("X-LIC-LOCATION")
    candidates = [first, *([hint.value.strip()] if hint else []), *_usual()]
    names = (name for each in candidates if (name := known_zone(each)))
    return next((name for name in names if behaviour(_zone(name), at.wall.year) == wanted), "")


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _usual() -> tuple[str, ...]:
    """One city for each zone that Windows programs know; enough, and none of them is obscure."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # here, because it takes 0.14 s

    return tuple(dict.fromkeys(WINDOWS_TO_OLSON.values()))


def unspecified_end(event: Json) -> bool:
    """Whether an event has no end: Google then tells one that means nothing."""
    return flag(event, "endTimeUnspecified") or not part(event, "end")
