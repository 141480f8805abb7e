"""Two drafts of one event: the fields whose meaning differs, and nothing else, because PATCH leaves the rest alone."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime

from calsync_cli.core.properties import rule_of
from calsync_cli.core.rules import NO_FILE
from calsync_cli.providers.google.alarms import reminders_patch
from calsync_cli.providers.google.fields import Frame, Json, Original, Unsayable, part
from calsync_cli.providers.google.people import guests_patch
from calsync_cli.providers.google.times import time_json, zone_of

_PLAIN = ("summary", "description", "location", "status", "visibility", "transparency")
_DEFAULTS = {"status": "confirmed", "visibility": "default", "transparency": "opaque"}
"""A field of so many words goes back to the first of them; others are removed."""
_OF_A_SERIES = frozenset({"recurrence", "organizer", "sequence"})
_TIME = ("date", "dateTime", "timeZone")


def patch(base: Json, want: Json) -> Json:
    """What to send so that `base` becomes `want`: None removes a field, {} says that nothing differs."""
    made: Json = {}
    for name in ("start", "end"):
        if base.get(name) != want.get(name):
            made[name] = _time(part(base, name), part(want, name))
    for name in _PLAIN:
        if base.get(name) != want.get(name):
            made[name] = want.get(name, _DEFAULTS.get(name))
    if _rules(base) != _rules(want):
        made["recurrence"] = want.get("recurrence")
    return {**made, **guests_patch(base, want), **reminders_patch(base, want), **_hidden(base, want)}


def instance_of(master: Json, original: Original, frame: Frame) -> Json:
    """The occurrence as the rule makes it: what a first override is a change of. `master` is a draft's."""
    start, end = part(master, "start"), part(master, "end")
    kept = {name: value for name, value in master.items() if name not in _OF_A_SERIES}
    try:
        return {**kept, **_span(start, end, original, frame)}
    except (OverflowError, ValueError, KeyError) as error:
        raise Unsayable("time") from error


def _span(start: Json, end: Json, original: Original, frame: Frame) -> Json:
    """RFC 5545 3.8.5.3: each occurrence is as long as the first."""
    if "date" in start:
        begin, until = (date.fromisoformat(each["date"]) for each in (start, end))
        day = date.fromisoformat(original[:10])
        return {"start": {"date": day.isoformat()}, "end": {"date": (day + (until - begin)).isoformat()}}
    first, last = (datetime.fromisoformat(each["dateTime"]) for each in (start, end))
    at = datetime.fromisoformat(original)
    zones = [zone_of(each, frame.zone) or "UTC" for each in (start, end)]
    return {"start": time_json(at, zones[0]), "end": time_json(at + (last - first), zones[1])}


def _rules(of: Json) -> frozenset[Hashable]:
    """What the rules say; what is excluded from them is told by cancelled instances."""
    told = (each.partition(":")[::2] for each in of.get("recurrence", []))
    return frozenset((name, rule_of(value, NO_FILE)) for name, value in told if not name.startswith("EXDATE"))


def _time(was: Json, now: Json) -> Json:
    """A time that becomes a date, or the other way round, leaves nothing behind of what it was."""
    return {**{name: None for name in _TIME if name in was and name not in now}, **now}


def _hidden(base: Json, want: Json) -> Json:
    was, now = (part(part(of, "extendedProperties"), "private") for of in (base, want))
    changed = {name: now.get(name) for name in {**was, **now} if was.get(name) != now.get(name)}
    return {"extendedProperties": {"private": changed}} if changed else {}
