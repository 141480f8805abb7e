"""A message as bytes: its canonical form and digest, and the few headers that tell which it is; never re-serialised.

Canonical is the form that IMAP carries (RFC 9051 section 2.1.1.1, RFC 5322 section 2.1): every LF ends a CR LF, and
nothing else differs. A CR that stands alone stays as it is, as servers leave it. Maildirs mostly hold bare LF, so all
comparing is done in this form and none of it is ever written to a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

_PIECE = 1_000_000
_USUAL = 16_384
"""Octets within which a header ends: what lies behind is searched only where it does not."""
_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_VALUE = re.compile(rb"[ \t]*:(.*(?:\n[ \t].*)*)")
"""What follows a field's name, with the lines that are folded into it."""
_FOLD = re.compile(rb"\n(?![ \t])")
_ANGLED = re.compile(r"<([^<>]+)>")
_LF = 0x0A
_MARKS = (b"X-TUID: ", b"X-OfflineIMAP: ", b"Content-Length: ", b"Lines: ", b"Status: ", b"X-Status: ")
"""What other programs add: mbsync to what it fetched, offlineimap to what it sent, to find their own copies again;
neomutt's save and copy count octets and lines, as mbox had it."""
_MARKED = re.compile(b"\n(?:" + b"|".join(_MARKS) + b")")
_MAX_ID = 998
"""RFC 5322 section 2.1.1: no line is longer."""


def canonical(content: bytes) -> bytes:
    """Every line ends in CR LF. What is so already comes back as it is, not copied."""
    if _lone(content) == 0:
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def canonical_pieces(content: bytes, size: int = _PIECE) -> Iterator[bytes]:
    """The canonical form bit by bit, of about `size` octets each: of a large message no second one is made."""
    at = 0
    while at < len(content):
        end = at + size
        end += content[end - 1 : end + 1] == b"\r\n"  # what belongs together stays together
        yield canonical(content if at == 0 and end >= len(content) else content[at:end])
        at = end


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


def marked(content: bytes) -> int:
    """Canonical octets of the header lines that other programs add on the way.

    Beside these the message is the one that it was: a Maildir that such a program filled is recognised, and a message
    that it moved is a message that moved.
    """
    return sum(len(line.rstrip(b"\r\n")) + 2 for line in _marks(content))


def unmarked(content: bytes) -> bytes:
    """Without them; to compare with, never to be stored."""
    if not _marks(content):
        return content
    top = head(content)
    kept = b"".join(line for line in top.splitlines(keepends=True) if not line.startswith(_MARKS))
    return kept + content[len(top) :]


def _marks(content: bytes) -> list[bytes]:
    top = head(content)
    if _MARKED.search(top) is None and not top.startswith(_MARKS):
        return []
    return [line for line in top.splitlines(keepends=True) if line.startswith(_MARKS)]


def same(one: bytes, other: bytes) -> bool:
    """The same message, whatever its line ends."""
    return one == other or (canonical_size(one) == canonical_size(other) and canonical(one) == canonical(other))


def head(content: bytes) -> bytes:
    """The header, without the empty line that ends it; all of it where there is no body."""
    return content[: _end_of_head(content)]


def headers(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each header's name in lower case and its value on one line. What is no header is passed over (mbox's From_)."""
    for field in _FOLD.split(head(content)):
        line = _LINE.match(field)
        if line is not None:
            yield line[1].decode("ascii").lower(), unfolded(line[2])


def header(content: bytes, name: str) -> bytes:
    """The value of the first header of that name (in lower case), b"" where there is none."""
    top = head(content)
    lowered, word = top.lower(), name.encode()
    at = lowered.find(word)
    while at >= 0:
        found = _VALUE.match(top, at + len(word)) if at == 0 or top[at - 1] == _LF else None
        if found is not None:
            return unfolded(found[1])
        at = lowered.find(word, at + 1)
    return b""


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


def _end_of_head(content: bytes) -> int:
    """Where the empty line begins. Finding octets is ten times as fast as a regular expression with a choice in it."""
    if content.startswith((b"\n", b"\r\n")):
        return 0
    for limit in (_USUAL, len(content)):
        found = content.find(b"\n\r\n", 0, limit)
        end = limit if found < 0 else found
        bare = content.find(b"\n\n", 0, end)
        if found >= 0 or bare >= 0:
            return (end if bare < 0 else bare) + 1
    return len(content)


def _lone(content: bytes) -> int:
    """How many LFs have no CR before them."""
    return content.count(b"\n") - content.count(b"\r\n")
