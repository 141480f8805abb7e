"""The calendar to publish: what is in it, what never is, and that it says when things are just as the agenda does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.feed import TAIL, Feed, head
from calsync_cli.core.lines import Broken, parse, render
from calsync_cli.core.occasions import occasions
from calsync_cli.core.units import uid_of
from tests.core.icals import AMSTERDAM, HERE, ODD, TALK, WEEKLY, ics, ids, swapped

GOLDEN = HERE / "feed"
PRIVATE = TALK.replace("talk@", "private@") + "CLASS:PRIVATE\nDESCRIPTION:Results\nCATEGORIES:Health\n"
RICH = (
    TALK
    + "ORGANIZER;CN=Boss:mailto:boss@example.org\nATTENDEE;SCHEDULE-AGENT=NONE:mailto:hr@example.org\n"
    + "ATTACH:https://example.org/secret.pdf\nCOMMENT:between us\nCONTACT:hr@example.org\nX-SECRET:hr@example.org\n"
    + "REQUEST-STATUS:2.0;Success;mailto:hr@example.org\nCONFERENCE;VALUE=URI:https://meet.example.org/1\n"
    + 'DESCRIPTION;ALTREP="data:text/html,hr@example.org":Bring a pen\n'
    + "BEGIN:VALARM\nACTION:EMAIL\nATTENDEE:mailto:hr@example.org\nTRIGGER:-PT5M\nEND:VALARM\n"
)
AMSTERDAM_OF_OTHERS = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
LAST-MODIFIED:20240101T000000Z
X-LIC-LOCATION:Europe/Amsterdam
BEGIN:STANDARD
DTSTART:20001029T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:MEZ
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20000326T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:MESZ
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""
NOT_AMSTERDAM = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:-0500
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
"""


def feed(*contents: bytes) -> bytes:
    made = Feed()
    body = b"".join(made.take(content) for content in contents)
    return head("Agenda") + made.zones.written() + body + TAIL


def zone_names(content: bytes) -> list[str]:
    return [line.value for part in parse(content).children if part.name == "VTIMEZONE" and (line := part.first("TZID"))]


WINDOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
Occurrence = tuple[str, datetime | date, datetime | date]


def occurrences(content: bytes) -> set[Occurrence]:
    """By a library that knows nothing of calsync; instants in UTC."""
    calendar = icalendar.Calendar.from_ical(content)
    found = recurring_ical_events.of(calendar).between(*WINDOW)
    return {(str(one["UID"]), _plain(one["DTSTART"].dt), _plain(one["DTEND"].dt)) for one in found}


def taken_place(content: bytes) -> set[Occurrence]:
    """By what `agenda` itself goes by, for the library above takes a zone by its name, whatever the file says of it."""
    tree = parse(content)
    events = [part for part in tree.children if part.name == "VEVENT"]
    zones = [part for part in tree.children if part.name == "VTIMEZONE"]
    return {
        (uid, one.start, one.end)
        for uid in {uid_of(part) for part in events}
        for one in occasions(
            render(tree.with_body([*zones, *(part for part in events if uid_of(part) == uid)])), *WINDOW, floating=UTC
        )
    }


def _plain(when: datetime | date) -> datetime | date:
    return when.astimezone(UTC) if isinstance(when, datetime) and when.tzinfo else when


# ── what is in it ────────────────────────────────────────────────────────────────────────────────────────────────


def test_golden_file():
    """The whole of it: zones once, a private block, an override, a whole day, no guests."""
    whole_day = (
        "UID:day\nDTSTAMP:20261101T080000Z\nDTSTART;VALUE=DATE:20261224\nSUMMARY:Free\\, at last\nTRANSP:TRANSPARENT\n"
    )
    moved = TALK.replace("24T15", "01T16").replace("24T14", "01T15").replace("202611", "202612")
    moved += "RECURRENCE-ID;TZID=Europe/Amsterdam:20261201T140000\n"
    series = (part.replace("talk@", "weekly@") for part in (WEEKLY, moved))
    got = feed(ics(RICH), ics(PRIVATE), ics(whole_day, head=""), ics(*series))

    assert got == (GOLDEN / "whole.ics").read_bytes()


@pytest.mark.parametrize(
    "word", [b"example.org/", b"mailto", b"hr@", b"boss", b"between us", b"X-SECRET", b"VALARM", b"ALTREP"]
)
def test_nothing_goes_out_that_is_not_named(word):
    assert word not in feed(ics(RICH))


def test_words_go_out():
    got = feed(ics(RICH))

    assert [line in got for line in (b"SUMMARY:Intake talk", b"LOCATION:Room 2", b"DESCRIPTION:Bring a pen")] == [
        True
    ] * 3


@pytest.mark.parametrize("value", ["PRIVATE", "CONFIDENTIAL", "private", "X-SECRET", "anything"])
def test_a_class_that_is_not_public_tells_no_more_than_the_time(value):
    """RFC 5545 3.8.1.3."""
    got = feed(ics(PRIVATE.replace("CLASS:PRIVATE", f"CLASS:{value}")))

    assert [word in got for word in (b"Intake", b"Room", b"Results", b"Health")] == [False] * 4
    assert b"SUMMARY:Private" in got
    assert b"DTSTART;TZID=Europe/Amsterdam:20261124T140000" in got


@pytest.mark.parametrize("value", ["PUBLIC", "public"])
def test_what_is_public_is_told(value):
    assert b"Results" in feed(ics(PRIVATE.replace("CLASS:PRIVATE", f"CLASS:{value}")))


def test_one_private_occurrence_makes_the_series_private():
    override = PRIVATE.replace("private@", "talk@") + "RECURRENCE-ID;TZID=Europe/Amsterdam:20261201T140000\n"

    got = feed(ics(WEEKLY, override))

    assert b"Intake" not in got


def test_each_uid_stands_in_it_once():
    made = Feed()

    first, second = made.take(ics(TALK)), made.take(ics(TALK))

    assert (bool(first), second, made.events, made.doubled) == (True, b"", 1, 1)


def test_an_event_without_uid_and_stamp_gets_the_same_each_time():
    bare = ics("DTSTART:20261124T140000Z\nSUMMARY:Bare\n", head="")

    assert feed(bare) == feed(bare)
    assert icalendar.Calendar.from_ical(feed(bare)).events[0]["UID"]
    assert b"DTSTAMP:" in feed(bare)


def test_lf_files_and_latin_1_come_out_in_crlf_and_utf_8():
    old = ics(TALK.replace("Intake", "Caf\xe9")).replace(b"\r\n", b"\n").replace("\xe9".encode(), b"\xe9")

    got = feed(old)

    assert "SUMMARY:Caf\xe9 talk\r\n".encode() in got
    assert got.count(b"\n") == got.count(b"\r\n")


def test_what_is_no_event_is_refused():
    with pytest.raises(Broken):
        Feed().take(ics("UID:1\nSUMMARY:A task\n", kind="VTODO"))


def test_a_name_cannot_end_its_line():
    assert b"\r\nX-EVIL" not in head("a\r\nX-EVIL:1")


# ── zones ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_zone_that_all_files_bring_is_written_once():
    others = [ics(TALK.replace("talk@", f"{number}@")) for number in range(5)]

    assert zone_names(feed(*others)) == ["Europe/Amsterdam"]


def test_two_ways_to_write_one_zone_are_one_zone():
    got = feed(ics(TALK), ics(TALK.replace("talk@", "other@"), head=AMSTERDAM_OF_OTHERS))

    assert zone_names(got) == ["Europe/Amsterdam"]


def test_one_name_with_two_meanings_becomes_two_names():
    other = ics(TALK.replace("talk@", "other@"), head=NOT_AMSTERDAM)

    got = feed(ics(TALK), other)

    assert zone_names(got) == ["Europe/Amsterdam", "Europe/Amsterdam-2"]
    assert taken_place(got) == taken_place(ics(TALK)) | taken_place(other)


def test_a_zone_that_begins_after_the_event_is_another_one():
    """In 1990 its clock showed what the other programs' block knows nothing of."""
    early = swapped(ics(TALK.replace("talk@", "early@"), head=AMSTERDAM_OF_OTHERS), ("20261124", "19900724"))

    assert zone_names(feed(ics(TALK), early)) == ["Europe/Amsterdam", "Europe/Amsterdam-2"]


def test_a_zone_that_a_file_does_not_bring_is_supplied():
    got = feed(ics(TALK, head=""))

    assert zone_names(got) == ["Europe/Amsterdam"]
    assert occurrences(got) == occurrences(ics(TALK))


def test_a_zone_that_windows_names_and_the_file_does_not_bring_is_supplied():
    got = feed(ics(TALK.replace("Europe/Amsterdam", "W. Europe Standard Time"), head=""))

    assert zone_names(got) == ["W. Europe Standard Time"]
    assert {begin for _, begin, _ in occurrences(got)} == {begin for _, begin, _ in occurrences(ics(TALK))}


def test_a_zone_that_nobody_knows_is_left_to_whoever_reads_it():
    got = feed(ics(TALK.replace("Europe/Amsterdam", "Middle/Earth"), head=""))

    assert zone_names(got) == []
    assert b"DTSTART;TZID=Middle/Earth:20261124T140000" in got


def test_a_zones_name_cannot_bring_a_line_of_its_own():
    """RFC 6868: ^n is a line break."""
    got = feed(ics(TALK.replace("TZID=Europe/Amsterdam", 'TZID="a^nATTENDEE:mailto:x"'), head=""))

    assert b"\nATTENDEE" not in got
    assert icalendar.Calendar.from_ical(got).events


def test_a_zone_that_no_published_line_names_is_left_out():
    whole_day = TALK.replace(";TZID=Europe/Amsterdam:20261124T140000", ";VALUE=DATE:20261124")
    whole_day = whole_day.replace(";TZID=Europe/Amsterdam:20261124T150000", ";VALUE=DATE:20261125")

    assert zone_names(feed(ics(whole_day))) == []


# ── it says when things are just as the agenda does ──────────────────────────────────────────────────────────────

TIMES = st.integers(0, 365 * 48 * 2).map(lambda halves: WINDOW[0].replace(tzinfo=None) + timedelta(minutes=30 * halves))
RULES = st.sampled_from(
    [
        "",
        "RRULE:FREQ=DAILY;COUNT=5",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;COUNT=20",
        "RRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20281001T000000Z",
    ]
)
ZONES = st.sampled_from(["", "Z", "AMS", "OTHERS", "DB", "WINDOWS", "DATE"])
EXTRAS = st.sampled_from(["", "CLASS:PRIVATE", "ATTENDEE:mailto:a@example.org", "DESCRIPTION:Łódź\\n" + "long " * 40])


@st.composite
def agendas(draw: st.DrawFn, zones: st.SearchStrategy[str] = ZONES) -> list[bytes]:
    return [
        _drawn(number, draw(TIMES), draw(RULES), draw(zones), draw(EXTRAS)) for number in range(draw(st.integers(1, 6)))
    ]


def _drawn(number: int, at: datetime, rule: str, zone: str, extra: str) -> bytes:
    names = {"AMS": AMSTERDAM, "OTHERS": AMSTERDAM_OF_OTHERS, "FALSE": NOT_AMSTERDAM}
    tzid = "W. Europe Standard Time" if zone == "WINDOWS" else "Europe/Amsterdam"
    stamp = f"{at:%Y%m%dT%H%M%S}"
    start = {"": f":{stamp}", "Z": f":{stamp}Z", "DATE": f";VALUE=DATE:{at:%Y%m%d}"}.get(zone, f";TZID={tzid}:{stamp}")
    length = "P1D" if zone == "DATE" else "PT45M"
    lines = [f"UID:u{number}", f"DTSTART{start}", f"DURATION:{length}", "SUMMARY:Something", rule, extra]
    if zone in {"", "DATE"}:
        lines = [
            line.replace("UNTIL=20281001T000000Z", "UNTIL=20281001" + ("" if zone else "T000000")) for line in lines
        ]
    return ics("\n".join(line for line in lines if line), head=names.get(zone, ""))


@given(agendas())
def test_every_event_takes_place_when_it_does_in_the_agenda(agenda):
    got = feed(*agenda)

    assert occurrences(got) == set().union(*map(occurrences, agenda))


@given(agendas(ZONES | st.just("FALSE")))
def test_so_it_does_where_files_mean_different_zones_by_one_name(agenda):
    got = feed(*agenda)

    assert taken_place(got) == set().union(*map(taken_place, agenda))


@given(agendas())
def test_the_same_agenda_gives_the_same_bytes(agenda):
    assert feed(*agenda) == feed(*agenda)


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_odd_files_go_in_or_are_refused_and_never_break_the_feed(path):
    made = Feed()
    try:
        body = made.take(path.read_bytes())
    except Broken:
        body = b""

    got = head("Agenda") + made.zones.written() + body + TAIL

    assert [part.name for part in parse(got, mend=False).children].count("VEVENT") >= bool(body)
