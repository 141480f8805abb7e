"""Which function answers which method of the API."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers.google import calendars, listing, writing
from tests.servers.google.calls import Answer, Call
from tests.servers.google.state import World

METHODS: dict[str, Callable[[World, Call], Answer]] = {
    "calendar.events.list": listing.events,
    "calendar.events.get": listing.get,
    "calendar.events.instances": listing.instances,
    "calendar.events.insert": writing.insert,
    "calendar.events.import": writing.import_,
    "calendar.events.patch": writing.patch,
    "calendar.events.update": writing.update,
    "calendar.events.delete": writing.delete,
    "calendar.events.move": writing.move,
    "calendar.calendarList.list": calendars.entries,
    "calendar.calendarList.get": calendars.get_entry,
    "calendar.calendarList.patch": calendars.patch_entry,
    "calendar.calendarList.update": calendars.patch_entry,
    "calendar.calendars.get": calendars.get,
    "calendar.calendars.insert": calendars.insert,
    "calendar.calendars.delete": calendars.delete,
    "calendar.settings.get": calendars.setting,
    "calendar.colors.get": calendars.colors,
}
TELLING = frozenset(
    {
        "calendar.events.insert",
        "calendar.events.patch",
        "calendar.events.update",
        "calendar.events.delete",
        "calendar.events.move",
    }
)
"""Writes whose sendUpdates a careful client always says."""
