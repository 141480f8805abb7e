"""A message as bytes: its canonical form and digest, and the few headers that tell which it is; never re-serialised.

Canonical is the form that IMAP carries (RFC 9051 section 2.1.1.1, RFC 5322 section 2.1): every LF ends a CR LF, and
nothing else differs. A CR that stands alone stays as it is, as servers leave it. Maildirs mostly hold bare LF, so all
comparing is done in this form and none of it is ever written to a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

_PIECE = 1_000_000
_EMPTY_LINE = re.compile(rb"^\r?\n", re.MULTILINE)
_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_FOLD = re.compile(rb"\n(?![ \t])")
_ANGLED = re.compile(r"<([^<>]+)>")
_MAX_ID = 998
"""RFC 5322 section 2.1.1: no line is longer."""


def canonical(content: bytes) -> bytes:
    """Every line ends in CR LF. What is so already comes back as it is, not copied."""
    if _lone(content) == 0:
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def canonical_size(content: bytes) -> int:
    """How many octets the canonical form has: what RFC822.SIZE should say."""
    return len(content) + _lone(content)


def digest(content: bytes) -> str:
    """The sha256 of everything but CRs, in hexadecimal digits: one for all forms in which a message may come.

    Dovecot 2.3 stores CR CR LF as CR LF and drops a CR at the very end; and leaving out costs a third of making
    canonical. No copy of a large message is made.
    """
    found = sha256()
    for start in range(0, len(content), _PIECE):
        piece = content if len(content) <= _PIECE else content[start : start + _PIECE]
        found.update(piece.translate(None, b"\r"))
    return found.hexdigest()


def same(one: bytes, other: bytes) -> bool:
    """The same message, whatever its line ends."""
    return one == other or (canonical_size(one) == canonical_size(other) and canonical(one) == canonical(other))


def head(content: bytes) -> bytes:
    """The header, without the empty line that ends it; all of it where there is no body."""
    end = _EMPTY_LINE.search(content)
    return content if end is None else content[: end.start()]


def headers(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each header's name in lower case and its value on one line. What is no header is passed over (mbox's From_)."""
    for field in _FOLD.split(head(content)):
        line = _LINE.match(field)
        if line is not None:
            yield line[1].decode("ascii").lower(), unfolded(line[2])


def header(content: bytes, name: str) -> bytes:
    """The value of the first header of that name (in lower case), b"" where there is none."""
    found = _named(name).search(head(content))
    return unfolded(found[1]) if found else b""


def message_id(content: bytes) -> str:
    """What stands between the angle brackets, or the bare value where there are none; "" without a Message-ID.

    Made of Latin-1, so that every byte has its character and any two readers of one message agree.
    """
    value = header(content, "message-id").decode("latin-1")
    found = _ANGLED.search(value)
    return "".join((found[1] if found else value).split())[:_MAX_ID]


def unfolded(value: bytes) -> bytes:
    """One line: the line ends go, the white space after them stays (RFC 5322 section 2.2.3)."""
    return value.replace(b"\r\n", b"").replace(b"\n", b"").strip()


@cache
def _named(name: str) -> re.Pattern[bytes]:
    """A field with the lines that are folded into it: three times as fast as going through all of them."""
    return re.compile(rb"^%b[ \t]*:(.*(?:\n[ \t].*)*)" % re.escape(name.encode()), re.MULTILINE | re.IGNORECASE)


def _lone(content: bytes) -> int:
    """How many LFs have no CR before them."""
    return content.count(b"\n") - content.count(b"\r\n")
