"""A whole series with a person's changes: its rule, its exceptions and its changed occurrences go along."""

from __future__ import annotations

from collections.abc import Sequence

from calsync_cli.core.changing import end_after, retimed, retouched, same_length, shared
from calsync_cli.core.course import OF_A_SERIES, Course, end_at
from calsync_cli.core.draft import Changes
from calsync_cli.core.drafting import plain, rule_for
from calsync_cli.core.lines import Component, Line, make_line, param
from calsync_cli.core.refusals import NOT_FOR_ONE, TOO_ODD, RuleError
from calsync_cli.core.retouch import signed, with_lines
from calsync_cli.core.rules import read
from calsync_cli.core.sheet import Sheet
from calsync_cli.core.shifting import Shift, shift
from calsync_cli.core.times import Key, Moment, apart, key, moment, moments_of, plus, span, written
from calsync_cli.core.units import occurrence_of, start_of

Pairs = list[tuple[Component | None, Component | None]]
"""Components as they were and as they are; None is not there."""
Routes = dict[Key, Moment]


def whole(sheet: Sheet, changes: Changes) -> tuple[Pairs, tuple[Moment, ...]]:
    """Every component of an event with the changes, and the changed occurrences that fall away by them."""
    if sheet.master is None:
        return _strays(sheet, sheet.overrides, changes), ()
    master = retouched(sheet.master, changes, sheet.host, sheet.pen)
    master = retimed(master, changes.start, changes.end, sheet.zones, sheet.pen)
    shifted = _shift(sheet, changes)
    routes = None if shifted is None else shifted.routes(_exceptions(sheet))
    if shifted is not None and routes is not None:
        master = _reruled(master, shifted, routes, sheet.pen.end)
    pairs: Pairs = [(sheet.master, signed(sheet.master, master, sheet.pen))]
    lost = []
    for part in sheet.overrides:
        at = occurrence_of(part)
        to = routes.get(key(at, sheet.zones)) if routes is not None and at else at
        if at is not None and (to is None or (shifted and not _recurs(shifted.new))):
            lost.append(at)
            pairs.append((part, None))
        else:
            now = _followed(part, to, sheet, changes, master)
            pairs.append((part, signed(part, now, sheet.pen)))
    return pairs, tuple(lost)


def _strays(sheet: Sheet, parts: Sequence[Component], changes: Changes) -> Pairs:
    """Occurrences without their series: what is said of all of them; a time only where it is one."""
    if changes.rule:
        raise RuleError(NOT_FOR_ONE)
    if len(parts) > 1 and (changes.start or changes.end):
        raise RuleError(TOO_ODD)
    return [(part, signed(part, single(sheet, part, changes), sheet.pen)) for part in parts]


def single(sheet: Sheet, part: Component, changes: Changes) -> Component:
    """One component with all the changes, but the rule."""
    now = retouched(part, changes, sheet.host, sheet.pen)
    return retimed(now, changes.start, changes.end, sheet.zones, sheet.pen)


def strays(sheet: Sheet, since: Moment, changes: Changes) -> Pairs:
    """The same for those from one on."""
    by = Course(since, None, sheet.zones)
    known = [(part, at) for part in sheet.overrides if (at := occurrence_of(part)) and by.comparable(at)]
    return _strays(sheet, [part for part, at in known if by.order(at) >= by.order(since)], changes)


def _shift(sheet: Sheet, changes: Changes) -> Shift | None:
    """How the series moves; None where neither its start nor its rule changes."""
    was = start_of(sheet.master) if sheet.master else None
    start = plain(changes.start) if changes.start else was
    if start is None or was is None or (start == was and changes.rule is None):
        return None
    old = sheet.course()
    if old is None:
        return None
    if changes.rule is None:
        return shift(old, start, old.rule, given=False)
    rule = read(rule_for(changes.rule, start, sheet.zones)) if changes.rule.strip() else None
    same = start == was and rule == old.rule and (rule is not None or not old.listed)
    return None if same else shift(old, start, rule, given=True)


def _recurs(course: Course) -> bool:
    return course.rule is not None or bool(course.listed)


def _exceptions(sheet: Sheet) -> list[Moment]:
    """All moments that the event's components name besides its start."""
    named = [at for part in sheet.overrides if (at := occurrence_of(part))]
    lines = [line for line in (sheet.master.lines if sheet.master else ()) if line.name in {"EXDATE", "RDATE"}]
    return named + [at for line in lines for _, at in moments_of(line) if at]


def _reruled(master: Component, shifted: Shift, routes: Routes, end: bytes) -> Component:
    """The master with its new rule and its exceptions where they belong now."""
    rule = shifted.new.rule
    if not _recurs(shifted.new):
        return master.with_body(item for item in master.body if not _of_a_series(item))
    if rule != shifted.old.rule:
        lines = [] if rule is None else [make_line("RRULE", str(rule), end=end)]
        master = with_lines(master, "RRULE", lines, after="DTEND" if master.first("DTEND") else "DTSTART")
    body: list[Line | Component] = []
    for item in master.body:
        listed = isinstance(item, Line) and item.name in {"EXDATE", "RDATE"}
        body += _relisted(item, shifted, routes, end) if isinstance(item, Line) and listed else [item]
    return master.with_body(body)


def _of_a_series(item: Line | Component) -> bool:
    return isinstance(item, Line) and item.name in OF_A_SERIES


def _relisted(line: Line, shifted: Shift, routes: Routes, end: bytes) -> list[Line]:
    """An EXDATE or RDATE with its moments where they went."""
    pairs = [(text, at, routes.get(key(at, shifted.old.zones)) if at else None) for text, at in moments_of(line)]
    if all(at is not None and to is not None and _stays(at, to, shifted) for _, at, to in pairs):
        return [line]
    told = [(to, _text(text, at, to)) for text, at, to in pairs if at and to]
    if not told:
        return []
    params = written(told[0][0])[0]
    if any("/" in text for _, text in told):
        params = ";".join(filter(None, ("VALUE=PERIOD", params)))
    return [make_line(line.name, ",".join(text for _, text in told), params, end=end)]


def _stays(at: Moment, to: Moment, shifted: Shift) -> bool:
    """Whether a moment is as good as it was: the same instant, and not in a zone that the series has left."""
    same = key(at, shifted.old.zones) == key(to, shifted.new.zones)
    return same and (at.zone == to.zone or at.zone != shifted.old.start.zone)


def _text(text: str, at: Moment, to: Moment) -> str:
    value, period = written(to)[1], text.partition("/")[2]
    if not period or to.all_day:
        return value
    until = None if span(period) else moment(period, at.zone)
    length = apart(until, at) if until else None
    ended = plus(to, length) if length is not None else None
    return f"{value}/{written(ended)[1] if ended else period}"


def _followed(part: Component, to: Moment | None, sheet: Sheet, changes: Changes, master: Component) -> Component:
    """A changed occurrence after a change of its series: what it had in common with it changes too."""
    old, at, start = sheet.master, occurrence_of(part), start_of(part)
    if old is None or at is None or to is None:
        return part
    now = retouched(part, shared(changes, part, old), sheet.host, sheet.pen)
    stays = _same_mark(at, to, old, master, sheet)
    if not stays:
        now = _marked(now, to, sheet.pen.end)
    if start is None or key(start, sheet.zones) != key(at, sheet.zones):
        return now
    as_long = same_length(part, old, sheet.zones) and not same_length(old, master, sheet.zones)
    until = end_at(master, to, sheet.zones) if as_long else end_after(part, to, sheet.zones)
    return retimed(now, start if stays else to, until, sheet.zones, sheet.pen)


def _marked(part: Component, at: Moment, end: bytes) -> Component:
    """The component as that of another occurrence."""
    line = part.first("RECURRENCE-ID")
    reach = param(line, "RANGE") if line else ""
    params, value = written(at)
    params = ";".join(filter(None, (f"RANGE={reach}" if reach else "", params)))
    return with_lines(part, "RECURRENCE-ID", [make_line("RECURRENCE-ID", value, params, end=end)])


def _same_mark(at: Moment, to: Moment, old: Component, new: Component, sheet: Sheet) -> bool:
    """Whether an occurrence is still called what it was; not in a zone that the series has left."""
    was, now = start_of(old), start_of(new)
    same = key(at, sheet.zones) == key(to, sheet.zones)
    return same and (was is None or now is None or now.zone in (was.zone, at.zone))
