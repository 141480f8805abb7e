"""An event as a row of a report, from its bytes."""

from __future__ import annotations

from calsync_cli.app.homes import Home
from calsync_cli.app.reports.events import EventRow
from calsync_cli.app.rows import Short, row_of
from calsync_cli.core.details import details_of
from calsync_cli.core.lines import parse
from calsync_cli.core.times import Moment
from calsync_cli.core.units import lay_out

__all__ = ["Short", "row"]


def row(
    content: bytes, home: Home, *, short: Short, invited: frozenset[str], mine: bool, at: Moment | None = None
) -> EventRow:
    """The series, or the occurrence `at`. Raises Broken."""
    laid = lay_out(parse(content))
    return row_of(details_of(laid, at), laid.zones, home, short=short, invited=invited, mine=mine)
