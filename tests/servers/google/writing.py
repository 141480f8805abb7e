"""insert, import, patch, update, delete and move: who changes what, and whom it reaches."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping

from tests.servers.google import guests, rules, series, views
from tests.servers.google.calls import Answer, Call
from tests.servers.google.errors import Json, Refused, duplicate, gone, invalid, not_found, required
from tests.servers.google.mails import Post
from tests.servers.google.state import Calendar, Stored, World, now

Place = tuple[Calendar, Stored]
"""An event and where it is."""


def calendar_of(world: World, call: Call, place: str = "") -> Calendar:
    """The calendar that a request names; `primary` is the user's own."""
    name = place or call.places["calendarId"]
    found = world.calendars.get(call.user if name == "primary" else name)
    if found is None or found.deleted:
        raise not_found()
    rules.must_read(found, call.user)
    return found


def insert(world: World, call: Call) -> Answer:
    """A new event."""
    calendar = _writable(world, call)
    body = call.body or {}
    own, uid = body.get("id"), body.get("iCalUID")
    if own and uid:
        raise invalid("Only one of id and iCalUID may be given.")
    if own and not rules.OWN_ID.fullmatch(own):
        raise invalid("Invalid resource id value.")
    if (own and own in calendar.events) or (uid and _by_uid(calendar, uid) is not None):
        raise duplicate()
    name = own or base64.b32hexencode(os.urandom(16)).decode().lower().rstrip("=")
    rules.check_type("", body.get("eventType", "default"))
    data = {**_fresh(calendar, call.user, name, uid or f"{name}@google.com"), **_taken(body, call, {})}
    if data["status"] == "cancelled":
        raise invalid("Invalid status.")
    stored = world.put(calendar, series.as_google_keeps(rules.checked(data), world.settings))
    series.after_write(world, calendar, None, stored.data)
    guests.spread(world, calendar, None, stored.data)
    _post(world, call, calendar).of_change(None, stored.data)
    return _answer(calendar, stored, call)


def import_(world: World, call: Call) -> Answer:
    """A private copy of an event whose organizer may be somebody else; another import of its UID changes it."""
    calendar = _writable(world, call)
    body = call.body or {}
    uid = body.get("iCalUID")
    if not uid:
        raise required("Missing iCalUID.")
    if body.get("eventType", "default") != "default":
        raise Refused(400, "eventTypeRestriction", "Only default events can be imported.", domain="calendar")
    known = _by_uid(calendar, uid, deleted=True)
    name = known.id if known else "_" + base64.b32hexencode(uid.encode()).decode().lower().rstrip("=")
    if known is not None and not known.cancelled:
        rules.check_sequence(known.data, body)
    data = {**_fresh(calendar, call.user, name, uid), **_taken(body, call, {})}
    organizer = {key: value for key, value in (body.get("organizer") or {}).items() if key in ("email", "displayName")}
    if organizer.get("email", calendar.id).lower() != calendar.id:
        data |= {"organizer": {**organizer, "email": organizer["email"].lower()}, "privateCopy": True}
    stored = world.put(calendar, series.as_google_keeps(rules.checked(data), world.settings))
    series.after_write(world, calendar, known.data if known else None, stored.data)
    return _answer(calendar, stored, call)


def patch(world: World, call: Call) -> Answer:
    """Merge a change into an event."""
    calendar, stored = at = _target(world, call)
    change = rules.answered(stored.data, call.body or {}, calendar.id)
    return _change(world, call, at, rules.merged(stored.data, _taken(change, call, stored.data)), change)


def update(world: World, call: Call) -> Answer:
    """Replace an event."""
    calendar, stored = at = _target(world, call)
    kept = rules.SERVERS | {"id", "iCalUID", "sequence", "eventType"}
    whole = {name: value for name, value in stored.data.items() if name in kept}
    whole |= {"status": "confirmed", "reminders": {"useDefault": True}}
    body = rules.answered(stored.data, call.body or {}, calendar.id)
    return _change(world, call, at, rules.merged(whole, _taken(body, call, stored.data)), body)


def delete(world: World, call: Call) -> Answer:
    """Delete an event, or take an instance out of its series."""
    calendar, stored = _target(world, call)
    if stored.cancelled:
        raise gone()
    _cancel(world, call, calendar, stored)
    return Answer(status=204)


def move(world: World, call: Call) -> Answer:
    """Give an event to another calendar: its organizer changes."""
    calendar, stored = _target(world, call)
    target = calendar_of(world, call, call.one("destination"))
    rules.must_write(target, call.user)
    if stored.cancelled:
        raise not_found()
    if stored.master:
        text = "Cannot change the organizer of an instance."
        raise Refused(400, "cannotChangeOrganizerOfInstance", text, domain="calendar")
    if stored.data["eventType"] != "default" or not guests.organized(calendar, stored.data):
        raise Refused(403, "cannotChangeOrganizer", "Cannot change the organizer of this event.", domain="calendar")
    if target.alive(stored.id):
        raise duplicate()
    organizer = _organizer(target)
    for one in (stored, *list(calendar.members(stored.id))):
        world.put(target, {**one.data, "organizer": organizer})
        world.put(calendar, {**one.data, "organizer": organizer, "status": "cancelled"})
    moved = target.events[stored.id]
    guests.spread(world, target, None, moved.data)
    _post(world, call, target).of_change(stored.data, moved.data)
    return _answer(target, moved, call)


def _change(world: World, call: Call, at: Place, after: Json, body: Json) -> Answer:
    calendar, stored = at
    before = stored.data
    _check_life(world, stored, after)
    if after["status"] == "cancelled":
        return _answer(calendar, _cancel(world, call, calendar, stored), call)
    rules.check_type(before["eventType"], after.get("eventType", "default"))
    rules.check_sequence(before, body)
    if stored.master:
        after.pop("recurrence", None)
    after = rules.checked(after)
    if not guests.organized(calendar, before):
        return _guest_change(world, call, calendar, before, after)
    if any(after.get(name) != before.get(name) for name in ("start", "end", "recurrence")):
        after["sequence"] = max(after.get("sequence", 0), before.get("sequence", 0) + 1)
    fresh = world.put(calendar, series.as_google_keeps(after, world.settings))
    series.after_write(world, calendar, before, fresh.data)
    guests.spread(world, calendar, before, fresh.data)
    _post(world, call, calendar).of_change(before, fresh.data)
    return _answer(calendar, calendar.events[fresh.id], call)


def _guest_change(world: World, call: Call, calendar: Calendar, before: Json, after: Json) -> Answer:
    """What a guest may do: his answer, and what is his own of the copy."""
    if not before.get("privateCopy") or world.settings.guards_private_copies:
        after = rules.guest_change(before, after, calendar.id)
    fresh = world.put(calendar, after)
    told = before.get("attendees") != after.get("attendees") and guests.answer(world, calendar, fresh.data)
    if told and not before.get("privateCopy"):
        _post(world, call, calendar).send("reply", before["organizer"]["email"], after)
    return _answer(calendar, calendar.events[fresh.id], call)


def _cancel(world: World, call: Call, calendar: Calendar, stored: Stored) -> Stored:
    before, post = stored.data, _post(world, call, calendar)
    for one in list(calendar.members(stored.id)):
        world.put(calendar, {**one.data, "status": "cancelled"})
    fresh = world.put(calendar, {**before, "status": "cancelled"})
    if guests.organized(calendar, before):
        guests.spread(world, calendar, before, fresh.data)
        post.of_change(before, None)
        return fresh
    declined = [
        {**one, "responseStatus": "declined"} if one["email"] == calendar.id else one
        for one in before.get("attendees", ())
    ]
    if declined != before.get("attendees", []) and guests.answer(world, calendar, {**before, "attendees": declined}):
        post.send("reply", before["organizer"]["email"], before)
    return world.put(calendar, fresh.data)


def _check_life(world: World, stored: Stored, after: Json) -> None:
    """Something deleted comes back by its status alone."""
    if not stored.cancelled:
        return
    if after["status"] == "cancelled" or not (world.settings.revives or stored.master):
        raise Refused(403, "forbidden", "Forbidden")


def _target(world: World, call: Call) -> Place:
    calendar = _writable(world, call)
    stored = guests.find(calendar, call.places["eventId"])
    call.guard(stored)
    if views.is_redacted(calendar, stored.data, call.user):
        raise Refused(403, "forbidden", "Forbidden")
    return calendar, stored


def _writable(world: World, call: Call) -> Calendar:
    calendar = calendar_of(world, call)
    rules.must_write(calendar, call.user)
    return calendar


def _fresh(calendar: Calendar, user: str, name: str, uid: str) -> Json:
    return {
        "id": name,
        "status": "confirmed",
        "created": now(),
        "creator": {"email": user},
        "organizer": _organizer(calendar),
        "iCalUID": uid,
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
    }


def _organizer(calendar: Calendar) -> Json:
    return {"email": calendar.id} if calendar.primary else {"email": calendar.id, "displayName": calendar.summary}


def _taken(body: Json, call: Call, before: Mapping[str, object]) -> Json:
    """What of a body counts: nothing of the server's own, no attachments or conference that were not asked for."""
    out = rules.SERVERS | {"id", "iCalUID", "attendeesOmitted"}
    if not call.flag("supportsAttachments"):
        out |= {"attachments"}
    if call.one("conferenceDataVersion", "0") != "1":
        out |= {"conferenceData"}
    taken = {name: value for name, value in body.items() if name not in out}
    for name in ("attachments", "conferenceData", "hangoutLink"):
        if name in before and name not in taken and call.method.endswith("update"):
            taken[name] = before[name]
    if "createRequest" in (taken.get("conferenceData") or {}):
        taken |= _meet(taken["conferenceData"])
    return taken


def _meet(asked: Json) -> Json:
    """A conference as Google makes one."""
    code = re.sub(r"[^a-z]", "", base64.b32encode(os.urandom(16)).decode().lower())[:10]
    link = f"https://meet.google.com/{code[:3]}-{code[3:7]}-{code[7:]}"
    made = {
        "createRequest": {**asked["createRequest"], "status": {"statusCode": "success"}},
        "entryPoints": [{"entryPointType": "video", "uri": link, "label": link.removeprefix("https://")}],
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
        "conferenceId": link.rpartition("/")[2],
    }
    return {"conferenceData": made, "hangoutLink": link}


def _by_uid(calendar: Calendar, uid: str, *, deleted: bool = False) -> Stored | None:
    found = (one for one in calendar.events.values() if one.data["iCalUID"] == uid and not one.master)
    return next((one for one in found if deleted or not one.cancelled), None)


def _post(world: World, call: Call, calendar: Calendar) -> Post:
    return Post(world, calendar, call.user, call.method, call.one("sendUpdates", "none"))


def _answer(calendar: Calendar, stored: Stored, call: Call) -> Answer:
    body, _ = views.shown(calendar, stored, call)
    return Answer(body, etag=stored.etag)
