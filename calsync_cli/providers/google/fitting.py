"""Which members of a series say something: Google keeps exceptions taken back, and cancelled ones of earlier rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from calsync_cli.core.lines import parse
from calsync_cli.core.times import Moment
from calsync_cli.core.units import Laid, lay_out
from calsync_cli.providers.google.fields import Frame, Json, Original, Unsayable, part
from calsync_cli.providers.google.reading import content_of, original_of
from calsync_cli.providers.google.times import in_zone_of, moment_of

_MOMENT = timedelta(seconds=1)
_OWN = frozenset(
    {
        *("kind", "id", "etag", "htmlLink", "created", "updated", "creator", "sequence", "iCalUID", "recurrence"),
        *("recurringEventId", "originalStartTime", "start", "end"),
    }
)
"""What each event has of its own, whatever it says."""


def differs(master: Json, event: Json, frame: Frame) -> bool:
    """Whether an exception is otherwise than its series has it."""
    if any(master.get(name) != event.get(name) for name in (master.keys() | event.keys()) - _OWN):
        return True
    try:
        start, end, original = (_moment(event, name, frame) for name in ("start", "end", "originalStartTime"))
        first, last = (_moment(master, name, frame) for name in ("start", "end"))
        usual = in_zone_of(original, start)
    except Unsayable:
        return True
    zones = {start.zone, end.zone, first.zone, last.zone}
    return len(zones) > 1 or start != usual or _length(start, end) != _length(first, last)


def rules_of(master: Json) -> list[str]:
    """What makes occurrences, without what leaves some of them out."""
    found = master.get("recurrence")
    lines = [line for line in found if isinstance(line, str)] if isinstance(found, list) else []
    return [line for line in lines if not line.upper().startswith("EXDATE")]


def fitting(master: Json, members: Iterable[Json], frame: Frame) -> list[Json]:
    """Those of the members that the rule makes, or of which that cannot be told."""
    events = list(members)
    if not events:
        return []
    lines = rules_of(master)
    try:
        laid = lay_out(parse(content_of([{**master, "recurrence": lines}], frame)))
        return [event for event in events if _occurs(laid, original_of(event))]
    except Unsayable:
        return events


def _occurs(laid: Laid, original: Original) -> bool:
    from calsync_cli.core.occasions import found_in  # 10 ms to load, and most looks show nothing that is cancelled

    at = datetime.fromisoformat(original)
    begin = at if at.tzinfo else at.replace(tzinfo=UTC)
    found = found_in(laid, begin, begin + _MOMENT, floating=UTC, most=2)
    return found.cut or any(one.start == begin for one in found.occasions)


def _moment(event: Json, name: str, frame: Frame) -> Moment:
    return moment_of(part(event, name), frame.zone)


def _length(start: Moment, end: Moment) -> timedelta | None:
    """By the calendar, as nominal durations are (RFC 5545 3.8.5.3); None where one is a date and the other is not."""
    if isinstance(start.wall, datetime) and isinstance(end.wall, datetime):
        return end.wall - start.wall
    if isinstance(start.wall, datetime) or isinstance(end.wall, datetime):
        return None
    return end.wall - start.wall
