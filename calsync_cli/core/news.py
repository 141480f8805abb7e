"""Who ought to hear of a change, where the server tells people only when it is asked to.

Guests who were invited hear of another time or place and of a cancellation, and of nothing else; an organizer hears an
answer.
"""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time

from calsync_cli.core.guests import NOBODY, attended, left_alone, listed, occurrence, organizer, organizer_line
from calsync_cli.core.lines import Component, parse
from calsync_cli.core.mailing import replies
from calsync_cli.core.properties import View, value_of
from calsync_cli.core.times import told_in_utc
from calsync_cli.core.units import end_of, start_of, units_of
from calsync_cli.core.zones import Zones

_RULE = frozenset({"RRULE", "EXRULE", "RDATE", "EXDATE"})


def news(there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
    """Whom `sent` concerns where it replaces `there` (b"": nothing was there, or nothing is to be). Raises Broken.

    A meeting of somebody else's that is new there, or is marked as its owner's business there, is a copy of which its
    organizer hears nothing.
    """
    host = organizer(sent or there)
    if host not in {"", *own}:
        answers = there and sent and not is_copy(there) and replies(there, sent, own)
        return frozenset({host}) if answers else NOBODY
    before, after = _meeting(there), _meeting(sent)
    if not (before.guests or after.guests):
        return NOBODY
    concerned: frozenset[str] = NOBODY
    for at in {"", *before.parts, *after.parts}:
        was, now = before.invited(at), after.invited(at)
        concerned |= was ^ now
        if before.when_and_where(at) != after.when_and_where(at):
            concerned |= was | now
    return concerned - own


def is_copy(content: bytes) -> bool:
    """Whether its organizer is told nothing by its provider: ORGANIZER;SCHEDULE-AGENT=CLIENT (RFC 6638 7.1)."""
    line = organizer_line(parse(content)) if content else None
    return line is not None and left_alone(line)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One version of a meeting, by occurrence ("" for the event itself)."""

    parts: dict[str, Component]
    guests: dict[str, frozenset[str]]
    zones: Zones

    def invited(self, at: str) -> frozenset[str]:
        """Who is on an occurrence."""
        return self.guests.get(at if at in self.parts else "", NOBODY)

    def when_and_where(self, at: str) -> Hashable:
        """What makes people go elsewhere, or at another time; an occurrence of the rule is where the rule has it."""
        part = self.parts.get(at) or self.parts.get("")
        if part is None:
            return None
        start = start_of(part)
        begins = told_in_utc(start, self.zones) if start and at in self.parts else at
        return begins, self._length(part), self._place(part), self._off(part), self._rule(part) if not at else None

    def _length(self, part: Component) -> Hashable:
        start, end = start_of(part), end_of(part, self.zones)
        if start is None or end is None:
            return None
        return _clock(end.wall) - _clock(start.wall) if start.zone == end.zone else told_in_utc(end, self.zones)

    def _place(self, part: Component) -> Hashable:
        line = part.first("LOCATION")
        return (value_of(line, self.zones, View.FORGIVING) or None) if line else None

    def _off(self, part: Component) -> bool:
        line = part.first("STATUS")
        return line is not None and line.value.strip().upper() == "CANCELLED"

    def _rule(self, part: Component) -> Hashable:
        units = units_of(part, self.zones, View.FORGIVING)
        return frozenset((name, unit.says) for name, unit in units.items() if name[0] in _RULE)


def _meeting(content: bytes) -> _Meeting:
    tree = parse(content or b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    zones = Zones(tree)
    return _Meeting({occurrence(part, zones): part for part in attended(tree)}, listed(tree), zones)


def _clock(wall: date) -> datetime:
    return wall if isinstance(wall, datetime) else datetime.combine(wall, time())
