"""What an event may hold and who may change what of it."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.google import recurrence, times
from tests.servers.google.errors import Json, Refused, invalid, no_access, not_organizer, required
from tests.servers.google.state import RANK, Calendar

OWN_ID = re.compile(r"[a-v0-9]{5,1024}")
SPECIAL = frozenset({"birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation"})
SERVERS = frozenset(
    {
        "kind", "etag", "htmlLink", "created", "updated", "creator", "organizer", "recurringEventId",
        "originalStartTime", "hangoutLink", "privateCopy", "locked",
    }
)  # fmt: skip
"""Fields that a client's body cannot set."""
PER_COPY = frozenset({"reminders", "colorId", "transparency"})
"""What every guest has of his own; so is extendedProperties.private."""
_ANSWER = ("responseStatus", "comment", "additionalGuests")
_CHOICES = {
    "status": ("confirmed", "tentative", "cancelled"),
    "visibility": ("default", "public", "private", "confidential"),
    "transparency": ("opaque", "transparent"),
    "eventType": ("default", *sorted(SPECIAL)),
}


def must_read(calendar: Calendar, user: str) -> None:
    """404 where the user does not know the calendar, 403 where he sees free and busy alone."""
    from tests.servers.google.errors import not_found

    role = calendar.roles.get(user, "none")
    if calendar.deleted or role == "none":
        raise not_found()
    if RANK[role] < RANK["reader"]:
        raise no_access("reader")


def must_write(calendar: Calendar, user: str) -> None:
    """403 where the user may only read."""
    must_read(calendar, user)
    if RANK[calendar.roles[user]] < RANK["writerWithoutPrivateAccess"]:
        raise no_access("writer")


def merged(base: Json, change: Json) -> Json:
    """PATCH: objects are merged, arrays replaced, null removes."""
    result = dict(base)
    for name, value in change.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = _without_nulls(value)
    return result


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return value


def checked(data: Json) -> Json:
    """An event's whole new state, with its times as they are kept; 400 where it cannot be."""
    recurring = "recurrence" in data
    result = dict(data)
    result["start"] = times.stored(data.get("start"), "start", recurring=recurring)
    result["end"] = times.stored(data.get("end"), "end", recurring=recurring)
    _check_range(result["start"], result["end"])
    if recurring:
        recurrence.check(result)
    for name, choices in _CHOICES.items():
        if result.get(name, choices[0]) not in choices:
            raise invalid(f"Invalid value for: {result[name]} is not a valid value")
    if result.get("colorId", "1") not in {str(number) for number in range(1, 12)}:
        raise invalid("Invalid color id.")
    _check_reminders(result.get("reminders", {}))
    _check_properties(result.get("extendedProperties", {}))
    if "attendees" in result:
        result["attendees"] = attendees(result["attendees"])
        if not result["attendees"]:
            del result["attendees"]
    return result


def attendees(given: list[Json]) -> list[Json]:
    """The guests as they are kept: one of each address, needsAction where nothing is said, no flags of the server's."""
    found: dict[str, Json] = {}
    for one in given:
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", one.get("email", "")):
            raise invalid("Invalid attendee email.")
        kept = {
            name: part for name, part in one.items() if part is not None and name not in ("self", "organizer", "id")
        }
        kept["email"] = kept["email"].lower()
        kept.setdefault("responseStatus", "needsAction")
        if kept["responseStatus"] not in ("needsAction", "declined", "tentative", "accepted"):
            raise invalid("Invalid attendee response status.")
        found[kept["email"]] = kept
    return list(found.values())


def guest_change(before: Json, after: Json, user: str) -> Json:
    """What a guest made of his copy; 403 where it touches more than his own."""
    if before.get("guestsCanModify") or _shared(before, user) == _shared(after, user):
        return after
    raise not_organizer()


def _shared(data: Json, user: str) -> Json:
    """All that is not the guest's own of an event."""
    kept = {name: value for name, value in data.items() if name not in PER_COPY | {"updated", "sequence"}}
    kept["extendedProperties"] = kept.get("extendedProperties", {}).get("shared", {})
    guests = [dict(one) for one in kept.get("attendees", ())]
    for one in guests:
        if one["email"] == user:
            for name in _ANSWER:
                one.pop(name, None)
    kept["attendees"] = sorted(guests, key=lambda one: str(one["email"]))
    return kept


def answered(before: Json, change: Json, user: str) -> Json:
    """attendeesOmitted: the one entry that is sent stands for its guest alone, the others stay."""
    if not change.get("attendeesOmitted") or "attendees" not in change:
        return change
    sent = {one["email"].lower(): one for one in change["attendees"]}
    if set(sent) != {user}:
        raise invalid("attendeesOmitted is for the own answer alone.")
    whole = [sent.get(one["email"], one) for one in before.get("attendees", ())]
    return {**{name: part for name, part in change.items() if name != "attendeesOmitted"}, "attendees": whole}


def check_sequence(before: Json, change: Json) -> None:
    """400: a number below the one there is."""
    if isinstance(change.get("sequence"), int) and change["sequence"] < before.get("sequence", 0):
        text = "Invalid sequence value. The specified sequence number is below the current sequence number of the resource."
        raise invalid(text)


def check_type(before: str, after: str) -> None:
    """400: what kind of event it is stays; a mail's event is Google's to make."""
    if (before and before != after) or (not before and after == "fromGmail"):
        text = "The event type cannot be changed."
        raise Refused(400, "eventTypeRestriction", text, domain="calendar")


def _check_range(start: Json, end: Json) -> None:
    if ("date" in start) != ("date" in end):
        raise invalid("Start and end times must either both be date or both be dateTime.")
    empty = end["date"] <= start["date"] if "date" in start else end["dateTime"] < start["dateTime"]
    if empty:
        raise Refused(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")


def _check_reminders(reminders: Json) -> None:
    overrides = reminders.get("overrides") or []
    if not reminders:
        return
    if not isinstance(reminders.get("useDefault"), bool):
        raise required("Missing reminders.useDefault.")
    if reminders["useDefault"] and overrides:
        text = "Cannot specify both default reminders and overrides at the same time."
        raise Refused(400, "cannotUseDefaultRemindersAndSpecifyOverride", text, domain="calendar")
    if len(overrides) > 5:
        raise invalid("Too many reminder overrides.")
    for one in overrides:
        if one.get("method") not in ("email", "popup") or not 0 <= one.get("minutes", -1) <= 40320:
            raise invalid("Invalid reminder override.")


def _check_properties(properties: Json) -> None:
    """Key 44, value 1024 characters, 32 kB, 300 of them (provider facts A5)."""
    whole = [(key, value) for kind in ("private", "shared") for key, value in (properties.get(kind) or {}).items()]
    if any(len(key) > 44 for key, _ in whole):
        raise invalid("Extended property key is too long.")
    if any(len(value) > 1024 for _, value in whole):
        raise invalid("Extended property value is too long.")
    if len(whole) > 300 or sum(len(key) + len(value) for key, value in whole) > 32768:
        raise invalid("Extended properties are too large.")
