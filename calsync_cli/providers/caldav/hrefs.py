"""Hrefs: kept as the server spells them, compared by what they mean, and never followed out of a collection."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_SLASH = re.compile("%2f", re.IGNORECASE)


def spelled(href: str) -> str:
    """The path of an href as the server spells it; a host in it is of no interest for what lies in a collection."""
    return urlsplit(href).path if "://" in href[:9] or href.startswith("//") else href.partition("?")[0]


def normal(href: str) -> str:
    """For comparison: percent-decoded but for an escaped slash (`%40` is `@` to Stalwart's REPORT, not to its PUT)."""
    path = spelled(href)
    return unquote(_SLASH.sub("%252F", path)) if "%" in path else path


def as_collection(path: str) -> str:
    """A collection's href ends in a slash (RFC 4918 section 5.2)."""
    return path if path.endswith("/") else path + "/"


def member(collection: str, href: str) -> str:
    """The href of a direct member of the collection (given in normal form) as a path, or "" for all else.

    Left out: the collection itself, sub-collections, what lies deeper or elsewhere, and `..` in any spelling.
    """
    path = spelled(href)
    if path and not path.startswith("/"):
        path = collection + path
    plain = normal(path)
    name = plain[len(collection) :] if plain.startswith(collection) else ""
    return path if name and "/" not in name and name not in {".", ".."} else ""
