"""Whom a scheduling server would mail about a write, and what makes it invite somebody who was chosen."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from calsync_cli.core.guests import (
    NOBODY,
    Chosen,
    addresses,
    attended,
    listed,
    occurrence,
    organizer,
    organizer_line,
)
from calsync_cli.core.lines import Calendar, Component, Line, fitted_line, line_end, param, parse, render
from calsync_cli.core.properties import address_of
from calsync_cli.core.scan import unfolded
from calsync_cli.core.zones import Zones

_OURS = frozenset({"NONE", "CLIENT"})
"""SCHEDULE-AGENT by which a server leaves an attendee alone (RFC 6638 7.1)."""


def mailed(there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
    """Who may get mail when `sent` replaces `there` (b"": nothing was there, or nothing is to be).

    Of one's own meeting the guests of either version; of somebody else's its organizer, where one's own answer is
    another than before (RFC 6638 3.2.2). Of a deletion the organizer hears nothing: it is sent with Schedule-Reply: F
    (8.1). At most these: a server may find a change too small to mention. Raises Broken.
    """
    host = organizer(sent or there)
    if host in {"", *own}:
        return (_told(there) | _told(sent)) - own
    return frozenset({host}) if sent and _answers(sent, own) - _answers(there, own) else NOBODY


def wanting(near: bytes, there: bytes, chosen: Chosen) -> bool:
    """Whether somebody who is on the event here and was chosen is not on it there yet. Raises Broken."""
    here, known = listed(parse(near)), listed(parse(there))
    return any(
        (here.get(at, NOBODY) & set(who)) - known.get(at, NOBODY) - (known.get("", NOBODY) if at else NOBODY)
        for at, who in chosen.items()
    )


def summoned(content: bytes, near: bytes, chosen: Chosen) -> bytes:
    """`content` with the lines of those who were chosen and stand in `near` alone, and an organizer. Raises Broken."""
    tree, here = parse(content, mend=False), parse(near)
    zones, ours = Zones(tree), Zones(here)
    parts = {occurrence(part, ours): part for part in attended(here)}
    host = organizer_line(tree) or organizer_line(here)
    body = [
        _with(item, parts.get(occurrence(item, zones)), chosen, host, tree, zones)
        if isinstance(item, Component) and item.name != "VTIMEZONE"
        else item
        for item in tree.body
    ]
    return render(tree.with_body(body))


def _with(  # noqa: PLR0917 - a component, its counterpart, and what is the same for all of them
    part: Component, here: Component | None, chosen: Chosen, host: Line | None, tree: Calendar, zones: Zones
) -> Component:
    at, there = occurrence(part, zones), addresses(part)
    wanted = {address for place in {"", at} for address in chosen.get(place, NOBODY)} - there
    lines = [line for line in here.lines if line.name == "ATTENDEE" and address_of(line) in wanted] if here else []
    if lines and host is not None and part.first("ORGANIZER") is None:
        lines.insert(0, host)
    if not lines:
        return part
    end = line_end(tree)
    children = [index for index, item in enumerate(part.body) if isinstance(item, Component)]
    cut = children[0] if children else len(part.body)
    return part.with_body([*part.body[:cut], *(fitted_line(line, end) for line in lines), *part.body[cut:]])


def _told(content: bytes) -> frozenset[str]:
    if b"ATTENDEE" not in unfolded(content).upper():
        return NOBODY
    lines = (line for part in attended(parse(content)) for line in part.lines if line.name == "ATTENDEE")
    told = (address_of(line) for line in lines if param(line, "SCHEDULE-AGENT").upper() not in _OURS)
    return frozenset(told) - {""}


def _answers(content: bytes, own: AbstractSet[str]) -> frozenset[tuple[str, str, str]]:
    """(occurrence, address, answer) of oneself, where an answer was given."""
    if not content:
        return frozenset()
    tree = parse(content)
    zones = Zones(tree)
    return frozenset(
        (occurrence(part, zones), address, answer)
        for part in attended(tree)
        for line in part.lines
        if line.name == "ATTENDEE" and (address := address_of(line)) in own
        if (answer := param(line, "PARTSTAT").upper()) not in {"", "NEEDS-ACTION"}
    )
