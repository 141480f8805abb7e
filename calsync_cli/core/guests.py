"""Who is on an event, and which of them a provider gets to see: a write must not mail anybody by accident."""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.core.lines import Calendar, Component, Line, fitted_line, line_end, parse, render
from calsync_cli.core.properties import address_of
from calsync_cli.core.scan import unfolded


def guests(content: bytes) -> frozenset[str]:
    """The addresses of all attendees, in lower case and without mailto:. Raises Broken."""
    if b"ATTENDEE" not in unfolded(content).upper():
        return frozenset()
    return frozenset(address for part in _items(parse(content)) for address in _addresses(part, "ATTENDEE"))


def organizer(content: bytes) -> str:
    """The organizer's address, the master's where components differ, or "". Raises Broken."""
    if b"ORGANIZER" not in unfolded(content).upper():
        return ""
    line = _organizer_line(parse(content))
    return address_of(line) if line else ""


def outgoing(content: bytes, *, known: frozenset[str], chosen: frozenset[str], own: frozenset[str]) -> bytes:
    """What a provider may see of `content`: without the attendees that are neither known there nor chosen.

    A scheduling server mails whoever it finds in ATTENDEE (RFC 6638 3.2.1), and answers to the ORGANIZER in the user's
    name (3.2.2). `known` are the attendees and the organizer in the provider's own version, `own` the user's addresses.
    Without any attendee besides oneself, an organizer who is unknown there goes as well, and so does METHOD (RFC 4791
    4.1). All else is byte for byte the same; the very same bytes come back where nothing had to go. Raises Broken.
    """
    upper = unfolded(content).upper()
    if b"ATTENDEE" not in upper and b"ORGANIZER" not in upper and b"METHOD" not in upper:
        return content
    tree = parse(content, mend=False)
    seen = _Seen(_lowered(known | chosen), _lowered(own), tree)
    body = [_shown(item, seen) if isinstance(item, Component) else item for item in tree.body]
    body = [item for item in body if not (isinstance(item, Line) and item.name == "METHOD")]
    return render(tree.with_body(body))


class _Seen:
    """Which addresses a provider gets to see, and which ORGANIZER line every component of an event shall have."""

    __slots__ = ("addresses", "end", "mailed", "organizer")

    def __init__(self, wanted: frozenset[str], own: frozenset[str], tree: Calendar) -> None:
        invited = {address for part in _items(tree) for address in _addresses(part, "ATTENDEE")}
        others = (invited & wanted) - own
        line = _organizer_line(tree)
        keeps_organizer = line is not None and (bool(others) or address_of(line) in wanted)
        # Oneself as a guest means something only beside other guests or an organizer who is kept.
        self.addresses = wanted | own if others or keeps_organizer else wanted
        self.mailed = wanted | own  # by an alarm
        self.organizer = line if keeps_organizer else None
        self.end = line_end(tree)


def _shown(part: Component, seen: _Seen) -> Component:
    """A component as the provider may see it; zones pass unchanged."""
    if part.name == "VTIMEZONE":
        return part
    body = [
        item
        for item in (_shown(item, seen) if isinstance(item, Component) else item for item in part.body)
        if not _hidden(item, seen.mailed if part.name == "VALARM" else seen.addresses, seen)
    ]
    if part.name != "VALARM":
        body = _with_organizer(body, seen)
    return part if tuple(body) == part.body else replace(part, body=tuple(body))


def _hidden(item: Line | Component, addresses: frozenset[str], seen: _Seen) -> bool:
    if isinstance(item, Component):
        # An e-mail alarm mails its attendees from the server; without any it is not valid (RFC 5545 3.6.6).
        action = item.first("ACTION")
        mails = action is not None and action.value.strip().upper() == "EMAIL"
        return item.name == "VALARM" and mails and item.first("ATTENDEE") is None
    if item.name == "ATTENDEE":
        return address_of(item) not in addresses
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


def _items(tree: Calendar) -> list[Component]:
    return [part for part in tree.children if part.name != "VTIMEZONE"]


def _addresses(part: Component, name: str) -> frozenset[str]:
    return frozenset(address for line in part.lines if line.name == name and (address := address_of(line)))


def _organizer_line(tree: Calendar) -> Line | None:
    """The master's ORGANIZER, or the first there is."""
    parts = sorted(_items(tree), key=_is_override)
    return next((line for part in parts if (line := part.first("ORGANIZER"))), None)


def _is_override(part: Component) -> bool:
    return part.first("RECURRENCE-ID") is not None


def _lowered(addresses: frozenset[str]) -> frozenset[str]:
    return frozenset(address.strip().lower().removeprefix("mailto:") for address in addresses) - {""}
