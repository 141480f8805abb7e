"""Recurrences said back: “every 2 weeks on Tue and Thu until 24 Dec”; `repeat` understands what is said here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calsync_cli.cli.words import language
from calsync_cli.cli.words.days import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from calsync_cli.core.rules import Rule
    from calsync_cli.core.times import Moment

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = ",".join(_CODES[:5])
_SPEAKABLE = frozenset({"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "COUNT", "UNTIL", "WKST"})
_NTH = re.compile(r"(-1|[1-5])([A-Z]{2})")
_MONTH = re.compile(r"[1-9]|1[0-2]")
_DATE = re.compile(r"-1|[1-9]|[12]\d|3[01]")

_ADVERBS: Mapping[str, Mapping[str, str]] = {
    "en": {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"},
    "nl": {"DAILY": "dagelijks", "WEEKLY": "wekelijks", "MONTHLY": "maandelijks", "YEARLY": "jaarlijks"},
}
_UNITS: Mapping[str, Mapping[str, str]] = {
    "en": {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"},
    "nl": {"DAILY": "dagen", "WEEKLY": "weken", "MONTHLY": "maanden", "YEARLY": "jaar"},
}
_PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "every": "every",
        "on": "on",
        "on the": "on the",
        "of": "of",
        "and": "and",
        "last": "last",
        "day": "day",
        "workday": "weekday",
        "until": "until",
        "times": "times",
        "once": "time",
    },
    "nl": {
        "every": "elke",
        "on": "op",
        "on the": "op de",
        "of": "van",
        "and": "en",
        "last": "laatste",
        "day": "dag",
        "workday": "werkdag",
        "until": "t/m",
        "times": "keer",
        "once": "keer",
    },
}
_ORDINALS: Mapping[str, Sequence[str]] = {
    "en": ("first", "second", "third", "fourth", "fifth"),
    "nl": ("eerste", "tweede", "derde", "vierde", "vijfde"),
}


def spoken_rule(rrule: str, start: Moment) -> str:
    """The rule in words; as it is written where there are none for it."""
    from calsync_cli.core.rules import last_wall, read

    rule = read(rrule)
    said = _rhythm(rule)
    if said is None or {name for name, _ in rule.parts} - _SPEAKABLE:
        return rrule
    words = _PHRASES[language()]
    if rule.count:
        return f"{said} {rule.count} {words['once' if rule.count == 1 else 'times']}"
    if not rule.get("UNTIL"):
        return said
    last = last_wall(rule, start)
    return rrule if last is None else f"{said} {words['until']} {_date(last, start.wall)}"


def _date(last: date, start: date) -> str:
    """`24 Dec`; with its year where that is not the year of the start."""
    told = f"{last.day} {MONTHS[language()].short[last.month - 1]}"
    return told if last.year == start.year else f"{told} {last.year:04}"


def _rhythm(rule: Rule) -> str | None:
    """How often and on which days; None where there are no words for it."""
    tongue = language()
    often = _often(rule, tongue)
    if often is None or not all(_MONTH.fullmatch(each) for each in rule.listed("BYMONTH")):
        return None
    if rule.freq == "WEEKLY" and rule.get("BYDAY") and not _besides(rule, "BYDAY"):
        return _weekly(rule, often, tongue)
    if rule.freq in ("MONTHLY", "YEARLY") and any(name.startswith("BY") for name, _ in rule.parts):
        days = _of_month(rule, tongue)
        return f"{often} {_PHRASES[tongue]['on the']} {days}" if days else _dated(rule, often, tongue)
    return None if _besides(rule) else often


def _often(rule: Rule, tongue: str) -> str | None:
    if rule.freq not in _ADVERBS[tongue]:
        return None
    if rule.interval == 1:
        return _ADVERBS[tongue][rule.freq]
    return f"{_PHRASES[tongue]['every']} {rule.interval} {_UNITS[tongue][rule.freq]}"


def _besides(rule: Rule, *spoken: str) -> bool:
    """The rule narrows its days by more than these parts."""
    return any(name.startswith("BY") and name not in spoken for name, _ in rule.parts)


def _weekly(rule: Rule, often: str, tongue: str) -> str | None:
    words = _PHRASES[tongue]
    days = rule.listed("BYDAY")
    if not set(days) <= set(_CODES):
        return None
    if rule.get("BYDAY") == _WORKDAYS and rule.interval == 1:
        return f"{words['every']} {words['workday']}"
    named = _listed([WEEKDAYS[tongue].short[_CODES.index(day)] for day in sorted(days, key=_CODES.index)], tongue)
    return f"{words['every']} {named}" if rule.interval == 1 else f"{often} {words['on']} {named}"


def _of_month(rule: Rule, tongue: str) -> str | None:
    """`first Mon and third Mon`, `15th`, `last weekday`, each “of Dec” where the rule is a yearly one."""
    days = _nths(rule, tongue) or _last_workday(rule, tongue) or _numbers(rule, tongue)
    months = rule.listed("BYMONTH")
    if days is None or (rule.freq == "MONTHLY") != (not months) or len(months) > 1:
        return None
    if rule.freq == "YEARLY" and rule.get("BYMONTHDAY") and rule.get("BYMONTHDAY") != "-1":
        return None
    return f"{days} {_PHRASES[tongue]['of']} {MONTHS[tongue].short[int(months[0]) - 1]}" if months else days


def _nths(rule: Rule, tongue: str) -> str | None:
    """One weekday, counted: the first and third Mon."""
    found = [_NTH.fullmatch(day) for day in rule.listed("BYDAY")]
    pairs = [(int(each[1]), each[2]) for each in found if each]
    if (
        not pairs
        or len(pairs) != len(found)
        or len({day for _, day in pairs}) > 1
        or _besides(rule, "BYDAY", "BYMONTH")
    ):
        return None
    counted = _listed([_nth(number, tongue) for number, _ in pairs], tongue)
    return f"{counted} {WEEKDAYS[tongue].short[_CODES.index(pairs[0][1])]}"


def _last_workday(rule: Rule, tongue: str) -> str | None:
    if rule.get("BYDAY") != _WORKDAYS or rule.get("BYSETPOS") not in ("1", "2", "3", "4", "5", "-1"):
        return None
    if _besides(rule, "BYDAY", "BYSETPOS", "BYMONTH"):
        return None
    return f"{_nth(int(rule.get('BYSETPOS')), tongue)} {_PHRASES[tongue]['workday']}"


def _numbers(rule: Rule, tongue: str) -> str | None:
    """`1st and 15th`, `last day`."""
    dates = rule.listed("BYMONTHDAY")
    if not dates or not all(_DATE.fullmatch(each) for each in dates) or _besides(rule, "BYMONTHDAY", "BYMONTH"):
        return None
    if dates == ["-1"]:
        return f"{_PHRASES[tongue]['last']} {_PHRASES[tongue]['day']}"
    return None if "-1" in dates else _listed([_ordinal(int(each), tongue) for each in dates], tongue)


def _dated(rule: Rule, often: str, tongue: str) -> str | None:
    """Yearly on 24 Dec."""
    day, month = rule.get("BYMONTHDAY"), rule.get("BYMONTH")
    if rule.freq != "YEARLY" or not (day.isdecimal() and month.isdecimal()) or _besides(rule, "BYMONTHDAY", "BYMONTH"):
        return None
    return f"{often} {_PHRASES[tongue]['on']} {day} {MONTHS[tongue].short[int(month) - 1]}"


def _nth(number: int, tongue: str) -> str:
    return _PHRASES[tongue]["last"] if number == -1 else _ORDINALS[tongue][number - 1]


def _ordinal(number: int, tongue: str) -> str:
    """15th, 15e."""
    if tongue == "nl":
        return f"{number}e"
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number in (11, 12, 13) else endings.get(number % 10, 'th')}"


def _listed(names: Sequence[str], tongue: str) -> str:
    """a, b and c."""
    joined = ", ".join(names[:-1])
    return f"{joined} {_PHRASES[tongue]['and']} {names[-1]}" if joined else names[-1]
