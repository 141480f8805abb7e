"""Searching events as people do: without upper and lower case, and without accents."""

from __future__ import annotations

import unicodedata

from calsync_cli.core.details import Details
from calsync_cli.core.scan import decoded, unescaped, unfolded


def folded(text: str) -> str:
    """The letters that count: `Café` is `cafe`, `STRASSE` is `straße`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def may_tell(content: bytes, wanted: str) -> bool:
    """Whether all words stand anywhere in the file; cheap, and never wrong where they do not. `wanted` is folded."""
    text = folded(unescaped(decoded(unfolded(content))))
    return all(word in text for word in wanted.split())


def tells(told: Details, wanted: str) -> bool:
    """Whether all words stand in its title, place, notes, or the names and addresses on it. `wanted` is folded."""
    people = [part for guest in told.guests for part in (guest.name, guest.address)]
    text = folded("\n".join((told.title, told.where, told.notes, told.organizer, *people)))
    return all(word in text for word in wanted.split())
