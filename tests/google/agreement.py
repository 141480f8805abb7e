"""What both sides show of a calendar, each expanded by a hand that is not calsync's, and held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from tests.google.person import Googler

FROM, TO = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


class Shown(NamedTuple):
    """One occurrence as a person sees it."""

    start: str
    end: str
    title: str
    place: str


def agree(person: Googler, *calendars: str) -> list[Shown]:
    """The same occurrences on both sides of all these calendars, each event in one file; what they show."""
    found: list[Shown] = []
    for calendar in calendars or (person.primary_id,):
        near, far = sorted(here(person, calendar)), sorted(there(person, calendar))
        assert near == far, (calendar, near, far)
        assert len(person.near(calendar)) == len(series_there(person, calendar))
        found += near
    return sorted(found)


def here(person: Googler, calendar: str) -> Iterator[Shown]:
    """Of the files, by recurring_ical_events."""
    import recurring_ical_events
    from icalendar import Calendar

    for body in person.near(calendar):
        for one in recurring_ical_events.of(Calendar.from_ical(body)).between(FROM, TO):
            start, end = one["DTSTART"].dt, one["DTEND"].dt if "DTEND" in one else one["DTSTART"].dt
            yield Shown(_said(start), _said(end), str(one.get("SUMMARY", "")), str(one.get("LOCATION", "")))


def there(person: Googler, calendar: str) -> Iterator[Shown]:
    """Of the stand-in, which expands by dateutil."""
    window = {"timeMin": FROM.isoformat(), "timeMax": TO.isoformat()}
    for one in person.user.listed(calendar, singleEvents="true", **window):
        times = (_told(one["start"]), _told(one["end"]))
        yield Shown(*times, one.get("summary", ""), one.get("location", ""))


def series_there(person: Googler, calendar: str) -> set[str]:
    """The events there, a series with all its exceptions as one."""
    listed = person.user.listed(calendar)
    return {str(one.get("recurringEventId", one["id"])) for one in listed if one["status"] != "cancelled"}


def _told(when: dict[str, Any]) -> str:
    return _said(date.fromisoformat(when["date"]) if "date" in when else datetime.fromisoformat(when["dateTime"]))


def _said(when: date) -> str:
    if not isinstance(when, datetime):
        return when.isoformat()
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
