"""An event with all that says when it takes place: its rules, what is added, left out, and changed for once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from calsync_cli.core.clock import DAY, Clock, Length, between, clock_of, lasting, length_of, plus
from calsync_cli.core.lines import Component, Line, param
from calsync_cli.core.pattern import Pattern, pattern
from calsync_cli.core.times import Moment, moment
from calsync_cli.core.units import Laid, occurrence_of, start_of


@dataclass(frozen=True, slots=True)
class Override:
    """An occurrence that was changed; with `ranged`, all later ones too (RANGE=THISANDFUTURE)."""

    part: Component
    occurrence: Moment
    """As the series would write it; as it is written where there is no series."""
    ranged: bool
    clock: Clock
    start: datetime
    length: Length

    def shift(self, clock: Clock) -> timedelta:
        """By how much it was moved, by its own clock; `clock` is the series'."""
        return self.start - self.clock.wall_at(clock.key(self.occurrence))


@dataclass(frozen=True, slots=True)
class Added:
    """An RDATE; `length` where it is a period of its own."""

    wall: datetime
    length: Length | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A component without RECURRENCE-ID, and what belongs to it. Keys are instants, as `clock.key` gives them."""

    part: Component
    clock: Clock
    start: datetime
    length: Length
    rules: tuple[Pattern, ...]
    less: tuple[Pattern, ...]
    """EXRULEs: RFC 2445 had them, RFC 5545 asks to honour them."""
    added: dict[datetime, Added]
    dropped: frozenset[datetime]
    dropped_days: frozenset[date]
    """EXDATEs that are dates though the event has times: they mean all of the day."""
    changed: dict[datetime, Override]
    ranged: tuple[tuple[datetime, Override], ...]
    """By key, the earliest first."""

    @property
    def repeats(self) -> bool:
        """It can take place more than once."""
        return bool(self.rules or self.added or self.changed or self.ranged)

    def until(self, rule: Pattern) -> datetime | None:
        """The last instant that UNTIL allows, whatever its type; None where the rule has none."""
        until = rule.until
        if until is None:
            return None
        if until.all_day and not self.clock.all_day:
            return self.clock.instant(plus(self.clock.wall(until), DAY - timedelta(seconds=1)))
        if not self.clock.name:  # a floating series: an instant means nothing to it
            return self.clock.key(Moment(until.wall))
        return self.clock.key(until)

    def changed_at(self, key: datetime) -> Override | None:
        """What an occurrence is changed to."""
        found = self.changed.get(key)
        return found or next((override for at, override in self.ranged if at == key), None)

    def ranged_at(self, key: datetime) -> Override | None:
        """The change of an earlier occurrence that goes on."""
        return next((override for at, override in reversed(self.ranged) if at < key), None)

    def length_at(self, key: datetime) -> Length:
        """The usual one, or that of a period."""
        period = self.added.get(key)
        return (period.length if period else None) or self.length

    def lacks(self, key: datetime, wall: datetime) -> bool:
        """EXDATE names it."""
        return key in self.dropped or (bool(self.dropped_days) and wall.date() in self.dropped_days)


def series_of(laid: Laid, floating: tzinfo) -> Iterator[Series]:
    """The events of a file; of one that has only overrides, none. See `strays`."""
    masters = [part for part in _events(laid) if part.first("RECURRENCE-ID") is None]
    for nth, part in enumerate(masters):
        start = start_of(part)
        if start is not None:
            yield _series(part, clock_of(start, laid.zones, floating), start, [] if nth else _overrides(laid, floating))


def strays(laid: Laid, floating: tzinfo) -> list[Override]:
    """The overrides of a file without the event that they belong to: an invitation to one occurrence."""
    whole = any(part.first("RECURRENCE-ID") is None and start_of(part) for part in _events(laid))
    return [] if whole else _overrides(laid, floating)


def _series(part: Component, clock: Clock, start: Moment, overrides: list[Override]) -> Series:
    wall = clock.wall(start)
    exceptions = [moment for line in _named(part, "EXDATE") for moment, _ in _listed(line)]
    whole = [] if clock.all_day else [each for each in exceptions if each.all_day]
    keyed = [_fitted(override, clock, wall) for override in overrides]
    return Series(
        part=part,
        clock=clock,
        start=wall,
        length=length_of(part, clock),
        rules=_patterns(part, "RRULE", wall),
        less=_patterns(part, "EXRULE", wall),
        added=_added(part, clock, wall),
        dropped=frozenset(clock.key(each) for each in exceptions if each not in whole),
        dropped_days=frozenset(clock.wall(each).date() for each in whole),
        changed={key: override for key, override in keyed if not override.ranged},
        ranged=tuple(sorted(((key, one) for key, one in keyed if one.ranged), key=lambda pair: pair[0])),
    )


def _patterns(part: Component, name: str, start: datetime) -> tuple[Pattern, ...]:
    return tuple(rule for line in _named(part, name) if (rule := pattern(line.value, start)))


def _added(part: Component, clock: Clock, start: datetime) -> dict[datetime, Added]:
    """RDATEs; a date means the usual time of that day."""
    found = {}
    for line in _named(part, "RDATE"):
        for when, rest in _listed(line):
            wall = _usual(when, clock, start)
            found[clock.instant(wall)] = Added(wall, _period(when, rest, line, clock))
    return found


def _fitted(override: Override, clock: Clock, start: datetime) -> tuple[datetime, Override]:
    """The override and the key of its occurrence, in the words of its series."""
    wall = _usual(override.occurrence, clock, start)
    return clock.instant(wall), replace(override, occurrence=clock.moment(wall))


def _usual(when: Moment, clock: Clock, start: datetime) -> datetime:
    """A moment by the clock of the series; where it is a date, the usual time of that day is meant."""
    wall = clock.wall(when)
    return datetime.combine(wall.date(), start.time()) if when.all_day and not clock.all_day else wall


def _period(start: Moment, rest: str, line: Line, clock: Clock) -> Length | None:
    if not rest:
        return None
    end = moment(rest, param(line, "TZID"))
    return between(start, end, clock) if end else lasting(rest, clock)


def _listed(line: Line) -> Iterator[tuple[Moment, str]]:
    """The moments of a list, and for periods what follows the start."""
    zone = param(line, "TZID")
    for text in line.value.split(","):
        begin, _, rest = text.partition("/")
        when = moment(begin, zone)
        if when:
            yield when, rest


def _overrides(laid: Laid, floating: tzinfo) -> list[Override]:
    """The newest of each occurrence: by SEQUENCE, then the later in the file."""
    parts = [part for part in _events(laid) if part.first("RECURRENCE-ID")]
    return [found for part in sorted(parts, key=_sequence) if (found := _override(part, laid, floating))]


def _override(part: Component, laid: Laid, floating: tzinfo) -> Override | None:
    occurrence = occurrence_of(part)
    if occurrence is None:
        return None
    start = start_of(part) or occurrence
    clock = clock_of(start, laid.zones, floating)
    line = part.first("RECURRENCE-ID")
    ranged = line is not None and param(line, "RANGE").upper() == "THISANDFUTURE"
    return Override(part, occurrence, ranged, clock, clock.wall(start), length_of(part, clock))


def _sequence(part: Component) -> int:
    line = part.first("SEQUENCE")
    text = line.value.strip() if line else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


def _events(laid: Laid) -> Iterable[Component]:
    return (part for part in laid.tree.children if part.name == "VEVENT")


def _named(part: Component, name: str) -> Iterator[Line]:
    return (line for line in part.lines if line.name == name)
