"""An .ics as the JSON that Google takes: a master, overrides by occurrence, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calsync_cli.core.lines import Broken, Component, parse
from calsync_cli.core.lines import param as param_of
from calsync_cli.core.scan import unescaped
from calsync_cli.core.units import occurrence_of, recurs, start_of, uid_of
from calsync_cli.core.zones import Zones
from calsync_cli.providers.google.alarms import reminders_json
from calsync_cli.providers.google.extras import KIND
from calsync_cli.providers.google.fields import Frame, Json, Original, Unsayable, clean
from calsync_cli.providers.google.hidden import hidden_json
from calsync_cli.providers.google.people import people_json
from calsync_cli.providers.google.recurring import excluded_of, originals_of, recurrence_json
from calsync_cli.providers.google.times import Clock, span_json

_TEXTS = {"SUMMARY": "summary", "DESCRIPTION": "description", "LOCATION": "location"}
_CLASSES = {"PRIVATE": "private", "CONFIDENTIAL": "confidential"}
"""PUBLIC says what nothing says (RFC 5545 3.8.1.3), and programs write it by habit: it makes no event public."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as it is to be at Google; `organizer` is "" for nobody and for oneself."""

    uid: str
    master: Json | None
    overrides: Mapping[Original, Json]
    excluded: frozenset[Original]
    organizer: str


def draft_of(content: bytes, frame: Frame) -> Draft:
    """What an .ics says, as JSON. Raises Unsayable for what Google cannot take."""
    try:
        tree = parse(content)
    except Broken as error:
        raise Unsayable("broken") from error
    clock = Clock(Zones(tree), frame)
    master, others = _sorted_out([part for part in tree.children if part.name != "VTIMEZONE"])
    overrides = {_occurrence(part, master, clock): event_json(part, clock, recurs=False) for part in others}
    if len(overrides) < len(others):
        raise Unsayable("several")
    made = _master_json(master, clock, overrides) if master else None
    events = [*([made] if made else []), *overrides.values()]
    host: Json = next((event["organizer"] for event in events if "organizer" in event), {})
    return Draft(
        uid=uid_of(master or others[0]),
        master={**made, "organizer": host} if made and host else made,
        overrides=overrides,
        excluded=_excluded(master, clock) - overrides.keys() if master else frozenset(),
        organizer=host.get("email", ""),
    )


def _excluded(master: Component, clock: Clock) -> frozenset[Original]:
    start = start_of(master)
    return excluded_of(master, clock.grounded(start), clock) if start and recurs(master) else frozenset()


def kind_of(content: bytes) -> str:
    """The kind of an event that is not to be written ("birthday", "locked" …), "" for the usual one."""
    if KIND.encode() not in content:
        return ""
    try:
        found = [item.value.strip() for part in parse(content).children for item in part.lines if item.name == KIND]
    except Broken:
        return ""
    return found[0] if found else ""


def _sorted_out(parts: list[Component]) -> tuple[Component | None, list[Component]]:
    masters = [part for part in parts if part.first("RECURRENCE-ID") is None]
    others = [part for part in parts if part.first("RECURRENCE-ID") is not None]
    if any(part.name != "VEVENT" for part in parts) or not parts:
        raise Unsayable("kind")
    if len(masters) > 1 or len({uid_of(part) for part in parts}) > 1:
        raise Unsayable("several")
    return masters[0] if masters else None, others


def _occurrence(part: Component, master: Component | None, clock: Clock) -> Original:
    """Which occurrence an override replaces."""
    line, at = part.first("RECURRENCE-ID"), occurrence_of(part)
    if line is None or at is None:
        raise Unsayable("recurrence")
    if param_of(line, "RANGE"):
        raise Unsayable("range")
    start = start_of(master) if master else None
    return originals_of(at, clock.grounded(start or at), clock)[0]


def _master_json(master: Component, clock: Clock, overrides: Mapping[Original, Json]) -> Json:
    start = start_of(master)
    if start is None:
        raise Unsayable("start")
    made = event_json(master, clock, recurs=recurs(master) or bool(overrides))
    told = recurrence_json(master, clock.grounded(start), clock, overrides.keys())
    return {**made, "recurrence": told} if told and recurs(master) else made


def event_json(part: Component, clock: Clock, *, recurs: bool) -> Json:
    """One component, without what repeats it."""
    start, end = span_json(part, clock, recurs=recurs)
    people = people_json(part, clock.frame)
    made = {"start": start, "end": end, **_texts(part), **_words(part), **people}
    if "organizer" in people and (many := _sequence(part)):
        made["sequence"] = many  # an import that is older than what is there is refused
    return {**made, **reminders_json(part, clock.frame)[0], **hidden_json(part, clock.frame)}


def _texts(part: Component) -> Json:
    lines = ((key, part.first(name)) for name, key in _TEXTS.items())
    return {key: told for key, item in lines if item and (told := clean(unescaped(item.value)))}


def _words(part: Component) -> Json:
    said = {name: item.value.strip().upper() for name in ("STATUS", "CLASS", "TRANSP") if (item := part.first(name))}
    made: Json = {"status": "tentative"} if said.get("STATUS") == "TENTATIVE" else {}
    if said.get("CLASS") in _CLASSES:
        made["visibility"] = _CLASSES[said["CLASS"]]
    if said.get("TRANSP") == "TRANSPARENT":
        made["transparency"] = "transparent"
    return made


def _sequence(part: Component) -> int:
    item = part.first("SEQUENCE")
    told = item.value.strip() if item else ""
    return int(told) if told.isdecimal() and len(told) < 10 else 0  # noqa: PLR2004 (RFC 5545 3.3.8: 31 bits)
