"""Both sides' edits in one event: golden files, and each rule of the merge by an example."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.event import outgoing, parse, same_meaning, title_and_time
from calsync_cli.core.merge import Clash, Merged, merge
from calsync_cli.core.model import Prefer, Side
from tests.core.icals import AMSTERDAM, HERE, TALK, WEEKLY, ics, ids, swapped, with_line

SCENES = sorted(path for path in (HERE / "merge").iterdir() if path.is_dir())
FOUR = ("near_base", "near", "far_base", "far")


def both(base: bytes, near: bytes, far: bytes, prefer: Prefer = Prefer.REMOTE) -> Merged:
    return merge(near_base=base, near=near, far_base=base, far=far, prefer=prefer)


def override(week: str, *lines: str, start: str = "") -> str:
    at = f"DTSTART;TZID=Europe/Amsterdam:{start or week + 'T140000'}"
    return "\n".join(["UID:talk@example.org", f"RECURRENCE-ID;TZID=Europe/Amsterdam:{week}T140000", at, *lines])


@pytest.mark.parametrize("scene", SCENES, ids=ids)
def test_golden_files(scene: Path) -> None:
    near_base, near, far_base, far = ((scene / f"{name}.ics").read_bytes() for name in FOUR)

    got = merge(near_base=near_base, near=near, far_base=far_base, far=far, prefer=Prefer.REMOTE)

    assert got.content.decode() == (scene / "merged.ics").read_bytes().decode()
    assert (got.near_changed, got.far_changed) == (True, True)


@pytest.mark.parametrize("scene", SCENES, ids=ids)
def test_after_a_golden_merge_both_sides_are_at_rest(scene: Path) -> None:
    content = (scene / "merged.ics").read_bytes()

    assert both(content, content, content) == Merged(content, (), near_changed=False, far_changed=False)


@pytest.mark.parametrize(
    ("prefer", "kept", "title"), [(Prefer.REMOTE, Side.FAR, "Late talk"), (Prefer.LOCAL, Side.NEAR, "Early talk")]
)
def test_where_both_changed_the_same_the_preferred_value_stays(prefer: Prefer, kept: Side, title: str) -> None:
    near, far = (swapped(ics(TALK), ("Intake talk", each)) for each in ("Early talk", "Late talk"))

    got = both(ics(TALK), near, far, prefer)

    assert title_and_time(got.content).title == title
    assert got.clashes == (Clash("", "SUMMARY", "Intake talk", "Early talk", "Late talk", kept),)
    assert (got.near_changed, got.far_changed) == (kept is Side.FAR, kept is Side.NEAR)


def test_start_and_end_travel_together() -> None:
    near = swapped(ics(TALK), ("20261124T150000", "20261124T160000"))
    far = swapped(ics(TALK), ("20261124T140000", "20261124T120000"), ("20261124T150000", "20261124T130000"))

    got = both(ics(TALK), near, far, Prefer.LOCAL)

    assert same_meaning(got.content, near)
    assert [(clash.property, clash.base, clash.mine, clash.theirs) for clash in got.clashes] == [
        ("DTSTART", "2026-11-24T14:00:00+01:00", "2026-11-24T14:00:00+01:00", "2026-11-24T12:00:00+01:00"),
        ("DTEND", "2026-11-24T15:00:00+01:00", "2026-11-24T16:00:00+01:00", "2026-11-24T13:00:00+01:00"),
    ]


def test_what_only_the_server_knows_survives_an_edit_here() -> None:
    far = swapped(with_line(ics(TALK), "X-SERVER:kept"), ("calsync tests", "A server"))
    near = swapped(ics(TALK), ("Room 2", "Room 1"))

    got = merge(near_base=ics(TALK), near=near, far_base=far, far=far, prefer=Prefer.REMOTE)

    assert got.content == swapped(far, ("Room 2", "Room 1"))


def test_a_guest_who_is_not_invited_survives_a_change_there() -> None:
    silent = "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:silent@example.org"
    near, far = with_line(ics(TALK), silent), swapped(ics(TALK), ("Room 2", "Room 1"))

    got = merge(near_base=near, near=near, far_base=ics(TALK), far=far, prefer=Prefer.REMOTE)

    assert got == Merged(with_line(far, silent), (), near_changed=True, far_changed=False)
    sent = outgoing(got.content, there=far, chosen={}, own=frozenset())
    assert sent == far


def test_a_guest_who_is_not_invited_can_be_taken_off_here() -> None:
    silent = with_line(ics(TALK), "ATTENDEE:mailto:silent@example.org")

    got = merge(near_base=silent, near=ics(TALK), far_base=ics(TALK), far=ics(TALK), prefer=Prefer.REMOTE)

    assert got == Merged(ics(TALK), (), near_changed=False, far_changed=False)


def test_a_property_that_the_server_never_took_is_no_change_of_its() -> None:
    near_base = with_line(ics(TALK), "X-LOCAL:1")
    near = swapped(near_base, ("Room 2", "Room 1"))

    got = merge(near_base=near_base, near=near, far_base=ics(TALK), far=ics(TALK), prefer=Prefer.REMOTE)

    assert got == Merged(with_line(swapped(ics(TALK), ("Room 2", "Room 1")), "X-LOCAL:1"), (), False, True)


DAY = "20261201"
EDITED = ics(WEEKLY, override(DAY, "SUMMARY:With Anna"))
DELETED = with_line(ics(WEEKLY), f"EXDATE;TZID=Europe/Amsterdam:{DAY}T140000")


@pytest.mark.parametrize("base", [ics(WEEKLY), ics(WEEKLY, override(DAY, "SUMMARY:With Bob"))], ids=["new", "changed"])
@pytest.mark.parametrize("edit", list(Side))
def test_an_occurrence_edited_on_one_side_outlives_its_deletion_on_the_other(base: bytes, edit: Side) -> None:
    near, far = (EDITED, DELETED) if edit is Side.NEAR else (DELETED, EDITED)

    got = both(base, near, far)

    assert same_meaning(got.content, EDITED)
    assert (got.near_changed, got.far_changed) == (edit is Side.FAR, edit is Side.NEAR)


@pytest.mark.parametrize("was", ["", "With Bob"])
def test_a_deletion_that_did_not_take_place_is_told(was: str) -> None:
    base = ics(WEEKLY, override(DAY, f"SUMMARY:{was}")) if was else ics(WEEKLY)
    when = "2026-12-01T14:00:00+01:00"
    before = f"{was} {when}" if was else ""

    here, there = both(base, EDITED, DELETED), both(base, DELETED, EDITED)

    assert here.clashes == (Clash(when, "", before, f"With Anna {when}", "", Side.NEAR),)
    assert there.clashes == (Clash(when, "", before, "", f"With Anna {when}", Side.FAR),)


def test_an_occurrence_that_came_back_on_one_side_is_no_clash() -> None:
    got = both(DELETED, EDITED, swapped(DELETED, ("Room 2", "Room 1")))

    assert (same_meaning(got.content, swapped(EDITED, ("Room 2", "Room 1"))), got.clashes) == (True, ())


@pytest.mark.parametrize("side", list(Side))
def test_an_occurrence_deleted_on_one_side_and_untouched_on_the_other_is_gone(side: Side) -> None:
    near, far = (DELETED, EDITED) if side is Side.NEAR else (EDITED, DELETED)

    got = both(EDITED, near, far)

    assert (same_meaning(got.content, DELETED), got.clashes) == (True, ())


def test_two_new_overrides_of_one_occurrence_are_merged_against_the_series() -> None:
    near = ics(WEEKLY, override(DAY, "SUMMARY:With Anna", "LOCATION:Room 2", "DURATION:PT1H"))
    far = ics(WEEKLY, override(DAY, "SUMMARY:Intake talk", "LOCATION:Room 2", "DURATION:PT1H", start=f"{DAY}T160000"))

    got = both(ics(WEEKLY), near, far)

    want = override(DAY, "SUMMARY:With Anna", "LOCATION:Room 2", "DURATION:PT1H", start=f"{DAY}T160000")
    assert (same_meaning(got.content, ics(WEEKLY, want)), got.clashes) == (True, ())


def test_a_new_override_here_and_an_edited_series_there_both_survive() -> None:
    far = swapped(ics(WEEKLY), ("Room 2", "Room 1"))

    got = both(ics(WEEKLY), EDITED, far)

    assert same_meaning(got.content, swapped(EDITED, ("Room 2", "Room 1")))


def test_cutting_off_the_first_occurrences_does_not_move_the_others() -> None:
    cut = swapped(ics(WEEKLY), ("20261124T14", "20261208T14"), ("20261124T15", "20261208T15"))
    late = override("20261222", "SUMMARY:With Anna")

    got = both(ics(WEEKLY), cut, ics(WEEKLY, late))

    assert same_meaning(
        got.content, swapped(ics(WEEKLY, late), ("20261124T14", "20261208T14"), ("20261124T15", "20261208T15"))
    )


def test_a_series_made_all_day_takes_its_rule_and_the_other_sides_override_along() -> None:
    near = ics(
        "UID:talk@example.org\nDTSTAMP:20261101T080000Z\nSUMMARY:Intake talk\nLOCATION:Room 2\n"
        "DTSTART;VALUE=DATE:20261124\nRRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270101\n"
    )
    base = swapped(ics(WEEKLY), ("BYDAY=TU", "BYDAY=TU;UNTIL=20270101T000000Z"))
    far = ics(WEEKLY.replace("BYDAY=TU", "BYDAY=TU;UNTIL=20270101T000000Z"), override(DAY, "SUMMARY:With Anna"))

    got = both(base, near, far)

    anna = f"UID:talk@example.org\nRECURRENCE-ID;VALUE=DATE:{DAY}\nDTSTART;VALUE=DATE:{DAY}\nSUMMARY:With Anna\n"
    assert same_meaning(got.content, near.replace(b"END:VCALENDAR", ics(anna, head="").partition(b"EN\r\n")[2]))


def test_a_rule_changed_there_comes_with_its_own_kind_of_start_only() -> None:
    near = swapped(
        ics(WEEKLY),
        ("DTSTART;TZID=Europe/Amsterdam:20261124T140000", "DTSTART;VALUE=DATE:20261124"),
        ("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DTEND;VALUE=DATE:20261125"),
    )
    far = swapped(ics(WEEKLY), ("BYDAY=TU", "BYDAY=TU;UNTIL=20270101T000000Z"))

    got = both(ics(WEEKLY), near, far)

    assert same_meaning(got.content, far)
    assert {clash.property for clash in got.clashes} == {"DTSTART", "DTEND", "RRULE"}


def test_the_sequence_never_goes_back_and_the_newest_stamp_stays() -> None:
    base = with_line(ics(TALK), "SEQUENCE:1")
    near = swapped(base, ("SEQUENCE:1", "SEQUENCE:3"), ("20261101T08", "20261103T08"), ("Room 2", "Room 1"))
    far = swapped(base, ("SEQUENCE:1", "SEQUENCE:2"), ("20261101T08", "20261102T08"), ("Intake", "Late"))

    got = both(base, near, far)

    assert (got.content, got.clashes) == (swapped(near, ("Intake", "Late")), ())


def test_lists_are_merged_element_by_element() -> None:
    lines = "CATEGORIES:Work,Play\nATTENDEE:mailto:anna@example.org\nATTENDEE:mailto:bob@example.org\nCOMMENT:One\n"
    base = ics(TALK + lines)
    near = with_line(
        swapped(base, ("Work,Play", "Work,Home"), ("ATTENDEE:mailto:bob@example.org\r\n", "")), "COMMENT:Two"
    )
    far = swapped(base, ("Work,Play", "Play,Fun"), ("ATTENDEE:mailto:anna", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna"))

    got = both(base, near, far)

    want = swapped(
        base,
        ("Work,Play", "Fun,Home"),
        ("ATTENDEE:mailto:anna", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna"),
        ("ATTENDEE:mailto:bob@example.org\r\n", ""),
        ("COMMENT:One", "COMMENT:One\r\nCOMMENT:Two"),
    )
    assert (got.content, got.clashes) == (want, ())


def test_a_zone_that_only_one_side_uses_comes_along() -> None:
    far = ics("UID:x\nSUMMARY:x\nDTSTART:20261124T130000Z\n", head="")
    near = ics("UID:x\nSUMMARY:x\nDTSTART;TZID=Europe/Amsterdam:20261125T140000\n")

    got = both(far, near, far)

    assert got.content == near


def test_a_zone_redefined_here_is_not_lost() -> None:
    mine = swapped(ics(TALK), ("TZOFFSETTO:+0100", "TZOFFSETTO:+0000"), ("TZOFFSETFROM:+0100", "TZOFFSETFROM:+0000"))

    got = both(ics(TALK), mine, swapped(ics(TALK), ("Room 2", "Room 1")))

    assert same_meaning(got.content, swapped(mine, ("Room 2", "Room 1")))


def test_what_comes_from_here_is_written_as_the_other_file_is() -> None:
    near = swapped(ics(TALK), ("Room 2", "Zaal ?"), ("\r\n", "\n")).replace(b"?", b"\xe9")

    got = both(ics(TALK), near, with_line(ics(TALK), "X-SERVER:1"))

    assert got.content == with_line(swapped(ics(TALK), ("Room 2", "Zaal é")), "X-SERVER:1")


def test_the_far_uid_stays_where_the_sides_have_different_ones() -> None:
    mine = swapped(ics(WEEKLY, override(DAY)), ("talk@example.org", "mine@example.org"))
    theirs = ics(WEEKLY, override(DAY))

    got = merge(
        near_base=mine, near=swapped(mine, ("Room 2", "Room 1")), far_base=theirs, far=theirs, prefer=Prefer.REMOTE
    )

    assert got.content == swapped(theirs, ("Room 2", "Room 1"))


def test_a_dismissed_reminder_stays_dismissed_here_and_is_no_reason_to_write_there() -> None:
    near = with_line(ics(TALK), "X-MOZ-LASTACK:20261103T084500Z")
    far = swapped(ics(TALK), ("Room 2", "Room 1"))

    got = both(ics(TALK), near, far)

    assert got == Merged(with_line(far, "X-MOZ-LASTACK:20261103T084500Z"), (), near_changed=True, far_changed=False)


def test_two_events_in_one_file_are_told_apart_by_their_uid() -> None:
    two = TALK.replace("talk@", "other@")
    near, far = ics(TALK, two.replace("Room 2", "Room 1")), ics(TALK.replace("Room 2", "Room 3"), two)

    got = both(ics(TALK, two), near, far)

    assert same_meaning(got.content, ics(TALK.replace("Room 2", "Room 3"), two.replace("Room 2", "Room 1")))


def test_the_calendars_own_lines_are_merged_too() -> None:
    near = swapped(ics(TALK), ("VERSION:2.0", "VERSION:2.0\r\nX-WR-CALNAME:Mine"))

    got = both(ics(TALK), near, swapped(ics(TALK), ("Room 2", "Room 1")))

    assert b"\r\nX-WR-CALNAME:Mine\r\n" in got.content.partition(b"BEGIN:VEVENT")[0]


def test_nothing_is_left_of_nothing_never() -> None:
    only = ics(override(DAY, "SUMMARY:Only"))
    other = ics(override("20261208", "SUMMARY:Other"))

    got = both(ics(override(DAY, "SUMMARY:Only"), override("20261208", "SUMMARY:Other")), only, other)

    assert [part.name for part in parse(got.content).children] == ["VTIMEZONE", "VEVENT"]


def test_a_zone_is_defined_once() -> None:
    got = both(ics(TALK), swapped(ics(TALK), ("Room 2", "Room 1")), with_line(ics(TALK), "X-SERVER:1"))

    assert got.content.count(AMSTERDAM.replace("\n", "\r\n").encode()) == 1


def test_what_the_server_wrote_otherwise_is_not_doubled() -> None:
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM\n"
    near = ics(TALK + "CATEGORIES:Play\\, too,Work\nCOMMENT:Two  words \nX-A:1\nX-A:2\n" + alarm)
    far = ics(
        TALK + "CATEGORIES:Play\nCATEGORIES:too\nCATEGORIES:Work\nCOMMENT;LANGUAGE=en:Two words\nX-A:2\nX-A:1\n"
        "BEGIN:VALARM\nUID:a1\nACTION:DISPLAY\nTRIGGER:-P0DT0H15M0S\nX-WR-ALARMUID:a1\nDESCRIPTION:Reminder\nEND:VALARM\n"
    )

    got = merge(near_base=near, near=swapped(near, ("Room 2", "Room 1")), far_base=far, far=far, prefer=Prefer.REMOTE)

    assert (got.content, got.clashes) == (swapped(far, ("Room 2", "Room 1")), ())


def test_a_reminder_edited_here_replaces_what_the_server_made_of_it() -> None:
    near = ics(TALK + "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:Soon\nEND:VALARM\n")
    far = swapped(near, ("TRIGGER", "UID:a1\r\nTRIGGER"))

    got = merge(near_base=near, near=swapped(near, ("Soon", "Now")), far_base=far, far=far, prefer=Prefer.REMOTE)

    assert same_meaning(got.content, swapped(near, ("Soon", "Now")))


def test_a_cancelled_occurrence_that_the_server_keeps_as_an_exception_is_no_change() -> None:
    near = ics(WEEKLY, override(DAY, "SUMMARY:Intake talk", "STATUS:CANCELLED"))
    far = swapped(DELETED, ("Room 2", "Room 1"))

    got = merge(near_base=near, near=near, far_base=DELETED, far=far, prefer=Prefer.REMOTE)

    assert (got.far_changed, got.clashes) == (False, ())
    assert f"EXDATE;TZID=Europe/Amsterdam:{DAY}T140000\r\n".encode() in got.content
    assert b"STATUS:CANCELLED" in got.content
