"""A text about a moment, read to its last word: whatever stands there is understood, or the text is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.clocks import clock
from calsync_cli.cli.dates.daysaid import day
from calsync_cli.cli.dates.refusal import UnreadableError
from calsync_cli.cli.dates.said import Filler, Offset, Said, Zoned
from calsync_cli.cli.dates.tokens import Token, tokens, tongue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.cli.dates.clocks import Read
    from calsync_cli.cli.dates.said import Piece


def read(text: str) -> Said:
    """All that a text says."""
    pieces = tokens(text)
    if not pieces:
        raise UnreadableError(text)
    return said(pieces)


def said(pieces: Sequence[Token]) -> Said:
    """All that these tokens say; each thing once."""
    spoken = tongue(pieces)
    found: dict[str, Piece] = {}
    at = 0
    while at < len(pieces):
        read_here, taken = _next(pieces[at:], spoken)
        for piece in read_here:
            name = type(piece).__name__.lower()
            if name in found:
                raise UnreadableError(_written(pieces[at : at + taken]))
            found[name] = piece
        found.pop("filler", None)
        at += taken
    if not found:
        raise UnreadableError(_written(pieces))
    return Said(**found)  # type: ignore[arg-type]  # each name is that of its type


def _next(pieces: Sequence[Token], spoken: str) -> Read:
    """The longest thing that starts here: of “10 over 9” all of it, not the day after tomorrow's tenth."""
    readings = [found for found in (clock(pieces, spoken), day(pieces, spoken), _place(pieces)) if found]
    if readings:
        return max(readings, key=lambda reading: reading[1])
    if pieces[0].kind == "filler":
        return (Filler(),), 1
    raise UnreadableError(pieces[0].text)


def _place(pieces: Sequence[Token]) -> Read | None:
    """Where the clock stands: a zone's name, or an offset as in ISO 8601."""
    match pieces:
        case [Token("zone", text=name), *_]:
            return (Zoned(name),), 1
        case [Token("offset", text="z"), *_]:
            return (Offset(timedelta()),), 1
        case [Token("offset", text=text), *_]:
            hours, minutes = int(text[1:3]), int(text[-2:])
            return (Offset(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)),), 1
        case _:
            return None


def _written(pieces: Sequence[Token]) -> str:
    return " ".join(dict.fromkeys(each.text for each in pieces))
