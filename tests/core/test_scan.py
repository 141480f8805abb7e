"""What the line scanner sees, and that nothing makes it raise."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.scan import NO_CALENDAR, UNBALANCED, Scan, scan

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
UID:not-this-one
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
BEGIN:VALARM
UID:nor-this-one
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Soon
END:VALARM
UID:a1@example.org
SUMMARY:Intake talk\\, round 2
DTSTART;TZID=Europe/Amsterdam:20261124T140000
DTEND;TZID=Europe/Amsterdam:20261124T144500
DESCRIPTION:Bring the printed forms and your own mug. We start on time and coffee is ready
  from a quarter to two.
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def wrapped(*lines: str) -> bytes:
    body = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(body).encode()


def test_a_usual_event_is_seen_whole() -> None:
    seen = scan(EVENT)

    assert seen == Scan(
        uid="a1@example.org",
        uids=1,
        kinds=frozenset({"VEVENT"}),
        title="Intake talk, round 2",
        start="TZID=Europe/Amsterdam:20261124T140000",
        end="TZID=Europe/Amsterdam:20261124T144500",
        recurring=False,
        guests=False,
        broken="",
    )


@pytest.mark.parametrize(
    "same",
    [
        EVENT.replace(b"\r\n", b"\n"),
        EVENT.replace(b"\r\n", b"\r"),
        b"\xef\xbb\xbf" + EVENT,
        EVENT.replace(b"\r\n  from", b"\r\n\t from"),
        EVENT.replace(b"UID:a1@example.org", b"uid:a1@exa\r\n mple.org"),
        EVENT.replace(b"UID:a1@example.org", b'UID;X-FROM="a:b;c":a1@example.org'),
        EVENT.replace(b"BEGIN:", b"begin:").replace(b"END:", b"End:"),
        EVENT.replace(b"SUMMARY:", b"SUMMARY;LANGUAGE=en:").replace(b"UID:a", b"Uid:a"),
        EVENT.rstrip(),
    ],
    ids=[
        "lf",
        "cr",
        "bom",
        "tab",
        "folded uid",
        "uid parameters",
        "lower case",
        "title parameters",
        "no last line end",
    ],
)
def test_how_it_is_written_makes_no_difference(same: bytes) -> None:
    assert scan(same) == scan(EVENT)


def test_the_masters_title_and_start_are_taken_wherever_it_stands() -> None:
    override = (
        b"BEGIN:VEVENT\r\nUID:a1@example.org\r\nRECURRENCE-ID:20261201T130000Z\r\nSUMMARY:Moved\r\nEND:VEVENT\r\n"
    )

    seen = scan(EVENT.replace(b"BEGIN:VEVENT", override + b"BEGIN:VEVENT", 1))

    assert (seen.title, seen.start, seen.uids, seen.recurring) == (
        "Intake talk, round 2",
        "TZID=Europe/Amsterdam:20261124T140000",
        1,
        True,
    )


def test_overrides_without_a_master_are_shown_by_the_first() -> None:
    seen = scan(wrapped("UID:x", "RECURRENCE-ID:20261201T130000Z", "SUMMARY:Only this one", "DTSTART:20261201T140000Z"))

    assert (seen.title, seen.start) == ("Only this one", "20261201T140000Z")


def test_two_uids_in_a_file_are_counted() -> None:
    seen = scan(wrapped("UID:x", "END:VEVENT", "BEGIN:VTODO", "UID:y", "DUE:20261201", "END:VTODO", "BEGIN:VEVENT"))

    assert (seen.uid, seen.uids, seen.kinds) == ("x", 2, frozenset({"VEVENT", "VTODO"}))


def test_an_event_without_uid_has_none() -> None:
    seen = scan(wrapped("SUMMARY:Nameless", "BEGIN:VALARM", "UID:alarm", "END:VALARM"))

    assert (seen.uid, seen.uids, seen.title, seen.broken) == ("", 0, "Nameless", "")


def test_an_attendee_makes_guests_and_an_organizer_alone_does_not() -> None:
    with_guest = scan(wrapped("UID:x", 'ATTENDEE;CN="A: B":mailto:a@example.org'))
    alone = scan(wrapped("UID:x", "ORGANIZER:mailto:me@example.org"))

    assert (with_guest.guests, alone.guests) == (True, False)


def test_a_duration_is_the_end_where_no_end_is_given() -> None:
    assert scan(wrapped("UID:x", "DTSTART:20261201T140000Z", "DURATION:PT1H")).end == "PT1H"


def test_latin_1_is_read_as_such() -> None:
    assert scan(wrapped("UID:x", "SUMMARY:Caf?").replace(b"?", b"\xe9")).title == "Café"


def test_a_letter_cut_in_two_by_folding_is_joined() -> None:
    assert scan(wrapped("UID:x", "SUMMARY:Café?").replace("é".encode(), b"\xc3\r\n \xa9")).title == "Café?"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", NO_CALENDAR),
        (b"<html><body>Please sign in</body></html>", NO_CALENDAR),
        (b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n", NO_CALENDAR),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VCALENDAR\r\n", UNBALANCED),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n", UNBALANCED),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", UNBALANCED),
        (EVENT[: len(EVENT) // 2], UNBALANCED),
    ],
    ids=["nothing", "html", "bare event", "event not ended", "calendar not ended", "end without begin", "cut in half"],
)
def test_what_cannot_be_taken_as_it_is_says_why(content: bytes, why: str) -> None:
    assert scan(content).broken == why


def test_an_empty_calendar_is_not_broken() -> None:
    seen = scan(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")

    assert (seen.broken, seen.kinds, seen.uids) == ("", frozenset(), 0)


PIECES = st.sampled_from(
    [
        b"BEGIN:",
        b"END:",
        b"VCALENDAR",
        b"VEVENT",
        b"VTIMEZONE",
        b"UID",
        b";",
        b":",
        b'"',
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b"SUMMARY:",
        b"DTSTART",
        b"\\",
        b"\xff",
        b"\x00",
        b"\xef\xbb\xbf",
        b"ATTENDEE",
        b"RECURRENCE-ID",
    ]
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(b"".join)))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert isinstance(scan(content), Scan)


def test_a_long_parameter_list_costs_no_more_than_its_length() -> None:
    hostile = wrapped("UID;" + 'X="' * 200_000 + "x")

    begun = time.process_time()
    scan(hostile)

    assert time.process_time() - begun < 2
