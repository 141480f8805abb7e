"""An event as its owner reads it: what, when, where, who, and how it is called on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from hashlib import sha256

from calsync_cli.core.clock import clock_of, plus
from calsync_cli.core.lines import Component, Line, param, parse
from calsync_cli.core.occasions import Occasion
from calsync_cli.core.properties import address_of
from calsync_cli.core.scan import unescaped
from calsync_cli.core.series import Override, Series, series_of
from calsync_cli.core.times import Moment, apart, moment, span
from calsync_cli.core.units import Laid, end_of, lay_out, occurrence_of, start_of, uid_of

ID_DIGITS = 12
"""Of a hash: enough for any agenda; the screen shows the shortest part that is unique there, from four on."""


def event_id(uid: str) -> str:
    """How an event is called on the command line: the same for one UID on every machine."""
    return sha256(uid.encode()).hexdigest()[:ID_DIGITS]


@dataclass(frozen=True, slots=True)
class Guest:
    """An attendee. `answer` is PARTSTAT in lower case ("needs-action" where there is none)."""

    address: str
    """In lower case, without mailto:."""
    name: str = ""
    answer: str = "needs-action"
    silent: bool = False
    """Marked here as one whom no server invites (SCHEDULE-AGENT=NONE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """One event, or one occurrence of it. `end` is exclusive; None where the text tells no moment."""

    uid: str
    title: str
    start: Moment | None
    end: Moment | None
    where: str = ""
    notes: str = ""
    rule: str = ""
    """The RRULE's value of the series."""
    guests: tuple[Guest, ...] = ()
    organizer: str = ""
    reminders: tuple[timedelta | Moment, ...] = ()
    """Before the start (positive), or at a moment."""
    private: bool = False
    free: bool = False
    """Does not block time (TRANSP:TRANSPARENT)."""
    status: str = ""
    """In lower case: "confirmed", "tentative", "cancelled"."""
    occurrence: Moment | None = None
    """The RECURRENCE-ID, where this is one occurrence of a series."""


def details(content: bytes, at: Moment | None = None) -> Details:
    """The event, or its occurrence `at` as it would be shown: changed if it was changed, else moved there.

    Whether `at` is an occurrence at all is not asked. Raises Broken.
    """
    return details_of(lay_out(parse(content)), at)


def details_of(laid: Laid, at: Moment | None = None) -> Details:
    """The same for what is parsed already."""
    series = next(series_of(laid, UTC), None)
    if at is None or series is None:
        part = laid.leading()
        if part is None:
            return Details(uid="", title="", start=None, end=None)
        return _told(laid, part, start_of(part), end_of(part, laid.zones), occurrence_of(part))
    override, moved = _changed(series, at)
    if override is not None and not moved:
        part = override.part
        return _told(laid, part, start_of(part), end_of(part, laid.zones), override.occurrence)
    return _moved_to(laid, series, override, at)


def details_on(laid: Laid, one: Occasion, floating: tzinfo) -> Details:
    """The event as it is on an occasion that was found in it, with the same zone for what floats."""
    start = start_of(one.part)
    if one.occurrence is None or start is None:
        return _told(laid, one.part, start, end_of(one.part, laid.zones), one.occurrence)
    clock = clock_of(start, laid.zones, floating)
    walls = [at.replace(tzinfo=None) if one.all_day else clock.wall_at(at) for at in (one.start, one.end)]
    return _told(laid, one.part, clock.moment(walls[0]), clock.moment(walls[1]), one.occurrence)


def _changed(series: Series, at: Moment) -> tuple[Override | None, bool]:
    """What changes this occurrence, and whether that was made for an earlier one."""
    key = series.clock.key(at)
    own = series.changed_at(key)
    return (own, False) if own else (series.ranged_at(key), True)


def _moved_to(laid: Laid, series: Series, override: Override | None, at: Moment) -> Details:
    wall = series.clock.wall(at)
    part, clock, length, start = series.part, series.clock, series.length_at(series.clock.instant(wall)), wall
    if override is not None:
        part, clock, length = override.part, override.clock, override.length
        start = plus(clock.wall_at(series.clock.key(at)), override.shift(series.clock))
    end = clock.after(start, length)
    return _told(laid, part, clock.moment(start), clock.moment(end), series.clock.moment(wall))


def _told(laid: Laid, part: Component, start: Moment | None, end: Moment | None, occurrence: Moment | None) -> Details:
    """What the part says; what a changed occurrence leaves out, the series says.

    An occurrence without a title is one that a program wrote down sparsely (DavMail); one with a title and without a
    place has none.
    """
    master = laid.master() or part
    words = master if part.first("SUMMARY") is None else part
    rule = master.first("RRULE")
    return Details(
        uid=uid_of(part) or uid_of(master),
        title=_text(words, "SUMMARY"),
        start=start,
        end=end,
        where=_text(part, "LOCATION") or _text(words, "LOCATION"),
        notes=_text(part, "DESCRIPTION") or _text(words, "DESCRIPTION"),
        rule=rule.value.strip() if rule else "",
        guests=tuple({guest.address: guest for guest in _guests(part)}.values()),
        organizer=_organizer(part, master, laid),
        reminders=tuple(dict.fromkeys(_reminders(part, start, end))),
        private=(_word(part, "CLASS") or _word(master, "CLASS")) in {"private", "confidential"},
        free=_word(part, "TRANSP") == "transparent",
        status=_word(part, "STATUS"),
        occurrence=occurrence,
    )


def _text(part: Component, name: str) -> str:
    line = part.first(name)
    return unescaped(line.value).strip() if line else ""


def _word(part: Component, name: str) -> str:
    line = part.first(name)
    return line.value.strip().lower() if line else ""


def _guests(part: Component) -> Iterator[Guest]:
    for line in part.lines:
        address = address_of(line) if line.name == "ATTENDEE" else ""
        if address:
            yield Guest(
                address,
                name=param(line, "CN").strip(),
                answer=param(line, "PARTSTAT").strip().lower() or "needs-action",
                silent=param(line, "SCHEDULE-AGENT").strip().upper() == "NONE",
            )


def _organizer(part: Component, master: Component, laid: Laid) -> str:
    """Kerio leaves it out of the series and writes it into an occurrence."""
    parts = [part, master, *(each for each in laid.parts.values() if each.name == "VEVENT")]
    line = next((line for each in parts if (line := each.first("ORGANIZER"))), None)
    return address_of(line) if line else ""


def _reminders(part: Component, start: Moment | None, end: Moment | None) -> Iterator[timedelta | Moment]:
    for alarm in part.children:
        trigger = alarm.first("TRIGGER") if alarm.name == "VALARM" and _word(alarm, "ACTION") != "none" else None
        found = _before(trigger, start, end) if trigger else None
        if found is not None:
            yield found


def _before(trigger: Line, start: Moment | None, end: Moment | None) -> timedelta | Moment | None:
    """How long before the start, also where it is said from the end (RELATED=END)."""
    at = moment(trigger.value, param(trigger, "TZID"))
    if at is not None:
        return at
    length = span(trigger.value)
    if length is None:
        return None
    after = length.days + length.clock
    if param(trigger, "RELATED").upper() == "END" and start and end:
        after += apart(end, start) or timedelta()
    return -after
