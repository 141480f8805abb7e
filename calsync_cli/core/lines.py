"""The tree of an .ics: its content lines as they are written, so that what nobody touches keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from calsync_cli.core.scan import NO_CALENDAR, SEVERAL, UNBALANCED, decoded, unfolded

_LOGICAL = re.compile(rb"[^\n]+(?:\n[ \t][^\n]*)*\n?|\n")
"""A line with its continuation lines and its line end; joined again they are the content."""
_LINE = re.compile(r'([^;:"\s]+)(?:;([^":]*(?:"[^"]*"[^":]*)*))?:(.*)', re.DOTALL)
_LINE_UNQUOTED = re.compile(r"([^;:\s]+)(?:;([^:]*))?:(.*)", re.DOTALL)
"""For a line with a quote that is never closed."""
_PARAM = re.compile(r'(?:^|;)([^;=]*)=((?:"[^"]*"|[^;])*)')
_PARAM_VALUE = re.compile(r'"([^"]*)"|([^,]+)')
_CARET = re.compile(r"\^([n'^])")
_BOM = b"\xef\xbb\xbf"
_WIDTH = 75
_SHORT = 200
_ONE_OF_A_KIND = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
"""Components that never hold one another: one that begins inside another shows that an END is missing before it."""


class Broken(ValueError):  # noqa: N818 (a state of the content, told to people as such)
    """The content is no calendar, or its BEGINs and ENDs do not match. `why` is one of scan's words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


Params = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A content line: `raw` with folding and line end, and its parts. A line that cannot be read has no name."""

    raw: bytes
    name: str
    params: str
    value: str


@dataclass(frozen=True, slots=True)
class Component:
    """BEGIN, what is between in its order, END; `mended` where an END was missing here or below."""

    name: str
    begin: bytes
    body: tuple[Line | Component, ...]
    end: bytes
    mended: bool = False

    @property
    def lines(self) -> Iterator[Line]:
        """Its own properties."""
        return (item for item in self.body if isinstance(item, Line))

    @property
    def children(self) -> Iterator[Component]:
        """The components directly in it."""
        return (item for item in self.body if isinstance(item, Component))

    def first(self, name: str) -> Line | None:
        """The first property of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def with_body(self, body: Iterable[Line | Component]) -> Component:
        """The same with another body."""
        return replace(self, body=tuple(body))


Calendar = Component
"""A Component whose name is VCALENDAR."""


def parse(content: bytes, *, mend: bool = True) -> Calendar:
    """The tree of `content`.

    `mend`: where it is plain which END is missing, take it as there (Kerio leaves some out); for reading only, because
    lines may stand under the wrong component then. Raises Broken.
    """
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    opened: list[_Open] = []
    root: Calendar | None = None
    before = b""
    for raw in _LOGICAL.findall(content):
        line = _known_line(raw) if len(raw) < _SHORT else read_line(raw)
        if root is not None:
            root = _after(root, line)
        elif not opened and line.name != "BEGIN":
            before += _blank(raw)
        elif line.name == "BEGIN":
            _begin(opened, line, before)
        elif line.name == "END":
            root = _end(opened, line)
        else:
            opened[-1].body.append(line)
    if root is None:
        raise Broken(UNBALANCED if opened else NO_CALENDAR)
    if root.mended and not mend:
        raise Broken(UNBALANCED)
    return root


def render(tree: Calendar) -> bytes:
    """The bytes of a tree; a tree as parsed renders to what it was parsed from, where no END was missing."""
    pieces: list[bytes] = []
    _render(tree, pieces)
    return b"".join(pieces)


def read_line(raw: bytes) -> Line:
    """A content line from its bytes."""
    folded = b"\n" in raw[:-1] or raw.startswith(_BOM)
    text = decoded(unfolded(raw) if folded else raw).rstrip("\r\n")
    found = _LINE.fullmatch(text) or _LINE_UNQUOTED.fullmatch(text)
    if not found:
        return Line(raw, "", "", text)
    name, params, value = found.groups()
    return Line(raw, name.upper(), params or "", value)


def make_line(name: str, value: str, params: str = "", *, end: bytes = b"\r\n") -> Line:
    """A new content line, folded at 75 octets without cutting a letter in two (RFC 5545 3.1)."""
    value = value.replace("\r", "").replace("\n", "\\n")
    text = f"{name};{params}:{value}" if params else f"{name}:{value}"
    return Line(_folded(text, end), name.upper(), params, value)


def line_end(tree: Component) -> bytes:
    """How this file ends its lines."""
    return b"\n" if tree.begin.endswith(b"\n") and not tree.begin.endswith(b"\r\n") else b"\r\n"


def fitted_line(line: Line, end: bytes) -> Line:
    """The line as it fits into a file in UTF-8 that ends its lines with `end`."""
    raw = line.raw
    try:
        raw.decode()
    except UnicodeDecodeError:
        return make_line(line.name, line.value, line.params, end=end)
    raw = raw.rstrip(b"\r\n").replace(b"\r\n", b"\n").replace(b"\n", end) + end
    return line if raw == line.raw else replace(line, raw=raw)


def fitted(item: Component, end: bytes) -> Component:
    """The component as it fits into a file in UTF-8 that ends its lines with `end`."""
    body = (fitted(part, end) if isinstance(part, Component) else fitted_line(part, end) for part in item.body)
    return replace(item, begin=item.begin.rstrip() + end, end=item.end.rstrip() + end, body=tuple(body))


def params_of(params: str) -> Params:
    """The parameters of a line: names in capitals, values without quotes and with RFC 6868 escapes resolved."""
    return _known_params(params) if len(params) < _SHORT else _read_params(params)


def param(line: Line, name: str) -> str:
    """The first value of one parameter, or ""."""
    if name not in line.params.upper():
        return ""
    return next((values[0] for key, values in params_of(line.params) if key == name and values), "")


def _read_params(params: str) -> Params:
    return tuple((name.strip().upper(), _param_values(values)) for name, values in _PARAM.findall(params))


_known_params = lru_cache(maxsize=2048)(_read_params)
_known_line = lru_cache(maxsize=2048)(read_line)
"""Two versions of an event share most lines, and all events of a calendar those of their zone."""


@dataclass(slots=True)
class _Open:
    """A component whose END has not come yet."""

    name: str
    begin: bytes
    body: list[Line | Component]
    mended: bool = False


def _begin(opened: list[_Open], line: Line, before: bytes) -> None:
    kind = line.value.strip().upper()
    if not opened and kind != "VCALENDAR":
        raise Broken(NO_CALENDAR)
    if kind in _ONE_OF_A_KIND:
        while any(part.name in _ONE_OF_A_KIND for part in opened):
            _shut(opened, b"END:" + opened[-1].name.encode() + b"\r\n", mended=True)
    opened.append(_Open(kind, before + line.raw, []))


def _end(opened: list[_Open], line: Line) -> Calendar | None:
    """Close what this END closes; the whole calendar where that was the last."""
    kind = line.value.strip().upper()
    if kind not in [part.name for part in opened]:
        raise Broken(UNBALANCED)
    while opened[-1].name != kind:
        _shut(opened, b"END:" + opened[-1].name.encode() + b"\r\n", mended=True)
    return _shut(opened, line.raw, mended=False)


def _shut(opened: list[_Open], end: bytes, *, mended: bool) -> Calendar | None:
    part = opened.pop()
    whole = Component(part.name, part.begin, tuple(part.body), end, part.mended or mended)
    if not opened:
        return whole
    opened[-1].body.append(whole)
    opened[-1].mended = opened[-1].mended or whole.mended
    return None


def _after(root: Calendar, line: Line) -> Calendar:
    """What follows the calendar is kept, but not a second calendar (RFC 5545 3.4 allows it, no store does)."""
    if line.name == "BEGIN":
        raise Broken(SEVERAL)
    if line.name == "END":
        raise Broken(UNBALANCED)
    return replace(root, end=root.end + line.raw)


def _blank(raw: bytes) -> bytes:
    """What stands before the calendar: nothing but white space and a byte order mark."""
    if raw.strip(b"\xef\xbb\xbf\r\n\t "):
        raise Broken(NO_CALENDAR)
    return raw


def _render(part: Component, pieces: list[bytes]) -> None:
    pieces.append(part.begin)
    for item in part.body:
        if isinstance(item, Component):
            _render(item, pieces)
        else:
            pieces.append(item.raw)
    pieces.append(part.end)


def _folded(text: str, end: bytes) -> bytes:
    raw = text.encode("utf-8", "replace")
    if len(raw) <= _WIDTH:
        return raw + end
    pieces = []
    begin, cut = 0, _WIDTH
    while len(raw) > cut:
        while raw[cut] & 0xC0 == 0x80:  # noqa: PLR2004 (a continuation byte of UTF-8)
            cut -= 1
        pieces.append(raw[begin:cut])
        begin, cut = cut, cut + _WIDTH - 1
    return (end + b" ").join([*pieces, raw[begin:]]) + end


def _param_values(values: str) -> tuple[str, ...]:
    return tuple(_uncareted(quoted or plain.strip()) for quoted, plain in _PARAM_VALUE.findall(values))


def _uncareted(value: str) -> str:
    if "^" not in value:
        return value
    return _CARET.sub(lambda found: {"n": "\n", "'": '"', "^": "^"}[found[1]], value)
