"""How an event shows itself to people: its title and time, and in words what differs between two versions of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calsync_cli.core.lines import Broken, Component, Line, parse
from calsync_cli.core.scan import scan, unescaped
from calsync_cli.core.telling import differing, headline, occurrence_at, tell, uid_at
from calsync_cli.core.times import Moment, aware, instant, key, moment_of, span
from calsync_cli.core.units import Laid, Place, end_of, lay_out, recurs, start_of, units_of
from calsync_cli.core.zones import Zones


@dataclass(frozen=True, slots=True)
class EventFace:
    """An event as people name it. Times are aware where their zone is known, else naive; `end` is exclusive."""

    title: str
    start: datetime | date | None = None
    end: datetime | date | None = None
    all_day: bool = False
    tz: str = ""
    location: str = ""
    recurring: bool = False
    alarms: tuple[timedelta | datetime, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs; `property` is "" where a whole component came or went.

    `occurrence` is "" for the event itself, else which one, in ISO 8601.
    `before` and `after` are for reading: text resolved, times in ISO 8601, "" where there was or is nothing.
    """

    uid: str
    occurrence: str
    property: str
    before: str
    after: str


def title_and_time(content: bytes) -> EventFace:
    """The face of the master, or of the first component. Never raises: what cannot be parsed has a title at most."""
    try:
        laid = lay_out(parse(content))
    except Broken:
        return EventFace(scan(content).title)
    part = laid.leading()
    if part is None:
        return EventFace("")
    start, end = start_of(part), end_of(part, laid.zones)
    return EventFace(
        title=_text(part, "SUMMARY") or scan(content).title,
        start=_shown(start, laid.zones),
        end=_shown(end, laid.zones),
        all_day=start is not None and start.all_day,
        tz=start.zone if start else "",
        location=_text(part, "LOCATION"),
        recurring=recurs(part),
        alarms=_alarms(part, laid.zones),
        status=_text(part, "STATUS").upper(),
    )


def fingerprint(content: bytes) -> str:
    """What tells the same event under another UID: title, start and end; "" where there is no title or no start."""
    try:
        laid = lay_out(parse(content))
    except Broken:
        return ""
    part = laid.leading()
    start = start_of(part) if part else None
    title = " ".join(_text(part, "SUMMARY").split()).casefold() if part else ""
    if part is None or start is None or not title:
        return ""
    end = end_of(part, laid.zones) or start
    return f"{title}\0{key(start, laid.zones)}\0{key(end, laid.zones)}"


def changes(base: bytes, want: bytes) -> tuple[Change, ...]:
    """What differs, component by component and property by property. Raises Broken."""
    before, after = lay_out(parse(base)), lay_out(parse(want))
    found: list[Change] = []
    for place in dict.fromkeys([*before.parts, *after.parts]):
        found += _changes(place, before, after)
    return tuple(found)


def _changes(place: Place, before: Laid, after: Laid) -> list[Change]:
    was, now = before.parts.get(place), after.parts.get(place)
    uid, occurrence = uid_at(place, after, before), occurrence_at(place, after, before)
    if was is None or now is None:
        return [Change(uid, occurrence, "", headline(was, before.zones), headline(now, after.zones))]
    olds, news = units_of(was, before.zones), units_of(now, after.zones)
    found = []
    for name in dict.fromkeys([*olds, *news]):
        old, new = olds.get(name), news.get(name)
        if old and new and old.says == new.says:
            continue
        old_told, new_told = tell(name, was, old, before.zones), tell(name, now, new, after.zones)
        found += [
            Change(uid, occurrence, each, old_told.get(each, ""), new_told.get(each, ""))
            for each in differing(old_told, new_told)
        ]
    return found


def _text(part: Component, name: str) -> str:
    line = part.first(name)
    return unescaped(line.value).strip() if line else ""


def _shown(when: Moment | None, zones: Zones) -> datetime | date | None:
    return (aware(when, zones) or when.wall) if when else None


def _alarms(part: Component, zones: Zones) -> tuple[timedelta | datetime, ...]:
    """How long before the start each reminder comes (negative), or when."""
    triggers = [line for child in part.children if child.name == "VALARM" and (line := child.first("TRIGGER"))]
    return tuple(found for line in triggers if (found := _alarm(line, zones)) is not None)


def _alarm(line: Line, zones: Zones) -> timedelta | datetime | None:
    at = moment_of(line)
    if at:
        return instant(at, zones)
    length = span(line.value)
    return length.days + length.clock if length else None
