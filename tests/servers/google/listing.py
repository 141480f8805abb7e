"""events.list, get and instances: pages, sync tokens, filters, and series told whole or expanded."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator

from tests.servers.google import guests, recurrence, times, views
from tests.servers.google.calls import Answer, Call, Shown
from tests.servers.google.errors import Json, Refused, full_sync, invalid
from tests.servers.google.recurrence import MOST
from tests.servers.google.state import Calendar, Listing, Stored, World, etag_of
from tests.servers.google.writing import calendar_of

REFUSED = frozenset(
    {"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"}
)
"""Not to be given together with a sync token."""
_NO_TOKEN = REFUSED - {"timeMin", "timeMax"}
"""A list by these tells no sync token."""
_FREE = frozenset({"maxResults", "pageToken", "syncToken", "fields", "alt", "key", "prettyPrint", "quotaUser"})
"""What may differ from the first list's."""


def get(world: World, call: Call) -> Answer:
    """One event, also a deleted one."""
    calendar = calendar_of(world, call)
    stored = guests.find(calendar, call.places["eventId"])
    if call.if_none_match == stored.etag:
        return Answer(status=304, etag=stored.etag)
    body, _ = views.shown(calendar, stored, call)
    return Answer(body, etag=stored.etag)


def events(world: World, call: Call) -> Answer:
    """A page of a list."""
    calendar = calendar_of(world, call)
    listing, place = _listing(world, calendar, call)
    size = _size(world, call, place)
    items = [_item(world, calendar, one, call) for one in listing.found[place : place + size]]
    return _page(world, calendar, call, listing, end=place + size, items=items)


def instances(world: World, call: Call) -> Answer:
    """The occurrences of a series."""
    calendar = calendar_of(world, call)
    if call.one("pageToken"):
        listing, place = _resumed(world, call)
    else:
        master = guests.find(calendar, call.places["eventId"])
        wanted = _original(call)
        found = _at(calendar, master, wanted) if wanted else _instances(calendar, master)
        told = _windowed(found, calendar, {**call.query})
        kept = tuple(one for one in told if call.flag("showDeleted") or not one.cancelled)
        listing, place = Listing(kept, dict(call.query), ""), 0
    size = _size(world, call, place)
    items = [views.shown(calendar, one, call) for one in listing.found[place : place + size]]
    return _page(world, calendar, call, listing, end=place + size, items=items)


def _at(calendar: Calendar, master: Stored, suffix: str) -> list[Stored]:
    """The one occurrence with this original start, if there is one."""
    try:
        return [guests.find(calendar, f"{master.id}_{suffix}")]
    except Refused:
        return []


def _listing(world: World, calendar: Calendar, call: Call) -> tuple[Listing, int]:
    """What is listed, and from where: fixed when the first page is asked for."""
    if call.one("pageToken"):
        return _resumed(world, call)
    query = {name: list(values) for name, values in call.query.items() if name not in _FREE}
    if not call.one("syncToken"):
        chosen = _chosen(world, calendar, call, query, since=-1)
        token = "" if _NO_TOKEN & set(query) else _token(world, calendar, query)
        return Listing(chosen, dict(call.query), token), 0
    old = _opened(world, calendar, call, query)
    chosen = _chosen(world, calendar, call, old["q"], since=old["t"])
    return Listing(chosen, dict(call.query), _token(world, calendar, old["q"])), 0


def _resumed(world: World, call: Call) -> tuple[Listing, int]:
    name, _, place = call.one("pageToken").partition("-")
    listing = world.listings.get(name)
    if listing is None or not place.isdigit():
        raise invalid("Invalid page token value.", "pageToken")
    rest = {key: value for key, value in call.query.items() if key != "pageToken"}
    if rest != {key: value for key, value in listing.query.items() if key != "pageToken"}:
        raise invalid("The page token is of a list with other parameters.", "pageToken")
    return listing, int(place)


def _opened(world: World, calendar: Calendar, call: Call, query: Json) -> Json:
    """What a sync token holds; 400 for what may not stand beside it, 410 where it has had its time."""
    for name in REFUSED & set(query):
        raise invalid(f"Sync token cannot be used with {name}.", name)
    if query.get("showDeleted") == ["false"]:
        raise invalid("Sync token cannot be used with showDeleted=false.", "showDeleted")
    try:
        old: Json = json.loads(base64.urlsafe_b64decode(call.one("syncToken")))
        known = (old["c"], old["t"], old["q"], old["e"])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise invalid("Invalid sync token value.", "syncToken") from error
    if known[0] != calendar.id or known[3] != world.epoch:
        raise full_sync()
    first = {name: value for name, value in known[2].items() if name not in ("timeMin", "timeMax", "showDeleted")}
    if first != {name: value for name, value in query.items() if name != "showDeleted"}:
        raise invalid("Sync token was made with other parameters.", "syncToken")
    return old


def _token(world: World, calendar: Calendar, query: Json) -> str:
    held = {"c": calendar.id, "t": world.tick, "q": query, "e": world.epoch}
    return base64.urlsafe_b64encode(json.dumps(held).encode()).decode()


def _chosen(world: World, calendar: Calendar, call: Call, query: Json, *, since: int) -> tuple[Stored, ...]:
    """What a list tells, in its order."""
    found = (one for one in calendar.events.values() if one.told > since)
    kept = [one for one in found if _kept(calendar, one, call, query, increment=since >= 0)]
    if call.one("singleEvents") == "true":
        return _expansion(calendar, kept, call, query)
    if world.settings.shuffled:
        kept.reverse()
    return tuple(kept)


def _kept(calendar: Calendar, one: Stored, call: Call, query: Json, *, increment: bool) -> bool:
    if not _matches(one, query):
        return False
    if one.cancelled:
        told = increment or call.flag("showDeleted") or "updatedMin" in query
        return told or (calendar.alive(one.master) and call.one("singleEvents") != "true")
    types = query.get("eventTypes")
    if types and one.data["eventType"] not in types:
        return False
    if "recurrence" in one.data and _window(query):
        return next(_windowed(_instances(calendar, one), calendar, query), None) is not None
    return _within(calendar, one, query)


def _matches(one: Stored, query: Json) -> bool:
    """The filters that are not of time."""
    if "iCalUID" in query and one.data["iCalUID"] != query["iCalUID"][0]:
        return False
    if "q" in query and query["q"][0].lower() not in json.dumps(one.data, ensure_ascii=False).lower():
        return False
    if "updatedMin" in query and times.parse(one.data["updated"]) < times.instant(query["updatedMin"][0], "updatedMin"):
        return False
    for name, kind in (("privateExtendedProperty", "private"), ("sharedExtendedProperty", "shared")):
        properties = one.data.get("extendedProperties", {}).get(kind, {})
        wanted = (text.partition("=") for text in query.get(name, ()))
        if any(properties.get(key) != value for key, _, value in wanted):
            return False
    return True


def _within(calendar: Calendar, one: Stored, query: Json) -> bool:
    """Whether it lies in the window; its bounds are exclusive."""
    if "timeMin" not in query and "timeMax" not in query:
        return True
    start, end = (times.begin(one.data[name], calendar.zone) for name in ("start", "end"))
    low = (
        times.instant(query["timeMin"][0], "timeMin") if "timeMin" in query else dt.datetime.min.replace(tzinfo=dt.UTC)
    )
    high = (
        times.instant(query["timeMax"][0], "timeMax") if "timeMax" in query else dt.datetime.max.replace(tzinfo=dt.UTC)
    )
    return end > low and start < high


def _window(query: Json) -> Json:
    return {name: query[name] for name in ("timeMin", "timeMax") if name in query}


def _windowed(found: Iterable[Stored], calendar: Calendar, query: Json) -> Iterator[Stored]:
    """Occurrences in the window, and no more than is told of something endless."""
    high = times.instant(query["timeMax"][0], "timeMax") if "timeMax" in query else None
    number = 0
    for one in found:
        if high is not None and times.begin(one.data["originalStartTime"], calendar.zone) >= high:
            return
        if _within(calendar, one, query):
            yield one
            number += 1
        if high is None and number >= MOST:
            return


def _instances(calendar: Calendar, master: Stored) -> Iterator[Stored]:
    """All occurrences, those that were changed as they are now."""
    if "recurrence" not in master.data:
        return
    changed = {one.id: one for one in calendar.members(master.id)}
    for original in recurrence.originals(master.data):
        virtual = recurrence.virtual(master.data, original)
        name = virtual["id"]
        yield changed.pop(name) if name in changed else Stored(virtual, master.tick)
    yield from (one for one in changed.values() if not one.cancelled)


def _expansion(calendar: Calendar, kept: list[Stored], call: Call, query: Json) -> tuple[Stored, ...]:
    """singleEvents: series as their occurrences, by start where that is asked for."""
    single = [one for one in kept if "recurrence" not in one.data and not one.master]
    series = {one.master or one.id for one in kept if one.master or "recurrence" in one.data}
    found = list(single)
    for name in sorted(series):
        master = calendar.events.get(name)
        if master is None or master.cancelled:
            found += [one for one in kept if name in (one.id, one.master)]
            continue
        occurrences = _windowed(_instances(calendar, master), calendar, query)
        shown = call.flag("showDeleted")
        found += [one for one in occurrences if shown or not one.cancelled]
    if query.get("orderBy") == ["startTime"]:
        found.sort(key=lambda one: times.begin(one.data["start"], calendar.zone))
    return tuple(found)


def _original(call: Call) -> str:
    """originalStart as an instance's suffix."""
    text = call.one("originalStart")
    if not text:
        return ""
    if "T" in text:
        return times.suffix({"dateTime": times.instant(text, "originalStart").isoformat()})
    return times.suffix({"date": text})


def _size(world: World, call: Call, place: int) -> int:
    asked = int(call.one("maxResults", "250"))
    if asked < 1:
        raise invalid("Invalid value for maxResults.", "maxResults")
    limit = world.settings.page_limit
    if limit and place == 0 and not call.one("pageToken"):
        return 0
    return min(asked, 2500, limit or 2500)


def _item(world: World, calendar: Calendar, one: Stored, call: Call) -> Shown:
    if one.cancelled:
        return views.tombstone(calendar, one, world.settings, call.one("timeZone") or calendar.zone)
    return views.shown(calendar, one, call)


def _page(world: World, calendar: Calendar, call: Call, listing: Listing, *, end: int, items: list[Shown]) -> Answer:
    """The envelope: a token for the next page, or on the last one for the next time."""
    body: Json = {
        "kind": "calendar#events",
        "etag": etag_of(world.tick),
        "summary": calendar.summary,
        "description": calendar.fields.get("description", ""),
        "updated": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "timeZone": call.one("timeZone") or calendar.zone,
        "accessRole": calendar.roles[call.user],
        "defaultReminders": calendar.entries.get(call.user, {}).get("defaultReminders", []),
    }
    if end < len(listing.found):
        name = call.one("pageToken").partition("-")[0] or uuid.uuid4().hex
        world.listings[name] = listing
        body["nextPageToken"] = f"{name}-{end}"
    elif listing.sync_token:
        body["nextSyncToken"] = listing.sync_token
    return Answer(body, items=items)
