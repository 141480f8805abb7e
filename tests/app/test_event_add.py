"""Adding an event: where it goes, what is remembered of its guests, and what is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.app.event.adding import add
from calsync_cli.app.event.wishes import AddWish, Guests
from calsync_cli.core.details import details
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment, Span
from calsync_cli.state.consents import Choice
from tests.app.desks import GUEST, HR, ME, YOU, Place, at, meeting

BOTH = Guests(named=(Invitee(GUEST, True), Invitee(HR, False)))


@pytest.fixture
def place(home: Path) -> Place:
    return Place(home)


def wish(title: str = "Interview", **more: Any) -> AddWish:
    return AddWish(**{"title": title, "start": at(15), **more})


def test_r35_without_an_account_it_goes_to_the_personal_agenda(place: Place) -> None:
    report = add(place.desk(), wish(where="Room 1"))

    (event,) = report.events
    told = details(place.files()[event.uid])
    assert (report.account, event.calendar, event.short) == ("personal", "Personal", event.id[:4])
    assert (told.title, told.where, told.start, told.end) == ("Interview", "Room 1", at(15), at(15, 15))


def test_the_directory_says_its_name_to_khal(place: Place) -> None:
    add(place.desk(), wish())

    assert (place.folder() / "displayname").read_text().strip() == "Personal"


def test_of_an_account_that_is_not_connected_it_goes_to_its_own_agenda(place: Place) -> None:
    place.local(ME)

    report = add(place.desk(), wish())

    assert set(place.files(ME)) == {report.events[0].uid}


def test_r15_of_an_active_account_it_goes_to_the_primary(place: Place) -> None:
    place.active()

    report = add(place.desk(), wish())

    assert set(place.files(ME, "work")) == {report.events[0].uid}
    assert (report.events[0].calendar, report.events[0].primary, report.next) == ("Work", True, "calsync sync")


def test_an_account_that_nobody_has_is_not_made_by_a_slip_of_the_pen(place: Place) -> None:
    with pytest.raises(CalsyncError) as caught:
        add(place.desk("mee@example.org"), wish())

    assert caught.value.code == "E201"
    assert not place.home.joinpath("state", "mee@example.org").exists()


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (at(15), None, at(15, 15)),
        (at(15), Span(timedelta(), timedelta(minutes=45)), at(15, 14, 45)),
        (at(15), Span(timedelta(days=1), timedelta(hours=1)), at(16, 15)),
        (Moment(date(2030, 1, 15)), None, Moment(date(2030, 1, 16))),
        (Moment(date(2030, 1, 15)), Span(timedelta(days=3), timedelta()), Moment(date(2030, 1, 18))),
    ],
)
def test_it_lasts_as_long_as_was_said_or_an_hour_or_the_day(
    place: Place, start: Moment, length: Span | None, end: Moment
) -> None:
    report = add(place.desk(), wish(start=start, length=length))

    assert details(place.files()[report.events[0].uid]).end == end


def test_a_whole_day_does_not_last_an_hour(place: Place) -> None:
    with pytest.raises(CalsyncError) as caught:
        add(place.desk(), wish(start=Moment(date(2030, 1, 15)), length=Span(timedelta(), timedelta(hours=1))))

    assert (caught.value.code, caught.value.variant) == ("E001", "length")


def test_an_hour_is_an_hour_when_the_clocks_change(place: Place) -> None:
    """Amsterdam, 31 March 2030: 01:30 and an hour is 03:30."""
    place.zone = "Europe/Amsterdam"
    start = Moment(at(1, 1, 30).wall.replace(month=3, day=31), "Europe/Amsterdam")

    report = add(place.desk(), wish(start=start))

    end = details(place.files()[report.events[0].uid]).end
    assert end is not None
    assert str(end.wall) == "2030-03-31 03:30:00"


@pytest.mark.parametrize(("title", "code"), [("", "E002"), (" \t ", "E002"), ("a\x1b[2Jb", "E001"), ("a\nb", "E001")])
def test_a_title_that_is_none_is_refused_and_nothing_is_made(place: Place, title: str, code: str) -> None:
    with pytest.raises(CalsyncError) as caught:
        add(place.desk(), wish(title))

    assert caught.value.code == code
    assert not place.folder().exists()


def test_the_same_once_more_makes_two_and_says_so(place: Place) -> None:
    first = add(place.desk(), wish("Lunch; with, friends"))

    second = add(place.desk(), wish("Lunch; with, friends"))

    assert (first.warnings, second.warnings, len(place.files())) == ((), ("twin",), 2)


def test_another_title_or_time_is_no_twin(place: Place) -> None:
    add(place.desk(), wish("Lunch"))

    others = [add(place.desk(), wish("Dinner")), add(place.desk(), wish("Lunch", start=at(15, 15)))]

    assert [one.warnings for one in others] == [(), ()]


def test_a_dry_run_leaves_nothing(place: Place) -> None:
    report = add(place.desk(), wish(guests=BOTH, dry_run=True))

    assert (report.dry_run, report.events[0].title) == (True, "Interview")
    assert not place.home.joinpath("agenda").exists()
    assert not place.home.joinpath("state").exists()


def test_r17_on_a_server_that_mails_who_is_invited_hears_and_who_is_silent_does_not(place: Place) -> None:
    place.active()

    report = add(place.desk(), wish(guests=BOTH))

    (event,) = report.events
    assert (report.invited, report.silent, report.provider) == ((GUEST,), (HR,), "Kerio Connect")
    assert {one.address: one.invited for one in event.attendees} == {ME: True, GUEST: True, HR: False}
    assert place.choices(event.uid) == {GUEST: Choice.INVITE, HR: Choice.SILENT}
    assert event.organizer == ME


def test_a_dry_run_tells_who_would_get_mail_and_writes_nothing(place: Place) -> None:
    place.active()

    report = add(place.desk(), wish(guests=BOTH, dry_run=True))

    assert (report.invited, place.files(ME, "work"), place.choices(report.events[0].uid)) == ((GUEST,), {}, {})


def test_a_server_that_mails_nobody_is_told(place: Place) -> None:
    place.active(mails=False)

    report = add(place.desk(), wish(guests=BOTH))

    assert (report.invited, report.warnings) == ((), ("no-mail",))


def test_r33_before_the_first_sync_nobody_is_promised_mail(place: Place) -> None:
    place.active(rounds=0)

    report = add(place.desk(), wish(guests=BOTH))

    assert report.invited == ()


def test_r33_without_a_provider_nobody_is_invited_and_the_command_for_later_is_named(place: Place) -> None:
    place.local(ME)

    report = add(place.desk(), wish(guests=BOTH))

    (event,) = report.events
    assert report.warnings == ("no-provider",)
    assert report.fix == f"calsync event invite {event.short} {GUEST}"
    assert place.choices(event.uid) == {GUEST: Choice.LOCAL, HR: Choice.SILENT}


def test_r24_a_colleague_who_is_not_connected_either_has_it_at_once(place: Place) -> None:
    place.local(ME, YOU)

    report = add(place.desk(ME), wish(guests=Guests(named=(Invitee(YOU, True),)), reminders=(timedelta(minutes=5),)))

    uid = report.events[0].uid
    theirs = details(place.files(YOU)[uid])
    assert (report.delivered, report.warnings) == ((YOU,), ())
    assert (theirs.title, theirs.organizer, theirs.reminders) == ("Interview", ME, ())


def test_r24_a_colleague_without_an_invitation_has_it_not(place: Place) -> None:
    place.local(ME, YOU)

    report = add(place.desk(ME), wish(guests=Guests(named=(Invitee(YOU, False),))))

    assert (report.delivered, report.warnings, place.files(YOU)) == ((), ("colleague-silent",), {})
    assert report.fix == f"calsync event invite {report.events[0].short} {YOU}"


def test_r25_of_an_active_calendar_nothing_is_written_into_a_colleagues_agenda(place: Place) -> None:
    place.active()
    place.local(YOU)

    report = add(place.desk(ME), wish(guests=Guests(named=(Invitee(YOU, True),))))

    assert (report.invited, report.delivered, place.files(YOU)) == ((YOU,), (), {})


def test_r25_into_an_active_calendar_of_a_colleague_nothing_is_written(place: Place) -> None:
    place.local(YOU)
    place.active()

    report = add(place.desk(YOU), wish(guests=Guests(named=(Invitee(ME, True),))))

    assert (report.delivered, report.warnings, place.files(ME, "work")) == ((), ("no-provider",), {})


@pytest.mark.parametrize("members", ['["hr@example.org"]', '["@example.org"]'])
def test_r26_a_member_of_the_team_on_silent_is_warned_of(place: Place, members: str) -> None:
    place.active()

    report = add(place.desk(ME, CALSYNC_TEAM_MEMBERS=members), wish(guests=BOTH))

    assert (report.warnings, report.fix) == (
        ("colleague-silent",),
        f"calsync event invite {report.events[0].short} {HR}",
    )


def test_a_colleague_whose_state_is_damaged_keeps_nothing_from_being_added(place: Place) -> None:
    place.local(ME, YOU)
    place.home.joinpath("state", YOU, "state.db").write_bytes(b"SQLite format 3\0" + b"x" * 500)

    report = add(place.desk(ME), wish(guests=Guests(named=(Invitee(YOU, True),))))

    assert (len(place.files(ME)), report.missed) == (1, (YOU,))
    assert "colleague-missed" in report.warnings


def test_where_accounts_share_a_directory_it_is_written_once(place: Place) -> None:
    shared = {"CALSYNC_AGENDA_PATH": str(place.home / "shared")}
    for name in (ME, YOU):
        from calsync_cli.app import accounts

        accounts.add(place.desk(**shared), address=name)

    report = add(place.desk(ME, **shared), wish(guests=Guests(named=(Invitee(YOU, True),))))

    assert report.delivered == ()
    assert len(list(place.home.joinpath("shared", "agenda").glob("*.ics"))) == 1


def test_a_file_of_another_program_is_no_hindrance(place: Place) -> None:
    place.writes(meeting(organizer="", guests=()))
    place.folder().joinpath("broken.ics").write_bytes(b"BEGIN:VCALENDAR")

    report = add(place.desk(), wish())

    assert report.events[0].title == "Interview"
