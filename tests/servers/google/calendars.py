"""calendarList, calendars, settings and colors."""

from __future__ import annotations

import base64
import json
import uuid

from tests.servers.google import rules
from tests.servers.google.calls import Answer, Call
from tests.servers.google.errors import Json, duplicate, full_sync, invalid, no_access, not_found, required
from tests.servers.google.state import RANK, Calendar, Role, World, etag_of
from tests.servers.google.times import zone

PALETTE = (
    "#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765", "#7bd148", "#b3dc6c",
    "#fbe983", "#fad165", "#92e1c0", "#9fe1e7", "#9fc6e7", "#4986e7", "#9a9cff", "#b99aff", "#c2c2c2", "#cabdbf",
    "#cca6ac", "#f691b2", "#cd74e6", "#a47ae2",
)  # fmt: skip
EVENTS = (
    "#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878", "#46d6db", "#e1e1e1", "#5484ed", "#51b749",
    "#dc2127",
)  # fmt: skip
_OWN = frozenset(
    {"summaryOverride", "colorId", "backgroundColor", "foregroundColor", "hidden", "selected", "defaultReminders",
     "notificationSettings"}
)  # fmt: skip
"""What of a list entry is the user's own."""


def make(world: World, owner: str, name: str, summary: str, zone_name: str) -> Calendar:
    """A calendar with its owner's list entry; one whose id is its owner's address is the primary one."""
    primary = name == owner
    calendar = Calendar(name, owner, summary, zone_name, primary, {}, world.next_tick())
    world.calendars[name] = calendar
    share(world, calendar, owner, "owner")
    return calendar


def share(world: World, calendar: Calendar, user: str, role: Role) -> None:
    """Give a user a role in a calendar and an entry in his list."""
    calendar.roles[user] = role
    reminders = [{"method": "popup", "minutes": 10}] if calendar.primary and user == calendar.owner else []
    entry = {"colorId": "14", "selected": True, "defaultReminders": reminders}
    calendar.entries.setdefault(user, entry)
    calendar.entry_ticks[user] = world.next_tick()


def entry(calendar: Calendar, user: str, *, rgb: bool = True) -> Json:
    """A calendarList entry."""
    own = calendar.entries[user]
    colour = PALETTE[int(own.get("colorId", "14")) - 1]
    body: Json = {
        "kind": "calendar#calendarListEntry",
        "etag": etag_of(calendar.entry_ticks[user]),
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.zone,
        "backgroundColor": colour,
        "foregroundColor": "#000000",
        "accessRole": calendar.roles.get(user, "reader"),
        "dataOwner": calendar.owner,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        **{name: calendar.fields[name] for name in ("description", "location") if name in calendar.fields},
        **own,
    }
    if calendar.primary and calendar.owner == user:
        body["primary"] = True
    if calendar.deleted or user not in calendar.roles:
        return {"kind": body["kind"], "etag": body["etag"], "id": calendar.id, "deleted": True}
    return body


def entries(world: World, call: Call) -> Answer:
    """calendarList.list."""
    since, query = _since(world, call)
    shown = []
    for calendar in world.calendars.values():
        if calendar.entry_ticks.get(call.user, -1) <= since:
            continue
        body = entry(calendar, call.user)
        if since < 0 and body.get("deleted") and not call.flag("showDeleted"):
            continue
        if since < 0 and body.get("hidden") and not call.flag("showHidden"):
            continue
        if RANK[body.get("accessRole", "owner")] >= RANK[call.one("minAccessRole", "none")]:
            shown.append(body)
    if not call.one("pageToken", "0").isdigit():
        raise invalid("Invalid page token value.", "pageToken")
    place, size = int(call.one("pageToken", "0")), min(int(call.one("maxResults", "100")), 250)
    size = min(size, world.settings.page_limit or size)
    answer: Json = {"kind": "calendar#calendarList", "etag": etag_of(world.tick)}
    if place + size < len(shown):
        answer["nextPageToken"] = str(place + size)
    else:
        held = {"l": call.user, "t": world.tick, "e": world.epoch, "q": query}
        answer["nextSyncToken"] = base64.urlsafe_b64encode(json.dumps(held).encode()).decode()
    return Answer(answer, items=[(one, json.dumps(one)) for one in shown[place : place + size]])


def _since(world: World, call: Call) -> tuple[int, Json]:
    query = {name: call.one(name) for name in ("minAccessRole", "showDeleted", "showHidden") if call.one(name)}
    if not call.one("syncToken"):
        return -1, query
    if "minAccessRole" in query or "false" in (query.get("showDeleted"), query.get("showHidden")):
        raise invalid("Sync token cannot be used with these parameters.", "syncToken")
    try:
        old = json.loads(base64.urlsafe_b64decode(call.one("syncToken")))
        user, tick, epoch = old["l"], int(old["t"]), old["e"]
    except (ValueError, KeyError, TypeError) as error:
        raise invalid("Invalid sync token value.", "syncToken") from error
    if user != call.user or epoch != world.epoch:
        raise full_sync()
    return tick, query


def get_entry(world: World, call: Call) -> Answer:
    """calendarList.get."""
    body = entry(_listed(world, call), call.user)
    return Answer(body, etag=body["etag"])


def patch_entry(world: World, call: Call) -> Answer:
    """calendarList.patch and update: the user's own name, colour, reminders."""
    calendar = _listed(world, call)
    change = {name: value for name, value in (call.body or {}).items() if name in _OWN}
    calendar.entries[call.user] = rules.merged(calendar.entries[call.user], change)
    calendar.entry_ticks[call.user] = world.next_tick()
    return get_entry(world, call)


def get(world: World, call: Call) -> Answer:
    """calendars.get."""
    return Answer(_metadata(_known(world, call)))


def insert(world: World, call: Call) -> Answer:
    """calendars.insert."""
    body = call.body or {}
    if not body.get("summary"):
        raise required("Missing summary.")
    name = body.get("timeZone", "UTC")
    zone(name)
    place = f"c_{uuid.uuid4().hex}@group.calendar.google.com"
    if place in world.calendars:
        raise duplicate()
    made = make(world, call.user, place, body["summary"], name)
    made.fields = {key: body[key] for key in ("description", "location") if key in body}
    return Answer(_metadata(made))


def delete(world: World, call: Call) -> Answer:
    """calendars.delete."""
    calendar = _known(world, call)
    if calendar.owner != call.user or calendar.primary:
        raise no_access("owner")
    vanish(world, calendar)
    return Answer(status=204)


def vanish(world: World, calendar: Calendar) -> None:
    """A calendar is deleted: every list says so."""
    calendar.deleted = True
    for user in calendar.entry_ticks:
        calendar.entry_ticks[user] = world.next_tick()


def setting(world: World, call: Call) -> Answer:
    """settings.get: the zone, or English."""
    name = call.places["setting"]
    primary = world.primary_of(call.user)
    known = {
        "timezone": primary.zone if primary else "UTC",
        "locale": "en",
        "format24HourTime": "true",
        "weekStart": "1",
    }
    if name not in known:
        raise not_found()
    return Answer({"kind": "calendar#setting", "etag": etag_of(1), "id": name, "value": known[name]})


def colors(world: World, call: Call) -> Answer:
    """colors.get."""
    kinds = {"calendar": PALETTE, "event": EVENTS}
    body: Json = {"kind": "calendar#colors", "updated": "2012-02-14T00:00:00.000Z"}
    for kind, palette in kinds.items():
        body[kind] = {str(n): {"background": one, "foreground": "#1d1d1d"} for n, one in enumerate(palette, 1)}
    return Answer(body)


def _metadata(calendar: Calendar) -> Json:
    return {
        "kind": "calendar#calendar",
        "etag": etag_of(calendar.tick),
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.zone,
        "dataOwner": calendar.owner,
        **calendar.fields,
    }


def _known(world: World, call: Call) -> Calendar:
    name = call.places["calendarId"]
    found = world.calendars.get(call.user if name == "primary" else name)
    if found is None or found.deleted or call.user not in found.roles:
        raise not_found()
    return found


def _listed(world: World, call: Call) -> Calendar:
    found = _known(world, call)
    if call.user not in found.entries:
        raise not_found()
    return found
