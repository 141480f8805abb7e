r"""An agenda as one calendar to publish: what is in it anybody may read, so that only what is named here goes into it.

Left out are guests and organizers, reminders, attachments, comments and every property of other programs, because
these name people and places that the owner of the agenda did not mean to publish. Of what is private or confidential
(RFC 5545 3.8.1.3) only the time is told. A published calendar has no METHOD: it invites nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from calsync_cli.core.feed_zones import FeedZones, plain
from calsync_cli.core.lines import Broken, Calendar, Component, Line, fitted_line, make_line, params_of, parse
from calsync_cli.core.scan import escaped
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.core.times import moment_of
from calsync_cli.core.units import uid_of
from calsync_cli.core.zones import Zones

MARK = "X-CALSYNC-FEED"
"""On the calendar and on each event, because servers take a feed that they subscribe to apart into events."""

PRODUCT = "-//calsync//feed//EN"
EVERY = "PT1H"
"""How often a subscriber had better look (RFC 7986 5.7)."""

TITLE = "Private"
"""Of what is private. Not translated: who reads a feed need not speak the language of who publishes it."""

_END = b"\r\n"
_WHEN = frozenset(
    {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE"}
    | {"EXRULE", "STATUS", "TRANSP", "CLASS"}
)
"""Of what is private."""
_WHAT = _WHEN | {
    *("SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES", "GEO", "URL", "PRIORITY", "COLOR"),
    *("CREATED", "LAST-MODIFIED"),
}
_PARAMS = frozenset({"TZID", "VALUE", "RANGE", "LANGUAGE"})
_NO_STAMP = "19700101T000000Z"
"""Of an event without a DTSTAMP, which a valid one must have; a clock would change the feed though nothing changed."""


@dataclass(slots=True)
class Feed:
    """A feed in the making; its events are handed out at once, so that memory does not grow with the agenda."""

    zones: FeedZones = field(default_factory=FeedZones)
    events: int = 0
    private: int = 0
    doubled: int = 0
    """Events whose UID was there already: a calendar may hold each but once."""
    _uids: set[str] = field(default_factory=set)

    def take(self, content: bytes) -> bytes:
        """The lines that one file's event has in the feed; empty where its UID was there before. Raises Broken."""
        tree = parse(content)
        parts = [part for part in tree.children if part.name == "VEVENT"]
        if not parts:
            raise Broken("not-an-event")
        uid = next((found for part in parts if (found := uid_of(part))), "") or fresh_key("", sha_of(content))
        if uid in self._uids:
            self.doubled += 1
            return b""
        self._uids.add(uid)
        self.events += 1
        hidden = any(_hidden(part) for part in parts)
        self.private += hidden
        names = self._zones_of(tree, parts)
        return b"".join(line.raw for part in parts for line in _published(part, uid, names, hidden=hidden))

    def _zones_of(self, tree: Calendar, parts: list[Component]) -> dict[str, str]:
        """What each zone of a file is called in the feed."""
        zones, since = Zones(tree), _first_year(parts)
        used = {
            value
            for part in parts
            for line in part.lines
            if line.name in _WHAT and "TZID" in line.params.upper()
            for name, values in params_of(line.params)
            if name == "TZID"
            for value in values[:1]
        }
        return {tzid: self.zones.name(tzid, zones, since) for tzid in sorted(used)}


def head(name: str) -> bytes:
    """How a feed begins; `name` is what subscribers see."""
    lines = (
        make_line("BEGIN", "VCALENDAR"),
        make_line("VERSION", "2.0"),
        make_line("PRODID", PRODUCT),
        make_line("CALSCALE", "GREGORIAN"),
        make_line(MARK, "1"),
        make_line("NAME", escaped(name)),
        make_line("X-WR-CALNAME", escaped(name)),
        make_line("REFRESH-INTERVAL", EVERY, "VALUE=DURATION"),
        make_line("X-PUBLISHED-TTL", EVERY),
    )
    return b"".join(line.raw for line in lines)


TAIL = b"END:VCALENDAR\r\n"


def _hidden(part: Component) -> bool:
    """RFC 5545 3.8.1.3: a class that nobody knows is private."""
    line = part.first("CLASS")
    return line is not None and line.value.strip().upper() != "PUBLIC"


def _published(part: Component, uid: str, zones: dict[str, str], *, hidden: bool) -> Iterator[Line]:
    yield make_line("BEGIN", "VEVENT")
    yield make_line("UID", uid)
    if part.first("DTSTAMP") is None:
        yield make_line("DTSTAMP", _NO_STAMP)
    if hidden:
        yield make_line("SUMMARY", TITLE)
    shown = _WHEN if hidden else _WHAT
    for line in part.lines:
        if line.name in shown and line.name != "UID":
            yield _fitted(line, zones)
    yield make_line(MARK, "1")
    yield make_line("END", "VEVENT")


def _fitted(line: Line, zones: dict[str, str]) -> Line:
    """As it was written, unless a parameter may not be seen, or its zone has another name in the feed."""
    given = params_of(line.params) if line.params else ()
    kept = [
        (name, (zones[values[0]],) if name == "TZID" and values else values)
        for name, values in given
        if name in _PARAMS
    ]
    if kept == list(given):
        return fitted_line(line, _END)
    return make_line(
        line.name, line.value, ";".join(f"{name}={','.join(map(_quoted, values))}" for name, values in kept)
    )


def _quoted(value: str) -> str:
    safe = plain(value)
    return f'"{safe}"' if set(safe) & set(";:,") else safe


def _first_year(parts: list[Component]) -> int:
    found = [when.wall.year for part in parts if (line := part.first("DTSTART")) and (when := moment_of(line))]
    return min(found, default=1970)
