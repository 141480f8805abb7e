"""Which of a series' cancelled occurrences its rule still makes: Google keeps those of earlier rules as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from calsync_cli.core.lines import parse
from calsync_cli.core.occasions import found_in
from calsync_cli.core.units import Laid, lay_out
from calsync_cli.providers.google.fields import Frame, Json, Original, Unsayable
from calsync_cli.providers.google.reading import content_of, original_of

_MOMENT = timedelta(seconds=1)


def fitting(master: Json, members: Iterable[Json], frame: Frame) -> list[Json]:
    """Those of the members that the rule makes, or of which that cannot be told."""
    events = list(members)
    if not events:
        return []
    lines = [line for line in master.get("recurrence", []) if not str(line).upper().startswith("EXDATE")]
    try:
        laid = lay_out(parse(content_of([{**master, "recurrence": lines}], frame)))
        return [event for event in events if _occurs(laid, original_of(event))]
    except Unsayable:
        return events


def _occurs(laid: Laid, original: Original) -> bool:
    at = datetime.fromisoformat(original)
    begin = at if at.tzinfo else at.replace(tzinfo=UTC)
    found = found_in(laid, begin, begin + _MOMENT, floating=UTC, most=2)
    return found.cut or any(one.start == begin for one in found.occasions)
