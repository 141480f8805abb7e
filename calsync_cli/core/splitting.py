"""A series parted in two at one of its occurrences: together they give what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from calsync_cli.core.course import Course, end_at
from calsync_cli.core.drafting import moment_line
from calsync_cli.core.lines import Component, Line, make_line
from calsync_cli.core.refusals import TOO_ODD, NoSuchOccurrence, RuleError
from calsync_cli.core.retouch import with_lines
from calsync_cli.core.rules import Rule, until_text
from calsync_cli.core.sheet import Sheet
from calsync_cli.core.times import Moment, moments_of
from calsync_cli.core.units import occurrence_of


@dataclass(frozen=True, slots=True)
class Parted:
    """The components before and from an occurrence on, masters first; no `head` where nothing takes place before."""

    head: tuple[Component, ...]
    tail: tuple[Component, ...]


def parted(sheet: Sheet, at: Moment) -> Parted | None:
    """The series before and from an occurrence on; None where that is its start. Raises NoSuchOccurrence, RuleError."""
    master, course = sheet.master, sheet.course()
    if master is None or course is None or not (course.has(at) or sheet.override_at(at)):
        raise NoSuchOccurrence(at)
    if course.order(at) == course.order(course.start):
        return None
    before = _beats_before(course, at)
    if sheet.ranged() or not before:
        raise RuleError(TOO_ODD)
    first = course.local(at)
    overrides = [(part, when) for part in sheet.overrides if (when := occurrence_of(part))]
    head = [part for part, when in overrides if course.order(when) < course.order(at)]
    tail = [part for part, when in overrides if course.order(when) >= course.order(at)]
    ended = _cut(master, course, at, _before(course, before), sheet.pen.end, early=True)
    begun = _cut(master, course, at, _after(course, first, before), sheet.pen.end, early=False)
    alive = head or _left(course, at, before)
    return Parted((ended, *head) if alive else (), (_begun(begun, master, first, sheet), *tail))


def _beats_before(course: Course, at: Moment) -> list[Moment]:
    beats = course.beats_to(at)
    return beats[:-1] if beats and course.order(beats[-1]) == course.order(at) else beats


def _left(course: Course, at: Moment, before: list[Moment]) -> bool:
    """Whether anything takes place before."""
    listed = [each for each in course.listed if course.comparable(each) and course.order(each) < course.order(at)]
    return any(not course.excepts(each) for each in [*before, *listed])


def _before(course: Course, before: list[Moment]) -> Rule | None:
    """The rule of what was before: fewer, or until the last one."""
    rule = course.rule
    if rule is None:
        return None
    if rule.count is not None:
        return rule.having("COUNT", str(len(before)))
    return rule.having("UNTIL", until_text(before[-1], course.zones))


def _after(course: Course, at: Moment, before: list[Moment]) -> Rule | None:
    """The rule of what is left. One that begins with a date of its own loses step; that is refused."""
    rule = course.rule
    if rule is None:
        return None
    rest = next(islice(course.beats(), len(before), None), None)
    if rest is None:
        return None
    if course.order(rest) != course.order(at):
        raise RuleError(TOO_ODD)
    if rule.count is None:
        return rule
    left = rule.count - len(before)
    return rule.having("COUNT", str(left)) if left > 1 else None


def _cut(master: Component, course: Course, at: Moment, rule: Rule | None, end: bytes, *, early: bool) -> Component:
    """The master with a rule, and with those of its EXDATEs and RDATEs that are on one side."""
    if rule != course.rule:
        master = with_lines(master, "RRULE", [make_line("RRULE", str(rule), end=end)] if rule else [])
    body: list[Line | Component] = []
    for item in master.body:
        listed = isinstance(item, Line) and item.name in {"EXDATE", "RDATE"}
        body += _sided(item, course, at, end, early=early) if isinstance(item, Line) and listed else [item]
    return master.with_body(body)


def _sided(line: Line, course: Course, at: Moment, end: bytes, *, early: bool) -> list[Line]:
    pairs = moments_of(line)
    kept = [text for text, when in pairs if when is None or _early(course, when, at) == early]
    if line.name == "RDATE" and not early:
        kept = [text for text, when in pairs if when and course.order(when) > course.order(at)]
    if len(kept) == len(pairs):
        return [line]
    return [make_line(line.name, ",".join(kept), line.params, end=end)] if kept else []


def _early(course: Course, when: Moment, at: Moment) -> bool:
    """Whether it is before; a date among times by its day."""
    if when.all_day and not course.start.all_day:
        return when.wall < course.local(at).wall.date()  # type: ignore[union-attr] # a time, as all of this series
    return course.order(when) < course.order(at)


def _begun(master: Component, old: Component, at: Moment, sheet: Sheet) -> Component:
    """The master at its new start."""
    until = end_at(old, at, sheet.zones) if old.first("DTEND") else None
    moved = with_lines(master, "DTSTART", [moment_line("DTSTART", at, sheet.pen.end)])
    return with_lines(moved, "DTEND", [moment_line("DTEND", until, sheet.pen.end)]) if until else moved
