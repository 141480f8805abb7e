"""What Google would keep of a draft, and of a patch: enough of its ways to read back what was written."""

from __future__ import annotations

from calsync_cli.providers.google.hidden import identified
from calsync_cli.providers.google.reading import Frame, Json, Original
from calsync_cli.providers.google.writing import Draft

ME = "me@example.org"
FRAME = Frame(ME, "Europe/Amsterdam")
_ID = "5calsync0event0id"


def stored(draft: Draft) -> list[Json]:
    """The members of the item after an insert: exceptions are events of their own."""
    assert draft.master is not None
    master = identified(_answered(draft.master), _ID, draft.uid) | {"id": _ID, "iCalUID": f"{_ID}@google.com"}
    return [master, *(_exception(which, event, master) for which, event in draft.overrides.items())]


def patched(event: Json, change: Json) -> Json:
    """PATCH: objects merge, null takes away, all else (lists too) is replaced (RFC 7396 2)."""
    merged = dict(event)
    for name, value in change.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            old = merged.get(name)
            merged[name] = patched(old if isinstance(old, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def _exception(which: Original, event: Json, master: Json) -> Json:
    name = which.replace("-", "").replace(":", "")
    start = {"dateTime": which} if "T" in which else {"date": which}
    own = {"id": f"{_ID}_{name}", "iCalUID": master["iCalUID"], "recurringEventId": _ID, "originalStartTime": start}
    return _answered(event) | own


def _answered(event: Json) -> Json:
    """With what Google fills in."""
    made: Json = {
        "kind": "calendar#event",
        "etag": '"1"',
        "status": "confirmed",
        "created": "2026-11-01T08:00:00.000Z",
        "updated": "2026-11-01T08:00:00.000Z",
        "organizer": {"email": ME, "self": True},
        "reminders": {"useDefault": True},
        "eventType": "default",
    }
    made |= {name: value for name, value in event.items() if name != "attendees"}
    guests = [_guest(guest) for guest in event.get("attendees", [])]
    return {**made, "attendees": guests} if guests else made


def _guest(guest: Json) -> Json:
    made = {"responseStatus": "needsAction", **{name: value for name, value in guest.items() if value is not False}}
    return {**made, "self": True} if guest["email"] == ME else made
