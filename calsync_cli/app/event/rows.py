"""An event as a row of a report, from its bytes."""

from __future__ import annotations

from collections.abc import Callable

from calsync_cli.app.homes import Home
from calsync_cli.app.reports.events import EventRow
from calsync_cli.app.rows import row_of
from calsync_cli.core.details import details_of, event_id
from calsync_cli.core.lines import parse
from calsync_cli.core.times import Moment
from calsync_cli.core.units import lay_out

Short = Callable[[str], str]


def row(
    content: bytes, home: Home, *, short: Short, invited: frozenset[str], mine: bool, at: Moment | None = None
) -> EventRow:
    """The series, or the occurrence `at`. Raises Broken."""
    laid = lay_out(parse(content))
    told = details_of(laid, at)
    return row_of(told, laid.zones, home, short=short(event_id(told.uid)), invited=invited, mine=mine)
