"""Whatever Google tells, and whatever a file says, is answered: by a sound file, by JSON, or by Unsayable."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsync_cli.core.event import same_meaning
from calsync_cli.core.guests import guests
from calsync_cli.core.lines import Component, parse
from calsync_cli.providers.google.reading import Json, Unsayable, content_of
from calsync_cli.providers.google.writing import draft_of
from tests.core.icals import HERE, swapped, with_line
from tests.core.test_event_fuzz import LINES, NAMES, VALUES
from tests.wire.google.shelf import FRAME
from tests.wire.google.test_golden import FILES, TOLD, file, members

MANY = settings(deadline=None, max_examples=120)

PLAIN = """confirmed cancelled 2026-11-24 2026-02-31 0001-01-01T00:00:00+14:00 9999-12-31T23:59:59-12:00 2026-11-24T10:00:00Z
2026-11-24T10:00:00 Europe/Paris RRULE:FREQ=DAILY EXDATE:20261124T100000Z RDATE;VALUE=PERIOD:1/2 DTSTART:1 a@b.c popup"""
EVIL = ["a\r\nX-EVIL:1", "\x00", "\ud800", "../../etc/passwd", "BEGIN:VALARM\nEND:VEVENT\nBEGIN:VEVENT", "", "x" * 300]
KNOWN = """id status summary description location start end recurrence recurringEventId originalStartTime attendees organizer
email self displayName comment date dateTime timeZone reminders useDefault overrides method minutes extendedProperties private
calsync1 calsyncUid attachments fileUrl title conferenceData entryPoints uri hangoutLink source url colorId eventType sequence
updated iCalUID"""
WORDS = st.sampled_from([*PLAIN.split(), *EVIL])
FIELDS = st.sampled_from(KNOWN.split())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=6), max_leaves=20
)
SOON = {"dateTime": "2026-11-24T14:00:00+01:00"}
MAY_BE = frozenset(
    [
        "UID",
        "DTSTAMP",
        "CREATED",
        "LAST-MODIFIED",
        "SEQUENCE",
        "DTSTART",
        "DTEND",
        "RRULE",
        "EXRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "STATUS",
        "CLASS",
        "TRANSP",
        "ORGANIZER",
        "ATTENDEE",
        "URL",
        "ATTACH",
        "CONFERENCE",
        "X-GOOGLE-COLOR-ID",
        "X-GOOGLE-EVENT-TYPE",
        "X-GOOGLE-REMINDERS",
        "X-GOOGLE-ATTENDEES-OMITTED",
        "CATEGORIES",
        "PRIORITY",
        "COMMENT",
        "X-FOO",
    ]
)


def sound(content: bytes) -> bool:
    """Nothing stands in the file that we did not put there."""
    tree = parse(content, mend=False)
    return all(_sound(part) for part in tree.children) and all(
        line.name in {"VERSION", "PRODID"} for line in tree.lines
    )


def _sound(part: Component) -> bool:
    if part.name == "VTIMEZONE":
        return True
    names = [line.name for line in part.lines]
    once = all(names.count(name) == 1 for name in ("UID", "DTSTAMP", "DTSTART"))
    return (
        part.name == "VEVENT"
        and once
        and set(names) <= MAY_BE
        and all(child.name == "VALARM" for child in part.children)
    )


def answered(told: Any) -> bool:
    try:
        content = content_of(told, FRAME)
    except Unsayable:
        return True
    with suppress(Unsayable):
        draft_of(content, FRAME)
    return sound(content)


@MANY
@given(st.lists(st.dictionaries(FIELDS, ANYTHING, max_size=8), max_size=3))
def test_whatever_json_comes_is_a_sound_file_or_unsayable(told: list[Json]) -> None:
    assert answered(told)


@MANY
@given(st.sampled_from(TOLD), st.data())
def test_a_real_event_with_anything_in_one_place_is_a_sound_file_or_unsayable(name: str, data: st.DataObject) -> None:
    told = members(name)
    event = data.draw(st.sampled_from(told))
    spot, holder = data.draw(st.sampled_from(places(event)))
    holder[spot] = data.draw(ANYTHING)

    assert answered(told)


def places(of: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: where, and in what."""
    inner = list(of.items() if isinstance(of, dict) else enumerate(of) if isinstance(of, list) else [])
    return [(spot, of) for spot, _ in inner] + [each for _, value in inner for each in places(value)]


@MANY
@given(st.sampled_from(FILES), st.data())
def test_whatever_a_file_says_is_sent_or_unsayable(name: str, data: st.DataObject) -> None:
    lines = file(name).split(b"\r\n")
    spot = data.draw(st.integers(3, len(lines) - 1))
    made = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(b":".join)
    lines[spot] = data.draw(st.sampled_from(LINES) | made)

    assert sent_or_refused(b"\r\n".join(lines))


def sent_or_refused(content: bytes) -> bool:
    try:
        draft = draft_of(content, FRAME)
    except Unsayable as unsayable:
        return bool(unsayable.reason)
    return bool(draft.master or draft.overrides)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": {}}, "start"),
        ({"start": {"dateTime": "soon"}}, "time"),
        ({"start": {"date": "2026-02-31"}}, "time"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "time"),
        ({"recurrence": ["RRULE:FREQ=DAILY"], "start": {**SOON, "timeZone": "Mars/Olympus"}}, "zone"),
        ({"recurrence": ["DTSTART:20261124"]}, "recurrence"),
        ({"recurrence": ["RRULE:FREQ=DAILY X"]}, "recurrence"),
        ({"recurrence": ["RDATE;VALUE=PERIOD:20261124T100000Z/PT1H"]}, "period"),
        ({"recurrence": ["EXDATE;TZID=Mars:20261124T100000"]}, "zone"),
        ({"status": "cancelled"}, "members"),
        ({"id": None, "iCalUID": None}, "id"),
    ],
)
def test_an_event_that_cannot_be_told_says_why(change: Json, reason: str) -> None:
    event = {**members("timed")[0], **change}

    with pytest.raises(Unsayable) as caught:
        content_of([event], FRAME)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("BEGIN:VCALENDAR", "BEGIN:NOTHING", "broken"),
        ("VEVENT", "VTODO", "kind"),
        ("DTSTART:", "X-START:", "start"),
        ("DTSTART:20261124T090000Z", "DTSTART;TZID=Nowhere:20261124T090000", "zone"),
        ("RDATE:20261125T090000Z", "RDATE;VALUE=PERIOD:20261125T090000Z/PT1H", "period"),
        ("RECURRENCE-ID:2027", "RECURRENCE-ID;RANGE=THISANDFUTURE:2027", "range"),
        ("RECURRENCE-ID:20270112T090000Z", "RECURRENCE-ID:soon", "recurrence"),
        ("RECURRENCE-ID:20270112T090000Z\r\n", "", "several"),
        ("FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;UNTIL=soon", "recurrence"),
    ],
)
def test_a_file_that_google_cannot_take_says_why(old: str, new: str, reason: str) -> None:
    with pytest.raises(Unsayable) as caught:
        draft_of(swapped(file("sent-rules"), (old, new)), FRAME)

    assert caught.value.reason == reason


def test_a_series_in_a_zone_that_has_no_name_is_not_sent() -> None:
    repeating = swapped(file("sent-zone-of-nobody"), ("SUMMARY", "RRULE:FREQ=DAILY\r\nSUMMARY"))

    with pytest.raises(Unsayable, match="zone"):
        draft_of(repeating, FRAME)


def test_a_single_event_in_a_zone_that_nobody_knows_is_where_it_is_by_its_offset() -> None:
    event = {**members("timed")[0], "start": {**SOON, "timeZone": "Mars/Olympus"}}

    assert content_of([event], FRAME) == file("timed")


def test_an_organizer_whom_an_override_alone_names_is_the_series_organizer() -> None:
    content = (HERE / "odd" / "organizer-only-in-override.ics").read_bytes()

    draft = draft_of(content, FRAME)

    assert draft.organizer == "piet@example.org"
    assert draft.master is not None
    assert draft.master["organizer"]["email"] == "piet@example.org"


def test_ten_megabytes_of_notes_are_read_and_sent() -> None:
    notes = "Zoë, " * 2_000_000

    content = content_of([{**members("timed")[0], "description": notes}], FRAME)

    sent = draft_of(content, FRAME).master
    assert sent is not None
    assert sent["description"] == notes


def test_x_properties_beyond_eight_kilobytes_are_left_out_longest_first() -> None:
    long = with_line(with_line(file("timed"), "X-LONG:" + "x" * 9000), "X-SHORT:y")

    sent = draft_of(long, FRAME).master

    assert sent is not None
    assert sent["extendedProperties"] == {"private": {"calsync1": "X-SHORT:y"}}


def test_what_would_be_missed_is_not_left_out() -> None:
    with pytest.raises(Unsayable, match="too-large"):
        draft_of(with_line(file("timed"), "COMMENT:" + "x" * 9000), FRAME)


def test_parts_within_an_event_come_back_whole_and_broken_ones_not_at_all() -> None:
    place = "BEGIN:VALARM\nACTION:DISPLAY\nBEGIN:VLOCATION\nNAME:Desk\nEND:VLOCATION\nEND:VALARM"
    broken = (
        "BEGIN:VALARM\nBEGIN;X=1:VEVENT\nUID:evil\nEND:VEVENT\nEND:VALARM\nBEGIN:VALARM\nEND:VLOCATION\nCOMMENT:lost"
    )
    event = {**members("timed")[0], "extendedProperties": {"private": {"calsync1": f"{place}\n{broken}"}}}

    content = content_of([event], FRAME)

    assert place.replace("\n", "\r\n").encode() in content
    assert sound(content)
    assert b"evil" not in content


def test_pieces_of_hidden_lines_fit_a_property_and_are_put_together_again() -> None:
    wanted = with_line(file("timed"), "COMMENT:" + "Zoë en " * 500 + "x")

    sent = draft_of(wanted, FRAME).master

    assert sent is not None
    pieces = sent["extendedProperties"]["private"].values()
    assert all(len(piece.encode()) <= 1024 and piece == piece.strip() for piece in pieces)
    assert same_meaning(content_of([{**members("timed")[0], **sent}], FRAME), wanted)


def test_what_others_put_into_our_properties_invites_nobody() -> None:
    lines = "ATTENDEE:mailto:evil@example.org\nATTENDEE;SCHEDULE-AGENT=NONE:mailto:silent@example.org\nSTATUS:CONFIRMED"
    event = {**members("timed")[0], "extendedProperties": {"private": {"calsync1": lines}}}

    content = content_of([event], FRAME)

    assert guests(content) == {"silent@example.org"}


def test_a_silent_guest_whom_google_knows_meanwhile_is_told_once() -> None:
    lines = "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:anna@example.org"
    event = {**members("guests")[0], "extendedProperties": {"private": {"calsync1": lines}}}

    assert content_of([event], FRAME) == file("guests")
