"""One component with a property in it set, taken away or given another parameter; the other lines keep their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from calsync_cli.core.lines import Component, Line, make_line
from calsync_cli.core.scan import escaped, unescaped
from calsync_cli.core.times import Moment, written

_PARAM = re.compile(r'(?:[^;"]|"[^"]*"?)+')
_COUNTED = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS", "LOCATION"})
"""What makes a new revision of an event (RFC 5546 2.1.4); the place as well, because guests must go there."""
_RENDITIONS = {
    "DESCRIPTION": frozenset({"X-ALT-DESC", "STYLED-DESCRIPTION"}),
    "LOCATION": frozenset({"GEO", "X-APPLE-STRUCTURED-LOCATION", "STRUCTURED-LOCATION"}),
}
"""The same once more in another form (HTML, a point on a map), which would contradict the new text."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What is written with: when, as whom, and how this file ends its lines."""

    stamp: datetime | None
    """None: as somebody who only answers; the organizer's stamps stay (RFC 5546 2.1.5)."""
    organizer: str
    """One's own address, or ""."""
    end: bytes
    counts: bool
    """The event is one's own, so that its SEQUENCE is one's own to count."""


def text_of(part: Component, name: str) -> str:
    """A text property as people read it, "" where there is none."""
    line = part.first(name)
    return unescaped(line.value).strip() if line else ""


def cleaned(text: str) -> str:
    """A text without what no TEXT value may hold (RFC 5545 3.3.11): control characters other than tab and new line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(letter for letter in lines if letter in "\t\n" or (letter >= " " and letter != "\x7f"))


def with_text(part: Component, name: str, text: str, end: bytes) -> Component:
    """The component with a text property; "" takes it away. Unchanged where it says that already."""
    plain = cleaned(text)
    if plain == text_of(part, name):
        return part
    renditions = _RENDITIONS.get(name, frozenset())
    bare = part.with_body(item for item in part.body if not (isinstance(item, Line) and item.name in renditions))
    return with_lines(bare, name, [make_line(name, escaped(plain), end=end)] if plain else [])


def with_moment(part: Component, name: str, at: Moment, end: bytes, *, keeping: str = "") -> Component:
    """The component with a time property; `keeping` are parameters that stay."""
    params, value = written(at)
    return with_lines(part, name, [make_line(name, value, ";".join(filter(None, (keeping, params))), end=end)])


def with_lines(part: Component, name: str, lines: Iterable[Line], *, after: str = "") -> Component:
    """The component with these in the place of all its properties of a name, or after another one, or at the end."""
    wanted = list(lines)
    spots = [at for at, item in enumerate(part.body) if isinstance(item, Line) and item.name == name]
    rest = [item for at, item in enumerate(part.body) if at not in spots]
    at = spots[0] if spots else _spot(rest, after)
    return part.with_body([*rest[:at], *wanted, *rest[at:]])


def with_line(part: Component, line: Line, *, after: str) -> Component:
    """The component with one more line, next to its likes, or after another property, or at the end."""
    body = list(part.body)
    at = _spot(body, line.name if part.first(line.name) else after)
    return part.with_body([*body[:at], line, *body[at:]])


def with_param(params: str, name: str, value: str | None) -> str:
    """A line's parameters with one set in its place, or taken away."""
    pieces = [piece for piece in _PARAM.findall(params) if piece.strip()]
    spots = [at for at, piece in enumerate(pieces) if piece.partition("=")[0].strip().upper() == name]
    rest = [piece for at, piece in enumerate(pieces) if at not in spots]
    at = spots[0] if spots else len(rest)
    return ";".join([*rest[:at], *([] if value is None else [f"{name}={value}"]), *rest[at:]])


def quoted(text: str) -> str:
    """A parameter's value: quotes, line ends and carets as RFC 6868 writes them."""
    plain = cleaned(text).replace("^", "^^").replace('"', "^'").replace("\n", "^n")
    return f'"{plain}"'


def signed(was: Component, now: Component, pen: Pen) -> Component:
    """The component with new stamps, and counted on where that is due, if anything in it changed."""
    if now.body == was.body or pen.stamp is None:
        return now
    stamp = Moment(pen.stamp.astimezone(UTC).replace(tzinfo=None, microsecond=0), "UTC")
    signed = with_moment(now, "DTSTAMP", stamp, pen.end)
    if now.first("LAST-MODIFIED"):
        signed = with_moment(signed, "LAST-MODIFIED", stamp, pen.end)
    if not pen.counts or _counted(was) == _counted(now):
        return signed
    line = was.first("SEQUENCE")
    number = int(line.value) if line and line.value.strip().isdecimal() and len(line.value) < 10 else 0  # noqa: PLR2004 (RFC 5545 3.3.8: 31 bits)
    return with_lines(signed, "SEQUENCE", [make_line("SEQUENCE", str(number + 1), end=pen.end)], after="DTSTAMP")


def _counted(part: Component) -> list[bytes]:
    return [line.raw for line in part.lines if line.name in _COUNTED]


def _spot(body: list[Line | Component], after: str) -> int:
    """Properties go before the first component (RFC 5545 3.6)."""
    found = [at + 1 for at, item in enumerate(body) if isinstance(item, Line) and item.name == after]
    return found[-1] if found else next((at for at, item in enumerate(body) if isinstance(item, Component)), len(body))
