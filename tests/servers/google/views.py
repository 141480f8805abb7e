"""An event as it is answered: flags for this calendar's copy, times in the asker's zone, nothing private to strangers."""

from __future__ import annotations

import base64
import json

from tests.servers.google import times
from tests.servers.google.calls import Call, Shown
from tests.servers.google.errors import Json
from tests.servers.google.state import RANK, Calendar, Settings, Stored

_TIMES = ("start", "end", "originalStartTime")


def shown(calendar: Calendar, stored: Stored, call: Call) -> Shown:
    """A resource for a caller."""
    zone = call.one("timeZone") or calendar.zone
    hidden = is_redacted(calendar, stored.data, call.user)
    key = f"{hidden} {zone} {call.one('maxAttendees')}"
    if key not in stored.shown:
        try:
            body = redacted(calendar, stored, zone) if hidden else full(calendar, stored, zone)
        except (KeyError, TypeError, ValueError, AttributeError):  # put there past all rules, to be told as it is
            body = {"kind": "calendar#event", "etag": stored.etag, **stored.data}
        _trim(body, call.one("maxAttendees"))
        stored.shown[key] = body, json.dumps(body, ensure_ascii=False)
    return stored.shown[key]


def full(calendar: Calendar, stored: Stored, zone: str) -> Json:
    """All of it."""
    data = dict(stored.data)
    organizer = data["organizer"]["email"]
    data |= {name: times.shown(data[name], zone) for name in _TIMES if name in data}
    data["organizer"] = _with_self(data["organizer"], calendar)
    data["creator"] = _with_self(data["creator"], calendar)
    if "attendees" in data:
        data["attendees"] = [_attendee(one, calendar, organizer) for one in data["attendees"]]
    link = base64.urlsafe_b64encode(f"{stored.id} {calendar.id}".encode()).decode().rstrip("=")
    head = {"kind": "calendar#event", "etag": stored.etag, "id": stored.id, "status": data["status"]}
    return {**head, "htmlLink": f"https://www.google.com/calendar/event?eid={link}", **data}


def redacted(calendar: Calendar, stored: Stored, zone: str) -> Json:
    """A private event to somebody who may not see it."""
    names = (*_TIMES, "recurrence", "recurringEventId")
    data = {name: stored.data[name] for name in names if name in stored.data}
    data |= {name: times.shown(data[name], zone) for name in _TIMES if name in data}
    head = {"kind": "calendar#event", "etag": stored.etag, "id": stored.id, "status": stored.data["status"]}
    return {**head, **data, "iCalUID": stored.data["iCalUID"], "visibility": "private", "eventType": "default"}


def is_redacted(calendar: Calendar, data: Json, user: str) -> bool:
    """Whether this user sees of this event when it is, and no more."""
    private = data.get("visibility") in ("private", "confidential")
    return private and RANK[calendar.roles[user]] < RANK["writer"]


def tombstone(calendar: Calendar, stored: Stored, settings: Settings, zone: str) -> Shown:
    """What a list tells of something cancelled: for an excluded instance which one it was."""
    body: Json = {"id": stored.id, "status": "cancelled"}
    if not settings.bare_tombstones:
        body = {"kind": "calendar#event", "etag": stored.etag, **body}
    if stored.master:
        original = times.shown(stored.data["originalStartTime"], zone)
        body |= {"recurringEventId": stored.master, "originalStartTime": original}
    return body, json.dumps(body)


def _with_self(person: Json, calendar: Calendar) -> Json:
    return {**person, "self": True} if person["email"] == calendar.id else dict(person)


def _attendee(one: Json, calendar: Calendar, organizer: str) -> Json:
    flags = {"organizer": one["email"] == organizer, "self": one["email"] == calendar.id}
    return {**one, **{name: True for name, holds in flags.items() if holds}}


def _trim(body: Json, most: str) -> None:
    """maxAttendees: where there are more, the participant alone is told."""
    if most and len(body.get("attendees", ())) > int(most):
        body["attendees"] = [one for one in body["attendees"] if one.get("self")]
        body["attendeesOmitted"] = True
