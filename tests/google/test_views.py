"""Calendars that come, go, change and may not be written, and events that Google makes itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.conftest import begun
from tests.google.person import Googler
from tests.servers.google.control import User

DAY: dict[str, Any] = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}}
SPECIAL = ("birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation")


@pytest.fixture
def host(settled: Googler) -> User:
    """Somebody else at Google."""
    return settled.world.google.new_user("host")


def shared(settled: Googler, host: User, role: str, **more: Any) -> str:
    """A calendar of his with one event, shared with me."""
    calendar = host.new_calendar("Team")
    host.insert({"summary": "Board", **DAY, **more}, calendar)
    host.share(calendar, settled.user, role)
    settled.syncs()
    return calendar


def shown(settled: Googler) -> dict[str, str]:
    """Name of each calendar here, and its colour."""
    return {path.read_text(): path.with_name("color").read_text() for path in settled.agenda.glob("*/displayname")}


# ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r14_a_new_calendar_appears_with_name_colour_and_events(settled: Googler) -> None:
    fresh = settled.user.new_calendar("Birthdays")
    settled.user.entry(fresh, colorId="5")
    settled.user.insert({"summary": "Ann", **DAY}, fresh)

    settled.syncs()

    assert shown(settled)["Birthdays"] == "#ff7537"
    assert [one.title for one in agree(settled, fresh)] == ["Ann"]
    settled.quiet_round()


def test_r14_a_new_name_and_colour_are_followed_and_the_directory_stays(settled: Googler) -> None:
    fresh = settled.user.new_calendar("Birthdays")
    settled.syncs()
    place = settled.folder(fresh)
    settled.user.entry(fresh, summaryOverride="Parties", colorId="6")

    settled.syncs()

    assert settled.folder(fresh) == place
    assert shown(settled)["Parties"] == "#ffad46"


@pytest.mark.parametrize("how", ["deleted", "unshared", "hidden", "free and busy alone"])
def test_r14_a_calendar_that_went_lies_in_the_attic_after_two_lists(settled: Googler, host: User, how: str) -> None:
    team = shared(settled, host, "reader")
    place = settled.folder(team)
    match how:
        case "deleted":
            host.vanish(team)
        case "unshared":
            host.share(team, settled.user, "none")
        case "hidden":
            settled.user.entry(team, hidden=True)
        case _:
            host.share(team, settled.user, "freeBusyReader")

    settled.sure("sync", codes=(0, 3))
    after_one = place.is_dir()
    settled.sure("sync", codes=(0, 3))

    assert (after_one, place.exists()) == (True, False)
    assert any(b"SUMMARY:Board" in body for body in settled.attic.values())
    assert len(agree(settled)) == 2


def test_r15_a_new_file_in_a_sub_calendar_goes_to_the_primary_once(settled: Googler, host: User) -> None:
    team = shared(settled, host, "writer")
    settled.writes("new.ics", event("new", "Where?"), team)

    settled.syncs(codes=(0, 3))

    assert "Where?" in [one.title for one in agree(settled)]
    assert [one.title for one in agree(settled, team)] == ["Board"]
    settled.quiet_round()


@pytest.mark.parametrize("role", ["reader", "writer"])
@pytest.mark.parametrize("deed", ["edit", "delete"])
def test_r16_what_is_done_in_a_view_only_calendar_is_put_back(
    settled: Googler, host: User, role: str, deed: str
) -> None:
    team = shared(settled, host, role)
    if deed == "edit":
        settled.edits(settled.uid("Board", team), "SUMMARY:Board", "SUMMARY:My board", team)
    else:
        settled.file(settled.uid("Board", team), team).unlink()
    settled.asked()

    settled.syncs(codes=(0, 3))

    assert settled.writes_there() == []
    assert [one.title for one in agree(settled, team)] == ["Board"]
    assert deed == "delete" or any(b"My board" in body for body in settled.attic.values())


def test_r16_two_way_is_for_calendars_that_may_be_written(settled: Googler, host: User) -> None:
    refused = shared(settled, host, "reader")
    ran = settled.types("calendars", "set", "Team", "--two-way", "--json")
    host.share(refused, settled.user, "writer")
    settled.syncs()
    settled.sure("calendars", "set", "Team", "--two-way")
    settled.edits(settled.uid("Board", refused), "SUMMARY:Board", "SUMMARY:My board", refused)

    settled.syncs()

    assert (ran.code, ran.error) == (6, "E206")
    assert [one.title for one in agree(settled, refused)] == ["My board"]
    settled.quiet_round()


def test_a_right_that_is_taken_away_turns_a_calendar_into_one_to_look_at(settled: Googler, host: User) -> None:
    team = shared(settled, host, "writer")
    settled.sure("calendars", "set", "Team", "--two-way")
    settled.syncs()
    host.share(team, settled.user, "reader")
    settled.edits(settled.uid("Board", team), "SUMMARY:Board", "SUMMARY:My board", team)

    settled.syncs(codes=(0, 3))

    assert settled.writes_there() == []
    assert [one.title for one in agree(settled, team)] == ["Board"]
    assert any(b"My board" in body for body in settled.attic.values())


def test_what_is_shown_blank_is_never_written_back(settled: Googler, host: User) -> None:
    team = shared(settled, host, "writerWithoutPrivateAccess", visibility="private", description="Between us")
    settled.sure("calendars", "set", "Team", "--two-way")
    settled.syncs()
    (body,) = settled.near(team)
    assert b"Board" not in body
    settled.asked()
    settled.writes(settled.file(_uid(body), team).name, body.replace(b"CLASS:PRIVATE", b"SUMMARY:Mine"), team)

    settled.syncs(codes=(0, 3))
    settled.syncs(codes=(0, 3))

    assert settled.writes_there() == []
    assert host.listed(team)[0]["summary"] == "Board"
    assert any(b"SUMMARY:Mine" in kept for kept in (*settled.attic.values(), *settled.near(team)))


def _uid(body: bytes) -> str:
    return next(line[4:] for line in body.decode().splitlines() if line.startswith("UID:"))


def test_r23_a_feed_of_one_s_own_events_is_left_out_and_makes_no_loop(settled: Googler, host: User) -> None:
    settled.writes("mine.ics", event("mine", "Mine"))
    settled.syncs()
    feed = host.new_calendar("My feed")
    for uid in (settled.uid(title) for title in ("Intake talk", "Lunch", "Mine")):
        host.put({"iCalUID": uid, "summary": "Copied", **DAY}, feed)
    host.share(feed, settled.user, "reader")

    for _ in range(5):
        settled.sure("sync", codes=(0, 3))

    assert len(agree(settled)) == 3
    checks = settled.types("doctor", "--json").json["checks"]
    assert any("My feed" in str(row) for row in checks if row["what"] != "ok"), checks


# ── what Google makes itself ─────────────────────────────────────────────────────────────────────────────────────────


def special(kind: str) -> dict[str, Any]:
    more: dict[str, Any] = {"eventType": kind, "summary": kind, **DAY}
    match kind:
        case "birthday":
            more |= {"recurrence": ["RRULE:FREQ=YEARLY"], "visibility": "private", "transparency": "transparent"}
        case "workingLocation":
            more |= {"workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}, "visibility": "public"}
            more |= {"transparency": "transparent"}
        case "focusTime" | "outOfOffice":
            more |= {
                "start": {"dateTime": "2026-12-24T09:00:00+01:00", "timeZone": "Europe/Zurich"},
                "end": {"dateTime": "2026-12-24T12:00:00+01:00", "timeZone": "Europe/Zurich"},
                f"{kind}Properties": {"autoDeclineMode": "declineNone"},
            }
        case _:
            pass
    return more


@pytest.fixture
def made_by_google(connected: Googler) -> Googler:
    """One event of each kind that is Google's own, and one that is locked."""
    for kind in SPECIAL:
        connected.user.put(special(kind))
    connected.user.put({"summary": "locked", "locked": True, **DAY})
    return begun(connected)


def test_events_of_google_s_own_kinds_are_here_and_at_rest(made_by_google: Googler) -> None:
    assert sorted(made_by_google.titles()) == sorted([*SPECIAL, "locked"])
    assert len(agree(made_by_google)) == 6
    made_by_google.quiet_round()


@pytest.mark.parametrize("deed", ["edit", "delete"])
def test_what_is_done_to_them_here_is_never_written_there_and_told(made_by_google: Googler, deed: str) -> None:
    before = made_by_google.user.listed()
    for title in made_by_google.titles():
        if deed == "edit":
            made_by_google.edits(made_by_google.uid(title), f"SUMMARY:{title}", f"SUMMARY:My {title}")
        else:
            made_by_google.file(made_by_google.uid(title)).unlink()

    made_by_google.types("sync", "--max-delete", "100%")
    made_by_google.types("sync", "--max-delete", "100%")

    assert made_by_google.writes_there() == []
    assert made_by_google.user.listed() == before
    told = {row["title"].removeprefix("My ") for row in made_by_google.sure("conflicts", "--json").json["conflicts"]}
    assert told == {*SPECIAL, "locked"}
