"""Who is on one component of an event: guests added or chosen otherwise, and one's own answer."""

from __future__ import annotations

from collections.abc import Iterable

from calsync_cli.core.draft import Invitee
from calsync_cli.core.lines import Component, Line, fitted_line, make_line, param
from calsync_cli.core.properties import address_of
from calsync_cli.core.retouch import Pen, quoted, with_line, with_lines, with_param

_AGENT = "SCHEDULE-AGENT"


def with_invitees(part: Component, invitees: Iterable[Invitee], host: Line | None, pen: Pen) -> Component:
    """The component with these among its attendees; what an attendee's line says besides is kept.

    `host` is the event's ORGANIZER line; without one the user becomes it, and stands on the list as one who comes, as
    Apple's and Google's programs write it. One who is the organizer is not invited.
    """
    own = address_of(host) if host else pen.organizer
    wanted = [invitee for invitee in invitees if invitee.address and invitee.address != own]
    if wanted or part.first("ATTENDEE"):
        part = _hosted(part, host, pen)
    for invitee in wanted:
        part = _with_one(part, invitee, pen.end)
    return part


def with_answer(part: Component, own: frozenset[str], answer: str, end: bytes) -> Component | None:
    """The component with one's own answer; None where nobody of one's own is on it."""
    mine = [line for line in part.lines if line.name == "ATTENDEE" and address_of(line) in own]
    if not mine:
        return None
    return part.with_body(_answered(item, answer, end) if item in mine else item for item in part.body)


def _hosted(part: Component, host: Line | None, pen: Pen) -> Component:
    """The component with an ORGANIZER, the same as in the event's others (servers refuse it otherwise)."""
    if part.first("ORGANIZER") or not (host or pen.organizer):
        return part
    if host is not None:
        return with_lines(part, "ORGANIZER", [fitted_line(host, pen.end)])
    hosted = with_lines(part, "ORGANIZER", [make_line("ORGANIZER", f"mailto:{pen.organizer}", end=pen.end)])
    if any(address_of(line) == pen.organizer for line in part.lines if line.name == "ATTENDEE"):
        return hosted
    mine = make_line("ATTENDEE", f"mailto:{pen.organizer}", "ROLE=CHAIR;PARTSTAT=ACCEPTED", end=pen.end)
    return with_line(hosted, mine, after="ORGANIZER")


def _answered(item: Line | Component, answer: str, end: bytes) -> Line | Component:
    """An ATTENDEE with an answer; who has answered is asked no more (RFC 5545 3.2.17)."""
    if not isinstance(item, Line):
        return item
    params = with_param(with_param(item.params, "PARTSTAT", answer.upper()), "RSVP", None)
    return _line(item, params, end)


def _with_one(part: Component, invitee: Invitee, end: bytes) -> Component:
    there = [line for line in part.lines if line.name == "ATTENDEE" and address_of(line) == invitee.address]
    if not there:
        return with_line(part, _new(invitee, end), after="ORGANIZER")
    body = (_chosen(item, invitee, end) if isinstance(item, Line) and item in there else item for item in part.body)
    return part.with_body(body)


def _new(invitee: Invitee, end: bytes) -> Line:
    """Whom no server shall invite is marked (RFC 6638 7.1), and nobody asks him for an answer."""
    pieces = [f"CN={quoted(invitee.name)}"] if invitee.name.strip() else []
    pieces += ["ROLE=REQ-PARTICIPANT", "PARTSTAT=NEEDS-ACTION"]
    pieces += ["RSVP=TRUE"] if invitee.invited else [f"{_AGENT}=NONE"]
    return make_line("ATTENDEE", f"mailto:{invitee.address}", ";".join(pieces), end=end)


def _chosen(line: Line, invitee: Invitee, end: bytes) -> Line:
    """An attendee who is there already, invited now or silent now."""
    params = line.params
    silent = param(line, _AGENT).upper() in {"NONE", "CLIENT"}
    if invitee.invited and silent:
        params = with_param(params, _AGENT, None)
    if invitee.invited and silent and param(line, "PARTSTAT").upper() in {"", "NEEDS-ACTION"}:
        params = with_param(params, "RSVP", "TRUE")
    if not invitee.invited and not silent:
        params = with_param(with_param(params, _AGENT, "NONE"), "RSVP", None)
    if invitee.name.strip() and not param(line, "CN"):
        params = with_param(params, "CN", quoted(invitee.name))
    return _line(line, params, end)


def _line(line: Line, params: str, end: bytes) -> Line:
    return line if params == line.params else make_line("ATTENDEE", line.value, params, end=end)
