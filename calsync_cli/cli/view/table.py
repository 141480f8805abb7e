"""Rows under headings, as wide as they must be and no wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import cells, cut, cut_front

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from calsync_cli.cli.view.screen import Screen

GAP = "  "
NARROWEST = 6


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
        columns = _kept(widths, screen.width - len(indent), whole, spare)
        _fit(widths, columns, screen.width - len(indent), whole)
    lines = [indent + _line(row, columns, widths, tails) for row in (heads, *rows)]
    return [screen.out.paint("bold", lines[0]), *lines[1:]]


def _kept(widths: Sequence[int], width: int, whole: Collection[int], spare: Sequence[int]) -> list[int]:
    """The columns that there is room for."""
    kept = list(range(len(widths)))
    for number in spare:
        least = [widths[one] if one in whole else min(widths[one], NARROWEST) for one in kept]
        if sum(least) + len(GAP) * (len(kept) - 1) > width:
            kept.remove(number)
    return kept


def _fit(widths: list[int], columns: Sequence[int], width: int, whole: Collection[int]) -> None:
    """Take from the widest column as long as the line is too long."""
    soft = [one for one in columns if one not in whole]
    while soft and sum(widths[one] for one in columns) + len(GAP) * (len(columns) - 1) > width:
        widest = max(soft, key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1


def _line(row: Sequence[str], columns: Sequence[int], widths: Sequence[int], tails: Collection[int]) -> str:
    shown = [(cut_front if one in tails else cut)(row[one], widths[one]) for one in columns]
    padded = [text + " " * (widths[one] - cells(text)) for text, one in zip(shown, columns, strict=True)]
    return GAP.join(padded).rstrip()
