"""The zones of a feed: each VTIMEZONE once, however many files bring it; one name with two meanings is renamed."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from calsync_cli.core.lines import Component, Line, fitted, make_line, parse, render
from calsync_cli.core.zones import Zones, changes

YEARS = 30
"""How far ahead two zones must agree to be one: yearly rules repeat themselves after 28 years."""

FIRST, LAST = 2, 9998
"""Years that have neighbours."""

_END = b"\r\n"
_UNFIT = re.compile(r'[\x00-\x1f\x7f"]')
_SAYS = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE"})
"""What a STANDARD or DAYLIGHT says (RFC 5545 3.6.5); the rest is where it came from, and when."""


def plain(value: str) -> str:
    """A parameter's value without what would end its line or its quotes (RFC 5545 3.2)."""
    return _UNFIT.sub("", value)


class FeedZones:
    """The zones met so far, in the order in which they were met."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}
        self._blocks: dict[str, bytes] = {}

    def name(self, tzid: str, zones: Zones, since: int) -> str:
        """What a file with events from the year `since` on calls `tzid`, as the feed calls it."""
        found = zones.block(tzid)
        text = _cleaned(found) if found else b""
        if not changes(text, min(max(since, FIRST), LAST)):
            text = _from_database(tzid)
        if not text:  # nobody here knows it; who reads the feed may
            return plain(tzid)
        for name in self._names.get(tzid, ()):
            if _alike(self._blocks[name], text, since):
                return name
        return self._add(tzid, text)

    def _add(self, tzid: str, text: bytes) -> str:
        number, name = 1, plain(tzid)
        while name in self._blocks:
            number += 1
            name = f"{plain(tzid)}-{number}"
        self._names.setdefault(tzid, []).append(name)
        self._blocks[name] = text
        return name

    def written(self) -> bytes:
        """All of them, under their names."""
        return b"".join(_called(text, name) for name, text in sorted(self._blocks.items()))


def _cleaned(block: Component) -> bytes:
    """Its rules alone, so that one zone that two programs wrote is one text more often; in UTF-8 with CRLF."""
    body = tuple(
        part.with_body(line for line in part.lines if line.name in _SAYS)
        for part in block.children
        if part.name in {"STANDARD", "DAYLIGHT"}
    )
    tzid = [line for line in block.lines if line.name == "TZID"][:1]
    return render(fitted(replace(block, body=(*tzid, *body)), _END))


def _called(text: bytes, name: str) -> bytes:
    tree = parse(b"BEGIN:VCALENDAR\r\n" + text + b"END:VCALENDAR\r\n")
    block = next(tree.children)
    body = [item for item in block.body if not isinstance(item, Line)]
    return render(block.with_body([make_line("TZID", name), *body]))


@lru_cache(maxsize=4096)
def _alike(one: bytes, other: bytes, since: int) -> bool:
    """Whether two zones tell the same times, from the year before the first event on."""
    years = range(max(since - 1, FIRST), min(since + YEARS, LAST))
    return one == other or all(changes(one, year) == changes(other, year) for year in years)


def _from_database(tzid: str) -> bytes:
    """A zone that a file names and does not bring, though RFC 5545 3.6.5 demands it."""
    from calsync_cli.core.zone_text import zone_text  # few files need it, and it walks through a century

    block = zone_text(tzid)
    return _cleaned(block) if block else b""
