"""How a series runs by its own clock: its rule's moments, those listed besides, and those excepted; for editing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from calsync_cli.core.lines import Component
from calsync_cli.core.pattern import Pattern, pattern
from calsync_cli.core.refusals import TOO_ODD, UNFIT, RuleError
from calsync_cli.core.rules import Rule, last_wall, read
from calsync_cli.core.times import Key, Moment, apart, aware, instant, key, later, moment, moments_of, plus, span
from calsync_cli.core.units import end_of, start_of
from calsync_cli.core.unroll import Overwork, after_start
from calsync_cli.core.zones import Zones

OF_A_SERIES = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE"})
_FOREIGN = frozenset({"RSCALE", "SKIP"})
"""Other calendars than the Gregorian (RFC 7529)."""
_NEAR, _FAR = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 (wall clocks)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Course:
    """A master's recurrence."""

    start: Moment
    rule: Rule | None
    zones: Zones
    listed: tuple[Moment, ...] = ()
    """RDATE."""
    excepted: frozenset[Key] = frozenset()

    def beats(self, *, endless: bool = False) -> Iterator[Moment]:
        """The start, which always counts, and what the rule gives after it; `endless`: COUNT and UNTIL not minded."""
        yield self.start
        if self.rule is None:
            return
        last = None if endless else last_wall(self.rule, self.start, self.zones)
        known = _pattern(self.rule, self.start)
        known = replace(known, count=None) if endless else known
        for wall in _later(known, known.start, _FAR):
            beat = self._beat(wall)
            if last is not None and beat.wall > last:
                return
            yield beat

    def beats_to(self, at: Moment) -> list[Moment]:
        """Those of the beats that are not after a moment."""
        limit, found = self.order(at), []
        surely = plus(Moment(_day(self.local(at))), -2 * _DAY)  # before that day no zone needs to be asked
        for beat in self.beats():
            early = surely is not None and _day(beat) < surely.wall
            if not early and self.order(beat) > limit:
                break
            found.append(beat)
        return found

    def has(self, at: Moment) -> bool:
        """Whether it takes place then, as far as the rule, RDATE and EXDATE say."""
        return self.comparable(at) and not self.excepts(at) and (self.lists(at) or self.gives(at))

    def excepts(self, at: Moment) -> bool:
        """Whether EXDATE names this moment, or its day where it names days only."""
        local = self.local(at)
        return key(local, self.zones) in self.excepted or key(Moment(_day(local)), self.zones) in self.excepted

    def gives(self, at: Moment) -> bool:
        """Whether the rule (or the start) gives this moment."""
        if not self.comparable(at) or self.order(at) < self.order(self.start):
            return False
        if self.rule is None or self.rule.count is not None:
            return self.order(self.beats_to(at)[-1]) == self.order(at)
        last = last_wall(self.rule, self.start, self.zones)
        day = datetime.combine(_day(self.local(at)), time())
        low, high = max(day, _NEAR) - _DAY, min(day, _FAR - _DAY) + 2 * _DAY
        near = (self._beat(wall) for wall in _later(_pattern(self.rule, self.start), low, high))
        found = any(self.order(beat) == self.order(at) and (last is None or beat.wall <= last) for beat in near)
        return found or self.order(self.start) == self.order(at)

    def lists(self, at: Moment) -> bool:
        """Whether RDATE lists this moment."""
        return any(self.order(each) == self.order(at) for each in self.listed if self.comparable(each))

    def alive(self) -> bool:
        """Whether anything is left of it."""
        return any(not self.excepts(at) for source in (self.listed, self.beats()) for at in source)

    def comparable(self, at: Moment) -> bool:
        """Whether a moment can be one of this series; whole days take any."""
        return self.start.all_day or not at.all_day

    def order(self, at: Moment) -> date | datetime:
        """What moments of this series are put in order by: instants where they are some, else the clock."""
        if self.start.all_day or at.all_day:
            return _day(at)
        here = at if at.zone else Moment(at.wall, self.start.zone)
        exact = instant(here, self.zones) if instant(self.start, self.zones) else None
        return exact.replace(tzinfo=None) if exact else at.wall

    def local(self, at: Moment) -> Moment:
        """The moment by the clock of the series' zone."""
        if self.start.all_day or at.all_day:
            return Moment(_day(at))
        if not at.zone or at.zone == self.start.zone:
            return Moment(at.wall, self.start.zone)
        zoned, home = aware(at, self.zones), aware(self.start, self.zones)
        if not zoned or not home:
            return at
        try:
            return Moment(zoned.astimezone(home.tzinfo).replace(tzinfo=None, fold=0), self.start.zone)
        except (OverflowError, ValueError):  # the years 1 and 9999
            return at

    def _beat(self, wall: datetime) -> Moment:
        return Moment(wall.date() if self.start.all_day else wall, self.start.zone)


def course_of(master: Component, zones: Zones) -> Course | None:
    """A master's recurrence; None where it has no start. Raises RuleError where it is of a kind not dealt with here."""
    start = start_of(master)
    if start is None:
        return None
    rules = [line.value for line in master.lines if line.name == "RRULE" and line.value.strip()]
    if len(rules) > 1 or master.first("EXRULE"):
        raise RuleError(TOO_ODD)
    bare = Course(start, read(rules[0]) if rules else None, zones)
    listed = tuple(at for name, at in _listed(master) if name == "RDATE")
    excepted = frozenset(key(bare.local(at), zones) for name, at in _listed(master) if name == "EXDATE")
    return replace(bare, listed=listed, excepted=excepted)


def fits(rule: Rule, start: Moment) -> bool:
    """Whether a series that starts then begins with an occurrence of its rule."""
    try:
        known = _pattern(rule, start)
        # The start itself is never among what comes after it; a second earlier, it is. Its own period is in phase.
        just_before = replace(known, start=known.start - timedelta(seconds=1), interval=1, count=None)
        return any(_later(just_before, known.start, known.start))
    except (RuleError, OverflowError):  # the first second of the year 1
        return False


def first_fit(rule: Rule, start: Moment) -> Moment:
    """The first occurrence at or after a start. Raises RuleError where there is none."""
    if fits(rule, start):
        return start
    known = replace(_pattern(rule, start), count=None)
    try:
        wall = next(_later(known, known.start, _FAR), None)
    except RuleError:
        wall = None
    if wall is None:
        raise RuleError(UNFIT)
    return Moment(wall.date() if start.all_day else wall, start.zone)


def end_at(master: Component, at: Moment, zones: Zones) -> Moment | None:
    """When the occurrence that starts then ends: as long as the first, by the clock where that is one clock."""
    for line in master.lines:
        for text, each in moments_of(line) if line.name == "RDATE" and "/" in line.value else ():
            if each == at and "/" in text:
                length = span(text.partition("/")[2])
                return later(at, length, zones) if length else moment(text.partition("/")[2], at.zone)
    start, end = start_of(master), end_of(master, zones)
    return lasting(start, end, at, zones) if start and end else None


def lasting(start: Moment, end: Moment, at: Moment, zones: Zones) -> Moment | None:
    """An end as far from `at` as `end` is from `start`; None where that cannot be told."""
    one, other, now, home = instant(start, zones), instant(end, zones), instant(at, zones), aware(end, zones)
    if end.zone == start.zone or one is None or other is None or now is None or home is None:
        length = apart(end, start)
        then = None if length is None else plus(at, length)
        return then and (then if end.zone == start.zone else Moment(then.wall, end.zone))
    try:
        return Moment((now + (other - one)).astimezone(home.tzinfo).replace(tzinfo=None, fold=0), end.zone)
    except (OverflowError, ValueError):  # the years 1 and 9999
        return None


def _listed(master: Component) -> Iterator[tuple[str, Moment]]:
    for line in master.lines:
        if line.name in {"RDATE", "EXDATE"}:
            yield from ((line.name, at) for _, at in moments_of(line) if at)


def _pattern(rule: Rule, start: Moment) -> Pattern:
    known = pattern(str(rule), start.wall)
    if known is None or any(name in _FOREIGN for name, _ in rule.parts):
        raise RuleError(TOO_ODD)
    if not start.all_day:
        return known
    midnight = time()  # RFC 5545 3.3.10: of dates, hours and less mean nothing
    return replace(known, hours=(midnight.hour,), minutes=(midnight.minute,), seconds=(midnight.second,))


def _later(known: Pattern, low: datetime, high: datetime) -> Iterator[datetime]:
    try:
        yield from after_start(known, low, high)
    except Overwork as theirs:
        raise RuleError(TOO_ODD) from theirs


def _day(at: Moment) -> date:
    return at.wall.date() if isinstance(at.wall, datetime) else at.wall
