"""Which instances a series has: RRULE, RDATE, EXRULE and EXDATE expanded in the zone of its start."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tests.servers.google import times
from tests.servers.google.errors import Json, Refused, invalid

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^:;]+)*):(\S+)", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=([0-9TZ]+)")
_VALUE = re.compile(r"\d{8}(T\d{6}Z?)?")
MOST = 750
"""So far an endless series is told where no end is asked for."""


def check(master: Json) -> None:
    """400 where the lines are not what the field takes."""
    lines = master.get("recurrence")
    if not isinstance(lines, list) or not lines:
        raise invalid("Invalid recurrence rule.")
    try:
        next(_starts(master), None)
    except Refused:
        raise
    except (ValueError, TypeError, KeyError) as error:
        raise invalid("Invalid recurrence rule.") from error


def originals(master: Json) -> Iterator[Json]:
    """The original starts of all instances, in order; without end where the series has none."""
    if "date" in master["start"]:
        return ({"date": start.date().isoformat()} for start in _starts(master))
    name = master["start"]["timeZone"]
    place = times.zone(name)
    return (
        {"dateTime": _utc(start, place).strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": name} for start in _starts(master)
    )


def some(master: Json) -> list[Json]:
    """The first of them."""
    return list(itertools.islice(originals(master), MOST))


def has(master: Json, original: Json) -> bool:
    """Whether the rule makes an instance with this original start."""
    key = times.suffix(original)
    for one in originals(master):
        if times.suffix(one) == key:
            return True
        if times.suffix(one) > key:
            return False
    return False


def virtual(master: Json, original: Json) -> Json:
    """The instance as the rule makes it."""
    data = {key: value for key, value in master.items() if key != "recurrence"}
    data |= {
        "id": f"{master['id']}_{times.suffix(original)}",
        "recurringEventId": master["id"],
        "originalStartTime": dict(original),
        "start": dict(original),
        "end": _end(master, original),
    }
    return data


def _end(master: Json, original: Json) -> Json:
    if "date" in original:
        length = dt.date.fromisoformat(master["end"]["date"]) - dt.date.fromisoformat(master["start"]["date"])
        return {"date": (dt.date.fromisoformat(original["date"]) + length).isoformat()}
    length = times.parse(master["end"]["dateTime"]) - times.parse(master["start"]["dateTime"])
    moment = times.parse(original["dateTime"]) + length
    return {**master["end"], "dateTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _starts(master: Json) -> Iterator[dt.datetime]:
    """Local starts without a zone: rules count in the wall clock of the event."""
    from dateutil import rrule  # type: ignore[import-untyped] # no stubs are installed; a tenth of the start's time

    place = None if "date" in master["start"] else times.zone(master["start"]["timeZone"])
    begins = _local(master["start"], place)
    rules = rrule.rruleset()
    for line in master["recurrence"]:
        match _line(line):
            case ("RRULE", _, text):
                rules.rrule(rrule.rrulestr(_until(text, place), dtstart=begins))
            case ("EXRULE", _, text):
                rules.exrule(rrule.rrulestr(_until(text, place), dtstart=begins))
            case ("RDATE", where, text):
                for value in text.split(","):
                    rules.rdate(_date(value, where, place, begins))
            case (_, where, text):
                for value in text.split(","):
                    rules.exdate(_date(value, where, place, begins))
    return iter(rules)


def _line(line: object) -> tuple[str, str, str]:
    found = _LINE.fullmatch(line) if isinstance(line, str) else None
    if found is None:
        raise invalid("Invalid recurrence rule.")
    return found[1].upper(), found[2], found[3]


def _local(value: Json, place: ZoneInfo | None) -> dt.datetime:
    if place is None:
        return dt.datetime.combine(dt.date.fromisoformat(value["date"]), dt.time())
    return times.parse(value["dateTime"]).astimezone(place).replace(tzinfo=None)


def _until(rule: str, place: ZoneInfo | None) -> str:
    """The rule with an UNTIL in local time; a day counts to its end (RFC 5545 section 3.3.10)."""
    found = _UNTIL.search(rule)
    if found is None or place is None:
        return rule.replace(found[0], f"UNTIL={found[1][:8]}") if found else rule
    text = found[1]
    if "T" not in text:
        text += "T235959"
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(place).replace(tzinfo=None)
    return rule.replace(found[0], f"UNTIL={moment:%Y%m%dT%H%M%S}")


def _date(value: str, where: str, place: ZoneInfo | None, begins: dt.datetime) -> dt.datetime:
    """A value of RDATE or EXDATE in the wall clock of the event."""
    if not _VALUE.fullmatch(value):
        raise invalid("Invalid recurrence rule.")
    if "T" not in value:
        day = dt.datetime.fromisoformat(value)
        return day if place is None else dt.datetime.combine(day, begins.time())
    moment = dt.datetime.fromisoformat(value)
    if place is None:
        raise invalid("Invalid recurrence rule.")
    if moment.tzinfo is not None:
        return moment.astimezone(place).replace(tzinfo=None)
    named = re.search(r"TZID=([^:;]+)", where, re.IGNORECASE)
    if named is None:
        return moment
    return moment.replace(tzinfo=times.zone(named[1])).astimezone(place).replace(tzinfo=None)


def _utc(local: dt.datetime, place: ZoneInfo) -> dt.datetime:
    return local.replace(tzinfo=place).astimezone(dt.UTC)
