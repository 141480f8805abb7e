"""Whom a scheduling server would mail about a write, and what makes it invite somebody who was chosen."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from calsync_cli.core.guests import (
    NOBODY,
    Chosen,
    addresses,
    attended,
    left_alone,
    listed,
    occurrence,
    organizer,
    organizer_line,
    unlisted,
)
from calsync_cli.core.lines import Calendar, Component, Line, fitted_line, line_end, param, parse, render
from calsync_cli.core.properties import View, address_of
from calsync_cli.core.scan import unfolded
from calsync_cli.core.units import ALARM, Place, UnitKey, lay_out, sayings, units_of
from calsync_cli.core.zones import Zones

GUEST = "ATTENDEE"
_UNANSWERED = "NEEDS-ACTION"


def mailed(there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
    """Who may get mail when `sent` replaces `there` (b"": nothing was there, or nothing is to be).

    Of one's own meeting the guests of either version, unless all that changed is one's own (alarms, X- properties); of
    somebody else's its organizer, where one's own answer is another than before (RFC 6638 3.2.2). Of a deletion the
    organizer hears nothing: it is sent with Schedule-Reply: F (8.1). At most these: a server may find a change too
    small to mention. Raises Broken.
    """
    host = organizer(sent or there)
    if host in {"", *own}:
        return frozenset(address for _, address in _concerned(there, sent)) - own
    return frozenset({host}) if sent and replies(there, sent, own) else NOBODY


def only_answers(was: bytes, now: bytes, own: AbstractSet[str]) -> bool:
    """Whether all that became of one's own meeting is what its guests answered. Raises Broken."""
    return organizer(now) in own and _public(was, answers=False) == _public(now, answers=False)


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


def left_out(content: bytes) -> dict[str, frozenset[str]]:
    """Occurrence → those who are marked, here, as people whom no server tells. Raises Broken."""
    if b"SCHEDULE-AGENT" not in unfolded(content).upper():
        return {}
    return unlisted(parse(content))


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


def _concerned(there: bytes, sent: bytes) -> frozenset[tuple[str, str]]:
    """(occurrence, address) of those to whom one's own meeting is another one now.

    Where only the list of guests is, that is news for who comes and who goes (Cyrus 3.6 tells no others).
    """
    before, after = _told(there), _told(sent)
    everybody = before | after
    if not everybody or _public(there, guests=False) != _public(sent, guests=False):
        return everybody
    if before == after and _public(there) != _public(sent):
        return everybody
    return before ^ after


def _told(content: bytes) -> frozenset[tuple[str, str]]:
    """(occurrence, address) of those whom the server may tell."""
    if b"ATTENDEE" not in unfolded(content).upper():
        return frozenset()
    tree = parse(content)
    zones = Zones(tree)
    return frozenset(
        (occurrence(part, zones), address)
        for part in attended(tree)
        for line in part.lines
        if line.name == "ATTENDEE" and not left_alone(line) and (address := address_of(line))
    )


def _public(content: bytes, *, guests: bool = True, answers: bool = True) -> dict[Place, dict[UnitKey, Hashable]]:
    """What others can see of an event: a reminder and what programs note for themselves is nobody's news."""
    said = sayings(lay_out(parse(content)), View.FORGIVING) if content else {}
    hidden = {ALARM} if guests else {ALARM, GUEST}
    return {
        place: {
            unit: says if answers or unit[0] != GUEST else None for unit, says in units.items() if unit[0] not in hidden
        }
        for place, units in said.items()
    }


@dataclass(frozen=True, slots=True)
class _Answers:
    """One's own part in somebody else's meeting: who answered what for which occurrence, and which were dropped."""

    given: dict[tuple[str, str], str]
    dropped: frozenset[Hashable]

    def of(self, at: str, address: str) -> str:
        """What counts for an occurrence; "" where one is not on it."""
        return self.given.get((at, address)) or self.given.get(("", address), "")


def replies(there: bytes, sent: bytes, own: AbstractSet[str]) -> bool:
    """Whether the server sends the organizer a reply: an answer given, altered or taken back, or oneself taken off.

    An occurrence that one deletes is one declined (RFC 6638 3.2.2.1).
    """
    line = organizer_line(parse(sent))
    if line is not None and left_alone(line):
        return False
    before, after = _answers(there, own), _answers(sent, own)
    if after.dropped - before.dropped and (before.given or after.given):
        return True
    keys = before.given.keys() | after.given.keys()
    return any(after.of(*which) != (before.of(*which) or _UNANSWERED) for which in keys)


def _answers(content: bytes, own: AbstractSet[str]) -> _Answers:
    if not content:
        return _Answers({}, frozenset())
    tree = parse(content)
    laid, zones = lay_out(tree), Zones(tree)
    given = {
        (occurrence(part, zones), address): param(line, "PARTSTAT").upper() or _UNANSWERED
        for part in attended(tree)
        for line in part.lines
        if line.name == "ATTENDEE" and (address := address_of(line)) in own
    }
    master = laid.master()
    units = units_of(master, zones) if master is not None else {}
    return _Answers(given, frozenset(element for name, element in units if name == "EXDATE"))
