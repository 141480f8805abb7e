"""Where a collection is, whichever way its id is spelled: two spellings of one place are one collection."""

from __future__ import annotations

import re
from typing import NewType

Place = NewType("Place", str)
"""A collection's id in normal form. Compared and never sent: a server gets the spelling that is its own."""

_ORIGIN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*", re.IGNORECASE)
_ESCAPES = re.compile("(?:%[0-9a-f]{2})+", re.IGNORECASE)
_SLASH = b"/"


def place(spelled: str) -> Place:
    """The place that an id means: an href without origin and percent-encoding, and with a slash at its end.

    An escaped slash stays escaped, because it separates nothing (RFC 3986 2.2). An account has one origin. Ids that are
    no hrefs say what they say.
    """
    path = _ORIGIN.sub("", spelled, count=1) if _ORIGIN.match(spelled) else spelled
    if not path.startswith("/"):
        return Place(spelled)
    return Place(_ESCAPES.sub(_decoded, path).rstrip("/") + "/")


def _decoded(found: re.Match[str]) -> str:
    raw = bytes.fromhex(found[0].replace("%", ""))
    return raw.replace(_SLASH, b"%2F").decode(errors="surrogateescape")
