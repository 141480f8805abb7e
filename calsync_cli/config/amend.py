"""One list at the top of a hand-written TOML file, changed where it stands: comments, order and line ends survive.

Only what a list of plain strings looks like is touched. Whoever calls parses the outcome before it replaces the file:
where this understood less than a TOML parser does, nothing is written and the person is told the line to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*[ \t]*=[ \t]*""")
_STRING = re.compile(r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''', re.DOTALL)
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?")
_SCALAR = re.compile(r"""[^\s,\[\]{}#"']+(?:[ \t]+[^\s,\[\]{}#"']+)*""")
_OPEN, _CLOSE = "[{", "]}"


class Unclear(ValueError):  # noqa: N818  (a verdict, which callers turn into advice)
    """Not written as plainly as this can be sure of."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """`key = value` above all sections, as positions in the text."""

    key: str
    value: int
    end: int


def with_list(text: str, key: str, wanted: Sequence[str]) -> str:
    """The text with this list at its top; names are plain words. Raises Unclear."""
    if "\r" not in text:
        return _with_list(text, key, wanted)
    if text.count("\r") != text.count("\r\n") or text.count("\r\n") != text.count("\n"):
        raise Unclear
    return _with_list(text.replace("\r\n", "\n"), key, wanted).replace("\n", "\r\n")


def _with_list(text: str, key: str, wanted: Sequence[str]) -> str:
    found = list(_top(text))
    said = next((one for one in found if one.key == key), None)
    if said is not None:
        return _changed(text, said, wanted)
    at = found[-1].end if found else _header_end(text)
    line = f"{key} = [{', '.join(_quoted(name) for name in wanted)}]"
    return _on_a_line_of_its_own(text, at, line)


def _top(text: str) -> Iterator[_Statement]:
    """Every statement before the first section."""
    at = _skip(text, 0)
    while at < len(text) and text[at] != "[":
        key = _KEY.match(text, at)
        if key is None:
            raise Unclear
        end = _value_end(text, key.end())
        yield _Statement(key[0].partition("=")[0].strip().strip("\"'"), key.end(), end)
        at = _skip(text, end)


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _value_end(text: str, at: int) -> int:
    """Where the value that begins here ends."""
    depth = 0
    while at < len(text):
        if string := _STRING.match(text, at):
            at = string.end()
        elif text[at] in _OPEN:
            depth, at = depth + 1, at + 1
        elif text[at] in _CLOSE:
            depth, at = depth - 1, at + 1
        elif scalar := _SCALAR.match(text, at):
            at = scalar.end()
        else:
            at += 1
        if depth <= 0:
            return at
        at = _skip(text, at)
    raise Unclear


def _header_end(text: str) -> int:
    """After the comments that a file begins with."""
    at = _skip(text, 0)
    return at if at == len(text) else text.rfind("\n", 0, at) + 1


def _on_a_line_of_its_own(text: str, at: int, line: str) -> str:
    """After the line that `at` is in; a file that ends without a line end gets one."""
    if at and text[at - 1] != "\n":
        rest = _REST.match(text, at)
        at = rest.end() if rest else at
        at += text[at : at + 1] == "\n"
    before = text[:at] if not at or text[at - 1] == "\n" else text[:at] + "\n"
    return f"{before}{line}\n{text[at:]}"


def _quoted(name: str) -> str:
    return f'"{name}"'


# ── the list itself ──────────────────────────────────────────────────────────────────────────────────────────────


def _changed(text: str, said: _Statement, wanted: Sequence[str]) -> str:
    value = text[said.value : said.end]
    if not value.startswith("["):
        raise Unclear
    for name in [name for name in _names(value) if name not in wanted]:
        value = _without(value, name)
    for name in [name for name in wanted if name not in _names(value)]:
        value = _with(value, name)
    return text[: said.value] + value + text[said.end :]


def _items(value: str) -> list[tuple[int, int]]:
    """Where each string of the list stands."""
    found, at = [], _skip(value, 1)
    while value[at] != "]":
        string = _STRING.match(value, at)
        if string is None or string[0].startswith(('"""', "'''")):
            raise Unclear
        found.append((string.start(), string.end()))
        at = _skip(value, string.end())
        at = _skip(value, at + 1) if value[at] == "," else at
    return found


def _names(value: str) -> list[str]:
    return [value[start + 1 : end - 1] for start, end in _items(value)]


def _without(value: str, name: str) -> str:
    """A line that holds nothing else goes as a whole; a comment beside it stays."""
    at = _names(value).index(name)
    items = _items(value)
    start, end = items[at]
    left, right = value[:start], value[end:]
    after = _skip(right, 0)
    if right[after] == ",":
        right = right[:after] + right[after + 1 :]
    elif at:
        comma = _skip(left, items[at - 1][1])
        left = left[:comma] + left[comma + 1 :]
    return _tidy(left, right)


def _tidy(left: str, right: str) -> str:
    """The two sides of a gap, without the space or the line that only the gap needed."""
    above, line_end, indent = left.rpartition("\n")
    rest = right.lstrip(" \t")
    if line_end and not indent.strip():
        return above + rest if rest.startswith("\n") else left + right
    if rest.startswith("]"):
        return left.rstrip(" \t") + rest
    return left + (right if rest.startswith("#") else rest)


def _with(value: str, name: str) -> str:
    """After the last one, and on a line of its own where that one has one."""
    items = _items(value)
    if not items:
        return f"[{_quoted(name)}{value[1:]}"
    start, end = items[-1]
    indent = value[:start].rpartition("\n")[2]
    if "\n" not in value[:start] or indent.strip():
        return f"{value[:end]}, {_quoted(name)}{value[end:]}"
    after = _skip(value, end)
    if value[after] == ",":
        end = after + 1
    else:
        value, end = f"{value[:end]},{value[end:]}", end + 1
    rest = _REST.match(value, end)
    eol = rest.end() if rest else end
    return f"{value[:eol]}\n{indent}{_quoted(name)},{value[eol:]}"
