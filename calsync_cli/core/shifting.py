"""A series that is moved: what its rule becomes, and where each of its occurrences goes.

A series that begins on another of its own days begins later or earlier, and its other days stay where they are. One
that begins on any other day moves as a whole, occurrence by occurrence: a rule that only repeats what the start says
follows it, several weekdays move together, and what cannot follow for certain is refused (UNFIT).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from calsync_cli.core.course import Course, fits
from calsync_cli.core.refusals import ENDS_BEFORE, UNFIT, RuleError
from calsync_cli.core.rules import WEEKDAYS, Rule, until_text
from calsync_cli.core.times import Key, Moment, key, plus

_WEEK = 7
_NEAR = timedelta(days=40)
_CLOCK = {"BYHOUR": "hour", "BYMINUTE": "minute", "BYSECOND": "second"}


@dataclass(frozen=True, slots=True)
class Shift:
    """A series as it was and as it is now; `whole`: it moved occurrence by occurrence."""

    old: Course
    new: Course
    whole: bool
    days: tuple[timedelta, ...] = (timedelta(),)
    """Otherwise: how many days on an occurrence may be, the first that the new series has."""

    def routes(self, wanted: Iterable[Moment]) -> dict[Key, Moment]:
        """Where each of these occurrences is now; one that fell away is missing."""
        found: dict[Key, Moment] = {}
        known = self._in_step(wanted) if self.whole else {}
        for at in wanted:
            local = self.old.local(at)
            to = known.get(self.old.order(at)) if self.old.comparable(at) else None
            to = to or (self._off(local) if self.whole else self._same_day(local))
            if to is not None:
                found[key(at, self.old.zones)] = to
        return found

    def _in_step(self, wanted: Iterable[Moment]) -> dict[date, Moment]:
        """The first to the first, the second to the second, as far as they are wanted."""
        orders = [self.old.order(at) for at in wanted if self.old.comparable(at)]
        pairs: dict[date, Moment] = {}
        for was, now in zip(self.old.beats(), self.new.beats(endless=True), strict=False):
            order = self.old.order(was)
            pairs[order] = now
            if not orders or order >= max(orders):
                break
        return pairs

    def _off(self, local: Moment) -> Moment | None:
        """As far away as the start went, by the clock: for what is listed besides the rule."""
        return _moved(local, self.old.start, self.new.start, _gap(self.old.start, self.new.start))

    def _same_day(self, local: Moment) -> Moment | None:
        """On the same day at the new time (with a new rule else as far away as the start went), if there is such."""
        spots = (_moved(local, self.old.start, self.new.start, days) for days in self.days)
        return next((at for at in spots if at and self.new.has(at)), None)


def shift(old: Course, start: Moment, rule: Rule | None, *, given: bool) -> Shift:
    """The series that starts then. `given`: the rule is what somebody wants, else the old one follows. RuleError."""
    gap = _gap(old.start, start)
    if given:
        listed = _listed(old, start, timedelta()) if rule else ()
        return Shift(old, Course(start, rule, old.zones, listed), whole=False, days=(timedelta(), gap))
    if rule is None:
        return Shift(old, Course(start, None, old.zones, _listed(old, start, gap)), whole=True)
    along = not gap or _along(old, start)
    follows = _clocked(rule, old.start, start)
    follows = follows if along else _following(follows, old.start, start, gap)
    if fits(rule, old.start) and not fits(follows, start):
        raise RuleError(UNFIT)
    new = Course(start, follows, old.zones, _listed(old, start, timedelta() if along else gap))
    return Shift(old, replace(new, rule=_ended(old, new, whole=not along)), whole=not along)


def _listed(old: Course, start: Moment, gap: timedelta) -> tuple[Moment, ...]:
    """Where RDATEs go: along with a series that moves as a whole, but not before its start."""
    moved = (_moved(old.local(at), old.start, start, gap) for at in old.listed)
    return tuple(at for at in moved if at and (gap or at.wall >= start.wall or start.wall == old.start.wall))


def _ended(old: Course, new: Course, *, whole: bool) -> Rule | None:
    """The new rule with UNTIL at its last occurrence, so that there are as many as before."""
    rule = new.rule
    if rule is None or old.rule is None or not old.rule.get("UNTIL"):
        return rule
    beats = list(old.beats())
    if whole:
        last: Moment | None = [at for at, _ in zip(new.beats(endless=True), beats, strict=False)][-1]
    else:
        last = _moved(beats[-1], old.start, new.start, timedelta())
    if last is None or last.wall < new.start.wall:
        raise RuleError(ENDS_BEFORE, "UNTIL")
    return rule.having("UNTIL", until_text(last, old.zones))


def _along(old: Course, start: Moment) -> bool:
    """Whether the new start is on a day of the series, or the old one on a day of the series that starts earlier."""
    clock = old.start.wall.time() if isinstance(old.start.wall, datetime) else time()
    days = sorted((_day(old.start), _day(start)))
    first, later = (Moment(day) if old.start.all_day else Moment(datetime.combine(day, clock)) for day in days)
    bare = old.rule.having("COUNT", None).having("UNTIL", None) if old.rule else None
    return bare is not None and fits(bare, first) and Course(first, bare, old.zones).gives(later)


def _clocked(rule: Rule, old: Moment, new: Moment) -> Rule:
    """BYHOUR and the like that only repeat the start's time follow it."""
    if not isinstance(old.wall, datetime):
        return rule
    for name, unit in _CLOCK.items():
        if rule.get(name) and not isinstance(new.wall, datetime):
            rule = rule.having(name, None)
        elif rule.listed(name) == [str(getattr(old.wall, unit))]:
            rule = rule.having(name, str(getattr(new.wall, unit)))
    return rule


def _following(rule: Rule, old: Moment, new: Moment, gap: timedelta) -> Rule:
    """The days that the old start stands for become those of the new one."""
    if rule.get("BYSETPOS"):
        return rule
    if rule.freq == "WEEKLY":
        return _turned(rule, gap.days)
    was, now = _day(old), _day(new)
    nths = {f"{sign}{_nth(was)}{_weekday(was)}": f"{_nth(now)}{_weekday(now)}" for sign in ("", "+")}
    last = "-1" if _from_end(now) >= -_WEEK else str(_nth(now))
    lasts = {f"-1{_weekday(was)}": f"{last}{_weekday(now)}"} if _from_end(was) >= -_WEEK else {}
    rule = _swapped(rule, "BYMONTH", {str(was.month): str(now.month)})
    rule = _swapped(rule, "BYMONTHDAY", {str(was.day): str(now.day), str(_from_end(was)): str(_from_end(now))})
    return _swapped(rule, "BYDAY", nths | lasts | {_weekday(was): _weekday(now)})


def _swapped(rule: Rule, name: str, pairs: dict[str, str]) -> Rule:
    """One value that the start stands for; of several, nobody knows which of them is meant to go."""
    values = rule.listed(name)
    return rule.having(name, pairs[values[0]]) if len(values) == 1 and values[0] in pairs else rule


def _turned(rule: Rule, days: int) -> Rule:
    """All weekdays so many days on; the week as well, where it matters which days are in one."""
    values = rule.listed("BYDAY")
    if not values or not all(value in WEEKDAYS for value in values):
        return rule
    turned = rule.having("BYDAY", ",".join(_turn(value, days) for value in values))
    if rule.interval == 1 or len(values) == 1:
        return turned
    return turned.having("WKST", _turn(rule.get("WKST") or "MO", days))


def _turn(weekday: str, days: int) -> str:
    return WEEKDAYS[(WEEKDAYS.index(weekday) + days) % _WEEK] if weekday in WEEKDAYS else weekday


def _moved(local: Moment, old: Moment, new: Moment, gap: timedelta) -> Moment | None:
    """A moment so many days on, at the time that the start has now."""
    day = plus(Moment(_day(local)), gap)
    if day is None or not isinstance(new.wall, datetime):
        return day
    off = timedelta()
    if isinstance(local.wall, datetime) and isinstance(old.wall, datetime):
        off = local.wall - datetime.combine(local.wall.date(), old.wall.time())  # several a day
    return plus(Moment(datetime.combine(day.wall, new.wall.time()), new.zone), off)


def _gap(old: Moment, new: Moment) -> timedelta:
    return _day(new) - _day(old)


def _day(at: Moment) -> date:
    return at.wall.date() if isinstance(at.wall, datetime) else at.wall


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _nth(day: date) -> int:
    return (day.day - 1) // _WEEK + 1


def _from_end(day: date) -> int:
    """The day of the month, counted from its end: -1 is the last."""
    return day.day - monthrange(day.year, day.month)[1] - 1
