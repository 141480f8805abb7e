"""The ids that new events get here: the same for the same event each time, so that a deed done twice is done once."""

from __future__ import annotations

import base64
import hashlib

from calsync_cli.core.model import Ref
from calsync_cli.providers.google.fields import Json, part, text

_HALF = "calsyncHalf"


def name_of(calendar: str, uid: str, generation: int = 0) -> Ref:
    """An id of letters a-v and digits (events.insert). A deleted event's is never free again: hence generations."""
    told = "\0".join((calendar, uid, str(generation)))
    return Ref(base64.b32hexencode(hashlib.sha256(told.encode()).digest()).decode().lower().rstrip("="))


def half_made(event: Json, name: str) -> Json:
    """The event with a mark that says that its exceptions are still to come."""
    extended = part(event, "extendedProperties")
    return {**event, "extendedProperties": {**extended, "private": {**part(extended, "private"), _HALF: name}}}


FINISHED: Json = {"extendedProperties": {"private": {_HALF: None}}}
"""A patch that takes the mark off."""


def unmarked(change: Json, event: Json) -> Json:
    """A change of an exception, without the mark that it has from its series."""
    if _HALF not in part(part(event, "extendedProperties"), "private"):
        return change
    extended = part(change, "extendedProperties")
    return {**change, "extendedProperties": {**extended, "private": {**part(extended, "private"), _HALF: None}}}


def mark_of(uid: str) -> str:
    """Stands for an event that gets its id from Google."""
    return name_of("", uid)


def is_half_made(event: Json) -> bool:
    """Whether somebody was stopped while he made this series; the mark counts for that very event, not for copies."""
    mark = text(part(part(event, "extendedProperties"), "private"), _HALF)
    return bool(mark) and mark in {event.get("id"), mark_of(text(event, "iCalUID"))}
