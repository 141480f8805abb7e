"""/_lab/: what tests set up, look at and break, each a POST with a JSON body of its arguments."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from tests.servers.google import calendars, rules, split, times, writing
from tests.servers.google.access import Bearer
from tests.servers.google.calls import Call
from tests.servers.google.errors import Json, Refused
from tests.servers.google.service import Reply, Service
from tests.servers.google.state import Calendar, now

PREFIX = "/_lab/"


def answer(service: Service, verb: str, target: str, body: bytes) -> Reply:
    """One word of the lab. A mistake of the test is a 400 that says which."""
    name = target.removeprefix(PREFIX)
    act = _WORDS.get(name)
    if act is None or verb != "POST":
        return _told(404, {"wrong": f"no {verb} {target}"})
    try:
        return _told(200, act(service, **json.loads(body or b"{}")))
    except Refused as refusal:
        return _told(400, {"wrong": refusal.message})
    except (KeyError, TypeError, ValueError) as error:
        return _told(400, {"wrong": f"{name}: {error!r}"})


def _told(status: int, content: Any) -> Reply:
    return Reply(status, json.dumps(content).encode())


def _user(service: Service, *, address: str, zone: str = "Europe/Zurich") -> Json:
    """A user with a primary calendar and a token that lasts."""
    token = f"ya29.{secrets.token_urlsafe(24)}"
    service.access.listed[token] = Bearer(address)
    with service.world.lock:
        if address not in service.world.calendars:
            calendars.make(service.world, address, address, address, zone)
    return {"token": token}


def _forget(service: Service, *, user: str) -> None:
    """Whatever is his is as if it had never been; his tokens stay."""
    world = service.world
    with world.lock:
        for name, found in list(world.calendars.items()):
            found.roles.pop(user, None)
            if found.owner == user:
                del world.calendars[name]
        for notes in (world.mails, service.requests, service.violations):
            notes[:] = [one for one in notes if one["user"] != user]
        service.faults.clear(user)


def _token(service: Service, *, token: str, user: str = "", scopes: list[str] | None = None) -> None:
    """A token counts, or (without a user) no longer does."""
    service.access.listed.pop(token, None)
    if user:
        service.access.listed[token] = Bearer(user, None if scopes is None else frozenset(scopes))


def _calendar(service: Service, *, owner: str, summary: str, zone: str = "Europe/Zurich", id: str = "") -> Json:  # noqa: A002
    """Another calendar of a user."""
    name = id or f"c_{secrets.token_hex(16)}@group.calendar.google.com"
    with service.world.lock:
        calendars.make(service.world, owner, name, summary, zone)
    return {"id": name}


def _share(service: Service, *, calendar: str, user: str, role: str) -> None:
    """A role in a calendar; none takes it away."""
    found = service.world.calendars[calendar]
    with service.world.lock:
        if role == "none":
            found.roles.pop(user, None)
            found.entry_ticks[user] = service.world.next_tick()
        else:
            calendars.share(service.world, found, user, role)  # type: ignore[arg-type] # a test's word


def _entry(service: Service, *, calendar: str, user: str, fields: Json) -> None:
    """Change a user's list entry."""
    found = service.world.calendars[calendar]
    with service.world.lock:
        found.entries[user] = rules.merged(found.entries[user], fields)
        found.entry_ticks[user] = service.world.next_tick()


def _vanish(service: Service, *, calendar: str) -> None:
    """A calendar is deleted."""
    with service.world.lock:
        calendars.vanish(service.world, service.world.calendars[calendar])


def _seed(service: Service, *, calendar: str, events: list[Json]) -> list[str]:
    """Many new events, by the rules of insert."""
    found, made = service.world.calendars[calendar], []
    with service.world.lock:
        for body in events:
            call = Call(
                "calendar.events.insert", found.owner, {"calendarId": calendar}, {"sendUpdates": ["none"]}, body
            )
            told = writing.insert(service.world, call).body
            made.append(str(told["id"]) if told else "")
    return made


def _put(service: Service, *, calendar: str, data: Json) -> Json:
    """Store an event as it is given, past all rules; what is missing is made up."""
    found = service.world.calendars[calendar]
    name = data.get("id") or secrets.token_hex(13)
    fresh: Json = {
        "id": name,
        "status": "confirmed",
        "created": now(),
        "creator": {"email": found.owner},
        "organizer": {"email": found.id},
        "iCalUID": f"{name}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
    }
    for key in ("start", "end", "originalStartTime"):
        with suppress(Refused):  # what is no time is told as it is
            data = {**data, key: times.stored(data[key], key)} if key in data else data
    with service.world.lock:
        stored = service.world.put(found, {**fresh, **data})
    return {"id": stored.id, "etag": stored.etag}


def _raw(service: Service, *, calendar: str, event: str = "") -> Any:
    """What is stored, of one event or of all."""
    found = service.world.calendars[calendar]
    with service.world.lock:
        if event:
            return found.events[event].data if event in found.events else None
        return [one.data for one in found.events.values()]


def _split(service: Service, *, calendar: str, instance: str, change: Json) -> Json:
    """This and following, as Google's web does it."""
    with service.world.lock:
        return {"id": split.this_and_following(service.world, service.world.calendars[calendar], instance, change)}


def _expire(service: Service) -> None:
    """All sync tokens have had their time."""
    service.world.epoch += 1


def _settings(service: Service, **given: Any) -> Json:
    """How it behaves; nothing given: as at first."""
    world = service.world
    world.settings = replace(type(world.settings)(), **given)
    return asdict(world.settings)


def _fault(service: Service, *, kind: str, **given: Any) -> int:
    """Begin to misbehave."""
    return service.faults.add(kind, **given)


def _met(service: Service, *, fault: int, least: int, seconds: float) -> int:
    """How often a fault was met, once that is so often."""
    return service.faults.hits(fault, least, seconds)


def _release(service: Service, *, fault: int = 0) -> None:
    """Let go what a fault holds."""
    service.faults.release(fault)


def _behave(service: Service, *, user: str = "") -> None:
    """End misbehaviour."""
    service.faults.clear(user)


def _notes(get: Callable[[Service], list[Json]]) -> Callable[..., list[Json]]:
    """A word that tells what was noted of a user (or of all), and forgets it where that is asked for."""

    def told(service: Service, *, user: str = "", forget: bool = False) -> list[Json]:
        known = get(service)
        found = [one for one in known if user in ("", one["user"])]
        if forget:
            known[:] = [one for one in known if one not in found]
        return found

    return told


def _calendars(service: Service) -> list[str]:
    """The calendars there are."""
    found: list[Calendar] = [one for one in service.world.calendars.values() if not one.deleted]
    return [one.id for one in found]


_WORDS: dict[str, Callable[..., Any]] = {
    "user": _user,
    "forget": _forget,
    "token": _token,
    "calendar": _calendar,
    "calendars": _calendars,
    "share": _share,
    "entry": _entry,
    "vanish": _vanish,
    "seed": _seed,
    "put": _put,
    "raw": _raw,
    "split": _split,
    "expire": _expire,
    "settings": _settings,
    "fault": _fault,
    "met": _met,
    "release": _release,
    "behave": _behave,
    "mails": _notes(lambda service: service.world.mails),
    "violations": _notes(lambda service: service.violations),
    "requests": _notes(lambda service: service.requests),
}
