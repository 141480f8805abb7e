"""An edit reaches what it should reach, is counted where it should be, and is refused where nobody can be sure."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from calsync_cli.core.details import details
from calsync_cli.core.draft import WHOLE, Changes, Extent, Invitee, Reach
from calsync_cli.core.editing import Edited, answered, dropped, edited, with_guests
from calsync_cli.core.guests import guests, organizer
from calsync_cli.core.lines import Broken
from calsync_cli.core.refusals import EndsTooEarly, NoSuchOccurrence, NotInvited, RuleError
from calsync_cli.core.times import Moment, plus
from tests.core.icals import AMSTERDAM, BROKEN, MENDABLE, ODD, TALK, WEEKLY, ics, ids, swapped
from tests.core.icals import with_line as line_added

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
ME, ANNA, BOB = "me@example.org", "anna@example.org", "bob@example.org"
ZONE = "Europe/Amsterdam"
OVERRIDE = (
    "UID:talk@example.org\nDTSTAMP:20261101T080000Z\nRECURRENCE-ID;TZID=Europe/Amsterdam:20261201T140000\n"
    "SUMMARY:Intake talk\nLOCATION:Garden\n"
    "DTSTART;TZID=Europe/Amsterdam:20261201T140000\nDTEND;TZID=Europe/Amsterdam:20261201T150000\n"
)


def at(*wall: int) -> Moment:
    return Moment(datetime(*wall), ZONE)  # type: ignore[misc,arg-type] # year, month, day, hour …


def edit(content: bytes, changes: Changes, reach: Reach = WHOLE, organizer: str = ME) -> Edited:
    return edited(content, changes, reach, stamp=STAMP, organizer=organizer, fresh_uid="fresh@example.org")


def became(content: bytes, changes: Changes, reach: Reach = WHOLE) -> bytes:
    return edit(content, changes, reach).content


def drop(content: bytes, reach: Reach) -> bytes | None:
    return dropped(content, reach, stamp=STAMP, organizer=ME)


def one(*wall: int) -> Reach:
    return Reach(Extent.ONE, at(*wall))


def following(*wall: int) -> Reach:
    return Reach(Extent.FOLLOWING, at(*wall))


def rule(content: bytes) -> str:
    return details(content).rule


# ── what happens once ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_title_changes_the_title_and_the_stamp_alone() -> None:
    got = became(ics(TALK), Changes(title="Talk; new"))

    assert got == swapped(
        ics(TALK), ("SUMMARY:Intake talk", r"SUMMARY:Talk\; new"), ("20261101T080000Z", "20261120T090000Z")
    )


def test_a_text_that_is_taken_away_leaves_no_line() -> None:
    assert b"LOCATION" not in became(ics(TALK), Changes(where=""))


def test_a_new_start_keeps_the_length_and_counts_a_revision() -> None:
    got = became(ics(TALK), Changes(start=at(2026, 11, 25, 9, 30)))

    assert (details(got).start, details(got).end) == (at(2026, 11, 25, 9, 30), at(2026, 11, 25, 10, 30))
    assert b"DTSTAMP:20261120T090000Z\r\nSEQUENCE:1\r\n" in got


@pytest.mark.parametrize(
    "changes", [Changes(title="x"), Changes(notes="x"), Changes(private=True), Changes(reminders=())]
)
def test_what_is_no_other_time_or_place_counts_no_revision(changes: Changes) -> None:
    assert b"SEQUENCE" not in became(ics(TALK), changes)


def test_somebody_elses_event_keeps_its_count() -> None:
    theirs = ics(TALK + "SEQUENCE:4\nORGANIZER:mailto:piet@example.org\n")
    mine = swapped(theirs, ("piet@", "Me@"))

    assert b"SEQUENCE:4" in became(theirs, Changes(where="Elsewhere"))
    assert b"SEQUENCE:5" in became(mine, Changes(where="Elsewhere"))


def test_a_duration_stays_one_while_the_start_moves_and_yields_to_an_end() -> None:
    content = ics(swapped(TALK.encode(), ("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DURATION:PT1H")).decode())

    assert b"DURATION:PT1H\r\n" in became(content, Changes(start=at(2026, 11, 25, 9)))
    ended = became(content, Changes(end=at(2026, 11, 24, 16)))
    assert b"DURATION" not in ended
    assert b"DTEND;TZID=Europe/Amsterdam:20261124T160000\r\n" in ended


def test_an_end_in_another_zone_stays_in_it() -> None:
    flight = ics(
        swapped(TALK.encode(), ("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DTEND:20261124T210000Z")).decode()
    )

    assert b"DTEND:20261125T210000Z" in became(flight, Changes(start=at(2026, 11, 25, 14)))


def test_times_become_whole_days_and_times_again() -> None:
    day = became(ics(TALK), Changes(start=Moment(date(2026, 11, 24))))
    assert b"DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125\r\n" in day

    back = became(day, Changes(start=at(2026, 11, 24, 14), end=at(2026, 11, 24, 15)))

    assert (details(back).start, details(back).end) == (at(2026, 11, 24, 14), at(2026, 11, 24, 15))


def test_a_new_zone_brings_its_definition_and_leaves_the_old_one_alone() -> None:
    got = became(ics(TALK), Changes(start=Moment(datetime(2026, 11, 24, 8), "America/New_York")))

    assert AMSTERDAM.replace("\n", "\r\n").encode() in got
    assert got.count(b"BEGIN:VTIMEZONE") == 2
    assert details(got).end == Moment(datetime(2026, 11, 24, 9), "America/New_York")


def test_a_zone_that_was_never_defined_stays_so() -> None:
    assert b"VTIMEZONE" not in became(ics(TALK, head=""), Changes(start=at(2026, 11, 25, 14)))


@pytest.mark.parametrize("end", [at(2026, 11, 24, 14), at(2026, 11, 23, 15), Moment(date(2026, 11, 30))])
def test_an_end_that_is_none_is_refused(end: Moment) -> None:
    with pytest.raises(EndsTooEarly):
        became(ics(TALK), Changes(end=end))


def test_private_and_public_again() -> None:
    private = became(ics(TALK), Changes(private=True))
    assert b"CLASS:PRIVATE\r\n" in private

    assert b"CLASS" not in became(private, Changes(private=False))


def test_what_is_confidential_is_private_already() -> None:
    content = line_added(ics(TALK), "CLASS:CONFIDENTIAL")

    assert became(content, Changes(private=True)) == content


def test_a_place_loses_its_point_on_the_map_with_its_name() -> None:
    content = line_added(line_added(ics(TALK), "GEO:52.1;4.3"), "X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:52.1,4.3")

    assert b"52.1" not in became(content, Changes(where="Room 9"))
    assert b"52.1" in became(content, Changes(title="x"))


# ── a series ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("was", "start", "now"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", at(2026, 11, 26, 14), "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=WEEKLY", at(2026, 11, 26, 14), "FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", at(2026, 11, 25, 14), "FREQ=WEEKLY;BYDAY=WE,FR"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", at(2026, 11, 26, 14), "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", at(2026, 11, 25, 14), "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,MO;WKST=TU"),
        ("FREQ=MONTHLY;BYMONTHDAY=24", at(2026, 11, 25, 14), "FREQ=MONTHLY;BYMONTHDAY=25"),
        ("FREQ=MONTHLY;BYMONTHDAY=-7", at(2026, 11, 30, 14), "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYDAY=4TU", at(2026, 11, 11, 14), "FREQ=MONTHLY;BYDAY=2WE"),
        ("FREQ=MONTHLY;BYDAY=-1TU", at(2026, 11, 30, 14), "FREQ=MONTHLY;BYDAY=-1MO"),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24", at(2026, 12, 5, 14), "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5"),
        ("FREQ=DAILY;BYHOUR=14;BYMINUTE=0", at(2026, 11, 24, 9, 30), "FREQ=DAILY;BYHOUR=9;BYMINUTE=30"),
        ("FREQ=DAILY;COUNT=9", at(2026, 11, 27, 14), "FREQ=DAILY;COUNT=9"),
    ],
)
def test_a_rule_that_repeats_what_the_start_says_follows_it(was: str, start: Moment, now: str) -> None:
    assert rule(became(ics(TALK + f"RRULE:{was}\n"), Changes(start=start))) == now


@pytest.mark.parametrize(
    ("was", "start"),
    [
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", at(2026, 11, 28, 14)),
        ("FREQ=MONTHLY;BYMONTHDAY=10,24", at(2026, 11, 25, 14)),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1", at(2026, 11, 25, 14)),
        ("FREQ=DAILY;BYHOUR=9,14", at(2026, 11, 24, 10)),
    ],
)
def test_a_start_that_the_rule_cannot_follow_for_certain_is_refused(was: str, start: Moment) -> None:
    with pytest.raises(RuleError, match="unfit"):
        became(ics(TALK + f"RRULE:{was}\n"), Changes(start=start))


def test_a_series_that_begins_a_week_later_keeps_its_exceptions_where_they_are() -> None:
    content = ics(WEEKLY + "EXDATE;TZID=Europe/Amsterdam:20261208T140000\n", OVERRIDE)

    result = edit(content, Changes(start=at(2026, 12, 8, 14)))

    assert result.lost == (at(2026, 12, 1, 14),)
    assert b"EXDATE;TZID=Europe/Amsterdam:20261208T140000\r\n" in result.content


def test_another_time_of_day_takes_the_exceptions_along() -> None:
    content = ics(WEEKLY + "EXDATE;TZID=Europe/Amsterdam:20261208T140000\n", OVERRIDE)

    got = became(content, Changes(start=at(2026, 11, 24, 16), end=at(2026, 11, 24, 18)))

    assert b"EXDATE;TZID=Europe/Amsterdam:20261208T160000\r\n" in got
    assert b"RECURRENCE-ID;TZID=Europe/Amsterdam:20261201T160000\r\n" in got
    assert b"DTEND;TZID=Europe/Amsterdam:20261201T180000\r\n" in got


def test_a_changed_occurrence_follows_in_what_it_shares_and_keeps_what_is_its_own() -> None:
    got = became(ics(WEEKLY, OVERRIDE), Changes(title="Renamed", where="Room 9"))

    assert (got.count(b"SUMMARY:Renamed"), got.count(b"LOCATION:Room 9"), got.count(b"LOCATION:Garden")) == (2, 1, 1)


def test_a_new_rule_tells_which_changed_occurrences_it_has_no_place_for() -> None:
    other = OVERRIDE.replace("20261201T", "20261208T")

    result = edit(ics(WEEKLY, OVERRIDE, other), Changes(rule="FREQ=WEEKLY;INTERVAL=2"))

    assert result.lost == (at(2026, 12, 1, 14),)
    assert (rule(result.content), result.content.count(b"BEGIN:VEVENT")) == ("FREQ=WEEKLY;INTERVAL=2", 2)


def test_a_series_that_shall_happen_once_keeps_its_first_occurrence() -> None:
    content = ics(WEEKLY + "EXDATE:20261208T130000Z\nRDATE;TZID=Europe/Amsterdam:20261126T140000\n", OVERRIDE)

    result = edit(content, Changes(rule=""))

    assert result.lost == (at(2026, 12, 1, 14),)
    assert result.content == swapped(ics(TALK), ("DTSTAMP:20261101T080000Z", "DTSTAMP:20261120T090000Z\r\nSEQUENCE:1"))


def test_what_happens_once_can_be_made_to_repeat() -> None:
    got = became(ics(TALK), Changes(rule="FREQ=WEEKLY;COUNT=3"))

    assert b"DTEND;TZID=Europe/Amsterdam:20261124T150000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" in got


def test_a_rule_that_does_not_begin_at_the_start_is_refused() -> None:
    with pytest.raises(RuleError, match="unfit"):
        became(ics(WEEKLY), Changes(rule="FREQ=WEEKLY;BYDAY=FR"))


# ── one occurrence ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "when",
    [at(2026, 12, 2, 14), at(2026, 12, 1, 15), at(2026, 11, 17, 14), Moment(date(2026, 12, 1)), at(2026, 12, 8, 14)],
    ids=["no day", "no hour", "before", "a date", "deleted"],
)
@pytest.mark.parametrize("extent", [Extent.ONE, Extent.FOLLOWING])
def test_a_moment_that_is_no_occurrence_is_refused(when: Moment, extent: Extent) -> None:
    content = ics(WEEKLY + "EXDATE;TZID=Europe/Amsterdam:20261208T140000\n")

    with pytest.raises(NoSuchOccurrence):
        became(content, Changes(title="x"), Reach(extent, when))
    with pytest.raises(NoSuchOccurrence):
        drop(content, Reach(extent, when))


def test_an_occurrence_is_named_in_any_zone() -> None:
    got = became(ics(WEEKLY), Changes(title="x"), Reach(Extent.ONE, Moment(datetime(2026, 12, 1, 13), "UTC")))

    assert b"RECURRENCE-ID;TZID=Europe/Amsterdam:20261201T140000\r\n" in got


def test_an_occurrence_that_is_changed_already_is_changed_in_place() -> None:
    got = became(ics(WEEKLY, OVERRIDE), Changes(start=at(2026, 12, 2, 9)), one(2026, 12, 1, 14))

    assert got.count(b"BEGIN:VEVENT") == 2
    assert b"DTSTART;TZID=Europe/Amsterdam:20261202T090000\r\nDTEND;TZID=Europe/Amsterdam:20261202T100000\r\n" in got


def test_one_occurrence_cannot_repeat() -> None:
    with pytest.raises(RuleError, match="not-for-one"):
        became(ics(WEEKLY), Changes(rule="FREQ=DAILY"), one(2026, 12, 1, 14))


def test_the_only_occurrence_is_the_event() -> None:
    assert became(ics(TALK), Changes(title="x"), one(2026, 11, 24, 14)) == became(ics(TALK), Changes(title="x"))
    assert drop(ics(TALK), one(2026, 11, 24, 14)) is None


def test_a_deleted_occurrence_is_an_exception_of_the_series() -> None:
    assert drop(ics(WEEKLY, OVERRIDE), one(2026, 12, 1, 14)) == swapped(
        ics(WEEKLY + "EXDATE;TZID=Europe/Amsterdam:20261201T140000\n"),
        ("DTSTAMP:20261101T080000Z", "DTSTAMP:20261120T090000Z\r\nSEQUENCE:1"),
    )


def test_a_series_of_which_all_is_deleted_is_gone() -> None:
    left = drop(ics(TALK + "RRULE:FREQ=WEEKLY;COUNT=2\n"), one(2026, 11, 24, 14))
    assert left is not None

    assert drop(left, one(2026, 12, 1, 14)) is None


def test_occurrences_without_their_series_are_edited_and_deleted_one_by_one() -> None:
    second = OVERRIDE.replace("20261201T", "20261208T")
    content = ics(OVERRIDE, second)

    assert became(content, Changes(title="x"), one(2026, 12, 8, 14)).count(b"SUMMARY:x") == 1
    assert became(content, Changes(title="x")).count(b"SUMMARY:x") == 2
    assert became(content, Changes(title="x"), following(2026, 12, 8, 14)).count(b"SUMMARY:x") == 1
    assert drop(content, one(2026, 12, 8, 14)) == ics(OVERRIDE)
    assert drop(content, following(2026, 12, 8, 14)) == ics(OVERRIDE)
    assert drop(ics(OVERRIDE), one(2026, 12, 1, 14)) is None


def test_an_old_exception_for_all_later_occurrences_is_left_alone() -> None:
    content = swapped(ics(WEEKLY, OVERRIDE), ("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;"))

    for reach in (one(2026, 12, 8, 14), following(2026, 12, 8, 14)):
        with pytest.raises(RuleError, match="too-odd"):
            became(content, Changes(title="x"), reach)


# ── guests and answers ───────────────────────────────────────────────────────────────────────────────────────────

GUESTS = "ORGANIZER:mailto:me@example.org\nATTENDEE;CN=A;X-A=1;PARTSTAT=ACCEPTED:mailto:anna@example.org\n"


def test_a_guest_who_becomes_silent_and_invited_again_keeps_what_is_known_of_him() -> None:
    content = ics(TALK + GUESTS)
    silent = with_guests(content, [Invitee(ANNA, invited=False)], organizer=ME, stamp=STAMP)
    assert b"ATTENDEE;CN=A;X-A=1;PARTSTAT=ACCEPTED;SCHEDULE-AGENT=NONE:mailto" in silent.replace(b"\r\n ", b"")

    again = with_guests(silent, [Invitee(ANNA, invited=True)], organizer=ME, stamp=STAMP)

    assert again == swapped(content, ("20261101T080000Z", "20261120T090000Z"))


def test_a_guest_who_is_chosen_as_he_is_changes_nothing() -> None:
    content = ics(TALK + GUESTS)

    assert with_guests(content, [Invitee(ANNA, invited=True)], organizer=ME, stamp=STAMP) == content


def test_a_guest_of_one_occurrence_is_on_that_one_alone() -> None:
    got = with_guests(ics(WEEKLY), [Invitee(BOB, invited=True)], one(2026, 12, 1, 14), organizer=ME, stamp=STAMP)

    assert (got.replace(b"\r\n ", b"").count(b"mailto:bob"), got.count(b"BEGIN:VEVENT"), guests(got)) == (
        1,
        2,
        {ME, BOB},
    )


def test_an_organizer_is_the_same_in_all_components() -> None:
    content = swapped(ics(WEEKLY + GUESTS, OVERRIDE), ("ORGANIZER:", "ORGANIZER;CN=Boss:"))

    got = with_guests(content, [Invitee(BOB, invited=True)], organizer=ME, stamp=STAMP)

    assert got.count(b"ORGANIZER;CN=Boss:mailto:me@example.org") == 2
    assert organizer(got) == ME


def test_an_answer_is_given_in_every_component_and_changes_no_stamp() -> None:
    invited = ics(WEEKLY + f"ATTENDEE;RSVP=TRUE:mailto:{ME}\n", OVERRIDE + f"ATTENDEE;PARTSTAT=DECLINED:MAILTO:{ME}\n")

    assert answered(invited, frozenset({ME}), "accepted") == swapped(
        invited, (";RSVP=TRUE:mailto", ";PARTSTAT=ACCEPTED:mailto"), ("PARTSTAT=DECLINED", "PARTSTAT=ACCEPTED")
    )


def test_an_answer_for_one_occurrence_leaves_the_series_unanswered() -> None:
    invited = ics(WEEKLY + f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{ME}\n")

    got = answered(invited, frozenset({ME}), "declined", one(2026, 12, 1, 14))

    assert (got.count(b"PARTSTAT=NEEDS-ACTION"), got.count(b"PARTSTAT=DECLINED")) == (1, 1)


@pytest.mark.parametrize("reach", [WHOLE, one(2026, 12, 1, 14)])
def test_who_is_not_invited_cannot_answer(reach: Reach) -> None:
    with pytest.raises(NotInvited):
        answered(ics(WEEKLY + GUESTS), frozenset({BOB}), "accepted", reach)


# ── odd files ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [*BROKEN, *MENDABLE], ids=ids)
def test_a_broken_file_is_not_edited(path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Broken):
        became(path.read_bytes(), Changes(title="x"))


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_takes_a_new_title_and_keeps_all_else(path) -> None:  # type: ignore[no-untyped-def]
    content = path.read_bytes()
    try:
        got = became(content, Changes(title="Renamed"))
    except Broken:
        assert b"BEGIN:VEVENT" not in content.upper()
        return

    kept = [line for line in got.split(b"\n") if line not in content.split(b"\n")]
    assert all(
        line.startswith((b"SUMMARY:Renamed", b"DTSTAMP:", b"LAST-MODIFIED:", b"DESCRIPTION:Renamed")) for line in kept
    )
    assert b"SUMMARY:Renamed" in got


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_is_moved_split_and_cut_or_refused_with_a_reason(path) -> None:  # type: ignore[no-untyped-def]
    content = path.read_bytes()
    try:
        start = details(content).start
    except Broken:
        return
    moved = (plus(start, timedelta(days=1)) if start else None) or at(2026, 11, 25, 9)
    for changes, reach in ((Changes(start=moved), WHOLE), (Changes(title="x"), Reach(Extent.FOLLOWING, start))):
        try:
            result = edit(content, changes, reach)
        except (Broken, NoSuchOccurrence, RuleError, EndsTooEarly):
            continue
        assert result.content
