"""Occurrences held against two other programs: dateutil for rules, recurring-ical-events for whole events."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from calsync_cli.core.extent import span
from calsync_cli.core.occasions import occasions
from calsync_cli.core.pattern import pattern
from calsync_cli.core.times import Moment
from calsync_cli.core.unroll import Overwork, after_start

HERE = ZoneInfo("Europe/Amsterdam")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 200
PATIENCE = 0.1
"""Seconds that dateutil gets for a rule that may never come."""
CALM = settings(deadline=None, suppress_health_check=list(HealthCheck))


def several(values: list[Any], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(
        lambda chosen: ",".join(map(str, chosen))
    )


def numbers(least: int, last: int, *more: int) -> st.SearchStrategy[str]:
    return several([*range(least, last + 1), *more])


@st.composite
def rules(draw: st.DrawFn, *, clock: bool = True) -> str:
    """Rules of every FREQ with every BY-part that RFC 5545 allows there."""
    freqs = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"] + (["HOURLY", "MINUTELY", "SECONDLY"] if clock else [])
    freq = draw(st.sampled_from(freqs))
    parts = {"INTERVAL": st.integers(1, 12).map(str), "BYMONTH": numbers(1, 12), "BYHOUR": numbers(0, 23)}
    if clock:
        parts |= {"BYMINUTE": numbers(0, 59), "BYSECOND": numbers(0, 59)}
    if freq == "YEARLY":
        parts["BYWEEKNO"] = numbers(1, 53, -1, -2, -53)
    if freq not in {"WEEKLY", "MONTHLY", "DAILY"}:
        parts["BYYEARDAY"] = several([1, 2, 60, 200, 365, 366, -1, -60, -366])
    if freq != "WEEKLY":
        parts["BYMONTHDAY"] = numbers(1, 31, -1, -2, -31)
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), max_size=3))
    said = [f"FREQ={freq}", *(f"{name}={draw(parts[name])}" for name in sorted(chosen))]
    # dateutil takes BYDAY=MO,2TU for both at once, where RFC 5545 has either.
    nth = freq in {"YEARLY", "MONTHLY"} and "BYWEEKNO" not in chosen and draw(st.booleans())
    days = [f"{n}{day}" for n in (1, 2, 5, -1, -2) for day in WEEKDAYS] if nth else list(WEEKDAYS)
    if draw(st.booleans()):
        said.append(f"BYDAY={draw(several(days))}")
    # dateutil takes the rest of the first week for all of it.
    if freq != "WEEKLY" and len(said) > 1 and any(part.startswith("BY") for part in said) and draw(st.booleans()):
        said.append(f"BYSETPOS={draw(several([1, 2, 3, -1, -2], 2))}")
    if draw(st.booleans()):
        said.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    return ";".join(said)


def walls(least: int = 1995, last: int = 2035) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(least, 1, 1), datetime(last, 12, 28)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001


@contextmanager
def in_time() -> Iterator[None]:
    """The other program may never end."""

    def enough(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, enough)
    left, _ = signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)  # pytest-timeout's


@settings(CALM, max_examples=150)
@given(rules(), walls(), st.integers(-400, 4000), st.sampled_from([1, 7, 31, 370]), st.data())
def test_a_rule_gives_what_dateutil_says(rule: str, start: datetime, away: int, days: int, data: st.DataObject) -> None:
    if any(freq in rule for freq in ("HOURLY", "MINUTELY", "SECONDLY")):
        away, days = away % 20, min(days, 7)
    low = start + timedelta(days=away)
    high = low + timedelta(days=days)
    meant = pattern(rule, start)
    assert meant is not None
    try:
        ours = list(islice(after_start(meant, low, high), MOST))
    except Overwork:
        assume(False)

    try:
        with in_time():
            given_ = rrulestr(f"RRULE:{rule}", dtstart=start).replace(until=high).xafter(low, inc=True)
            theirs = list(islice((at for at in given_ if at > start), MOST))
    except (TimeoutError, ValueError):  # BYSECOND that no INTERVAL reaches is a ValueError there
        assume(False)
    assert ours == theirs


# ── whole events ─────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = ("date", "UTC", "floating", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe")


def written(name: str, at: datetime, kind: str) -> str:
    match kind:
        case "date":
            return f"{name};VALUE=DATE:{at:%Y%m%d}"
        case "UTC":
            return f"{name}:{at:%Y%m%dT%H%M%SZ}"
        case "floating":
            return f"{name}:{at:%Y%m%dT%H%M%S}"
        case _:
            return f"{name};TZID={kind}:{at:%Y%m%dT%H%M%S}"


def calendar(*parts: list[str]) -> bytes:
    body = [
        line for part in parts for line in ["BEGIN:VEVENT", "UID:e", "DTSTAMP:20200101T000000Z", *part, "END:VEVENT"]
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *body, "END:VCALENDAR", ""]).encode()


@st.composite
def events(draw: st.DrawFn) -> tuple[bytes, datetime, datetime]:
    """A series with exceptions, additions and changes, and a window.

    It starts on a time that its rule gives: whether another start counts is told in test_occasions, and the other
    program does not count it. Its starts are not in a gap, where that one lets events end before they begin.
    """
    kind = draw(st.sampled_from(KINDS))
    rule = ";".join(part for part in draw(rules(clock=False)).split(";") if not part.startswith(("BYHOUR", "BYWEEKNO")))
    start = _on_the_rule(rule, draw(walls(2010, 2026)).replace(minute=draw(st.sampled_from([0, 30])), second=0))
    if kind == "date":
        start = start.replace(hour=0, minute=0)
    assume(start.hour not in {1, 2, 3} or kind in {"date", "UTC"})
    length = (
        timedelta(days=draw(st.integers(1, 3))) if kind == "date" else timedelta(minutes=draw(st.integers(15, 900)))
    )
    low = datetime(2026, 1, 1, tzinfo=HERE) + timedelta(days=draw(st.integers(-1500, 800)))
    high = low + timedelta(days=draw(st.sampled_from([1, 7, 31, 300])))
    lines = [written("DTSTART", start, kind), written("DTEND", start + length, kind), "SUMMARY:as ruled"]
    lines.append(f"RRULE:{rule}{_end(draw, start, kind)}")
    changed: list[list[str]] = []
    for at in _some(draw, calendar(lines), low, high):
        if draw(st.booleans()):
            lines.append(written("EXDATE", at, kind))
        else:
            moved = at + timedelta(days=draw(st.integers(-3, 3)))
            times = [written("DTSTART", moved, kind), written("DTEND", moved + timedelta(days=1), kind)]
            changed.append([written("RECURRENCE-ID", at, kind), *times, "SUMMARY:changed"])
    if draw(st.booleans()):
        lines.append(written("RDATE", start + timedelta(days=draw(st.integers(1, 2000))), kind))
    return calendar(lines, *changed), low, high


def _on_the_rule(rule: str, start: datetime) -> datetime:
    first = pattern(rule, start)
    assert first is not None
    try:
        given_ = after_start(first, start, start + timedelta(days=3000))
        return next(at for at in given_ if pattern(rule, at) is not None)
    except (StopIteration, Overwork):
        assume(False)
        raise


def _end(draw: st.DrawFn, start: datetime, kind: str) -> str:
    until = start + timedelta(days=draw(st.integers(0, 2000)))
    match draw(st.sampled_from(["never", "count", "until"])):
        case "count":
            return f";COUNT={draw(st.integers(1, 40))}"
        case "until" if kind == "date":
            return f";UNTIL={until:%Y%m%d}"
        case "until":
            return f";UNTIL={until:%Y%m%dT%H%M%S}" + ("" if kind == "floating" else "Z")
        case _:
            return ""


def _some(draw: st.DrawFn, content: bytes, low: datetime, high: datetime) -> list[datetime]:
    """Some of its occurrences, by the clock of its start."""
    found = [one.occurrence for one in occasions(content, low, high, floating=HERE) if one.occurrence]
    chosen: list[Moment] = draw(st.lists(st.sampled_from(found), max_size=3, unique=True)) if found else []
    return [
        one.wall if isinstance(one.wall, datetime) else datetime.combine(one.wall, datetime.min.time())
        for one in chosen
    ]


def _instant(at: date) -> datetime:
    timed = at if isinstance(at, datetime) else datetime.combine(at, datetime.min.time())
    return (timed if timed.tzinfo else timed.replace(tzinfo=HERE)).astimezone(UTC)


@settings(CALM, max_examples=150)
@given(events())
def test_an_event_takes_place_when_recurring_ical_events_says(drawn: tuple[bytes, datetime, datetime]) -> None:
    content, low, high = drawn
    ours = sorted(
        (one.start.astimezone(UTC), one.end.astimezone(UTC), line.value)
        for one in occasions(content, low, high, floating=HERE)
        if (line := one.part.first("SUMMARY"))
    )

    try:
        with in_time():
            found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(low, high)
    except TimeoutError:
        assume(False)
    assert ours == sorted(
        (_instant(one["DTSTART"].dt), _instant(one["DTEND"].dt), str(one["SUMMARY"])) for one in found
    )


@settings(CALM, max_examples=100)
@given(events(), st.integers(1, 299))
def test_two_windows_side_by_side_show_what_one_shows(drawn: tuple[bytes, datetime, datetime], days: int) -> None:
    content, low, high = drawn
    middle = low + timedelta(days=days)
    assume(middle < high)

    parts = [occasions(content, *window, floating=HERE) for window in ((low, middle), (middle, high))]

    assert set(parts[0]) | set(parts[1]) == set(occasions(content, low, high, floating=HERE))


@settings(CALM, max_examples=100)
@given(events(), st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]))
def test_whatever_takes_place_does_so_within_its_span(drawn: tuple[bytes, datetime, datetime], zone: str) -> None:
    content, low, high = drawn

    found = span(content)

    assert found is not None
    for one in occasions(content, low - timedelta(days=900), high + timedelta(days=900), floating=ZoneInfo(zone)):
        assert found.first <= one.start
        assert found.last is None or one.end <= found.last


@pytest.mark.soak
@settings(CALM, max_examples=20_000)
@given(events())
def test_many_events_take_place_when_recurring_ical_events_says(drawn: tuple[bytes, datetime, datetime]) -> None:
    test_an_event_takes_place_when_recurring_ical_events_says.hypothesis.inner_test(drawn)  # type: ignore[attr-defined]
