"""When two texts are one event, strictly and as a server may have rewritten it; what differs, in words."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is tested

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from calsync_cli.core.event import (
    Change,
    changes,
    fingerprint,
    same_after_rewriting,
    same_meaning,
    title_and_time,
    with_uid,
)
from tests.core.icals import AMSTERDAM, TALK, WEEKLY, ics, swapped, with_line

OVERRIDES = [
    WEEKLY,
    (
        "UID:talk@example.org\nRECURRENCE-ID;TZID=Europe/Amsterdam:20261201T140000\nSUMMARY:With Anna\n"
        "DTSTART;TZID=Europe/Amsterdam:20261201T140000\n"
    ),
    (
        "UID:talk@example.org\nRECURRENCE-ID;TZID=Europe/Amsterdam:20261208T140000\nSUMMARY:With Bob\n"
        "DTSTART;TZID=Europe/Amsterdam:20261208T140000\n"
    ),
]
GUESTS = TALK + (
    'ORGANIZER;CN="Jansen, Piet":mailto:piet@example.org\n'
    "ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:anna@example.org\n"
    "ATTENDEE;CN=Bob;RSVP=TRUE:mailto:bob@example.org\n"
)
RICH = GUESTS + (
    "CATEGORIES:Work,Meeting\nDESCRIPTION:One\\, two\\nthree\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10\n"
    "EXDATE;TZID=Europe/Amsterdam:20261126T140000,20261201T140000\nX-APPLE-TRAVEL:PT5M\nSTATUS:CONFIRMED\n"
    "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Soon\nTRIGGER:-PT15M\nEND:VALARM\n"
)

SAME = {
    "order of properties": ics(RICH.replace("SUMMARY:Intake talk\n", "") + "SUMMARY:Intake talk\n"),
    "order of parameters": swapped(
        ics(RICH), ("CN=Anna;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT", "ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Anna")
    ),
    "quotes": swapped(ics(RICH), ("CN=Anna", 'CN="Anna"')),
    "defaults of parameters": swapped(
        ics(RICH), (";ROLE=REQ-PARTICIPANT", ""), ("CN=Bob", "CN=Bob;PARTSTAT=needs-action")
    ),
    "defaults of properties": with_line(ics(RICH), "TRANSP:OPAQUE\r\nCLASS:PUBLIC\r\nSEQUENCE:0\r\nPRIORITY:0"),
    "order of a rule's parts": swapped(
        ics(RICH), ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10", "COUNT=10;INTERVAL=1;BYDAY=TH,TU;FREQ=WEEKLY")
    ),
    "categories on two lines": swapped(ics(RICH), ("CATEGORIES:Work,Meeting", "CATEGORIES:Meeting\r\nCATEGORIES:Work")),
    "exceptions on two lines": swapped(
        ics(RICH),
        (":20261126T140000,20261201T140000", ":20261201T140000\r\nEXDATE:20261126T130000Z"),
    ),
    "folding": swapped(ics(RICH), ("Intake", "In\r\n take")),
    "a case of names": swapped(ics(RICH), ("SUMMARY", "Summary"), ("mailto:anna", "MAILTO:Anna")),
    "escapes": swapped(ics(RICH), ("One\\, two\\nthree", "One\\, two\\Nthree")),
    "stamps": swapped(
        with_line(ics(RICH), "LAST-MODIFIED:20261102T080000Z\r\nCREATED:20200101T000000Z"),
        ("20261101T0800", "20261102T0900"),
        ("calsync tests", "another"),
    ),
    "a dismissed reminder": with_line(
        ics(RICH), "X-MOZ-LASTACK:20261102T080000Z\r\nX-MOZ-SNOOZE-TIME-1:20261102T080000Z"
    ),
    "a duration for an end": swapped(ics(RICH), ("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DURATION:PT1H")),
    "a trigger otherwise spelled": swapped(
        ics(RICH), ("TRIGGER:-PT15M", "TRIGGER;RELATED=START;VALUE=DURATION:-P0DT0H15M0S")
    ),
    "a zone by another name": swapped(ics(RICH), ("Europe/Amsterdam", "Mitteleuropa")),
    "a zone without definition": ics(RICH, head=""),
    "a zone's definition otherwise written": swapped(ics(RICH), ("TZNAME:CET\r\n", ""), ("19701025", "19961027")),
    "the calendar's own defaults": swapped(ics(RICH), ("VERSION:2.0", "VERSION:2.0\r\nCALSCALE:GREGORIAN")),
    "an X-property with needless backslashes": swapped(ics(RICH), ("X-APPLE-TRAVEL:PT5M", "X-APPLE-TRAVEL:P\\T5M")),
    "empty texts": with_line(ics(RICH), "COMMENT:\r\nURL:"),
}

REWRITTEN = {
    "properties of a server": with_line(ics(RICH), "SEQUENCE:4\r\nX-RADICALE-NAME:x"),
    "a dropped X-property": swapped(ics(RICH), ("X-APPLE-TRAVEL:PT5M\r\n", "")),
    "the state of the scheduling": swapped(
        ics(RICH), (":mailto:bob", ";SCHEDULE-STATUS=1.1;X-DTSTAMP=20261102T080000Z;X-SEQUENCE=0:mailto:bob")
    ),
    "a default status": swapped(ics(RICH), ("STATUS:CONFIRMED\r\n", "")),
    "an alarm with a name": swapped(
        ics(RICH), ("ACTION:DISPLAY", "ACTION:DISPLAY\r\nUID:alarm-1\r\nX-WR-ALARMUID:alarm-1")
    ),
    "white space": swapped(ics(RICH), ("One\\, two\\nthree", "One\\, two \\nthree\\n")),
    "no file within the event": with_line(ics(RICH), "ATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=text/plain:aGk="),
    "no method": swapped(ics(RICH), ("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH")),
}

OTHER = {
    "another title": swapped(ics(RICH), ("Intake", "Outtake")),
    "another place": swapped(ics(RICH), ("Room 2", "Room 1")),
    "no place": swapped(ics(RICH), ("LOCATION:Room 2\r\n", "")),
    "another description": swapped(ics(RICH), ("One", "Two")),
    "another start": swapped(
        ics(RICH), ("TZID=Europe/Amsterdam:20261124T140000", "TZID=Europe/Amsterdam:20261124T143000")
    ),
    "another end": swapped(ics(RICH), ("20261124T150000", "20261124T153000")),
    "another zone": swapped(ics(RICH, head=""), ("Europe/Amsterdam", "Europe/London")),
    "a zone that differs in summer only": swapped(ics(RICH, head=""), ("Europe/Amsterdam", "Africa/Lagos")),
    "a changed definition of the zone": swapped(
        ics(RICH), ("TZOFFSETTO:+0100", "TZOFFSETTO:+0000"), ("TZOFFSETFROM:+0100", "TZOFFSETFROM:+0000")
    ),
    "floating time": swapped(ics(RICH), (";TZID=Europe/Amsterdam:20261124", ":20261124")),
    "another rule": swapped(ics(RICH), ("COUNT=10", "COUNT=11")),
    "no rule": swapped(ics(RICH), ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10\r\n", "")),
    "another exception": swapped(ics(RICH), (",20261201T140000", ",20261208T140000")),
    "one exception less": swapped(ics(RICH), (",20261201T140000", "")),
    "another category": swapped(ics(RICH), ("Work,", "Play,")),
    "another answer": swapped(ics(RICH), ("CN=Bob", "CN=Bob;PARTSTAT=DECLINED")),
    "another guest": swapped(ics(RICH), ("bob@", "bobby@")),
    "a guest less": swapped(ics(RICH), ("ATTENDEE;CN=Bob;RSVP=TRUE:mailto:bob@example.org\r\n", "")),
    "another organizer": swapped(ics(RICH), ("piet@", "jan@")),
    "another reminder": swapped(ics(RICH), ("-PT15M", "-PT10M")),
    "no reminder": swapped(ics(RICH), ("ACTION:DISPLAY", "ACTION:NONE")),
    "cancelled": swapped(ics(RICH), ("CONFIRMED", "CANCELLED")),
    "free": with_line(ics(RICH), "TRANSP:TRANSPARENT"),
    "private": with_line(ics(RICH), "CLASS:PRIVATE"),
    "an override": ics(RICH, OVERRIDES[1]),
}

ONLY_STRICT = {
    "another method": swapped(ics(RICH), ("VERSION:2.0", "VERSION:2.0\r\nMETHOD:CANCEL")),
    "another X-property": swapped(ics(RICH), ("X-APPLE-TRAVEL:PT5M", "X-APPLE-TRAVEL:PT6M")),
    "another sequence": with_line(ics(RICH), "SEQUENCE:4"),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME.keys())
def test_how_it_is_written_makes_no_other_event(other: bytes) -> None:
    assert other != ics(RICH)
    assert same_meaning(ics(RICH), other)
    assert same_after_rewriting(ics(RICH), other)
    assert changes(ics(RICH), other) == ()


@pytest.mark.parametrize("got", REWRITTEN.values(), ids=REWRITTEN.keys())
def test_what_servers_do_is_passed_over_after_a_write_and_seen_otherwise(got: bytes) -> None:
    assert same_after_rewriting(ics(RICH), got)
    assert same_after_rewriting(got, ics(RICH))
    assert not same_meaning(ics(RICH), got)


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER.keys())
def test_what_people_would_miss_is_always_seen(other: bytes) -> None:
    assert not same_meaning(ics(RICH), other)
    assert not same_meaning(other, ics(RICH))
    assert not same_after_rewriting(ics(RICH), other)
    assert changes(ics(RICH), other) != ()


@pytest.mark.parametrize("other", ONLY_STRICT.values(), ids=ONLY_STRICT.keys())
def test_a_strict_look_sees_more(other: bytes) -> None:
    assert not same_meaning(ics(RICH), other)


def test_titles_swapped_between_two_overrides_are_seen() -> None:
    here = ics(*OVERRIDES)
    there = ics(OVERRIDES[0], OVERRIDES[1].replace("Anna", "Bob"), OVERRIDES[2].replace("Bob", "Anna"))

    assert not same_meaning(here, there)
    assert not same_after_rewriting(here, there)
    assert changes(here, there) == (
        Change("talk@example.org", "2026-12-01T14:00:00+01:00", "SUMMARY", "With Anna", "With Bob"),
        Change("talk@example.org", "2026-12-08T14:00:00+01:00", "SUMMARY", "With Bob", "With Anna"),
    )


def test_overrides_are_found_by_their_instant_whatever_their_order() -> None:
    here = ics(*OVERRIDES)
    there = ics(
        OVERRIDES[2],
        OVERRIDES[1].replace("ID;TZID=Europe/Amsterdam:20261201T140000", "ID:20261201T130000Z"),
        OVERRIDES[0],
    )

    assert same_meaning(here, there)


def test_changes_are_told_in_words() -> None:
    want = swapped(
        with_line(
            ics(GUESTS), "EXDATE;VALUE=DATE:20261201\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM"
        ),
        ("20261124T150000", "20261124T153000"),
        ("Room 2", "Room 1\\, upstairs"),
        ("CN=Bob", "CN=Bob;PARTSTAT=DECLINED"),
        ("SUMMARY:Intake talk\r\n", ""),
    )

    told = [(change.property, change.before, change.after) for change in changes(ics(GUESTS), want)]

    assert sorted(told) == [
        ("ATTENDEE", "bob@example.org", "bob@example.org declined"),
        ("DTEND", "2026-11-24T15:00:00+01:00", "2026-11-24T15:30:00+01:00"),
        ("EXDATE", "", "2026-12-01"),
        ("LOCATION", "Room 2", "Room 1, upstairs"),
        ("SUMMARY", "Intake talk", ""),
        ("VALARM", "", "-PT5M"),
    ]


def test_an_override_that_came_or_went_is_one_change() -> None:
    told = changes(ics(*OVERRIDES[:2]), ics(OVERRIDES[0], OVERRIDES[2]))

    assert [(change.occurrence, change.property, change.before, change.after) for change in told] == [
        ("2026-12-01T14:00:00+01:00", "", "With Anna 2026-12-01T14:00:00+01:00", ""),
        ("2026-12-08T14:00:00+01:00", "", "", "With Bob 2026-12-08T14:00:00+01:00"),
    ]


def test_the_face_of_an_event() -> None:
    face = title_and_time(ics(RICH))

    assert (face.title, face.location, face.recurring, face.all_day, face.tz) == (
        "Intake talk",
        "Room 2",
        True,
        False,
        "Europe/Amsterdam",
    )
    assert isinstance(face.start, datetime)
    assert isinstance(face.end, datetime)
    assert face.start.astimezone(UTC) == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert face.end - face.start == timedelta(hours=1)
    assert face.alarms == (timedelta(minutes=-15),)


def test_an_all_day_event_has_dates_and_ends_the_day_after() -> None:
    face = title_and_time(ics("UID:x\nSUMMARY:King's day\nDTSTART;VALUE=DATE:20270427\n"))

    assert (face.start, face.end, face.all_day, face.tz) == (date(2027, 4, 27), date(2027, 4, 28), True, "")


def test_a_floating_time_stays_without_zone() -> None:
    face = title_and_time(ics("UID:x\nSUMMARY:Wake up\nDTSTART:20270427T070000\nDURATION:PT10M\n"))

    assert (face.start, face.end) == (datetime(2027, 4, 27, 7), datetime(2027, 4, 27, 7, 10))


def test_days_of_a_duration_are_calendar_days_and_hours_are_hours() -> None:
    night = "UID:x\nSUMMARY:Night\nDTSTART;TZID=Europe/Amsterdam:20261024T120000\nDURATION:"
    day, hours = (title_and_time(ics(night + length + "\n")).end for length in ("P1D", "PT24H"))

    assert (str(day), str(hours)) == ("2026-10-25 12:00:00+01:00", "2026-10-25 11:00:00+01:00")


@pytest.mark.parametrize(
    "alike",
    [
        swapped(ics(TALK), ("talk@example.org", "other@example.org")),
        swapped(ics(TALK), ("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DURATION:PT60M")),
        swapped(ics(TALK, head=""), (";TZID=Europe/Amsterdam:20261124T140000", ":20261124T130000Z")),
        swapped(ics(TALK), ("Intake talk", " Intake  TALK ")),
        swapped(ics(TALK), ("Room 2", "Room 1")),
    ],
)
def test_title_and_time_tell_the_same_event_under_another_uid(alike: bytes) -> None:
    assert fingerprint(alike) == fingerprint(ics(TALK)) != ""


@pytest.mark.parametrize(
    "other",
    [
        swapped(ics(TALK), ("Intake", "Outtake")),
        swapped(ics(TALK), ("20261124T140000", "20261124T143000")),
        swapped(ics(TALK), ("20261124T150000", "20261124T153000")),
        ics("SUMMARY:Intake talk\nDTSTART;VALUE=DATE:20261124\n"),
        ics("SUMMARY:Intake talk\nDTSTART:20261124T000000\nDTEND:20261125T000000\n"),
        ics("DTSTART:20261124T000000\n"),
        ics("SUMMARY:Intake talk\n"),
    ],
)
def test_another_title_or_time_is_another_event(other: bytes) -> None:
    assert fingerprint(other) != fingerprint(ics(TALK))


def test_what_has_no_title_or_no_start_matches_nothing() -> None:
    assert [fingerprint(ics(lines)) for lines in ("DTSTART:20261124T000000\n", "SUMMARY:Intake talk\n")] == ["", ""]


def test_a_whole_day_is_not_a_day_from_midnight_to_midnight() -> None:
    whole = fingerprint(ics("SUMMARY:Fair\nDTSTART;VALUE=DATE:20261124\n"))

    assert whole != fingerprint(ics("SUMMARY:Fair\nDTSTART:20261124T000000\nDTEND:20261125T000000\n"))
    assert whole == fingerprint(ics("SUMMARY:Fair\nDTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261125\n"))


def test_another_uid_goes_into_every_component_and_no_alarm() -> None:
    alarm = "BEGIN:VALARM\nUID:alarm\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n"
    here = ics(WEEKLY + alarm, *OVERRIDES[1:])

    there = with_uid(here, "new@example.org")

    assert there == here.replace(b"talk@example.org", b"new@example.org")


def test_an_event_without_uid_gets_one() -> None:
    assert with_uid(ics("SUMMARY:x\n"), "new") == ics("UID:new\nSUMMARY:x\n")


def test_the_definition_of_a_zone_alone_changes_nothing_where_no_time_uses_it() -> None:
    utc = ics("UID:x\nSUMMARY:x\nDTSTART:20261124T130000Z\n")

    assert same_meaning(utc, swapped(utc, (AMSTERDAM.replace("\n", "\r\n"), "")))
