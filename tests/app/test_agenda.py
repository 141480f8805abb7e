"""`agenda` as a use-case: what is searched, in which calendars, when nothing is, and what one has to do with it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calsync_cli.app.agenda import AgendaWish, agenda
from calsync_cli.app.reports.events import AgendaReport
from calsync_cli.app.session import reading
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Mode
from calsync_cli.state.consents import Choice
from calsync_cli.state.settings import Connection
from tests.app.test_almanac import ME, at, linked, put, remembering
from tests.doubles.events import event

HERE = ZoneInfo("Europe/Amsterdam")
WORKDAY = (time(8), time(18))


@pytest.fixture
def desk(home: Path) -> Desk:
    """Some days before."""
    made = at(home)
    made.now = local("2026-01-01").timestamp
    return made


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def asked(desk: Desk, begin: str = "2026-12-01", end: str = "2026-12-03", **more: Any) -> AgendaReport:
    return agenda(desk, AgendaWish(begin=local(begin), end=local(end), **more))


def titles(report: AgendaReport) -> list[str]:
    return [row.title for row in report.events]


def test_an_event_is_told_as_its_file_says_and_a_series_by_its_occurrences(desk: Desk) -> None:
    extra = "LOCATION:Room 2\nDESCRIPTION:Tea\nCLASS:PRIVATE\nRRULE:FREQ=DAILY;COUNT=5\n"
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM\n"
    put(desk, "talk", event("talk", "Intake talk", extra=extra + alarm))

    first, second = asked(desk).events

    assert (first.title, first.where, first.notes, first.private) == ("Intake talk", "Room 2", "Tea", True)
    assert (first.start, first.end) == (datetime(2026, 12, 1, 10, tzinfo=UTC), datetime(2026, 12, 1, 11, tzinfo=UTC))
    assert (first.recurrence, first.occurrence) == ("FREQ=DAILY;COUNT=5", "2026-12-01T10:00:00Z")
    assert (first.reminders, first.calendar, first.account) == (("PT15M",), "agenda", "personal")
    assert (second.occurrence, second.id, second.short) == ("2026-12-02T10:00:00Z", first.id, first.id[:4])


@pytest.mark.parametrize(
    "words",
    ["cafe", "CAFÉ", "zürich", "zurich", "tea", "jane", "Doe", "jane@EXAMPLE.com", "boss", "cafe tea zurich", " Café "],
)
def test_words_are_found_in_title_place_notes_and_names_whatever_their_case_and_accents(desk: Desk, words: str) -> None:
    people = "ORGANIZER:mailto:boss@example.org\nATTENDEE;CN=Jane Doe:mailto:jane@example.com\n"
    put(desk, "cafe", event("cafe", "Lunch at the Café", extra=f"LOCATION:Zürich\nDESCRIPTION:Bring tea\n{people}"))
    put(desk, "other", event("other", "Other"))

    assert titles(asked(desk, search=words)) == ["Lunch at the Café"]


@pytest.mark.parametrize("words", ["lunch dinner", "cafe@", "VEVENT", "20261201", "calsync"])
def test_what_is_not_told_is_not_found(desk: Desk, words: str) -> None:
    put(desk, "cafe", event("cafe", "Lunch at the Café"))

    assert titles(asked(desk, search=words)) == []


def test_of_a_series_only_the_occurrence_is_found_that_says_so(desk: Desk) -> None:
    series = event("talk", "Talk", extra="RRULE:FREQ=DAILY;COUNT=3\n")
    changed = event(
        "talk", "With cake", start="20261202T120000Z", end="20261202T130000Z", extra="RECURRENCE-ID:20261202T100000Z\n"
    )
    put(desk, "talk", series.replace(b"END:VCALENDAR\r\n", changed[changed.index(b"BEGIN:VEVENT") :]))

    assert titles(asked(desk, end="2026-12-05", search="cake")) == ["With cake"]
    assert titles(asked(desk, end="2026-12-05")) == ["Talk", "With cake", "Talk"]


@pytest.mark.parametrize("name", ["team", "Team", "TEAM"])
def test_a_calendar_is_named_by_its_directory_or_its_name(desk: Desk, name: str) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True), ("team", Mode.VIEW, False))
    for calendar in ("work", "team"):
        put(desk, calendar, event(calendar, calendar), account=ME, calendar=calendar)

    assert titles(asked(desk, calendar=name)) == ["team"]


def test_a_calendar_that_is_none_names_those_that_are(desk: Desk) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True), ("team", Mode.VIEW, False))

    with pytest.raises(CalsyncError) as error:
        asked(desk, calendar="Nope")

    assert (error.value.code, error.value.params["names"]) == ("E209", "Work, Team")


def test_an_account_that_is_none_is_told(home: Path) -> None:
    with pytest.raises(CalsyncError) as error:
        asked(at(home, "nobody@example.org"))

    assert error.value.code == "E201"


def test_a_series_without_measure_is_cut_and_said_so(desk: Desk) -> None:
    put(desk, "tick", event("tick", extra="RRULE:FREQ=SECONDLY\n"))
    put(desk, "once", event("once"))

    told = asked(desk)

    assert (told.cut, len(told.events)) == (1, 5001)


# ── when nothing is ──────────────────────────────────────────────────────────────────────────────────────────────


def free(report: AgendaReport) -> list[str]:
    assert report.free is not None
    return [f"{one.start.astimezone(HERE):%d %H:%M}-{one.end.astimezone(HERE):%d %H:%M}" for one in report.free]


def test_free_is_what_no_event_blocks_in_the_hours_of_each_day(desk: Desk) -> None:
    put(desk, "one", event("one", start="20261201T090000Z", end="20261201T100000Z"))
    put(desk, "two", event("two", start="20261201T093000Z", end="20261201T113000Z"))
    put(desk, "early", event("early", start="20261202T060000Z", end="20261202T073000Z"))

    assert free(asked(desk, free=True, hours=WORKDAY)) == [
        "01 08:00-01 10:00",
        "01 12:30-01 18:00",
        "02 08:30-02 18:00",
    ]


def test_between_times_that_are_named_all_hours_count(desk: Desk) -> None:
    put(desk, "night", event("night", start="20261201T220000Z", end="20261201T230000Z"))

    assert free(asked(desk, "2026-12-01T22:00", "2026-12-02T04:00", free=True)) == [
        "01 22:00-01 23:00",
        "02 00:00-02 04:00",
    ]


@pytest.mark.parametrize(
    "extra", ["TRANSP:TRANSPARENT\n", "STATUS:CANCELLED\n", "ORGANIZER:mailto:boss@example.org\nATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org\n"]
)  # fmt: skip
def test_what_does_not_block_leaves_the_time_free(desk: Desk, extra: str) -> None:
    remembering(desk)
    put(desk, "one", event("one", extra=extra), account=ME)

    told = asked(desk, end="2026-12-02", free=True, hours=WORKDAY)

    assert (free(told), len(told.events)) == (["01 08:00-01 18:00"], 1)


def test_a_whole_day_blocks_it_and_an_event_without_length_does_not(desk: Desk) -> None:
    put(desk, "fair", event("fair", start="20261201", end="20261202"))
    put(desk, "call", event("call", start="20261202T100000Z", end="20261202T100000Z"))

    assert free(asked(desk, free=True, hours=WORKDAY)) == ["02 08:00-02 18:00"]


def test_free_time_begins_now_where_the_stretch_has_begun(home: Path) -> None:
    desk = at(home)
    desk.now = local("2026-12-01T14:20:31").timestamp

    assert free(asked(desk, free=True, hours=WORKDAY)) == ["01 14:21-01 18:00", "02 08:00-02 18:00"]


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2026-03-29", ["29 00:00-29 03:30", "29 04:00-30 00:00"]),
        ("2026-10-25", ["25 00:00-25 02:30", "25 03:00-26 00:00"]),
    ],
    ids=["no such time", "two of them"],
)
def test_free_time_is_right_on_the_days_that_the_clocks_change(desk: Desk, day: str, wanted: list[str]) -> None:
    """An event from 2:30 to 3:00 by Amsterdam's clock."""
    plain = day.replace("-", "")
    put(desk, "night", event("night", start=f"{plain}T023000", end=f"{plain}T030000"))

    assert free(asked(desk, day, f"{day[:-2]}{int(day[-2:]) + 1}", free=True)) == wanted


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

GUESTS = (
    "ATTENDEE:mailto:a@example.com\nATTENDEE;SCHEDULE-AGENT=NONE:mailto:b@example.com\nATTENDEE:mailto:c@example.com\n"
)


def connected(desk: Desk) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True), ("team", Mode.VIEW, False))
    with reading(desk, ME) as session:
        session.settings.connect(
            Connection("caldav", ME, "me", "h", "https://h/", "/p/", ("/h/",), (f"mailto:{ME}",), secret="keyring")
        )


def test_r17_whoever_was_chosen_is_invited_and_whoever_was_not_is_not(desk: Desk) -> None:
    connected(desk)
    put(desk, "mine", event("mine", extra=f"ORGANIZER:mailto:{ME}\n{GUESTS}"), account=ME, calendar="work")
    with reading(desk, ME) as session:
        session.consents.choose("mine", "a@example.com", Choice.INVITE)
        session.consents.choose("mine", "b@example.com", Choice.SILENT)

    (row,) = asked(desk).events

    assert {one.address: one.invited for one in row.attendees} == {
        "a@example.com": True,
        "b@example.com": False,
        "c@example.com": False,
    }
    assert (row.mine, row.answer) == (True, "")


def test_r21_somebody_elses_meeting_is_theirs_with_ones_own_answer(desk: Desk) -> None:
    connected(desk)
    own = f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{ME}\n"
    put(
        desk,
        "theirs",
        event("theirs", extra=f"ORGANIZER:mailto:boss@example.org\n{own}{GUESTS}"),
        account=ME,
        calendar="work",
    )

    (row,) = asked(desk).events

    assert (row.mine, row.answer) == (False, "tentative")
    assert [one.address for one in row.attendees if one.invited] == [ME, "a@example.com", "c@example.com"]


def test_r16_an_event_of_a_view_only_calendar_is_not_to_be_edited(desk: Desk) -> None:
    connected(desk)
    put(desk, "team", event("team"), account=ME, calendar="team")

    (row,) = asked(desk).events

    assert (row.mine, row.primary, row.color) == (False, False, "#336699")
