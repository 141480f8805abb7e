"""This and following, as Google's web client does it: the old series ends, a new one with a new id and UID begins."""

from __future__ import annotations

import datetime as dt
import re

from tests.servers.google import guests, recurrence, rules, series, times
from tests.servers.google.errors import Json, invalid
from tests.servers.google.state import Calendar, World

_COUNT = re.compile(r";?COUNT=(\d+)")
_ENDS = re.compile(r";?(?:COUNT=\d+|UNTIL=[0-9TZ]+)")


def this_and_following(world: World, calendar: Calendar, instance: str, change: Json) -> str:
    """Split a series at an instance; the id of the new one, which has the old one's extended properties too."""
    master_id = instance.rpartition("_")[0]
    before = calendar.events[master_id].data
    original = times.from_suffix(instance.rpartition("_")[2], before)
    earlier = _until(before, original)
    if not earlier or not recurrence.has(before, original):
        raise invalid("There is nothing to split.")
    fresh = _following(before, original, len(earlier), change)
    old = {**before, "recurrence": [_ended(line, original) for line in before["recurrence"]]}
    old["sequence"] = before["sequence"] + 1
    _store(world, calendar, before, old)
    _store(world, calendar, None, fresh)
    return str(fresh["id"])


def _store(world: World, calendar: Calendar, before: Json | None, data: Json) -> None:
    stored = world.put(calendar, rules.checked(data))
    series.after_write(world, calendar, before, stored.data)
    guests.spread(world, calendar, before, stored.data)


def _until(master: Json, original: Json) -> list[Json]:
    found = []
    for one in recurrence.originals(master):
        if times.suffix(one) >= times.suffix(original):
            break
        found.append(one)
    return found


def _following(before: Json, original: Json, passed: int, change: Json) -> Json:
    stem = before["id"].partition("_R")[0]
    name = f"{stem}_R{times.suffix(original).rstrip('Z')}"
    virtual = recurrence.virtual(before, original)
    fresh = {key: value for key, value in virtual.items() if key not in ("recurringEventId", "originalStartTime")}
    lines = [_rest(line, passed) for line in before["recurrence"]]
    whole = {**fresh, "id": name, "iCalUID": f"{name}@google.com", "recurrence": lines, "sequence": 0}
    return rules.merged(whole, change)


def _rest(line: str, passed: int) -> str:
    """The rule with what is left of its count."""
    found = _COUNT.search(line)
    if found is None or not line.startswith("RRULE"):
        return line
    return line.replace(found[0], found[0].replace(found[1], str(int(found[1]) - passed)))


def _ended(line: str, original: Json) -> str:
    """The rule up to the second, or the day, before."""
    if not line.startswith("RRULE"):
        return line
    if "date" in original:
        last = (dt.date.fromisoformat(original["date"]) - dt.timedelta(days=1)).strftime("%Y%m%d")
    else:
        last = (times.parse(original["dateTime"]) - dt.timedelta(seconds=1)).strftime(times.STAMP)
    return f"{_ENDS.sub('', line)};UNTIL={last}"
