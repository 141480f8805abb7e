"""The few words of man(7) that a man page needs, and text made harmless for them."""

from __future__ import annotations

from collections.abc import Iterable


def plain(text: str) -> str:
    """Text as it stands: no letter of it means anything to roff, and the file is ASCII (groff_char(7))."""
    known = text.replace("\\", "\\e").replace("-", "\\-")
    return "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in known)


def bold(text: str) -> str:
    """What is typed as it stands."""
    return f"\\fB{plain(text)}\\fR"


def italic(text: str) -> str:
    """What something else is typed for."""
    return f"\\fI{plain(text)}\\fR"


def line(made: str) -> str:
    """A line that is text, however it begins (man(7): a dot or a quote begins a macro)."""
    return f"\\&{made}" if made[:1] in (".", "'") else made


def paragraphs(text: str) -> list[str]:
    """Text whose paragraphs are parted by empty lines."""
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    lines: list[str] = []
    for part in filter(None, parts):
        lines += [".PP", line(plain(part))]
    return lines


def item(head: str, *bodies: str) -> list[str]:
    """A tagged paragraph; every body begins a line of its own."""
    lines = [".TP", line(head)]
    for number, body in enumerate(filter(None, bodies)):
        lines += [".br"] * bool(number) + [line(body)]
    return lines


def section(title: str, *parts: Iterable[str]) -> list[str]:
    """A section."""
    return _under(f'.SH "{plain(title)}"', parts)


def subsection(head: str, *parts: Iterable[str]) -> list[str]:
    """A part of a section; `head` is made already."""
    return _under(f'.SS "{head}"', parts)


def _under(heading: str, parts: Iterable[Iterable[str]]) -> list[str]:
    """A heading begins a paragraph already."""
    lines = [one for part in parts for one in part]
    return [heading, *lines[lines[:1] == [".PP"] :]]
