"""A series is parted so that both halves are whole: rule, exceptions and changed occurrences each where they belong."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from calsync_cli.core.details import details
from calsync_cli.core.draft import Changes, Extent, Invitee, Reach
from calsync_cli.core.editing import Edited, dropped, edited
from calsync_cli.core.refusals import RuleError
from calsync_cli.core.times import Moment
from tests.core.icals import TALK, ics, swapped

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
ME = "me@example.org"
ZONE = "Europe/Amsterdam"
WHOLE_DAYS = "UID:fair@example.org\nDTSTAMP:20261101T080000Z\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20261124\n"
FLOATING = "UID:walk@example.org\nDTSTAMP:20261101T080000Z\nSUMMARY:Walk\nDTSTART:20261124T140000\nDURATION:PT1H\n"
OVERRIDE = (
    "UID:talk@example.org\nDTSTAMP:20261101T080000Z\nRECURRENCE-ID;TZID=Europe/Amsterdam:20261208T140000\n"
    "SUMMARY:Own\nDTSTART;TZID=Europe/Amsterdam:20261209T140000\nDTEND;TZID=Europe/Amsterdam:20261209T150000\n"
)


def at(*wall: int) -> Moment:
    return Moment(datetime(*wall), ZONE)  # type: ignore[misc,arg-type] # year, month, day, hour …


def split(content: bytes, when: Moment, changes: Changes = Changes(title="New")) -> Edited:  # noqa: B008 (frozen)
    reach = Reach(Extent.FOLLOWING, when)
    return edited(content, changes, reach, stamp=STAMP, organizer=ME, fresh_uid="fresh@example.org")


def cut(content: bytes, when: Moment) -> bytes | None:
    return dropped(content, Reach(Extent.FOLLOWING, when), stamp=STAMP, organizer=ME)


def rules(result: Edited) -> tuple[str, str]:
    return details(result.content).rule, details(result.tail).rule


@pytest.mark.parametrize(
    ("event", "when", "until"),
    [
        (TALK, at(2026, 12, 8, 14), "20261201T130000Z"),
        (FLOATING, Moment(datetime(2026, 12, 8, 14)), "20261201T140000"),
        (WHOLE_DAYS, Moment(date(2026, 12, 8)), "20261201"),
        (TALK, at(2027, 4, 6, 14), "20270330T120000Z"),
    ],
    ids=["in a zone", "floating", "whole days", "after the clocks changed"],
)
def test_the_first_half_ends_with_its_last_occurrence_in_the_type_of_its_start(
    event: str, when: Moment, until: str
) -> None:
    result = split(ics(event + "RRULE:FREQ=WEEKLY\n"), when)

    assert rules(result) == (f"FREQ=WEEKLY;UNTIL={until}", "FREQ=WEEKLY")
    assert details(result.tail).start == when


def test_occurrences_that_are_counted_are_shared_out() -> None:
    assert rules(split(ics(TALK + "RRULE:FREQ=WEEKLY;COUNT=10\n"), at(2026, 12, 8, 14))) == (
        "FREQ=WEEKLY;COUNT=2",
        "FREQ=WEEKLY;COUNT=8",
    )


def test_a_last_occurrence_alone_is_no_series() -> None:
    assert rules(split(ics(TALK + "RRULE:FREQ=WEEKLY;COUNT=3\n"), at(2026, 12, 8, 14))) == ("FREQ=WEEKLY;COUNT=2", "")


def test_an_end_by_date_stays_with_the_second_half() -> None:
    result = split(ics(TALK + "RRULE:FREQ=WEEKLY;UNTIL=20270101\n"), at(2026, 12, 8, 14))

    assert rules(result)[1] == "FREQ=WEEKLY;UNTIL=20270101"


def test_listed_and_deleted_occurrences_go_where_they_belong() -> None:
    listed = "RDATE:20261126T130000Z,20261210T130000Z\nEXDATE:20261201T130000Z,20261215T130000Z\n"

    result = split(ics(TALK + "RRULE:FREQ=WEEKLY\n" + listed), at(2026, 12, 8, 14))

    assert b"RDATE:20261126T130000Z\r\nEXDATE:20261201T130000Z\r\n" in result.content
    assert b"RDATE:20261210T130000Z\r\nEXDATE:20261215T130000Z\r\n" in result.tail


def test_at_the_start_all_of_the_series_is_meant() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY\n")

    result = split(content, at(2026, 11, 24, 14))

    assert result.tail == b""
    assert details(result.content).title == "New"
    assert cut(content, at(2026, 11, 24, 14)) is None


def test_where_all_before_is_deleted_the_event_stays_one_and_keeps_its_uid() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY\nEXDATE:20261124T130000Z\n")

    result = split(content, at(2026, 12, 1, 14))

    assert (result.tail, details(result.content).uid) == (b"", "talk@example.org")
    assert details(result.content).start == at(2026, 12, 1, 14)
    assert cut(content, at(2026, 12, 1, 14)) is None


def test_an_occurrence_with_a_time_of_its_own_takes_the_new_one_where_the_second_half_begins_with_it() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY\n", OVERRIDE)

    result = split(content, at(2026, 12, 8, 14), Changes(start=at(2026, 12, 8, 16)))

    assert b"20261209" not in result.tail
    assert result.tail.count(b"DTSTART;TZID=Europe/Amsterdam:20261208T160000") == 2


def test_no_change_splits_nothing() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY\n")

    result = split(content, at(2026, 12, 8, 14), Changes(title="Intake talk"))

    assert (result.content, result.tail) == (content, b"")


def test_a_new_series_begins_with_a_revision_of_its_own_and_the_old_one_counts_on() -> None:
    result = split(ics(TALK + "SEQUENCE:5\nRRULE:FREQ=WEEKLY\n"), at(2026, 12, 8, 14), Changes(where="Elsewhere"))

    assert b"SEQUENCE:6\r\n" in result.content
    assert b"SEQUENCE" not in result.tail


def test_guests_who_are_added_from_one_on_are_on_the_second_half_alone() -> None:
    changes = Changes(invitees=(Invitee("bob@example.org", invited=True),))

    result = split(ics(TALK + "RRULE:FREQ=WEEKLY\n"), at(2026, 12, 8, 14), changes)

    assert b"ATTENDEE" not in result.content
    assert b"mailto:bob@example.org" in result.tail.replace(b"\r\n ", b"")


def test_another_event_in_the_file_stays_with_the_first_half_as_it_is() -> None:
    other = TALK.replace("UID:talk", "UID:other")

    result = split(ics(TALK + "RRULE:FREQ=WEEKLY\n", other), at(2026, 12, 8, 14))

    assert ics(other).split(b"BEGIN:VEVENT")[1] in result.content
    assert b"other@example.org" not in result.tail


def test_the_rest_goes_and_nothing_else() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY\n", OVERRIDE)

    assert cut(content, at(2026, 12, 8, 14)) == swapped(
        ics(TALK + "RRULE:FREQ=WEEKLY\n"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=20261201T130000Z"),
        ("DTSTAMP:20261101T080000Z", "DTSTAMP:20261120T090000Z\r\nSEQUENCE:1"),
    )


def test_a_series_of_listed_dates_is_split_too() -> None:
    content = ics(TALK + "RDATE;TZID=Europe/Amsterdam:20261130T140000,20261207T100000,20261214T100000\n")

    result = split(content, at(2026, 12, 7, 10))

    assert b"RDATE;TZID=Europe/Amsterdam:20261130T140000\r\n" in result.content
    assert details(result.tail).start == at(2026, 12, 7, 10)
    assert b"RDATE;TZID=Europe/Amsterdam:20261214T100000\r\n" in result.tail


@pytest.mark.parametrize(
    "odd",
    [
        "RRULE:FREQ=WEEKLY\nRRULE:FREQ=MONTHLY\n",
        "RRULE:FREQ=WEEKLY\nEXRULE:FREQ=MONTHLY\n",
        "RRULE:RSCALE=CHINESE;FREQ=WEEKLY\n",
    ],
    ids=["two rules", "a rule of exceptions", "another calendar"],
)
def test_a_recurrence_of_a_kind_that_is_not_understood_is_refused(odd: str) -> None:
    with pytest.raises(RuleError, match="too-odd"):
        split(ics(TALK + odd), at(2026, 12, 8, 14))


def test_a_listed_date_between_those_of_the_rule_is_no_place_to_split() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY\nRDATE;TZID=Europe/Amsterdam:20261203T140000\n")

    with pytest.raises(RuleError, match="too-odd"):
        split(content, at(2026, 12, 3, 14))
