"""What an event says to its owner: the whole, a changed occurrence, one that only its series describes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from calsync_cli.core.details import Guest, details, details_on, event_id
from calsync_cli.core.lines import Broken, parse
from calsync_cli.core.occasions import occasions_of
from calsync_cli.core.times import Moment, moment
from calsync_cli.core.units import lay_out
from tests.core.icals import AMSTERDAM, BROKEN, ODD, TALK, WEEKLY, ics, ids

ZONE = "Europe/Amsterdam"
MEETING = (
    TALK
    + r"""DESCRIPTION:Bring:\n- tea\, please
CLASS:PRIVATE
TRANSP:TRANSPARENT
STATUS:Tentative
ORGANIZER;CN=Me:mailto:Me@example.org
ATTENDEE;CN="Doe, Jane";PARTSTAT=ACCEPTED:mailto:Jane@example.com
ATTENDEE;SCHEDULE-AGENT=NONE:mailto:quiet@example.org
"""
)


def at(text: str) -> Moment:
    found = moment(text, ZONE)
    assert found is not None
    return found


def alarm(trigger: str, action: str = "DISPLAY") -> str:
    return f"BEGIN:VALARM\nACTION:{action}\n{trigger}\nEND:VALARM\n"


def test_everything_that_is_said_is_told() -> None:
    told = details(ics(MEETING))

    assert (told.uid, told.title, told.where) == ("talk@example.org", "Intake talk", "Room 2")
    assert told.notes == "Bring:\n- tea, please"
    assert (told.start, told.end) == (at("20261124T140000"), at("20261124T150000"))
    assert (told.private, told.free, told.status, told.organizer) == (True, True, "tentative", "me@example.org")
    assert told.guests == (
        Guest("jane@example.com", "Doe, Jane", "accepted"),
        Guest("quiet@example.org", silent=True),
    )
    assert told.occurrence is None


@pytest.mark.parametrize(
    ("trigger", "wanted"),
    [
        ("TRIGGER:-PT15M", timedelta(minutes=15)),
        ("TRIGGER;RELATED=START:-P1DT2H", timedelta(days=1, hours=2)),
        ("TRIGGER:PT0S", timedelta()),
        ("TRIGGER:PT5M", -timedelta(minutes=5)),
        ("TRIGGER;RELATED=END:-PT90M", timedelta(minutes=30)),
        ("TRIGGER;VALUE=DATE-TIME:20261124T120000Z", Moment(datetime(2026, 11, 24, 12), "UTC")),  # noqa: DTZ001
    ],
)
def test_a_reminder_is_so_long_before_the_start_or_at_a_moment(trigger: str, wanted: timedelta | Moment) -> None:
    assert details(ics(TALK + alarm(trigger))).reminders == (wanted,)


def test_a_reminder_that_is_none_or_twice_there_is_not_told_so() -> None:
    content = ics(TALK + alarm("TRIGGER:-PT1H", "NONE") + alarm("TRIGGER:-PT5M") + alarm("TRIGGER:-PT5M", "AUDIO"))

    assert details(content).reminders == (timedelta(minutes=5),)


def test_an_occurrence_is_its_series_moved_there() -> None:
    told = details(ics(WEEKLY), at("20261201T140000"))

    assert (told.title, told.rule) == ("Intake talk", "FREQ=WEEKLY;BYDAY=TU")
    assert (told.start, told.end) == (at("20261201T140000"), at("20261201T150000"))
    assert told.occurrence == at("20261201T140000")


CHANGED = """UID:talk@example.org
RECURRENCE-ID:20261201T130000Z
DTSTART;TZID=Europe/Amsterdam:20261202T090000
DTEND;TZID=Europe/Amsterdam:20261202T093000
"""


@pytest.mark.parametrize(
    ("more", "title", "where"),
    [("SUMMARY:Changed\n", "Changed", ""), ("", "Intake talk", "Room 2"), ("LOCATION:Roof\n", "Intake talk", "Roof")],
    ids=["a title of its own and no place", "nothing but a time", "a place of its own"],
)
def test_a_changed_occurrence_says_what_it_says_and_of_a_sparse_one_the_series_does(
    more: str, title: str, where: str
) -> None:
    told = details(ics(WEEKLY, CHANGED + more), Moment(datetime(2026, 12, 1, 13), "UTC"))  # noqa: DTZ001

    assert (told.title, told.where) == (title, where)
    assert (told.start, told.end) == (at("20261202T090000"), at("20261202T093000"))
    assert (told.rule, told.occurrence) == ("FREQ=WEEKLY;BYDAY=TU", at("20261201T140000"))


def test_an_occurrence_after_a_change_of_all_later_ones_is_as_that_says() -> None:
    later = CHANGED.replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE") + "SUMMARY:Later"

    told = details(ics(WEEKLY, later), at("20261208T140000"))

    assert (told.title, told.start, told.end) == ("Later", at("20261209T090000"), at("20261209T093000"))
    assert told.occurrence == at("20261208T140000")


def test_an_occurrence_of_whole_days_is_dates() -> None:
    content = ics("UID:e\nSUMMARY:E\nDTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126\nRRULE:FREQ=WEEKLY")

    told = details(content, Moment(date(2026, 12, 1)))

    assert (told.start, told.end) == (Moment(date(2026, 12, 1)), Moment(date(2026, 12, 3)))


def test_what_is_found_in_a_window_is_told_as_what_is_asked_for() -> None:
    later = CHANGED.replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE") + "SUMMARY:Later"
    laid = lay_out(parse(ics(WEEKLY + "RDATE:20261225T100000Z\n", later)))
    found = occasions_of(laid, datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC), floating=UTC)

    told = [details_on(laid, one, UTC) for one in found]

    assert told == [details(ics(WEEKLY + "RDATE:20261225T100000Z\n", later), one.occurrence) for one in found]


def test_an_organizer_in_an_occurrence_alone_organises() -> None:
    told = details(ics(WEEKLY, CHANGED + "SUMMARY:Changed\nORGANIZER:mailto:boss@example.org"))

    assert told.organizer == "boss@example.org"


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_nothing_that_is_found_in_the_wild_makes_it_fail(path: Path) -> None:
    content = path.read_bytes()

    told = [details(content), details(content, at("20261124T140000")), details(content, Moment(date(2026, 11, 24)))]

    assert all(isinstance(each.title, str) for each in told)


@pytest.mark.parametrize("path", BROKEN, ids=ids)
def test_what_is_no_calendar_is_broken(path: Path) -> None:
    with pytest.raises(Broken):
        details(path.read_bytes())


def test_a_calendar_without_events_says_nothing() -> None:
    told = details(ics(head=AMSTERDAM))

    assert (told.uid, told.title, told.start) == ("", "", None)


def test_an_id_is_the_same_everywhere_and_short_enough_to_type() -> None:
    assert event_id("talk@example.org") == "5f86ee134fca"
