"""Series between Google and here: exceptions, cancellations, splits, moves, each side expanded and compared."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.conftest import begun
from tests.google.person import Googler

ZONE = "Europe/Zurich"
STANDUP: dict[str, Any] = {
    "summary": "Stand-up",
    "start": {"dateTime": "2027-03-08T09:00:00", "timeZone": ZONE},
    "end": {"dateTime": "2027-03-08T09:15:00", "timeZone": ZONE},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"],
}
"""Summer time begins between the third and the fourth."""

HOLIDAY: dict[str, Any] = {
    "summary": "Duty",
    "start": {"date": "2026-12-07"},
    "end": {"date": "2026-12-09"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
}


@pytest.fixture
def mine(connected: Googler) -> Googler:
    """Connected, chosen, nothing there."""
    return begun(connected)


@pytest.fixture
def weekly(mine: Googler) -> Googler:
    """A series that was made there."""
    mine.user.insert(STANDUP)
    mine.syncs()
    mine.asked()
    return mine


def occurrence(person: Googler, at: int, *, title: str = "Stand-up") -> dict[str, Any]:
    """One of its occurrences, as Google has it."""
    return person.user.instances(person.event_there(title)["id"], showDeleted="true")[at]


def types(person: Googler, verb: str, *words: str) -> dict[str, Any]:
    """`calsync event VERB` about the one series."""
    found = person.sure("agenda", "2027-03-08..2027-05-01", "--json").json["events"][0]["id"]
    return person.sure("event", verb, found, *words, "--json", "--no-input").json


def asked(person: Googler) -> list[str]:
    """The writes since, each with what of the series it is about."""
    writes = [one for one in person.asked() if one["method"] != "GET"]
    return [f"{one['method']} {part(one['path'])}" for one in writes]


def part(path: str) -> str:
    last = path.rpartition("/")[2]
    stem, _, suffix = last.partition("_")
    return last if last in {"events", "move"} else suffix if stem and suffix else "series"


# ── from there ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_series_comes_with_its_exceptions_its_cancellations_and_summer_time(mine: Googler) -> None:
    mine.user.insert(STANDUP)
    mine.user.patch(occurrence(mine, 1)["id"], {"start": _at("2027-03-16T10:00:00"), "end": _at("2027-03-16T10:15:00")})
    mine.user.patch(occurrence(mine, 4)["id"], {"summary": "Stand-up with cake", "location": "Kitchen"})
    mine.user.delete(occurrence(mine, 5)["id"])
    mine.user.insert({**HOLIDAY, "recurrence": [*HOLIDAY["recurrence"], "EXDATE;VALUE=DATE:20261214"]})

    mine.syncs()

    shown = agree(mine)
    assert [one.start for one in shown if one.title.startswith("Stand-up")] == [
        *("2027-03-08 08:00", "2027-03-16 09:00", "2027-03-22 08:00"),
        *("2027-03-29 07:00", "2027-04-05 07:00"),
    ]
    assert [one.start for one in shown if one.title == "Duty"] == ["2026-12-07", "2026-12-21", "2026-12-28"]
    mine.quiet_round()


def _at(local: str) -> dict[str, str]:
    return {"dateTime": local, "timeZone": ZONE}


def test_exceptions_that_are_listed_before_their_series_and_pages_apart_belong_to_it(mine: Googler) -> None:
    for number in range(3):
        mine.user.insert({**STANDUP, "summary": f"Stand-up {number}"})
        mine.user.patch(occurrence(mine, 2, title=f"Stand-up {number}")["id"], {"location": "Room 2"})
        mine.user.delete(occurrence(mine, 3, title=f"Stand-up {number}")["id"])

    with mine.world.google.behaving(shuffled=True, page_limit=2, bare_tombstones=True):
        mine.syncs()
        shown = agree(mine)
        mine.quiet_round()

    assert len(shown) == 15


@pytest.mark.parametrize("made", ["moved", "cancelled", "restored"])
def test_what_becomes_of_one_occurrence_there_is_so_here(weekly: Googler, made: str) -> None:
    first = occurrence(weekly, 1)["id"]
    match made:
        case "moved":
            weekly.user.patch(first, {"start": _at("2027-03-17T09:00:00"), "end": _at("2027-03-17T10:00:00")})
        case "cancelled":
            weekly.user.delete(first)
        case _:
            weekly.user.delete(first)
            weekly.syncs()
            assert len(agree(weekly)) == 5
            weekly.user.patch(first, {"status": "confirmed"})

    weekly.syncs()

    assert len(agree(weekly)) == (5 if made == "cancelled" else 6)
    weekly.quiet_round()


def test_invited_to_one_occurrence_alone_one_has_that_one(mine: Googler) -> None:
    host = mine.world.google.new_user("host")
    host.insert(STANDUP)
    there = host.instances(host.listed()[0]["id"])[2]["id"]
    host.patch(there, {"attendees": [{"email": mine.email}]})
    mine.syncs()
    assert [one.start for one in agree(mine)] == ["2027-03-22 08:00"]

    host.patch(there, {"location": "Room 7"})
    mine.syncs()
    assert [one.place for one in agree(mine)] == ["Room 7"]
    mine.world.google.expire_sync_tokens()
    mine.quiet_round()

    host.patch(there, {"attendees": []})
    mine.syncs()
    assert agree(mine) == []


def test_this_and_following_as_google_splits_it_is_two_series_here(weekly: Googler) -> None:
    private = {"extendedProperties": {"private": {"calsync1": "CATEGORIES:Daily"}}}
    weekly.user.patch(weekly.event_there("Stand-up")["id"], private)
    weekly.syncs()
    weekly.user.split(occurrence(weekly, 3)["id"], {"summary": "New stand-up", "location": "Room 2"})

    weekly.syncs()

    shown = agree(weekly)
    assert [one.title for one in shown] == ["Stand-up"] * 3 + ["New stand-up"] * 3
    assert sum(b"CATEGORIES:Daily" in body for body in weekly.near()) == 2
    weekly.quiet_round()


def test_a_series_of_ours_that_is_split_there_becomes_two_with_uids_of_their_own(mine: Googler) -> None:
    mine.writes("s.ics", event("ours", "Ours", extra="RRULE:FREQ=DAILY;COUNT=6\n"))
    mine.syncs()
    mine.user.split(occurrence(mine, 2, title="Ours")["id"], {"summary": "Theirs"})

    mine.syncs()

    assert [one.title for one in agree(mine)] == ["Ours"] * 2 + ["Theirs"] * 4
    assert mine.uid("Ours") == "ours" != mine.uid("Theirs")
    mine.quiet_round()


def test_a_series_that_moves_to_another_calendar_there_moves_here(weekly: Googler) -> None:
    other = weekly.user.new_calendar("Work")
    weekly.user.patch(occurrence(weekly, 1)["id"], {"location": "Room 2"})
    weekly.syncs()
    before = agree(weekly)
    weekly.user.api("POST", f"calendars/primary/events/{weekly.event_there('Stand-up')['id']}/move", destination=other)

    weekly.syncs()
    weekly.syncs()

    assert agree(weekly, weekly.primary_id, other) == before
    assert (weekly.near(), len(weekly.near(other))) == ([], 1)
    weekly.quiet_round()


# ── from here ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_occurrence_that_is_moved_here_is_one_write_to_that_instance(weekly: Googler) -> None:
    types(weekly, "edit", "--occurrence", "2027-03-22", "--at", "2027-03-22 16:00", "--tz", ZONE)

    weekly.syncs()

    assert asked(weekly) == ["PATCH 20270322T080000Z"]
    assert [one.start for one in agree(weekly)][2] == "2027-03-22 15:00"
    weekly.quiet_round()


def test_one_occurrence_that_is_deleted_here_is_one_deletion_of_that_instance(weekly: Googler) -> None:
    types(weekly, "delete", "--occurrence", "2027-03-29")

    weekly.syncs()

    assert asked(weekly) == ["DELETE 20270329T070000Z"]
    assert len(agree(weekly)) == 5
    weekly.quiet_round()


@pytest.mark.parametrize("cancelled_by", ["here", "there", "line"])
def test_an_occurrence_that_is_taken_in_again_here_is_there_again(mine: Googler, cancelled_by: str) -> None:
    line = ["EXDATE:20270329T070000Z"] if cancelled_by == "line" else []
    mine.user.insert({**STANDUP, "recurrence": [*STANDUP["recurrence"], *line]})
    mine.syncs()
    if cancelled_by == "here":
        types(mine, "delete", "--occurrence", "2027-03-29")
    if cancelled_by == "there":
        mine.user.delete(occurrence(mine, 3)["id"])
    mine.syncs()
    assert len(agree(mine)) == 5

    path = mine.file(mine.uid("Stand-up"))
    kept = [each for each in path.read_bytes().split(b"\r\n") if not each.startswith(b"EXDATE")]
    mine.writes(path.name, b"\r\n".join(kept))
    mine.syncs()

    assert len(agree(mine)) == 6
    mine.quiet_round()


def test_a_title_of_the_series_is_one_write_and_leaves_its_exceptions_alone(weekly: Googler) -> None:
    weekly.user.patch(occurrence(weekly, 1)["id"], {"location": "Room 2", "colorId": "5"})
    weekly.user.delete(occurrence(weekly, 2)["id"])
    weekly.syncs()
    weekly.asked()
    weekly.edits(weekly.uid("Stand-up"), "SUMMARY:Stand-up", "SUMMARY:Sit-down")

    weekly.syncs()

    assert len(agree(weekly)) == 5
    assert occurrence(weekly, 1, title="Sit-down")["colorId"] == "5"
    weekly.quiet_round()


def test_another_rule_here_keeps_the_exceptions_that_it_still_makes(weekly: Googler) -> None:
    weekly.user.patch(occurrence(weekly, 1)["id"], {"location": "Room 2"})
    weekly.user.patch(occurrence(weekly, 5)["id"], {"location": "Room 6"})
    weekly.syncs()
    path = weekly.file(weekly.uid("Stand-up"))
    weekly.writes(path.name, path.read_bytes().replace(b"COUNT=6", b"COUNT=4"))

    weekly.syncs()
    weekly.syncs()

    assert [one.place for one in agree(weekly)][1] == "Room 2"
    weekly.quiet_round()


def test_from_one_on_here_is_an_end_there_and_a_new_series(weekly: Googler) -> None:
    weekly.user.patch(occurrence(weekly, 4)["id"], {"location": "Kitchen"})
    weekly.syncs()
    weekly.asked()
    types(weekly, "edit", "--following", "2027-03-29", "--title", "New stand-up")

    weekly.syncs()

    assert [one.title for one in agree(weekly)] == ["Stand-up"] * 3 + ["New stand-up"] * 3
    assert sorted(asked(weekly))[-2:] == ["PATCH series", "POST events"]
    weekly.quiet_round()


@pytest.mark.parametrize("settings", [{}, {"exdates_as_instances": True, "rewrites_rules": True}])
def test_a_series_with_all_that_belongs_to_it_arrives_there_and_rests(mine: Googler, settings: dict[str, Any]) -> None:
    whole = event("all", "All", extra="RRULE:WKST=SU;INTERVAL=1;FREQ=DAILY;COUNT=8\nEXDATE:20261202T100000Z\n").decode()
    moved = (
        "BEGIN:VEVENT\r\nUID:all\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20261203T100000Z\r\n"
        "DTSTART:20261203T150000Z\r\nDTEND:20261203T160000Z\r\nSUMMARY:All but later\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    with mine.world.google.behaving(**settings):
        mine.writes("all.ics", whole.replace("END:VCALENDAR", moved).encode())
        mine.syncs()
        assert len(agree(mine)) == 7
        mine.syncs()
        mine.quiet_round()


def test_a_series_moved_to_another_calendar_here_is_one_move_there(weekly: Googler) -> None:
    other = weekly.user.new_calendar("Work")
    weekly.syncs()
    weekly.sure("calendars", "set", "Work", "--two-way")
    weekly.user.patch(occurrence(weekly, 1)["id"], {"location": "Room 2"})
    weekly.syncs()
    before = agree(weekly)
    weekly.asked()
    path = weekly.file(weekly.uid("Stand-up"))
    path.rename(weekly.folder(other) / path.name)

    weekly.syncs()

    assert asked(weekly) == ["POST move"]
    assert agree(weekly, weekly.primary_id, other) == before
    weekly.quiet_round()


# ── both at once ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_occurrences_edited_on_two_sides_both_stay(weekly: Googler) -> None:
    types(weekly, "edit", "--occurrence", "2027-03-15", "--where", "Room mine")
    weekly.user.patch(occurrence(weekly, 3)["id"], {"location": "Room theirs"})
    weekly.user.delete(occurrence(weekly, 4)["id"])

    weekly.syncs()

    shown = agree(weekly)
    assert [one.place for one in shown] == ["", "Room mine", "", "Room theirs", ""]
    weekly.quiet_round()


def test_a_day_stays_the_day_it_is_wherever_one_travels(mine: Googler) -> None:
    mine.user.insert(HOLIDAY)
    day = event("day", "Day", start="20261224", end="20261225").decode()
    mine.writes("d.ics", day.replace("DTSTART:", "DTSTART;VALUE=DATE:").replace("DTEND:", "DTEND;VALUE=DATE:").encode())
    mine.types("sync", TZ="America/New_York")
    mine.types("sync", TZ="Pacific/Auckland")

    shown = agree(mine)

    assert [one.start for one in shown] == ["2026-12-07", "2026-12-14", "2026-12-21", "2026-12-24", "2026-12-28"]
    mine.quiet_round()
