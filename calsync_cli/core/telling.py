"""Units of an event in words short enough for a list: what `changes` and clashes show of them."""

from __future__ import annotations

from calsync_cli.core.lines import Component, Line, param
from calsync_cli.core.properties import LISTED_MOMENTS, MOMENTS, PEOPLE, address_of
from calsync_cli.core.scan import unescaped
from calsync_cli.core.times import Moment, moment_of, moments_of, told
from calsync_cli.core.units import ROOT, TIME, Laid, Place, Unit, UnitKey, end_of, occurrence_of, start_of, uid_of
from calsync_cli.core.zones import Zones

Told = dict[str, str]
"""Property → what it says, for reading."""


def tell(name: UnitKey, part: Component | None, unit: Unit | None, zones: Zones) -> Told:
    """A unit in words; a time is told as its start and its end. Times are ISO 8601, texts are resolved."""
    if part is None or unit is None:
        return {}
    if name[0] == TIME:
        told_times = {"DTSTART": _at(start_of(part), zones), "DTEND": _at(end_of(part, zones), zones)}
        rules = {item.name: item.value for item in unit.items if isinstance(item, Line) and item.name == "RRULE"}
        return told_times | rules
    return {name[0]: ", ".join(_item(item, zones) for item in unit.items)}


def differing(before: Told, after: Told) -> list[str]:
    """The properties that read differently; the first of all where they read the same and yet are not."""
    names = list(dict.fromkeys([*before, *after]))
    return [name for name in names if before.get(name, "") != after.get(name, "")] or names[:1]


def occurrence_at(place: Place, *laid: Laid) -> str:
    """Which occurrence a place is, in words: "" for the event itself."""
    for each in laid:
        part = each.parts.get(place)
        at = occurrence_of(part) if part and place.occurrence else None
        if at:
            return told(at, each.zones)
    return str(place.occurrence[-1]) if place.occurrence else ""


def uid_at(place: Place, *laid: Laid) -> str:
    """The UID of a place; for the calendar itself that of its first component."""
    for each in laid:
        part = each.parts.get(place) if place != ROOT else each.leading()
        if part and uid_of(part):
            return uid_of(part)
    return place.uid


def headline(part: Component | None, zones: Zones) -> str:
    """A whole component in words."""
    if part is None:
        return ""
    title = part.first("SUMMARY")
    words = [unescaped(title.value).strip() if title else "", _at(start_of(part), zones)]
    return " ".join(word for word in words if word) or part.name


def _at(when: Moment | None, zones: Zones) -> str:
    return told(when, zones) if when else ""


def _item(item: Line | Component, zones: Zones) -> str:
    if isinstance(item, Component):
        trigger = item.first("TRIGGER")
        return trigger.value.strip() if trigger else item.name
    if item.name in PEOPLE:
        answer = param(item, "PARTSTAT").lower()
        return f"{address_of(item)} {answer}".strip()
    if item.name in LISTED_MOMENTS:
        return ", ".join(told(at, zones) if at else text for text, at in moments_of(item))
    if item.name in MOMENTS:
        return _at(moment_of(item), zones) or item.value
    return unescaped(item.value).strip()
