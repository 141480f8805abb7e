"""What a person knows a message by: its subject, decoded and bounded, and its date; nonsense in them is no error."""

from __future__ import annotations

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator

from calsync_cli.core.mail.message import header

MAX_TITLE = 200
_MAX_RAW = 2000
_WORD = re.compile(rb"=\?([!-)+-<>@-~]{1,40}?)(?:\*[!->@-~]*)?\?([BbQq])\?([ -~]*?)\?=")
"""RFC 2047 section 2, with RFC 2231's language; blanks within are forbidden and common."""
_MIN_YEAR, _MAX_YEAR = 1970, 9998


def title(content: bytes) -> str:
    """The Subject as a person reads it, on one line, shortened; "" without one. Not yet safe for a terminal."""
    raw = header(content, "subject")[:_MAX_RAW]
    joined = "".join(_text(part, charset) for part, charset in _parts(raw))
    # what some charsets make is no text either: lone surrogates
    text = " ".join(joined.encode(errors="replace").decode().split())
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1] + "…"


def date(content: bytes) -> float | None:
    """When the message says that it was sent, in seconds since 1970; None where that cannot be understood."""
    raw = header(content, "date")[:_MAX_RAW].decode("latin-1")
    if not raw:
        return None
    # imported here: it brings sockets and calendars along, and only adoption asks for dates
    from email.utils import mktime_tz, parsedate_tz

    try:
        parsed = parsedate_tz(raw)
        if parsed is None or not _MIN_YEAR <= parsed[0] <= _MAX_YEAR:
            return None
        return float(mktime_tz(parsed))
    except (ValueError, TypeError, IndexError, OverflowError):  # what it raises for dates that are none
        return None


def _parts(raw: bytes) -> Iterator[tuple[bytes, str]]:
    """Bytes with their charset. White space between two encoded words is none; words of one charset are one."""
    held, charset, end = b"", "", 0
    for word in _WORD.finditer(raw):
        between = raw[end : word.start()]
        mine = word[1].decode("ascii").lower()
        if held and (between.strip() or mine != charset):
            yield held, charset
            held = b""
        if between.strip() or end == 0:
            yield between, ""
        # some senders cut a character in two between words: they are decoded together
        held, charset, end = held + _decoded(word), mine, word.end()
    if held:
        yield held, charset
    yield raw[end:], ""


def _decoded(word: re.Match[bytes]) -> bytes:
    if word[2] in b"Qq":
        return a2b_qp(word[3], header=True)
    try:
        return a2b_base64(word[3] + b"=" * (-len(word[3]) % 4))
    except ValueError:
        return word[0]


def _text(part: bytes, charset: str) -> str:
    """Raw 8-bit headers are UTF-8 (RFC 6532) or, from old programs, Windows' Latin."""
    if charset:
        try:
            return part.decode(charset, errors="replace")
        except (LookupError, ValueError):  # no such charset, or one that is no text
            return part.decode("latin-1")
    try:
        return part.decode()
    except ValueError:
        return part.decode("cp1252", errors="replace")
