"""Which members of a series say something: Google keeps exceptions taken back, and cancelled ones of earlier rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from calsync_cli.core.lines import parse
from calsync_cli.core.times import Moment
from calsync_cli.core.units import Laid, lay_out
from calsync_cli.providers.google.fields import Frame, Json, Unsayable, part
from calsync_cli.providers.google.reading import content_of, original_of
from calsync_cli.providers.google.times import in_zone_of, moment_of

_MOMENT = timedelta(seconds=1)
_MOST = 20_000
"""Occurrences of a series between two of which something is said: every day for 50 years."""
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
        starts = _starts(lay_out(parse(content_of([{**master, "recurrence": lines}], frame))), map(_start, events))
        return [event for event in events if starts is None or _start(event) in starts]
    except Unsayable:
        return events


def _starts(laid: Laid, wanted: Iterable[datetime]) -> set[datetime] | None:
    """When the series occurs, as far as that may be wanted; None where it does so too often to be told in good time.

    In one go, for what makes one rule expensive makes it so for each question.
    """
    from calsync_cli.core.occasions import found_in  # 10 ms to load, and most looks show nothing that is cancelled

    times = sorted(wanted)
    found = found_in(laid, times[0], times[-1] + _MOMENT, floating=UTC, most=_MOST)
    return None if found.cut else {one.start for one in found.occasions}


def _start(event: Json) -> datetime:
    at = datetime.fromisoformat(original_of(event))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _moment(event: Json, name: str, frame: Frame) -> Moment:
    return moment_of(part(event, name), frame.zone)


def _length(start: Moment, end: Moment) -> timedelta | None:
    """By the calendar, as nominal durations are (RFC 5545 3.8.5.3); None where one is a date and the other is not."""
    if isinstance(start.wall, datetime) and isinstance(end.wall, datetime):
        return end.wall - start.wall
    if isinstance(start.wall, datetime) or isinstance(end.wall, datetime):
        return None
    return end.wall - start.wall
