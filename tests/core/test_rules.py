"""A recurrence that a person types is taken or refused for a reason, and is written as RFC 5545 wants it."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.course import Course, first_fit, fits
from calsync_cli.core.refusals import RuleError
from calsync_cli.core.rules import NO_FILE, checked, ended, read
from calsync_cli.core.times import Moment

TUESDAY = Moment(datetime(2026, 11, 24, 14), "Europe/Amsterdam")
WHOLE_DAY = Moment(date(2026, 11, 24))
FLOATING = Moment(datetime(2026, 11, 24, 14))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:byday=tu,th;freq=weekly", "FREQ=WEEKLY;BYDAY=TU,TH"),
        (" RRULE:COUNT=3;FREQ=YEARLY;INTERVAL=1 ", "FREQ=YEARLY;COUNT=3"),
        ("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231"),
        ("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
    ],
)
def test_a_good_rule_is_taken_in_the_usual_order(typed: str, written: str) -> None:
    assert str(checked(typed)) == written


@pytest.mark.parametrize(
    ("typed", "why", "part"),
    [
        ("", "empty", ""),
        (" ; ", "empty", ""),
        ("BYDAY=MO", "no-frequency", ""),
        ("FREQ=FORTNIGHTLY", "bad-value", "FREQ"),
        ("FREQ=MINUTELY", "too-often", "FREQ"),
        ("FREQ=SECONDLY", "too-often", "FREQ"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice", "FREQ"),
        ("FREQ=DAILY;X-MOON=FULL", "unknown", "X-MOON"),
        ("every tuesday", "unknown", "EVERY TUESDAY"),
        ("FREQ=DAILY;COUNT=0", "bad-value", "COUNT"),
        ("FREQ=DAILY;COUNT=", "bad-value", "COUNT"),
        ("FREQ=DAILY;INTERVAL=-1", "bad-value", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1,2", "bad-value", "INTERVAL"),
        ("FREQ=DAILY;UNTIL=soon", "bad-value", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20261301", "bad-value", "UNTIL"),
        ("FREQ=WEEKLY;BYDAY=XX", "bad-value", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "bad-value", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "bad-value", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=13", "bad-value", "BYMONTH"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "both-ends", ""),
        ("FREQ=WEEKLY;BYDAY=2TU", "misplaced", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "misplaced", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYWEEKNO=3", "misplaced", "BYWEEKNO"),
        ("FREQ=MONTHLY;BYSETPOS=1", "misplaced", "BYSETPOS"),
    ],
)
def test_a_bad_rule_is_refused_with_the_part_that_is_bad(typed: str, why: str, part: str) -> None:
    with pytest.raises(RuleError) as refused:
        checked(typed)

    assert (refused.value.why, refused.value.part) == (why, part)


@given(st.text(alphabet="FREQDAILYBN=;,:0123456789+- \n", max_size=40))
def test_whatever_is_typed_is_a_rule_or_refused(typed: str) -> None:
    try:
        rule = checked(typed)
    except RuleError:
        return

    assert checked(str(rule)) == rule


@pytest.mark.parametrize(
    ("start", "until", "written"),
    [
        (TUESDAY, "20261231", "20261231T225959Z"),
        (TUESDAY, "20270630", "20270630T215959Z"),
        (TUESDAY, "20261231T140000", "20261231T130000Z"),
        (TUESDAY, "20261231T130000Z", "20261231T130000Z"),
        (FLOATING, "20261231", "20261231T235959"),
        (WHOLE_DAY, "20261231", "20261231"),
        (WHOLE_DAY, "20261231T235959Z", "20261231"),
    ],
)
def test_until_is_written_in_the_type_of_the_start(start: Moment, until: str, written: str) -> None:
    assert ended(read(f"FREQ=DAILY;UNTIL={until}"), start).get("UNTIL") == written


def test_a_series_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(RuleError, match="ends-before"):
        ended(read("FREQ=DAILY;UNTIL=20261123"), TUESDAY)


def test_hours_mean_nothing_on_whole_days_and_are_refused() -> None:
    with pytest.raises(RuleError, match="misplaced BYHOUR"):
        ended(read("FREQ=DAILY;BYHOUR=9"), WHOLE_DAY)


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        ("FREQ=WEEKLY", True),
        ("FREQ=WEEKLY;INTERVAL=5;BYDAY=TU;COUNT=2", True),
        ("FREQ=WEEKLY;BYDAY=WE", False),
        ("FREQ=MONTHLY;BYDAY=4TU", True),
        ("FREQ=MONTHLY;BYDAY=-1TU", True),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", False),
        ("FREQ=DAILY;BYHOUR=9", False),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", False),
    ],
)
def test_a_start_is_a_day_of_the_rule_or_not(rule: str, good: bool) -> None:
    assert fits(read(rule), TUESDAY) is good


def test_the_first_day_of_a_rule_is_at_or_after_the_start() -> None:
    assert first_fit(read("FREQ=WEEKLY;BYDAY=MO"), TUESDAY) == Moment(datetime(2026, 11, 30, 14), TUESDAY.zone)
    assert first_fit(read("FREQ=WEEKLY;BYDAY=TU"), TUESDAY) == TUESDAY
    assert first_fit(read("FREQ=MONTHLY;BYMONTHDAY=1"), WHOLE_DAY) == Moment(date(2026, 12, 1))


def test_a_rule_that_never_comes_is_refused_at_once() -> None:
    with pytest.raises(RuleError, match="unfit"):
        first_fit(read("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), TUESDAY)


def test_the_start_counts_as_the_first_of_count_even_where_the_rule_does_not_give_it() -> None:
    course = Course(TUESDAY, read("FREQ=WEEKLY;BYDAY=WE;COUNT=3"), NO_FILE)

    assert [at.wall.day for at in course.beats()] == [24, 25, 2]


def test_one_part_of_a_rule_changes_in_its_place() -> None:
    rule = read("freq=weekly;count=5;byday=mo")

    assert str(rule.having("COUNT", "2")) == "FREQ=WEEKLY;COUNT=2;BYDAY=MO"
    assert str(rule.having("COUNT", None)) == "FREQ=WEEKLY;BYDAY=MO"
    assert str(rule.having("UNTIL", "20270101")) == "FREQ=WEEKLY;COUNT=5;BYDAY=MO;UNTIL=20270101"
