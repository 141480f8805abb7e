"""What a change of a series does to its instances, and how Google rewrites the rules it is given."""

from __future__ import annotations

from tests.servers.google import guests, recurrence
from tests.servers.google.errors import Json
from tests.servers.google.state import Calendar, Settings, World

_ORDER = ("FREQ", "WKST", "UNTIL", "COUNT", "INTERVAL")


def as_google_keeps(data: Json, settings: Settings) -> Json:
    """The rules in Google's order of parts, where that is asked for."""
    if not settings.rewrites_rules or "recurrence" not in data:
        return data
    return {**data, "recurrence": [_rewritten(line) for line in data["recurrence"]]}


def after_write(world: World, calendar: Calendar, before: Json | None, after: Json) -> None:
    """Exceptions that the rule no longer makes go; what is seen of one instance is seen of all."""
    if after.get("recurringEventId"):
        _same_visibility(world, calendar, before, after)
        return
    if world.settings.exdates_as_instances and "recurrence" in after:
        _as_instances(world, calendar, after)
    if before is None or (before["start"] == after["start"] and before.get("recurrence") == after.get("recurrence")):
        return
    for one in list(calendar.members(after["id"])):
        left = "recurrence" in after and recurrence.has(after, one.data["originalStartTime"])
        if not left and not one.cancelled:
            fresh = world.put(calendar, {**one.data, "status": "cancelled"})
            guests.spread(world, calendar, one.data, fresh.data)


def _same_visibility(world: World, calendar: Calendar, before: Json | None, after: Json) -> None:
    """The visibility of one instance is that of its series (the reference's words on the field)."""
    value = after.get("visibility")
    if before is None or before.get("visibility") == value:
        return
    master = calendar.events.get(after["recurringEventId"])
    for one in [master, *calendar.members(after["recurringEventId"])]:
        if one is None or one.id == after["id"] or one.data.get("visibility") == value:
            continue
        kept = {name: part for name, part in one.data.items() if name != "visibility"}
        fresh = world.put(calendar, {**kept, "visibility": value} if value else kept)
        guests.spread(world, calendar, one.data, fresh.data)


def _as_instances(world: World, calendar: Calendar, after: Json) -> None:
    lines = [line for line in after["recurrence"] if not line.upper().startswith("EXDATE")]
    if lines == after["recurrence"]:
        return
    bare = {**after, "recurrence": lines}
    kept = {recurrence.virtual(after, one)["id"] for one in recurrence.some(after)}
    for original in recurrence.some(bare):
        instance = recurrence.virtual(bare, original)
        if instance["id"] not in kept:
            world.put(calendar, {**instance, "status": "cancelled"})
    world.put(calendar, bare)


def _rewritten(line: str) -> str:
    name, _, rule = line.partition(":")
    if name != "RRULE":
        return line
    parts = [part for part in rule.split(";") if part != "INTERVAL=1"]
    place = {key: number for number, key in enumerate(_ORDER)}
    return "RRULE:" + ";".join(sorted(parts, key=lambda part: place.get(part.partition("=")[0], len(_ORDER))))
