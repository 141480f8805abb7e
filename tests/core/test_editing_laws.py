"""Edits and splits change what was asked and nothing else, whatever the series; a foreign library says what is there."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import recurring_ical_events
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calsync_cli.core.course import course_of, fits
from calsync_cli.core.draft import Changes, Draft, Extent, Reach
from calsync_cli.core.drafting import new_event
from calsync_cli.core.editing import dropped, edited
from calsync_cli.core.occasions import occasions
from calsync_cli.core.refusals import RuleError
from calsync_cli.core.rules import WEEKDAYS, read
from calsync_cli.core.sheet import sheet
from calsync_cli.core.times import Moment, plus

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
AGAIN = datetime(2026, 11, 21, 9, tzinfo=UTC)
ME = "me@example.org"
WINDOW = (date(2025, 12, 30), date(2028, 1, 1))
FEW = 40
"""Series each: a foreign library takes its time."""
SOON = 25
"""Edits happen among so many first occurrences."""

few = settings(max_examples=FEW, deadline=None)
Shown = dict[date, tuple[str, date, date]]


def shown(content: bytes) -> Shown:
    """Original start → title, start and end, as a foreign library expands it."""
    calendar = icalendar.Calendar.from_ical(content)
    found = {}
    for event in recurring_ical_events.of(calendar).between(*WINDOW):
        original = wall((event["RECURRENCE-ID"] if "RECURRENCE-ID" in event else event["DTSTART"]).dt)
        assert original not in found
        found[original] = (str(event.get("SUMMARY", "")), event["DTSTART"].dt, event["DTEND"].dt)
    return found


def wall(when: date) -> date:
    return when.replace(tzinfo=None) if isinstance(when, datetime) else when


def changed(content: bytes, changes: Changes, reach: Reach) -> tuple[bytes, bytes]:
    result = edited(content, changes, reach, stamp=AGAIN, organizer=ME, fresh_uid="tail@example.org")
    return result.content, result.tail


def one(at: Moment) -> Reach:
    return Reach(Extent.ONE, at)


def following(at: Moment) -> Reach:
    return Reach(Extent.FOLLOWING, at)


def without(content: bytes, reach: Reach) -> bytes | None:
    return dropped(content, reach, stamp=AGAIN, organizer=ME)


def starts(content: bytes) -> list[Moment]:
    """The first original starts of a series, as written in it."""
    course = sheet(content, stamp=None, organizer="").course()
    assert course is not None
    first = [at for at, _ in zip(course.beats(), range(SOON), strict=False)]
    return [at for at in first if not course.excepts(at) and at.wall.year < WINDOW[1].year]


ZONES = st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "UTC", ""])
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CLOCKS = st.sampled_from([time(0, 30), time(2, 30), time(9), time(14, 15), time(23)])


@st.composite
def rules(draw: st.DrawFn, start: Moment) -> str:
    day = start.wall
    weekday = WEEKDAYS[day.weekday()]
    others = draw(st.frozensets(st.sampled_from(WEEKDAYS), max_size=3))
    several = ",".join(sorted({weekday, *others}, key=WEEKDAYS.index))
    nth = f"{(day.day - 1) // 7 + 1}{weekday}"
    shape = draw(
        st.sampled_from(
            [
                *("FREQ=DAILY", "FREQ=WEEKLY", f"FREQ=WEEKLY;BYDAY={weekday}", f"FREQ=WEEKLY;BYDAY={several}"),
                *(f"FREQ=WEEKLY;WKST=SU;BYDAY={several}", f"FREQ=DAILY;BYDAY={several}"),
                *("FREQ=MONTHLY", f"FREQ=MONTHLY;BYMONTHDAY={day.day}", f"FREQ=MONTHLY;BYDAY={nth}"),
            ]
        )
    )
    interval = draw(st.sampled_from(["", "", ";INTERVAL=2"]))
    rule = shape + interval
    last = day + timedelta(days=draw(st.integers(5, 300)))
    end = draw(st.sampled_from(["", f";COUNT={draw(st.integers(2, 20))}", f";UNTIL={last:%Y%m%d}"]))
    assume("MONTHLY" not in rule or interval == "" or day.day < 29)
    return rule + end


@st.composite
def drafts(draw: st.DrawFn, *, all_day: bool | None = None) -> Draft:
    whole = draw(st.booleans()) if all_day is None else all_day
    day, clock = draw(DAYS), draw(CLOCKS)
    start = Moment(day) if whole else Moment(datetime.combine(day, clock), draw(ZONES))
    length = timedelta(days=draw(st.integers(1, 3))) if whole else timedelta(minutes=draw(st.sampled_from([15, 60])))
    end = plus(start, length)
    assert end is not None
    return Draft(title="Base", start=start, end=end, rule=draw(rules(start)))


@st.composite
def series(draw: st.DrawFn) -> bytes:
    """A series, some occurrences deleted and some changed."""
    content = new_event(draw(drafts()), uid="series@example.org", stamp=STAMP, organizer=ME)
    for kind in draw(st.lists(st.sampled_from(["drop", "title", "time"]), max_size=4)):
        at = draw(st.sampled_from(starts(content)))
        later = plus(at, timedelta(days=1))
        assert later is not None
        match kind:
            case "drop":
                content = without(content, one(at)) or content
            case "title":
                content, _ = changed(content, Changes(title="Own"), one(at))
            case _:
                content, _ = changed(content, Changes(start=later), one(at))
    return content


@few
@given(series(), st.data())
def test_an_occurrence_that_is_edited_is_the_only_one_that_differs(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(starts(content)))
    before = shown(content)

    after = shown(changed(content, Changes(title="New"), one(at))[0])

    assert after == before | {at.wall: ("New", *before[at.wall][1:])}


@few
@given(series(), st.data())
def test_an_occurrence_that_is_deleted_is_the_only_one_that_is_gone(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(starts(content)))
    before = shown(content)
    expected = {each: says for each, says in before.items() if each != at.wall}

    left = without(content, one(at))

    assert (shown(left) if left else {}) == expected


@few
@given(series(), st.data())
def test_two_halves_of_a_series_give_what_it_gave_but_for_the_change(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(starts(content)))
    before = shown(content)

    head, tail = changed(content, Changes(title="New"), following(at))

    expected = {
        each: ("New" if each == at.wall or (each > at.wall and title == "Base") else title, *times)
        for each, (title, *times) in before.items()
    }
    there = shown(head)
    assert not there.keys() & (shown(tail) if tail else {}).keys()
    assert there | (shown(tail) if tail else {}) == expected


@few
@given(series(), st.data())
def test_what_is_left_when_an_occurrence_and_all_that_follow_go_is_what_was_before(
    content: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from(starts(content)))
    expected = {each: says for each, says in shown(content).items() if each < at.wall}

    left = without(content, following(at))

    assert (shown(left) if left else {}) == expected


@few
@given(series())
def test_no_change_is_the_very_same_bytes(content: bytes) -> None:
    first = sheet(content, stamp=None, organizer="").course()
    assert first is not None

    assert changed(content, Changes(), Reach())[0] == content
    assert changed(content, Changes(title="Base", start=first.start, where="", reminders=()), Reach())[0] == content


@few
@given(drafts(all_day=False), st.sampled_from([-30, 45, 180]))
def test_a_series_at_another_time_of_day_keeps_its_days_and_its_length(draft: Draft, minutes: int) -> None:
    assert isinstance(draft.start.wall, datetime)
    moved = draft.start.wall + timedelta(minutes=minutes)
    assume(moved.date() == draft.start.wall.date())
    content = new_event(draft, uid="series@example.org", stamp=STAMP, organizer=ME)
    days = [wall(start) for _, start, _ in shown(content).values()]

    after = shown(changed(content, Changes(start=Moment(moved, draft.start.zone)), Reach())[0])

    assert [wall(start) for _, start, _ in after.values()] == [day + timedelta(minutes=minutes) for day in days]


@few
@given(series(), st.integers(-9, 9), st.data())
def test_a_series_that_moves_keeps_as_many_occurrences_and_its_exceptions(
    content: bytes, days: int, data: st.DataObject
) -> None:
    before = sheet(content, stamp=None, organizer="").course()
    assert before is not None
    target = plus(before.start, timedelta(days=days))
    assert target is not None
    assume(before.rule is not None and (before.rule.count or before.rule.until))
    assume(not before.gives(target) and not fits(before.rule.having("COUNT", None).having("UNTIL", None), target))
    try:
        result = edited(content, Changes(start=target), stamp=AGAIN, organizer=ME, fresh_uid="")
    except RuleError:
        return

    after = sheet(result.content, stamp=None, organizer="").course()
    assert after is not None
    was, now = list(before.beats()), list(after.beats())
    assert len(was) == len(now)
    assert [before.excepts(at) for at in was] == [after.excepts(at) for at in now]
    assert result.lost == ()


@few
@given(series())
def test_what_the_agenda_shows_can_be_edited(content: bytes) -> None:
    begin, end = (datetime.combine(day, time(), UTC) for day in WINDOW)
    found = occasions(content, begin, end, floating=UTC)
    page = sheet(content, stamp=None, organizer="")

    assert found
    assert all(page.at(each.occurrence) for each in found if each.occurrence)


def test_thirty_years_of_a_weekly_series_split_in_the_middle_lose_nothing() -> None:
    start = Moment(datetime(2000, 1, 4, 9), "Europe/Amsterdam")
    rule = "FREQ=WEEKLY;BYDAY=TU;UNTIL=20291231"
    content = new_event(
        Draft(title="Base", start=start, end=Moment(datetime(2000, 1, 4, 10), "Europe/Amsterdam"), rule=rule),
        uid="series@example.org",
        stamp=STAMP,
        organizer=ME,
    )
    at = Moment(datetime(2015, 3, 31, 9), "Europe/Amsterdam")
    whole = all_of(content)

    head, tail = changed(content, Changes(where="Elsewhere"), following(at))

    assert len(whole) == 1565
    assert all_of(head) + all_of(tail) == whole
    assert [each for each in whole if each < datetime(2015, 3, 31)] == all_of(head)


def all_of(content: bytes) -> list[date]:
    course = sheet(content, stamp=None, organizer="").course()
    assert course is not None
    return [at.wall for at in course.beats()]


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYDAY=-1FR"])
def test_the_rules_own_moments_are_those_of_a_foreign_library(rule: str) -> None:
    start = Moment(datetime(2026, 2, 27, 9), "Europe/Amsterdam")
    end = Moment(datetime(2026, 2, 27, 10), "Europe/Amsterdam")
    draft = Draft(title="Base", start=start, end=end, rule=rule)
    content = new_event(draft, uid="series@example.org", stamp=STAMP, organizer=ME)
    page = sheet(content, stamp=None, organizer="")
    assert page.master is not None
    course = course_of(page.master, page.zones)
    assert course is not None

    within = [at.wall for at in course.beats_to(Moment(datetime(2027, 12, 31, 23), "Europe/Amsterdam"))]

    assert within == [wall(start) for _, start, _ in shown(content).values()]
    assert read(rule) == course.rule
