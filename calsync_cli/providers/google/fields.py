"""What an event's JSON is made of, taken out of it with nothing believed: types checked, texts cleaned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NewType

from calsync_cli.core.lines import make_line

Json = dict[str, Any]
"""One Event resource (developers.google.com/calendar/api/v3/reference/events), or a part of one."""

Original = NewType("Original", str)
"""When an occurrence would be by its rule: an RFC 3339 instant in UTC, or YYYY-MM-DD."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_ADDRESS = re.compile(r"[^\s@\"<>,;:\\]+@[^\s@\"<>,;:\\]+")
_WIDTH = 75
_LARGE = 1 << 31


class Unsayable(ValueError):  # noqa: N818 (a state of the event, told to people as such)
    """An event that iCalendar or Google has no way to say. `reason` is a word for programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Frame:
    """What an event's JSON is read and written in: the account's address in lower case, the calendar's time zone."""

    me: str
    zone: str


def text(of: Mapping[str, Any], name: str) -> str:
    """A text of several lines, without what no TEXT value may hold (RFC 5545 3.3.11)."""
    value = of.get(name)
    return clean(value) if isinstance(value, str) else ""


def word(of: Mapping[str, Any], name: str) -> str:
    """A text of one line."""
    value = of.get(name)
    if not isinstance(value, str):
        return ""
    if value.isprintable() and "  " not in value:  # no white space but single spaces: the usual case, in a tenth
        return value.strip()
    return _SPACES.sub(" ", clean(value)).strip()


def uri(of: Mapping[str, Any], name: str) -> str:
    """An address of the web, or ""."""
    value = _SPACES.sub("", text(of, name))
    return value if ":" in value and value.isascii() else ""


def address(of: Mapping[str, Any], name: str = "email") -> str:
    """An e-mail address in lower case, or "" where it is none."""
    value = word(of, name).lower()
    return value if _ADDRESS.fullmatch(value) else ""


def number(of: Mapping[str, Any], name: str) -> int:
    """A whole number, 0 where there is none."""
    value = of.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGE else 0


def flag(of: Mapping[str, Any], name: str) -> bool:
    """Whether something is true."""
    return of.get(name) is True


def part(of: Mapping[str, Any], name: str) -> Json:
    """An object, {} where there is none."""
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def parts(of: Mapping[str, Any], name: str) -> list[Json]:
    """The objects of a list."""
    value = of.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def clean(value: str) -> str:
    """A text without control characters other than tab and new line, and without halves of letters."""
    if value.isprintable():
        return value
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", value)


def is_address(value: str) -> bool:
    """Whether this is an e-mail address."""
    return _ADDRESS.fullmatch(value) is not None


def line(name: str, value: str, params: str = "") -> bytes:
    """A content line; what is short, as most is, needs no folding."""
    if len(value) < _WIDTH:
        raw = (f"{name};{params}:{value}" if params else f"{name}:{value}").encode(errors="replace")
        if len(raw) <= _WIDTH and b"\n" not in raw:
            return raw + b"\r\n"
    return make_line(name, value, params).raw
