"""A new event is a calendar that every program reads the same way, zones and guests included."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.details import details_of
from calsync_cli.core.draft import Draft, Invitee
from calsync_cli.core.drafting import new_event
from calsync_cli.core.lines import parse, render
from calsync_cli.core.refusals import EndsTooEarly, RuleError
from calsync_cli.core.scan import scan
from calsync_cli.core.times import Moment
from calsync_cli.core.units import lay_out
from calsync_cli.core.zone_text import zone_text
from calsync_cli.core.zones import Zones

STAMP = datetime(2026, 11, 20, 10, 30, 15, 999, timezone(timedelta(hours=1)))
ZONE = "Europe/Amsterdam"
TALK = Draft(
    title="Intake talk", start=Moment(datetime(2026, 11, 24, 14), ZONE), end=Moment(datetime(2026, 11, 24, 15), ZONE)
)
ANNA, BOB = Invitee("anna@example.org", invited=True), Invitee("bob@example.org", invited=False)


def made(draft: Draft, organizer: str = "me@example.org") -> bytes:
    return new_event(draft, uid="talk@example.org", stamp=STAMP, organizer=organizer)


def lines(content: bytes) -> list[str]:
    """Its lines, unfolded, without the zone."""
    text = content.replace(b"\r\n ", b"").decode()
    return (text.partition("END:VTIMEZONE\r\n")[2] or text).split("\r\n")


def test_an_event_says_what_was_drafted_and_nothing_else() -> None:
    draft = replace(
        TALK,
        where="Room 1",
        notes="Bring: pen, paper\n& time",
        rule="FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231",
        reminders=(timedelta(minutes=15), timedelta(days=1, hours=2), timedelta()),
        private=True,
    )

    assert lines(made(draft)) == [
        "BEGIN:VEVENT",
        "UID:talk@example.org",
        "DTSTAMP:20261120T093015Z",
        "SUMMARY:Intake talk",
        "LOCATION:Room 1",
        r"DESCRIPTION:Bring: pen\, paper\n& time",
        "DTSTART;TZID=Europe/Amsterdam:20261124T140000",
        "DTEND;TZID=Europe/Amsterdam:20261124T150000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231T225959Z",
        "CLASS:PRIVATE",
        *("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:Intake talk", "END:VALARM"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1DT2H", "DESCRIPTION:Intake talk", "END:VALARM"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:PT0S", "DESCRIPTION:Intake talk", "END:VALARM"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]


def test_who_is_invited_is_asked_and_who_is_silent_is_marked() -> None:
    people = [line for line in lines(made(replace(TALK, invitees=(ANNA, BOB)))) if "mailto:" in line]

    assert people == [
        "ORGANIZER:mailto:me@example.org",
        "ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:me@example.org",
        "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:anna@example.org",
        "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;SCHEDULE-AGENT=NONE:mailto:bob@example.org",
    ]


def test_without_guests_nobody_organizes() -> None:
    assert b"mailto:" not in made(TALK)
    assert b"mailto:" not in made(replace(TALK, invitees=(Invitee("me@example.org", invited=True),)))


def test_without_an_address_of_ones_own_nobody_organizes() -> None:
    assert b"ORGANIZER" not in made(replace(TALK, invitees=(BOB,)), organizer="")


def test_a_whole_day_is_dates_without_a_zone() -> None:
    got = made(Draft(title="Fair", start=Moment(date(2026, 12, 1)), end=Moment(date(2026, 12, 3))))

    assert b"VTIMEZONE" not in got
    assert b"DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203\r\n" in got


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "GMT"])
def test_universal_time_needs_no_zone(name: str) -> None:
    moments = {"start": Moment(datetime(2026, 12, 1, 9), name), "end": Moment(datetime(2026, 12, 1, 10), name)}

    got = made(Draft(title="Launch", **moments))

    assert b"VTIMEZONE" not in got
    assert b"DTSTART:20261201T090000Z\r\n" in got


@pytest.mark.parametrize(
    "end",
    [TALK.start, Moment(datetime(2026, 11, 24, 13), ZONE), Moment(date(2026, 11, 25))],
    ids=["no time at all", "before the start", "a date"],
)
def test_an_end_that_is_none_is_refused(end: Moment) -> None:
    with pytest.raises(EndsTooEarly):
        made(replace(TALK, end=end))


def test_an_hour_that_the_clock_skips_or_repeats_still_ends_after_it_starts() -> None:
    gap = replace(
        TALK, start=Moment(datetime(2027, 3, 28, 1, 30), ZONE), end=Moment(datetime(2027, 3, 28, 3, 15), ZONE)
    )

    assert b"DTEND;TZID=Europe/Amsterdam:20270328T031500" in made(gap)


def test_a_start_that_is_no_day_of_its_rule_is_refused() -> None:
    with pytest.raises(RuleError, match="unfit"):
        made(replace(TALK, rule="FREQ=WEEKLY;BYDAY=WE"))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.just(
    'Zoë ☕, "x"; \\n:\r\nEND:VEVENT\r\nATTENDEE:mailto:eve'
)
NAMES = st.text(st.characters(codec="utf-8"), max_size=30) | st.just('A "B";C:D,^E\r\nATTENDEE:mailto:eve@example.org')


@given(TEXTS, TEXTS, TEXTS, NAMES)
def test_no_text_breaks_out_of_its_line(title: str, where: str, notes: str, name: str) -> None:
    guest = replace(ANNA, name=name)

    got = made(replace(TALK, title=title, where=where, notes=notes, invitees=(guest,), reminders=(timedelta(hours=1),)))

    assert render(parse(got, mend=False)) == got
    assert all(len(line) <= 75 for line in got.split(b"\r\n"))
    assert (scan(got).uids, scan(got).kinds, scan(got).broken) == (1, {"VEVENT"}, "")
    details = details_of(lay_out(parse(got)))
    assert {each.address for each in details.guests} == {"me@example.org", ANNA.address}
    event = icalendar.Calendar.from_ical(got).walk("VEVENT")[0]
    assert "".join(str(event.get("SUMMARY", "")).split()) == "".join(details.title.split())


def test_what_was_written_is_read_back() -> None:
    draft = replace(
        TALK, where="a;b", notes="c\\nd,e\nf", rule="FREQ=WEEKLY", reminders=(timedelta(minutes=5),), private=True
    )

    read = details_of(lay_out(parse(made(draft))))

    assert (read.title, read.where, read.notes, read.rule) == (draft.title, draft.where, draft.notes, draft.rule)
    assert (read.start, read.end, read.reminders, read.private) == (draft.start, draft.end, draft.reminders, True)


NAMED = [
    *("Europe/Amsterdam", "America/New_York", "Africa/Casablanca", "Europe/Dublin", "Asia/Kolkata", "Asia/Jerusalem"),
    *("Asia/Gaza", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Antarctica/Troll"),
]


@pytest.mark.parametrize("name", NAMED)
def test_a_zone_is_written_as_the_database_has_it_from_1970_to_2060(name: str) -> None:
    block = zone_text(name)
    assert block is not None
    text = render(block).replace(b"TZID:" + name.encode(), b"TZID:Ours")
    ours = Zones(parse(b"BEGIN:VCALENDAR\r\n" + text + b"END:VCALENDAR\r\n")).zone("Ours")
    theirs = ZoneInfo(name)

    wrong = [
        at for at in hours() if at.astimezone(ours).replace(tzinfo=None) != at.astimezone(theirs).replace(tzinfo=None)
    ]

    assert wrong == []


def hours() -> list[datetime]:
    """Every 37th hour, so that in time every hour of the day is met."""
    first = datetime(1970, 1, 2, 0, 30, tzinfo=UTC)
    return [first + timedelta(hours=37 * nth) for nth in range((2060 - 1970) * 8766 // 37)]


def test_a_zone_is_short() -> None:
    sizes = {name: len(render(block)) for name in NAMED if (block := zone_text(name))}

    assert sizes["Europe/Amsterdam"] < 1000
    assert max(sizes.values()) < 6000


def test_a_name_that_nobody_knows_has_no_zone() -> None:
    assert zone_text("Mars/Olympus") is None
