"""A recurrence rule (RFC 5545 3.3.10) as a value: read, judged, changed in one part, and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from calsync_cli.core.lines import Component
from calsync_cli.core.refusals import (
    BAD_VALUE,
    BOTH_ENDS,
    EMPTY,
    ENDS_BEFORE,
    MISPLACED,
    NO_FREQUENCY,
    TOO_OFTEN,
    TWICE,
    UNKNOWN,
    RuleError,
)
from calsync_cli.core.times import Moment, instant, moment
from calsync_cli.core.zones import Zones

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
"""From seldom to often; MINUTELY and SECONDLY fill an agenda and are taken from nobody."""
PARTS = (
    *("FREQ", "INTERVAL", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"),
    *("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS", "COUNT", "UNTIL", "WKST"),
)
"""All that RFC 5545 knows, in the order in which they are written here."""
CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_RANGES = {
    "INTERVAL": (1, 9999, False),
    "COUNT": (1, 99999, False),
    "BYMONTH": (1, 12, False),
    "BYWEEKNO": (1, 53, True),
    "BYYEARDAY": (1, 366, True),
    "BYMONTHDAY": (1, 31, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
}
"""Smallest, greatest, and whether it may count from the end."""
_MEANINGLESS = {
    "BYWEEKNO": {"MONTHLY", "WEEKLY", "DAILY", "HOURLY"},
    "BYYEARDAY": {"MONTHLY", "WEEKLY", "DAILY"},
    "BYMONTHDAY": {"WEEKLY"},
}
"""The N/A of the table in RFC 5545 3.3.10."""
_MOST_IN_A_YEAR = 53
NO_FILE = Zones(Component("VCALENDAR", b"", (), b""))
"""Zones by their names alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE's value: its parts in their order, in capitals."""

    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.parts)

    @property
    def freq(self) -> str:
        """FREQ, or ""."""
        return self.get("FREQ")

    @property
    def interval(self) -> int:
        """INTERVAL; 1 where it cannot be read."""
        return _number(self.get("INTERVAL")) or 1

    @property
    def count(self) -> int | None:
        """COUNT, None where there is none."""
        return _number(self.get("COUNT"))

    @property
    def until(self) -> Moment | None:
        """UNTIL as written."""
        return moment(self.get("UNTIL"))

    def get(self, name: str) -> str:
        """One part's value, or ""."""
        return next((value for each, value in self.parts if each == name), "")

    def listed(self, name: str) -> list[str]:
        """One part's values."""
        return [each for each in self.get(name).split(",") if each]

    def having(self, name: str, value: str | None) -> Rule:
        """The rule with one part set in its place, or taken away."""
        if value is None or not self.get(name):
            added = () if value is None else ((name, value),)
            return Rule((*((each, was) for each, was in self.parts if each != name), *added))
        return Rule(tuple((each, value if each == name else was) for each, was in self.parts))


def read(text: str) -> Rule:
    """What a file says, however odd; of what is said twice the first counts."""
    pairs = (part.partition("=") for part in text.upper().replace(" ", "").split(";"))
    found: dict[str, str] = {}
    for name, _, value in pairs:
        if name and value:
            found.setdefault(name, value)
    return Rule(tuple(found.items()))


def checked(text: str) -> Rule:
    """A rule that a person typed ("RRULE:" may go before it), in the usual order. Raises RuleError."""
    plain = text.strip().upper().removeprefix("RRULE:")
    names = [part.partition("=")[0].strip() for part in plain.split(";") if part.strip()]
    if not names:
        raise RuleError(EMPTY)
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise RuleError(TWICE, twice)
    rule = read(plain)
    for name in names:
        if name not in PARTS:
            raise RuleError(UNKNOWN, name)
        if not rule.get(name) or not _valid(name, rule.get(name)):
            raise RuleError(TOO_OFTEN if name == "FREQ" and _often(rule.freq) else BAD_VALUE, name)
    _judge(rule)
    usual = sorted(rule.parts, key=lambda part: PARTS.index(part[0]))
    return Rule(tuple((name, value) for name, value in usual if (name, value) != ("INTERVAL", "1")))


def ended(rule: Rule, start: Moment, zones: Zones = NO_FILE) -> Rule:
    """The rule with UNTIL in the start's type: a date, a local time, or UTC (RFC 5545 3.3.10). Raises RuleError.

    A day as the end of what has a time means all of that day, by the clock of the start's zone.
    """
    if start.all_day and (clock := next((name for name in CLOCK if rule.get(name)), "")):
        raise RuleError(MISPLACED, clock)
    if not rule.get("UNTIL"):
        return rule
    last = last_wall(rule, start, zones)
    if last is None:
        raise RuleError(BAD_VALUE, "UNTIL")
    if last < start.wall:
        raise RuleError(ENDS_BEFORE, "UNTIL")
    return rule.having("UNTIL", until_text(Moment(last, start.zone), zones))


def last_wall(rule: Rule, start: Moment, zones: Zones = NO_FILE) -> date | datetime | None:
    """UNTIL by the clock of a series that starts then; None where it has none or none that can be read."""
    until = rule.until
    if until is None:
        return None
    if start.all_day:
        return until.wall.date() if isinstance(until.wall, datetime) else until.wall
    if not isinstance(until.wall, datetime):
        return datetime.combine(until.wall, time(23, 59, 59))
    home = zones.zone(start.zone) if start.zone and start.zone != "UTC" else None
    at = instant(until, zones)
    return at.astimezone(home).replace(tzinfo=None) if at and home else until.wall


def until_text(last: Moment, zones: Zones = NO_FILE) -> str:
    """UNTIL's value for a last moment in the type of the series' start."""
    if not isinstance(last.wall, datetime):
        return f"{last.wall:%Y%m%d}".rjust(8, "0")
    at = instant(last, zones)
    wall = at.replace(tzinfo=None) if at else last.wall
    return f"{wall:%Y%m%dT%H%M%S}".rjust(15, "0") + ("Z" if at else "")


def _judge(rule: Rule) -> None:
    """What each part alone does not show."""
    if not rule.freq:
        raise RuleError(NO_FREQUENCY)
    if rule.get("COUNT") and rule.get("UNTIL"):
        raise RuleError(BOTH_ENDS)
    for name, frequencies in _MEANINGLESS.items():
        if rule.get(name) and rule.freq in frequencies:
            raise RuleError(MISPLACED, name)
    counted = any(day not in WEEKDAYS for day in rule.listed("BYDAY"))
    if counted and (rule.freq not in {"MONTHLY", "YEARLY"} or rule.get("BYWEEKNO")):
        raise RuleError(MISPLACED, "BYDAY")
    others = [name for name, _ in rule.parts if name.startswith("BY") and name != "BYSETPOS"]
    if rule.get("BYSETPOS") and not others:
        raise RuleError(MISPLACED, "BYSETPOS")


def _valid(name: str, value: str) -> bool:
    if name == "BYDAY":
        return all(_valid_day(each) for each in value.split(","))
    if name in {"INTERVAL", "COUNT"}:
        return _within(value, *_RANGES[name])
    if name in _RANGES:
        return all(_within(each, *_RANGES[name]) for each in value.split(","))
    judge: dict[str, Callable[[str], object]] = {
        "FREQ": FREQUENCIES.__contains__,
        "UNTIL": moment,
        "WKST": WEEKDAYS.__contains__,
    }
    return bool(judge[name](value))


def _valid_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    return found is not None and (not found[1] or 1 <= abs(int(found[1])) <= _MOST_IN_A_YEAR)


def _within(text: str, least: int, most: int, signed: bool) -> bool:  # noqa: FBT001 (from the table)
    if not re.fullmatch(r"[+-]?\d{1,5}" if signed else r"\d{1,5}", text):
        return False
    return least <= abs(int(text)) <= most


def _often(freq: str) -> bool:
    return freq in {"MINUTELY", "SECONDLY"}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 and int(text) > 0 else None  # noqa: PLR2004 (no rule lasts longer)
