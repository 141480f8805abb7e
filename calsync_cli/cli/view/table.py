"""Rows under headings, as wide as they must be and no wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import cells, cut, cut_front

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from calsync_cli.cli.view.screen import Screen

GAP = "  "
NARROWEST = 6
READABLE = 12
"""What a column keeps before a spare one is dropped: half a folder's name is worth more than a directory."""
SHORTEST_TAIL = 16
"""Less of a path than this tells nothing."""


def table(
    screen: Screen,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    whole: Collection[int] = (),
    spare: Sequence[int] = (),
    tails: Collection[int] = (),
    indent: str = "",
) -> list[str]:
    """The lines of a table; the widest columns give way first. Off a terminal nothing is cut.

    Columns by their number: `whole` ones are never cut (half an ID is none), `spare` ones are left out, the first one
    first, where not everything fits, and of `tails` the end is kept (of a path it tells more than the beginning).
    """
    widths = [max(map(cells, column)) for column in zip(heads, *rows, strict=True)]
    columns = list(range(len(heads)))
    if screen.out.file.isatty():
        least = [_least(one, width, whole, tails) for one, width in enumerate(widths)]
        wanted = [max(small, min(width, READABLE)) for small, width in zip(least, widths, strict=True)]
        columns = _kept(wanted, screen.width - len(indent), spare)
        _fit(widths, least, columns, screen.width - len(indent))
    head = indent + _line(heads, columns, widths, ())
    return [screen.out.paint("bold", head), *(indent + _line(row, columns, widths, tails) for row in rows)]


def _least(column: int, width: int, whole: Collection[int], tails: Collection[int]) -> int:
    """What a column can be cut to."""
    if column in whole:
        return width
    return min(width, SHORTEST_TAIL if column in tails else NARROWEST)


def _kept(least: Sequence[int], width: int, spare: Sequence[int]) -> list[int]:
    """The columns that there is room for."""
    kept = list(range(len(least)))
    for number in spare:
        if sum(least[one] for one in kept) + len(GAP) * (len(kept) - 1) > width:
            kept.remove(number)
    return kept


def _fit(widths: list[int], least: Sequence[int], columns: Sequence[int], width: int) -> None:
    """Take from the widest column as long as the line is too long."""
    while sum(widths[one] for one in columns) + len(GAP) * (len(columns) - 1) > width:
        soft = [one for one in columns if widths[one] > least[one]]
        if not soft:
            break
        widths[max(soft, key=widths.__getitem__)] -= 1


def _line(row: Sequence[str], columns: Sequence[int], widths: Sequence[int], tails: Collection[int]) -> str:
    shown = [(cut_front if one in tails else cut)(row[one], widths[one]) for one in columns]
    padded = [text + " " * (widths[one] - cells(text)) for text, one in zip(shown, columns, strict=True)]
    return GAP.join(padded).rstrip()
