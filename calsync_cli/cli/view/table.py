"""Rows under headings, as wide as they must be and no wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import cells, cut, padded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.cli.view.screen import Screen

GAP = "  "
NARROWEST = 6


def table(screen: Screen, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table; the widest columns give way first. Off a terminal nothing is cut."""
    widths = [max(cells(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    if screen.out.file.isatty():
        widths = _fitting(widths, screen.width)
    head = _line(heads, widths)
    return [screen.out.paint("bold", head), *(_line(row, widths) for row in rows)]


def _fitting(widths: Sequence[int], width: int) -> list[int]:
    """The widths, taken from the widest column as long as the line is too long."""
    fitted = list(widths)
    while sum(fitted) + len(GAP) * (len(fitted) - 1) > width:
        widest = max(range(len(fitted)), key=fitted.__getitem__)
        if fitted[widest] <= NARROWEST:
            break
        fitted[widest] -= 1
    return fitted


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    *first, last = zip(row, widths, strict=True)
    return GAP.join([*(padded(cell, width) for cell, width in first), cut(*last)]).rstrip()
