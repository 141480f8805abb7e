"""Folder names as IMAP4rev1 spells them: modified UTF-7 (RFC 3501 section 5.1.3), there and back."""

from __future__ import annotations

import re
from base64 import b64encode

_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_OUTSIDE = re.compile(r"&|[^\x20-\x7e]+")


def encode(name: str) -> bytes:
    """The server's spelling of a name."""
    return _OUTSIDE.sub(lambda found: _shift(found[0]), name).encode("ascii")


def decode(name: bytes) -> str:
    """The name behind a spelling; what is no modified UTF-7 is taken as it stands, for some servers send UTF-8.

    Never two names for one spelling, so `encode` need not give `name` back: the spelling that a server uses is kept.
    """
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("latin-1")
    return _SHIFTED.sub(_unshift, text.encode()).decode("utf-8", "replace")


def _shift(run: str) -> str:
    if run == "&":
        return "&-"
    coded = b64encode(run.encode("utf-16-be", "surrogatepass")).rstrip(b"=").replace(b"/", b",")
    return f"&{coded.decode()}-"


def _unshift(found: re.Match[bytes]) -> bytes:
    if not found[1]:
        return b"&"
    try:
        return (b"+" + found[1].replace(b",", b"/") + b"-").decode("utf-7").encode()
    except UnicodeError:
        return found[0]
