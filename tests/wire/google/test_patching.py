"""What is sent when an event was edited: that one field, and nothing that Google alone writes."""

from __future__ import annotations

import copy

import pytest

from calsync_cli.core.event import same_meaning
from calsync_cli.providers.google.patching import instance_of, patch
from calsync_cli.providers.google.reading import Json, Original, content_of
from calsync_cli.providers.google.writing import draft_of
from tests.core.icals import swapped, with_line
from tests.wire.google.shelf import FRAME, patched
from tests.wire.google.test_golden import file, members


def edit(name: str, *pairs: tuple[str, str]) -> Json:
    """What is sent when these texts of a golden file are replaced."""
    return sent(file(name), swapped(unfolded(name), *pairs))


def sent(base: bytes, want: bytes) -> Json:
    was, now = draft_of(base, FRAME).master, draft_of(want, FRAME).master
    assert was is not None
    assert now is not None
    return patch(was, now)


def unfolded(name: str) -> bytes:
    return file(name).replace(b"\r\n ", b"")


AT_FOUR = {"dateTime": "2026-11-24T16:00:00+01:00", "timeZone": "Europe/Amsterdam"}
MEET = "https://meet.google.com/abc-defg-hij"
WEEKLY = "RRULE:FREQ=WEEKLY;UNTIL=20261230T225959Z;BYDAY=MO"


@pytest.mark.parametrize(
    ("name", "old", "new", "change"),
    [
        ("timed", "SUMMARY:Talk", "SUMMARY:Walk", {"summary": "Walk"}),
        ("timed", "SUMMARY:Talk\r\n", "", {"summary": None}),
        ("timed", "LOCATION:Room 2", "LOCATION:Room 3", {"location": "Room 3, first floor"}),
        ("timed", "20261124T150000", "20261124T160000", {"end": AT_FOUR}),
        ("timed", "LOCATION", "STATUS:TENTATIVE\r\nLOCATION", {"status": "tentative"}),
        ("private-and-tentative", "STATUS:TENTATIVE\r\n", "", {"status": "confirmed"}),
        ("private-and-tentative", "CLASS:PRIVATE\r\n", "", {"visibility": "default"}),
        ("all-day", "TRANSP:TRANSPARENT\r\n", "", {"transparency": "opaque"}),
        ("dst-series", "BYDAY=MO", "BYDAY=TU", {"recurrence": [WEEKLY.replace("MO", "TU")]}),
        ("dst-series", f"{WEEKLY}\r\n", "", {"recurrence": None}),
    ],
)
def test_an_edit_of_one_property_sends_one_field(name: str, old: str, new: str, change: Json) -> None:
    assert edit(name, (old, new)) == change


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("colour", "X-GOOGLE-COLOR-ID:11\r\n", ""),
        ("birthday", "X-GOOGLE-EVENT-TYPE:birthday\r\n", ""),
        ("reminders-none", "X-GOOGLE-REMINDERS:NONE\r\n", ""),
        ("meet-link-alone", f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;X-GOOGLE=4dd0d298:{MEET}\r\n", ""),
        ("attachments", 'ATTACH;FILENAME="Notes";X-GOOGLE=c48a86d8:https://docs.google.com/d/2\r\n', ""),
        ("attachments", "URL;X-GOOGLE=4526149d:https://example.org/ticket/7\r\n", ""),
        ("guests-copy", ';X-GOOGLE-EMAIL="me.alias@example.org"', ""),
        ("guests", ';X-NUM-GUESTS=2;X-RESPONSE-COMMENT="We come; all three"', ""),
        ("guests", "ROLE=OPT-PARTICIPANT;", ""),
        ("guests", "CUTYPE=RESOURCE;", ""),
        ("guests", ";PARTSTAT=TENTATIVE", ";RSVP=TRUE;X-FOO=bar"),
        ("timed", "SEQUENCE:3", "SEQUENCE:4"),
        ("timed", "LAST-MODIFIED:20261102T093015Z", "LAST-MODIFIED:20261105T093015Z"),
        ("timed", "SUMMARY:Talk", "SUMMARY:Talk\r\nX-MOZ-LASTACK:20261124T120000Z\r\nTRANSP:OPAQUE\r\nPRIORITY:0"),
        ("timed", "SUMMARY:Talk", "SUMMARY:Talk\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:aGk="),
        ("timed", "SUMMARY:Talk", "SUMMARY:Talk\r\nSTATUS:CONFIRMED\r\nCLASS:PUBLIC"),
        ("timed", "DTEND;TZID=Europe/Amsterdam:20261124T150000", "DURATION:PT1H"),
        ("dst-series", WEEKLY, "RRULE:BYDAY=MO;INTERVAL=1;WKST=MO;FREQ=WEEKLY;UNTIL=20261230T225959Z"),
        ("series", "EXDATE;TZID=Europe/Zurich:20261214T090000\r\n", ""),
        ("hidden", "PRIORITY:1\r\nX-FOO;P=1:bar\\, baz", "X-FOO;P=1:bar\\, baz\r\nPRIORITY:1"),
    ],
)
def test_what_google_alone_writes_and_what_says_the_same_is_no_change(name: str, old: str, new: str) -> None:
    assert edit(name, (old, new)) == {}


def test_a_time_that_becomes_a_day_leaves_no_time_behind() -> None:
    change = edit(
        "timed",
        ("DTSTART;TZID=Europe/Amsterdam:20261124T140000", "DTSTART;VALUE=DATE:20261124"),
        ("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DTEND;VALUE=DATE:20261125"),
    )

    assert change == {
        "start": {"date": "2026-11-24", "dateTime": None, "timeZone": None},
        "end": {"date": "2026-11-25", "dateTime": None, "timeZone": None},
    }


def test_an_answer_sends_all_guests_as_google_knows_them() -> None:
    change = edit(
        "guests-copy", ("PARTSTAT=NEEDS-ACTION;", "PARTSTAT=ACCEPTED;"), (';X-GOOGLE-EMAIL="me.alias@example.org"', "")
    )

    assert change == {
        "attendees": [
            {"email": "hr@company.example", "responseStatus": "accepted"},
            {"email": "me.alias@example.org", "responseStatus": "accepted"},
        ],
        "attendeesOmitted": True,
    }


def test_one_guest_more_and_one_less_leave_the_others_as_they_were() -> None:
    change = edit(
        "guests",
        (
            "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:mailto:bob@example.org\r\n",
            "ATTENDEE;CN=Zoë:mailto:zoe@example.org\r\n",
        ),
        (';X-NUM-GUESTS=2;X-RESPONSE-COMMENT="We come; all three"', ""),
    )

    before = draft_of(file("guests"), FRAME).master
    assert before is not None
    others = [guest for guest in before["attendees"] if guest["email"] != "bob@example.org"]
    assert change == {"attendees": [*others, {"email": "zoe@example.org", "displayName": "Zoë"}]}


def test_guests_taken_away_are_an_empty_list() -> None:
    bare = b"".join(line for line in unfolded("guests").splitlines(keepends=True) if not line.startswith(b"ATTENDEE"))

    assert sent(file("guests"), bare) == {"attendees": []}


def test_a_silent_guest_is_never_on_googles_list() -> None:
    want = with_line(file("guests"), "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:zoe@example.org")

    private = {"calsync1": "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:zoe@example.org"}
    assert sent(file("guests"), want) == {"extendedProperties": {"private": private}}


def test_a_silent_guest_who_is_invited_moves_from_the_hidden_lines_to_the_list() -> None:
    want = swapped(file("hidden"), (";SCHEDULE-AGENT=NONE", ""))

    change = sent(file("hidden"), want)

    assert change["attendees"] == [{"email": "bob@example.org", "displayName": "Bob B"}]
    assert "bob@" not in change["extendedProperties"]["private"]["calsync1"]


def test_alarms_taken_away_leave_none_not_even_the_calendars_own() -> None:
    text = file("reminders-own").decode()
    head, tail = text.split("BEGIN:VALARM", 1)[0], text.rsplit("END:VALARM\r\n", 1)[1]

    assert sent(file("reminders-own"), (head + tail).encode()) == {"reminders": {"useDefault": False, "overrides": []}}


def test_an_alarm_added_replaces_the_calendars_own() -> None:
    want = with_line(file("timed"), "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:x\r\nEND:VALARM")

    assert sent(file("timed"), want) == {
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 15}]}
    }


def test_hidden_lines_that_fell_away_take_their_pieces_along_and_nobody_elses() -> None:
    long = with_line(file("hidden"), "X-LONG:" + "x" * 1500)
    shelf = patched(members("hidden")[0], sent(file("hidden"), long))

    bare = patched(shelf, sent(content_of([shelf], FRAME), file("timed")))

    assert bare["extendedProperties"] == {
        "private": {"other": "not ours", "calsyncUid": "hidden1 my-own-uid@laptop"},
        "shared": {"team": "x"},
    }


def test_a_link_of_ones_own_is_kept_beside_googles() -> None:
    want = with_line(file("attachments"), "ATTACH:https://example.org/a.pdf")

    change = sent(file("attachments"), want)

    assert change == {"extendedProperties": {"private": {"calsync1": "ATTACH:https://example.org/a.pdf"}}}
    assert same_meaning(content_of([patched(members("attachments")[0], change)], FRAME), want)


def test_a_link_of_googles_that_was_changed_is_ones_own() -> None:
    change = edit("attachments", ("https://example.org/ticket/7", "https://example.org/ticket/8"))

    assert change["extendedProperties"]["private"]["calsync1"].endswith(":https://example.org/ticket/8")


def test_a_role_that_google_has_no_word_for_is_remembered() -> None:
    want = swapped(file("guests"), ("ROLE=OPT-PARTICIPANT", "ROLE=NON-PARTICIPANT"))

    change = sent(file("guests"), want)

    assert change == {
        "extendedProperties": {"private": {"calsync1": "X-CALSYNC-ROLE;ROLE=NON-PARTICIPANT:mailto:bob@example.org"}}
    }
    assert same_meaning(content_of([patched(members("guests")[0], change)], FRAME), want)


def test_an_excluded_occurrence_rides_along_when_the_rule_itself_is_sent() -> None:
    change = edit("series", ("RRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=9"))

    assert change["recurrence"][0] == "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=9"
    assert change["recurrence"][2:] == ["EXDATE:20261207T080000Z", "EXDATE:20261214T080000Z", "EXDATE:20261221T080000Z"]


@pytest.mark.parametrize(
    ("name", "original", "start", "end"),
    [
        ("series", "2026-12-28T08:00:00Z", "2026-12-28T09:00:00+01:00", "2026-12-28T09:15:00+01:00"),
        ("dst-series", "2026-07-06T07:00:00Z", "2026-07-06T09:00:00+02:00", "2026-07-06T09:15:00+02:00"),
    ],
)
def test_an_occurrence_is_what_the_rule_makes_it(name: str, original: str, start: str, end: str) -> None:
    master = draft_of(file(name), FRAME).master
    assert master is not None

    made = instance_of(master, Original(original), FRAME)

    assert (made["start"]["dateTime"], made["end"]["dateTime"], made["summary"]) == (start, end, "Stand-up")
    assert "recurrence" not in made


def test_an_all_day_occurrence_is_as_long_as_the_first() -> None:
    master = draft_of(
        swapped(file("all-day-series"), ("DTEND;VALUE=DATE:20261103", "DTEND;VALUE=DATE:20261105")), FRAME
    ).master
    assert master is not None

    made = instance_of(master, Original("2026-11-30"), FRAME)

    assert (made["start"], made["end"]) == ({"date": "2026-11-30"}, {"date": "2026-12-03"})


def test_a_first_override_sends_only_what_it_has_otherwise() -> None:
    draft = draft_of(file("series"), FRAME)
    assert draft.master is not None
    (original, override), *_ = draft.overrides.items()

    change = patch(instance_of(draft.master, original, FRAME), override)

    assert sorted(change) == ["end", "start", "summary"]


def test_what_a_patch_leaves_alone_stays() -> None:
    event = {
        **copy.deepcopy(members("conference")[0]),
        "colorId": "3",
        "guestsCanModify": True,
        "unknownField": {"a": 1},
    }
    content = content_of([event], FRAME)
    want = swapped(content, ("SUMMARY:Talk", "SUMMARY:Walk"))

    after = patched(event, sent(content, want))

    assert {**after, "summary": "Talk"} == event
    assert same_meaning(content_of([after], FRAME), want)
