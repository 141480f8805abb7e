"""Recurrence: the lines that Google keeps (no DTSTART among them), and those of a file, in one form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from calsync_cli.core.lines import Component, Line, make_line, param, read_line
from calsync_cli.core.times import Moment, moment, moments_of, written
from calsync_cli.providers.google.fields import Json, Original, Unsayable, clean, line
from calsync_cli.providers.google.times import Clock, in_zone_of, known_zone

_RULES = frozenset({"RRULE", "EXRULE"})
_DATES = frozenset({"RDATE", "EXDATE"})
_RULE = re.compile(r"[A-Z0-9=;,+:-]+", re.IGNORECASE)
_UNTIL = re.compile(r"(UNTIL=)([^;]*)")
_ALL_DAY_END = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """RRULEs and EXRULEs as lines; further and excluded occurrences as moments in the form of the start."""

    rules: tuple[bytes, ...]
    further: tuple[Moment, ...]
    excluded: tuple[Moment, ...]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def recurrence_of(event: Json, start: Moment) -> Recurrence:
    """What `recurrence` says. Raises Unsayable."""
    told = event.get("recurrence")
    items = [_line(each) for each in told] if isinstance(told, list) else []
    rules = [line(item.name, item.value.strip()) for item in items if item.name in _RULES]
    return Recurrence(tuple(rules), *(tuple(_listed(items, name, start)) for name in ("RDATE", "EXDATE")))


def _line(told: object) -> Line:
    item = read_line(clean(told).replace("\n", "").encode(errors="replace")) if isinstance(told, str) else None
    if item is None or item.name not in _RULES | _DATES:
        raise Unsayable("recurrence")
    if item.name in _RULES and not _RULE.fullmatch(item.value.strip()):
        raise Unsayable("recurrence")
    return item


def _listed(items: Iterable[Line], name: str, start: Moment) -> Iterable[Moment]:
    for item in items:
        if item.name == name:
            if param(item, "VALUE").upper() == "PERIOD" or "/" in item.value:
                raise Unsayable("period")
            if (zone := param(item, "TZID")) and not known_zone(zone):
                raise Unsayable("zone")
            yield from (_formed(at, start) for _, at in moments_of(item))


def _formed(at: Moment | None, start: Moment) -> Moment:
    if at is None:
        raise Unsayable("recurrence")
    return at if at.all_day else in_zone_of(at, start)


def date_lines(name: str, moments: Iterable[Moment]) -> list[bytes]:
    """One line for each moment, in order."""
    lines = {written(at): at for at in moments}
    return [make_line(name, value, params).raw for params, value in sorted(lines)]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def recurrence_json(of: Component, start: Moment, clock: Clock, spared: Iterable[Original]) -> list[str]:
    """`recurrence` as Google takes it; an occurrence that is overridden as well is not excluded."""
    told = [_rule(item, start, clock) for item in of.lines if item.name in _RULES]
    told += _dates("RDATE", further_of(of), start, clock)
    excluded = {which: at for at in _moments(of, "EXDATE") for which in originals_of(at, start, clock)}
    return told + _dates("EXDATE", [at for which, at in excluded.items() if which not in set(spared)], start, clock)


def excluded_of(of: Component, start: Moment, clock: Clock) -> frozenset[Original]:
    """The occurrences that EXDATE leaves out."""
    return frozenset(which for at in _moments(of, "EXDATE") for which in originals_of(at, start, clock))


def originals_of(at: Moment, start: Moment, clock: Clock) -> list[Original]:
    """The occurrence that a moment means; some programs write dates for a series that has times, and vice versa."""
    if start.all_day and isinstance(at.wall, datetime):
        return [clock.original(Moment(at.wall.date()))]
    if isinstance(start.wall, datetime) and at.all_day:
        return [clock.original(Moment(datetime.combine(at.wall, start.wall.time()), start.zone))]
    return [clock.original(at)]


def further_of(of: Component) -> list[Moment]:
    """The occurrences that RDATE adds. Raises Unsayable for periods, which Google does not take."""
    if any("/" in item.value for item in of.lines if item.name == "RDATE"):
        raise Unsayable("period")
    return _moments(of, "RDATE")


def _moments(of: Component, name: str) -> list[Moment]:
    """Days that there are not are none to be added or left out."""
    return [at for item in of.lines if item.name == name for _, at in moments_of(item) if at]


def _dates(name: str, moments: Iterable[Moment], start: Moment, clock: Clock) -> list[str]:
    """Each in UTC or as a date, sorted: one way to write them, whatever zone they were written in."""
    which = sorted({each for at in moments for each in originals_of(at, start, clock)})
    return [f"{name};VALUE=DATE:{_bare(each)}" if "T" not in each else f"{name}:{_bare(each)}" for each in which]


def _bare(which: str) -> str:
    return which.replace("-", "").replace(":", "")


def _rule(item: Line, start: Moment, clock: Clock) -> str:
    value = item.value.strip().upper()
    if not _RULE.fullmatch(value):
        raise Unsayable("recurrence")
    return f"{item.name}:{_UNTIL.sub(lambda found: found[1] + _until(found[2], start, clock), value)}"


def _until(told: str, start: Moment, clock: Clock) -> str:
    """RFC 5545 3.3.10: a date for a series of days, else an instant in UTC; a last day counts to its end."""
    at = moment(told)
    if at is None:
        raise Unsayable("recurrence")
    if start.all_day:
        return _bare(at.wall.isoformat()[: len("YYYY-MM-DD")])
    wall = at.wall if isinstance(at.wall, datetime) else datetime.combine(at.wall, _ALL_DAY_END)
    when = clock.instant(Moment(wall, at.zone or start.zone))
    return _bare(when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")) + "Z"
