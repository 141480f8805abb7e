"""One event on several calendars: what the organizer changes reaches the guests' copies, an answer reaches the organizer."""

from __future__ import annotations

import re

from tests.servers.google import recurrence, times
from tests.servers.google.errors import Json, not_found
from tests.servers.google.rules import PER_COPY
from tests.servers.google.state import Calendar, Stored, World

_INSTANCE = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)")


def find(calendar: Calendar, event_id: str) -> Stored:
    """An event, an exception, or an instance as its series' rule makes it; 404 where there is none."""
    if event_id in calendar.events:
        return calendar.events[event_id]
    named = _INSTANCE.fullmatch(event_id)
    if named is None or not calendar.alive(named[1]):
        raise not_found()
    master = calendar.events[named[1]]
    if "recurrence" not in master.data or ("T" in named[2]) != ("dateTime" in master.data["start"]):
        raise not_found()
    original = times.from_suffix(named[2], master.data)
    if not recurrence.has(master.data, original):
        raise not_found()
    return Stored(recurrence.virtual(master.data, original), master.tick)


def organized(calendar: Calendar, data: Json) -> bool:
    """Whether this calendar's copy is the organizer's."""
    return bool(data["organizer"]["email"] == calendar.id)


def spread(world: World, calendar: Calendar, before: Json | None, after: Json) -> None:
    """Bring the organizer's state to the calendars of those who are, or were, invited."""
    if not organized(calendar, after) or after.get("privateCopy"):
        return
    old, new = _invited(before), frozenset[str]() if after["status"] == "cancelled" else _invited(after)
    for address in sorted(old | new):
        target = world.primary_of(address)
        if target is None or target is calendar:
            continue
        if address in new:
            _deliver(world, calendar, target, after)
        else:
            _withdraw(world, target, after)


def _invited(data: Json | None) -> frozenset[str]:
    return frozenset(one["email"] for one in (data or {}).get("attendees", ()))


def _deliver(world: World, calendar: Calendar, target: Calendar, after: Json) -> None:
    """The guest's copy: what is shared from the organizer, what is his own as it was."""
    known = target.events.get(after["id"])
    first = known is None or known.cancelled
    fresh = _copy(after, None if first or known is None else known.data)
    if known is not None and not first and _same(known.data, fresh):
        return
    world.put(target, fresh)
    if first and "recurrence" in after:
        for one in list(calendar.members(after["id"])):
            world.put(target, _copy(one.data, None))


def _withdraw(world: World, target: Calendar, after: Json) -> None:
    """Take a guest's copy back; of a series that he stays in, that occurrence."""
    known = target.events.get(after["id"])
    if known is None and not target.alive(after.get("recurringEventId", "")):
        return
    if known is None or not known.cancelled:
        world.put(target, {**_copy(after, known.data if known else None), "status": "cancelled"})
    for one in list(target.members(after["id"])):
        if not one.cancelled:
            world.put(target, {**one.data, "status": "cancelled"})


def _copy(after: Json, mine: Json | None) -> Json:
    fresh = {name: value for name, value in after.items() if name not in PER_COPY}
    fresh["extendedProperties"] = dict(after.get("extendedProperties", {}))
    fresh["extendedProperties"].pop("private", None)
    own = mine or {"reminders": {"useDefault": True}}
    fresh |= {name: own[name] for name in PER_COPY if name in own}
    if "private" in own.get("extendedProperties", {}):
        fresh["extendedProperties"]["private"] = own["extendedProperties"]["private"]
    if not fresh["extendedProperties"]:
        del fresh["extendedProperties"]
    return fresh


def _same(one: Json, other: Json) -> bool:
    return {**one, "updated": ""} == {**other, "updated": ""}


def answer(world: World, guest: Calendar, data: Json) -> bool:
    """Tell the organizer's calendar what its guest answered; whether that was news (or he is on another server)."""
    mine = next((one for one in data.get("attendees", ()) if one["email"] == guest.id), None)
    home = world.calendars.get(data["organizer"]["email"])
    if mine is None or home is None or home is guest or data.get("privateCopy"):
        return mine is not None
    before = find(home, data["id"]).data
    changed = [mine if one["email"] == guest.id else one for one in before.get("attendees", ())]
    if changed == before.get("attendees"):
        return False
    stored = world.put(home, {**before, "attendees": changed})
    spread(world, home, before, stored.data)
    return True
