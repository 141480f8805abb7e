"""What a sync asks of an event's bytes: are two the same, what differs, who is on it, how does it look to people."""

from __future__ import annotations

from calsync_cli.core.faces import Change, EventFace, changes, fingerprint, title_and_time
from calsync_cli.core.guests import guests, organizer, outgoing
from calsync_cli.core.lines import (
    Broken,
    Calendar,
    Component,
    Line,
    line_end,
    make_line,
    parse,
    render,
)
from calsync_cli.core.properties import View
from calsync_cli.core.units import lay_out, sayings

__all__ = [
    "Broken",
    "Calendar",
    "Change",
    "Component",
    "EventFace",
    "Line",
    "changes",
    "fingerprint",
    "guests",
    "organizer",
    "outgoing",
    "parse",
    "render",
    "same_after_rewriting",
    "same_meaning",
    "title_and_time",
    "with_uid",
]


def same_meaning(one: bytes, other: bytes) -> bool:
    """Whether both say the same, whatever way it is written. What cannot be parsed is the same as its own bytes only.

    Each component is compared with its counterpart (UID and RECURRENCE-ID), so that two occurrences that swap their
    titles differ; times are instants, for a series the zone's behaviour counts as well.
    """
    return one == other or _same(one, other, View.STRICT)


def same_after_rewriting(sent: bytes, got: bytes) -> bool:
    """Whether `got` is what a server may have made of `sent`: order, X-properties, defaults, parameters of its own.

    A changed title, time, place, rule, exception, description, attendee or answer is always seen.
    """
    return sent == got or _same(sent, got, View.FORGIVING)


def with_uid(content: bytes, uid: str) -> bytes:
    """The same event under another UID, in all its components. Raises Broken."""
    tree = parse(content, mend=False)
    line = make_line("UID", uid, end=line_end(tree))
    body = [_named(item, line) if isinstance(item, Component) else item for item in tree.body]
    return render(tree.with_body(body))


def _same(one: bytes, other: bytes, view: View) -> bool:
    try:
        return sayings(lay_out(parse(one)), view) == sayings(lay_out(parse(other)), view)
    except Broken:
        return False


def _named(part: Component, uid: Line) -> Component:
    if part.name == "VTIMEZONE":
        return part
    rest = [item for item in part.body if not (isinstance(item, Line) and item.name == "UID")]
    first = next((at for at, item in enumerate(part.body) if isinstance(item, Line) and item.name == "UID"), 0)
    return part.with_body([*rest[:first], uid, *rest[first:]])
