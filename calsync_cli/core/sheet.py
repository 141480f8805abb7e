"""An .ics opened for editing one event in it: its components, and the file with others in their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calsync_cli.core.course import OF_A_SERIES, Course, course_of, end_at
from calsync_cli.core.drafting import moment_line
from calsync_cli.core.lines import Broken, Calendar, Component, Line, line_end, param, parse, render
from calsync_cli.core.properties import address_of
from calsync_cli.core.refusals import TOO_ODD, NoSuchOccurrence, RuleError
from calsync_cli.core.retouch import Pen
from calsync_cli.core.times import Moment, key
from calsync_cli.core.units import occurrence_of, uid_of
from calsync_cli.core.weave import zones_used
from calsync_cli.core.zone_text import zone_text
from calsync_cli.core.zones import Zones

NO_EVENT = "no-event"
_SNOOZED = "X-MOZ-SNOOZE-TIME"
"""Thunderbird's note on one reminder that somebody put off."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The file, and the components of the one event that is edited (the first, where it holds several)."""

    tree: Calendar
    zones: Zones
    master: Component | None
    overrides: tuple[Component, ...]
    pen: Pen
    host: Line | None
    """The event's ORGANIZER."""

    @property
    def parts(self) -> tuple[Component, ...]:
        """Master and overrides."""
        return (*(() if self.master is None else (self.master,)), *self.overrides)

    @property
    def uid(self) -> str:
        """The event's UID."""
        return uid_of(self.parts[0])

    def course(self) -> Course | None:
        """How the series runs. Raises RuleError."""
        return course_of(self.master, self.zones) if self.master else None

    def override_at(self, at: Moment) -> Component | None:
        """The component that changes an occurrence."""
        wanted = self.keyed(at)
        known = ((part, occurrence_of(part)) for part in self.overrides)
        return next((part for part, when in known if when and self.keyed(when) == wanted), None)

    def keyed(self, at: Moment) -> object:
        """What occurrences are told apart by."""
        course = self.course()
        return course.order(at) if course else key(at, self.zones)

    def ranged(self) -> bool:
        """An exception goes on for all later occurrences (RANGE=THISANDFUTURE); few programs know that any more."""
        lines = (part.first("RECURRENCE-ID") for part in self.overrides)
        return any(line is not None and param(line, "RANGE") for line in lines)

    def at(self, at: Moment) -> Component:
        """One occurrence as it is: its own component, or what the series says of it. Raises NoSuchOccurrence."""
        found, course = self.override_at(at), self.course()
        if found is not None and not self.ranged():
            return found
        if course is None or self.master is None or (found is None and not course.has(at)):
            raise NoSuchOccurrence(at)
        if self.ranged():
            raise RuleError(TOO_ODD)
        if course.rule is None and not course.listed:
            return self.master
        return inherited(self.master, course.local(at), self.zones, self.pen.end)

    def rendered(self, now: Sequence[tuple[Component | None, Component | None]]) -> bytes:
        """The file with components in the place of others; None was not there, or goes."""
        placed = {id(was): became for was, became in now if was is not None}
        body: list[Line | Component] = []
        for item in self.tree.body:
            became = placed.get(id(item), item) if isinstance(item, Component) else item
            body += [] if became is None else [became]
            if item is self.parts[-1]:
                body += [new for was, new in now if was is None and new is not None]
        return render(self.tree.with_body(self.zoned(body)))

    def zoned(self, body: Sequence[Line | Component]) -> list[Line | Component]:
        """The body with a VTIMEZONE for each zone that is newly named in it."""
        used = zones_used(_events(body)) - zones_used(_events(self.tree.body))
        missing = sorted(name for name in used if self.zones.block(name) is None)
        blocks = [block for name in missing if (block := zone_text(name, self.pen.end))]
        first = next((at for at, item in enumerate(body) if isinstance(item, Component)), len(body))
        return [*body[:first], *blocks, *body[first:]]


def sheet(content: bytes, *, stamp: datetime | None, organizer: str) -> Sheet:
    """Open a file. Raises Broken."""
    return opened(parse(content, mend=False), stamp=stamp, organizer=organizer)


def opened(tree: Calendar, *, stamp: datetime | None, organizer: str) -> Sheet:
    """Open what is parsed already. Raises Broken where there is no event in it."""
    events = [part for part in tree.children if part.name == "VEVENT"]
    if not events:
        raise Broken(NO_EVENT)
    masters = [part for part in events if part.first("RECURRENCE-ID") is None]
    uid = uid_of((masters or events)[0])
    overrides = tuple(part for part in events if part.first("RECURRENCE-ID") and uid_of(part) == uid)
    host = next((line for part in (*masters[:1], *overrides) if (line := part.first("ORGANIZER"))), None)
    own = organizer.strip().lower().removeprefix("mailto:")
    counts = host is None or address_of(host) == own
    pen = Pen(stamp, own, line_end(tree), counts)
    return Sheet(tree, Zones(tree), masters[0] if masters else None, overrides, pen, host)


def inherited(master: Component, at: Moment, zones: Zones, end: bytes) -> Component:
    """The component for one occurrence of a series as the series has it (RFC 5545 3.8.4.4)."""
    until = end_at(master, at, zones) if master.first("DTEND") or master.first("RDATE") else None
    body: list[Line | Component] = []
    for item in master.body:
        if not isinstance(item, Line) or item.name not in OF_A_SERIES | {"DTSTART", "DTEND"}:
            body += [] if isinstance(item, Line) and item.name.startswith(_SNOOZED) else [item]
        elif item.name == "DTSTART":
            body += [moment_line("RECURRENCE-ID", at, end), moment_line("DTSTART", at, end)]
        elif item.name == "DTEND" and until:
            body.append(moment_line("DTEND", until, end))
    return master.with_body(body)


def alone(of: Sheet, parts: Iterable[Component]) -> Calendar:
    """A file with these components and nothing else but the calendar's own lines and zones."""
    kept = (item for item in of.tree.body if isinstance(item, Line) or item.name == "VTIMEZONE")
    return replace(of.tree, body=(*kept, *parts))


def _events(body: Iterable[Line | Component]) -> list[Line | Component]:
    return [item for item in body if isinstance(item, Component) and item.name != "VTIMEZONE"]
