"""Who is on an event, and which of them a provider gets to see: a write must not mail anybody by accident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.core.lines import Calendar, Component, Line, fitted_line, line_end, param, parse, render
from calsync_cli.core.properties import address_of
from calsync_cli.core.scan import unfolded
from calsync_cli.core.times import told_in_utc
from calsync_cli.core.units import occurrence_of
from calsync_cli.core.zones import Zones

NOBODY: frozenset[str] = frozenset()

_OURS = frozenset({"NONE", "CLIENT"})
"""SCHEDULE-AGENT by which a server leaves an attendee alone (RFC 6638 7.1)."""

Chosen = Mapping[str, AbstractSet[str]]
"""Occurrence ("" for the event itself) → addresses that a person chose to be invited."""


def guests(content: bytes) -> frozenset[str]:
    """The addresses of all attendees, in lower case and without mailto:. Raises Broken."""
    if b"ATTENDEE" not in unfolded(content).upper():
        return frozenset()
    return frozenset(address for part in attended(parse(content)) for address in addresses(part))


def organizer(content: bytes) -> str:
    """The organizer's address, the master's where components differ, or "". Raises Broken."""
    if b"ORGANIZER" not in unfolded(content).upper():
        return ""
    line = organizer_line(parse(content))
    return address_of(line) if line else ""


def outgoing(content: bytes, *, there: bytes, chosen: Chosen, own: AbstractSet[str], private: bool = False) -> bytes:
    """What a provider may see of `content`: without the attendees that are neither known there nor chosen.

    A scheduling server mails whoever it finds in ATTENDEE (RFC 6638 3.2.1), and answers to the ORGANIZER in the user's
    name (3.2.2). `there` is the provider's own version (b"": it has none), `own` are the user's addresses. Who is known
    or chosen for one occurrence is so for that one alone. Who is marked as told by no server stays where the provider
    has him marked so too, and where such a mark is `private`: seen by nobody else there, of a meeting of one's own.
    What is `private` there and somebody else's is taken in as it is: a copy, of which nobody is told.
    Without any such attendee besides oneself, an organizer who is unknown there goes as well, and so does METHOD (RFC
    4791 4.1). All else is byte for byte the same; the very same bytes come back where nothing had to go. Raises Broken.
    """
    upper = unfolded(content).upper()
    if b"ATTENDEE" not in upper and b"ORGANIZER" not in upper and b"METHOD" not in upper:
        return content
    tree = parse(content, mend=False)
    body = list(tree.body)
    if there or not (private and _anothers(tree, _lowered(own))):
        seen = _Seen(tree, there=there, chosen=chosen, own=_lowered(own), private=private)
        body = [_shown(item, seen) if isinstance(item, Component) else item for item in body]
    body = [item for item in body if not (isinstance(item, Line) and item.name == "METHOD")]
    return render(tree.with_body(body))


def _anothers(tree: Calendar, own: AbstractSet[str]) -> bool:
    """Whether somebody else is its organizer, and a copy can be made: of single occurrences no provider takes one."""
    line = organizer_line(tree)
    single = not any(map(_is_override, attended(tree)))
    return single and line is not None and address_of(line) not in {"", *own}


def listed(tree: Calendar) -> dict[str, frozenset[str]]:
    """Occurrence ("" for the event itself; else its RECURRENCE-ID as times.told_in_utc) → whom a server tells of it."""
    return _by_occurrence(tree, lambda line: not left_alone(line))


def unlisted(tree: Calendar) -> dict[str, frozenset[str]]:
    """The same of those whom no server tells: they are on the event for its owner alone."""
    return _by_occurrence(tree, left_alone)


def left_alone(line: Line) -> bool:
    """Whether an ATTENDEE, or an ORGANIZER, is marked as nobody whom the server tells."""
    return param(line, "SCHEDULE-AGENT").upper() in _OURS


def _by_occurrence(tree: Calendar, wanted: Callable[[Line], bool]) -> dict[str, frozenset[str]]:
    zones, found = Zones(tree), dict[str, frozenset[str]]()
    for part in attended(tree):
        at = occurrence(part, zones)
        who = {address_of(line) for line in part.lines if line.name == "ATTENDEE" and wanted(line)}
        found[at] = found.get(at, frozenset()) | (who - {""})
    return found


def occurrence(part: Component, zones: Zones) -> str:
    """Which occurrence a component is, "" for the event itself."""
    at = occurrence_of(part)
    return told_in_utc(at, zones) if at else ""


class _Seen:
    """Which addresses a provider gets to see, and which ORGANIZER line every component of an event shall have."""

    __slots__ = ("_extra", "_marked", "_oneself", "_private", "_series", "end", "mailed", "organizer", "zones")

    def __init__(self, tree: Calendar, *, there: bytes, chosen: Chosen, own: frozenset[str], private: bool) -> None:
        known, host = (listed(parse(there)), organizer(there)) if there else ({}, "")
        self._marked = unlisted(parse(there)) if there else {}
        picked = {at: _lowered(who) for at, who in chosen.items()}
        places = known.keys() | picked.keys()
        self._extra = {at: known.get(at, NOBODY) | picked.get(at, NOBODY) for at in places}
        self._series = self._extra.get("", NOBODY)
        self.zones = Zones(tree)
        self._oneself = NOBODY
        others = any((addresses(part) & self.addresses(part)) - own for part in attended(tree))
        line = organizer_line(tree)
        everybody = NOBODY.union(*self._extra.values(), {host} if host else ())
        host_is = address_of(line) if line else ""
        silent = private and any(unlisted(tree).values())
        keeps = line is not None and (others or host_is in everybody or (silent and host_is in own))
        # Oneself as a guest means something only beside other guests or an organizer who is kept.
        self._oneself = own if others or keeps else NOBODY
        self.mailed = everybody | own  # by an alarm
        self.organizer = line if keeps else None
        self._private = private and (keeps or line is None)
        self.end = line_end(tree)

    def addresses(self, part: Component) -> frozenset[str]:
        """Who may be on this component."""
        extra = self._extra.get(occurrence(part, self.zones), NOBODY) if occurrence_of(part) else NOBODY
        return self._series | extra | self._oneself

    def marked(self, part: Component) -> Callable[[str], bool]:
        """Whether one who is marked as told by nobody may be on it."""
        if self._private:
            return lambda _: True
        at = occurrence(part, self.zones)
        return (self._marked.get("", NOBODY) | self._marked.get(at, NOBODY)).__contains__


def _shown(part: Component, seen: _Seen) -> Component:
    """A component as the provider may see it; zones pass unchanged."""
    if part.name == "VTIMEZONE":
        return part
    allowed = seen.mailed if part.name == "VALARM" else seen.addresses(part)
    marked = seen.marked(part)
    body = [
        item
        for item in (_shown(item, seen) if isinstance(item, Component) else item for item in part.body)
        if not _hidden(item, allowed, marked, seen)
    ]
    if part.name != "VALARM":
        body = _with_organizer(body, seen)
    return part if tuple(body) == part.body else replace(part, body=tuple(body))


def _hidden(item: Line | Component, allowed: frozenset[str], marked: Callable[[str], bool], seen: _Seen) -> bool:
    if isinstance(item, Component):
        # An e-mail alarm mails its attendees from the server; without any it is not valid (RFC 5545 3.6.6).
        action = item.first("ACTION")
        mails = action is not None and action.value.strip().upper() == "EMAIL"
        return item.name == "VALARM" and mails and item.first("ATTENDEE") is None
    if item.name == "ATTENDEE":
        address = address_of(item)
        return address not in allowed and not (left_alone(item) and marked(address))
    return item.name == "ORGANIZER" and seen.organizer is None


def _with_organizer(body: list[Line | Component], seen: _Seen) -> list[Line | Component]:
    """The same ORGANIZER as in all other components (Kerio leaves it out of the master, Zimbra then says 403)."""
    wanted = seen.organizer
    there = [item for item in body if isinstance(item, Line) and item.name == "ORGANIZER"]
    if wanted is None or [address_of(line) for line in there] == [address_of(wanted)]:
        return body
    kept = [item for item in body if item not in there]
    children = [index for index, item in enumerate(kept) if isinstance(item, Component)]
    at = children[0] if children else len(kept)
    return [*kept[:at], fitted_line(wanted, seen.end), *kept[at:]]


def attended(tree: Calendar) -> list[Component]:
    """The components that can have attendees."""
    return [part for part in tree.children if part.name != "VTIMEZONE"]


def addresses(part: Component) -> frozenset[str]:
    """A component's attendees."""
    return frozenset(address for line in part.lines if line.name == "ATTENDEE" and (address := address_of(line)))


def organizer_line(tree: Calendar) -> Line | None:
    """The master's ORGANIZER, or the first there is."""
    parts = sorted(attended(tree), key=_is_override)
    return next((line for part in parts if (line := part.first("ORGANIZER"))), None)


def _is_override(part: Component) -> bool:
    return part.first("RECURRENCE-ID") is not None


def _lowered(who: AbstractSet[str]) -> frozenset[str]:
    return frozenset(address.strip().lower().removeprefix("mailto:") for address in who) - {""}
