"""A series' JSON as the bytes of an .ics: the same bytes for the same members, whatever order they come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from calsync_cli.core.drafting import PRODID
from calsync_cli.core.lines import render
from calsync_cli.core.scan import escaped
from calsync_cli.core.times import Moment, written
from calsync_cli.core.zone_text import zone_text
from calsync_cli.providers.google.alarms import alarm_lines
from calsync_cli.providers.google.extras import extra_lines
from calsync_cli.providers.google.fields import Frame, Json, Original, Unsayable, line, number, part, text, word
from calsync_cli.providers.google.hidden import hidden_lines, own_uid
from calsync_cli.providers.google.people import ROLES, people_lines
from calsync_cli.providers.google.recurring import Recurrence, date_lines, recurrence_of
from calsync_cli.providers.google.times import in_zone_of, moment_of, original_of, unspecified_end, zone_of

__all__ = ["Frame", "Json", "Original", "Unsayable", "content_of", "original_of", "uid_of"]

_HEAD = b"".join([b"BEGIN:VCALENDAR\r\n", line("VERSION", "2.0"), line("PRODID", PRODID)])
_TAIL = b"END:VCALENDAR\r\n"
_NO_STAMP = "19700101T000000Z"
_CLASSES = {"public": "PUBLIC", "private": "PRIVATE", "confidential": "CONFIDENTIAL"}
_NOTHING = Recurrence((), (), ())


def content_of(members: Sequence[Json], frame: Frame) -> bytes:
    """One event, or one series with its exceptions, as iCalendar. Raises Unsayable."""
    master, overrides, excluded = _sorted_out(members)
    sheet = _Sheet(frame, uid_of(overrides[0] if master is None else master))
    start = sheet.start(master) if master is not None else None
    if master is not None and start is not None:
        sheet.add(master, start, _master_lines(master, start, overrides, excluded, sheet))
    for event in overrides:
        at = sheet.moment("RECURRENCE-ID", sheet.original(event, start))
        sheet.add(event, sheet.start(event, start.zone if start else ""), [at])
    return sheet.written()


def uid_of(event: Json) -> str:
    """The UID of an event: the one that it was written with, else Google's. Raises Unsayable."""
    found = own_uid(event) or word(event, "iCalUID")
    if found:
        return found
    made = word(event, "recurringEventId") or word(event, "id")
    if not made:
        raise Unsayable("id")
    return f"{made}@google.com"


def _sorted_out(members: Sequence[Json]) -> tuple[Json | None, list[Json], list[Json]]:
    """The master (or single event), its exceptions, its cancelled occurrences."""
    if not all(isinstance(event, dict) for event in members):
        raise Unsayable("shape")
    masters = [event for event in members if not event.get("recurringEventId")]
    others = [event for event in members if event.get("recurringEventId")]
    excluded = [event for event in others if event.get("status") == "cancelled"]
    overrides = [event for event in others if event.get("status") != "cancelled"]
    if len(masters) > 1 or not (masters or overrides) or any(event.get("status") == "cancelled" for event in masters):
        raise Unsayable("members")
    by_time = {original_of(event): event for event in overrides}
    if len(by_time) < len(overrides):
        raise Unsayable("members")
    return masters[0] if masters else None, [event for _, event in sorted(by_time.items())], excluded


def _master_lines(
    event: Json, start: Moment, overrides: list[Json], excluded: list[Json], sheet: _Sheet
) -> list[bytes]:
    """The rules, and what is excluded from them: Google keeps that as lines or as cancelled instances."""
    told = recurrence_of(event, start) if "recurrence" in event else _NOTHING
    there = {sheet.original(each, start) for each in overrides}
    gone = {sheet.original(each, start) for each in excluded} | set(told.excluded)
    sheet.zones.update(at.zone for at in [*told.further, *gone])
    return [*told.rules, *date_lines("RDATE", told.further), *date_lines("EXDATE", gone - there)]


@dataclass(slots=True)
class _Sheet:
    """The components of a file as they are written, and the zones that they name."""

    frame: Frame
    uid: str
    zones: set[str] = field(default_factory=set)
    parts: list[bytes] = field(default_factory=list)

    def start(self, event: Json, otherwise: str = "") -> Moment:
        """When an event starts, in its zone, or its series', or the calendar's."""
        told = part(event, "start")
        again = zone_of(part(event, "originalStartTime"), otherwise or self.frame.zone)
        if not told:
            raise Unsayable("start")
        if "recurrence" in event and told.get("timeZone") and not zone_of(told, ""):
            raise Unsayable("zone")
        return moment_of(told, again or "UTC", exact="recurrence" not in event)

    def original(self, event: Json, start: Moment | None) -> Moment:
        """Which occurrence an instance is, in the form of the series' start where that is known."""
        told = part(event, "originalStartTime")
        at = moment_of(told, start.zone if start else self.frame.zone)
        return in_zone_of(at, start) if start else at

    def moment(self, name: str, at: Moment) -> bytes:
        """A line with a time."""
        self.zones.add(at.zone)
        params, value = written(at)
        return line(name, value, params)

    def add(self, event: Json, start: Moment, own: list[bytes]) -> None:
        """One more component; `own` says which occurrence it is, or which there are."""
        hidden, alarms = hidden_lines(event, self.frame)
        names = {item.name for item in hidden}
        lines = [b"BEGIN:VEVENT\r\n", line("UID", self.uid), *_stamps(event), *self._span(event, start), *own]
        lines += _texts(event, cancelled="STATUS" in names)
        lines += people_lines(event, self.frame, hidden)
        lines += [item.raw for item in hidden if item.name not in {"ATTENDEE", ROLES}] + list(
            extra_lines(event, hidden)
        )
        lines += alarm_lines(event, word(event, "summary"), self.frame, hidden=bool(alarms))
        self.parts += [*lines, *alarms, b"END:VEVENT\r\n"]

    def _span(self, event: Json, start: Moment) -> Iterator[bytes]:
        yield self.moment("DTSTART", start)
        if not unspecified_end(event):
            yield self.moment("DTEND", moment_of(part(event, "end"), start.zone or self.frame.zone, exact=True))

    def written(self) -> bytes:
        """The whole file."""
        zones = [_zone_lines(zone) for zone in sorted(self.zones - {"", "UTC"})]
        return b"".join([_HEAD, *zones, *self.parts, _TAIL])


@lru_cache(maxsize=64)
def _zone_lines(zone: str) -> bytes:
    block = zone_text(zone)
    return render(block) if block else b""


def _stamps(event: Json) -> Iterator[bytes]:
    created, updated = (_stamp(event, name) for name in ("created", "updated"))
    yield line("DTSTAMP", updated or created or _NO_STAMP)
    yield from (line(name, at) for name, at in (("CREATED", created), ("LAST-MODIFIED", updated)) if at)
    if (many := number(event, "sequence")) > 0:
        yield line("SEQUENCE", str(many))


def _stamp(event: Json, name: str) -> str:
    told = event.get(name)
    if not isinstance(told, str):
        return ""
    try:
        return written(moment_of({"dateTime": told}, "UTC"))[1]
    except Unsayable:
        return ""


def _texts(event: Json, *, cancelled: bool) -> Iterator[bytes]:
    for name, key in (("SUMMARY", "summary"), ("DESCRIPTION", "description"), ("LOCATION", "location")):
        if value := text(event, key):
            yield line(name, escaped(value))
    if event.get("status") == "tentative" and not cancelled:
        yield line("STATUS", "TENTATIVE")
    if visible := _CLASSES.get(word(event, "visibility")):
        yield line("CLASS", visible)
    if event.get("transparency") == "transparent":
        yield line("TRANSP", "TRANSPARENT")
