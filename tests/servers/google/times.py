"""EventDateTime: read strictly, kept in UTC, shown in the zone of whoever asks."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.servers.google.errors import Json, invalid, required

STAMP = "%Y%m%dT%H%M%SZ"


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """A zone of the IANA database; 400 where it is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise invalid("Invalid time zone definition.") from error


def stored(value: object, which: str, *, recurring: bool = False) -> Json:
    """A start or end as it is kept: {date} or {dateTime (UTC), timeZone}."""
    if not isinstance(value, dict):
        raise required(f"Missing {which} time.")
    given = {key: part for key, part in value.items() if part is not None}
    if ("date" in given) == ("dateTime" in given):
        raise invalid(f"Invalid {which} time.")
    if "date" in given:
        return {"date": _date(given["date"], which).isoformat()}
    name = given.get("timeZone", "")
    if recurring and not name:
        raise required(f"Missing time zone definition for {which} time.")
    moment = _moment(given["dateTime"], which)
    if moment.tzinfo is None and not name:
        raise required(f"Missing time zone definition for {which} time.")
    place = zone(name) if name else dt.UTC
    aware = moment if moment.tzinfo else moment.replace(tzinfo=place)
    kept = {"dateTime": aware.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**kept, "timeZone": name} if name else kept


def shown(value: Json, name: str) -> Json:
    """The same in the zone of the answer: the offset is that zone's, `timeZone` stays the event's own."""
    if "dateTime" not in value:
        return dict(value)
    return {**value, "dateTime": rfc3339(parse(value["dateTime"]), name)}


def rfc3339(moment: dt.datetime, name: str) -> str:
    """An instant with the offset of a zone; UTC as Z."""
    text = moment.astimezone(zone(name)).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z") if name in ("UTC", "Etc/UTC", "GMT") else text


@lru_cache(maxsize=4096)
def parse(text: str) -> dt.datetime:
    """An RFC 3339 instant, or what a query holds."""
    return dt.datetime.fromisoformat(text)


def instant(text: str, location: str) -> dt.datetime:
    """A query parameter that must be an instant with an offset."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("Bad Request", location) from error
    if moment.tzinfo is None:
        raise invalid("Bad Request", location)
    return moment


def begin(value: Json, name: str) -> dt.datetime:
    """When a start or end is; a date begins at midnight of the calendar's zone."""
    if "date" in value:
        return dt.datetime.combine(dt.date.fromisoformat(value["date"]), dt.time(), zone(name))
    return parse(value["dateTime"])


def suffix(value: Json) -> str:
    """What an instance's id ends with: its original start in UTC, or its date."""
    if "date" in value:
        return str(value["date"]).replace("-", "")
    return parse(value["dateTime"]).astimezone(dt.UTC).strftime(STAMP)


def from_suffix(text: str, master: Json) -> Json:
    """The original start that an instance's id names, in the master's terms."""
    if "date" in master["start"]:
        return {"date": f"{text[:4]}-{text[4:6]}-{text[6:8]}"}
    moment = dt.datetime.strptime(text, STAMP).replace(tzinfo=dt.UTC)
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": master["start"]["timeZone"]}


def _date(text: object, which: str) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError as error:
        raise invalid(f"Invalid {which} time.") from error


def _moment(text: object, which: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError as error:
        raise invalid(f"Invalid {which} time.") from error
    if "T" not in str(text):
        raise invalid(f"Invalid {which} time.")
    return moment
