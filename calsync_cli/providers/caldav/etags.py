"""Which etags can guard a write, and what stands in for them where they cannot."""

from __future__ import annotations

import hashlib
import re

from calsync_cli.core.model import Rev
from calsync_cli.core.scan import decoded

_STRONG = re.compile(r'"[!#-~]*"')
_BARE = re.compile(r"[!#-~]+")
_GZIPPED = re.compile(r'[-;.]+gzip"?$')
_FINGERPRINT = "sha:"
_VOLATILE = (b"DTSTAMP:", b"DTSTAMP;")


def guards(rev: str) -> bool:
    """Whether `If-Match` works with it: strong, in ASCII, and of the item rather than of its compressed form.

    Apache appends -gzip to what it compressed and then refuses its own etag; weak ones never match (RFC 9110 8.8.3.2).
    """
    if rev.startswith(("W/", _FINGERPRINT)) or _GZIPPED.search(rev):
        return False
    return bool(_STRONG.fullmatch(rev) or _BARE.fullmatch(rev))


def bare(rev: str) -> bool:
    """Without quotes, as Kerio sends them."""
    return bool(_BARE.fullmatch(rev)) and not rev.startswith(("W/", _FINGERPRINT))


def fingerprint(content: bytes) -> Rev:
    """Stands in for the etag of an item that has none.

    The same bytes but for DTSTAMP, which some servers stamp anew with each answer, are the same version.
    """
    lines = (line for line in content.splitlines() if not line.startswith(_VOLATILE))
    return Rev(_FINGERPRINT + hashlib.sha256(b"\n".join(lines)).hexdigest())


def crlf(content: bytes) -> bytes:
    """RFC 5545 section 3.1: lines end in CR LF. XML parsers make it LF, vdir programs write LF."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def as_sent(content: bytes) -> bytes:
    """CR LF and UTF-8 (RFC 5545 section 3.1.4), as the header promises: lines in Latin-1 are put into it.

    Cyrus stores a question mark for every byte that is no UTF-8.
    """
    try:
        content.decode()
    except UnicodeDecodeError:
        content = b"".join(decoded(line).encode() for line in content.splitlines(keepends=True))
    return crlf(content)
