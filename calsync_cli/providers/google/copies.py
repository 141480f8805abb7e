"""Private copies of what somebody else organizes: they are changed as they were made, by taking them in again."""

from __future__ import annotations

from collections.abc import Mapping

from calsync_cli.providers.google.fields import Json, flag, number, parts

REFUSED = "forbiddenForNonOrganizer"
"""What a change of the fields that guests share gets, on a guest's copy and on one that was taken in alike."""

_OURS = frozenset(
    {
        *("start", "end", "recurrence", "summary", "description", "location", "status", "visibility", "transparency"),
        *("attendees", "organizer", "reminders", "extendedProperties", "colorId", "iCalUID", "sequence", "source"),
        *("attachments", "guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests", "anyoneCanAddSelf"),
    }
)
"""What an import takes of an event; the rest is Google's."""

_TOLD = frozenset({"self", "organizer", "id"})
"""What Google says of a guest and does not take."""


def is_copy(event: Json) -> bool:
    """Whether it was taken in: nothing of it reaches anybody, and an import of its UID changes it."""
    return flag(event, "privateCopy")


def taken_in_anew(there: Json, change: Json) -> Json:
    """The copy with a change, whole, as an import wants it; what nobody here knows of it stays."""
    whole = {name: value for name, value in _merged(there, change).items() if name in _OURS}
    if guests := parts(whole, "attendees"):
        whole["attendees"] = [{name: part for name, part in one.items() if name not in _TOLD} for one in guests]
    if "organizer" in whole:
        whole["organizer"] = {name: part for name, part in whole["organizer"].items() if name not in _TOLD}
    whole["sequence"] = max(number(whole, "sequence"), number(there, "sequence"))
    return whole


def _merged(base: Mapping[str, object], change: Mapping[str, object]) -> Json:
    """RFC 7396, as PATCH does it."""
    whole = dict(base)
    for name, value in change.items():
        if value is None:
            whole.pop(name, None)
        elif isinstance(value, dict):
            known = whole.get(name)
            whole[name] = _merged(known if isinstance(known, dict) else {}, value)
        else:
            whole[name] = value
    return whole
