"""All calendars, one primary: R14, R15, R16; new events only to the primary, others view-only until opted in."""

from __future__ import annotations

from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent


def test_r14_every_calendar_is_a_directory_with_name_and_colour(settled: Person) -> None:
    named = {path.parent.name: path.read_text() for path in settled.agenda.glob("*/displayname")}

    assert named == {"calendar": "Calendar", "team": "Team", "holidays": "Holidays"}
    assert all(path.with_name("color").read_text().startswith("#") for path in settled.agenda.glob("*/displayname"))


def test_r14_a_new_calendar_appears_with_its_events(settled: Person) -> None:
    fresh = settled.served.fresh_calendar("birthdays")
    fresh.plain().put("b.ics", event("b", "Birthday"))

    report = settled.syncs()

    assert report["calendar"]["in"] == 1
    assert set(agree(settled, fresh.calendar_url)) == {"b"}
    silent(settled)


def test_r14_a_calendar_that_went_disappears_after_two_lists_and_lies_in_the_attic(settled: Person) -> None:
    fresh = settled.served.fresh_calendar("birthdays")
    fresh.plain().put("b.ics", event("b", "Birthday"))
    settled.syncs()
    place = settled.folder(fresh.calendar_url)
    fresh.plain().remove()

    settled.syncs()
    after_one = place.is_dir()
    settled.syncs()

    (row,) = settled.sure("undo", "--list", "--json").json["items"]
    assert (after_one, place.exists()) == (True, False)
    assert (row["what"], row["title"]) == ("calendar-gone", "birthdays")
    assert [one["what"] for one in settled.sure("log", "--json").json["rows"]][-1] == "calendar-gone"
    silent(settled)


def test_r15_a_new_file_in_a_sub_calendar_goes_to_the_primary_once(settled: Person) -> None:
    team = settled.served.shared_url
    settled.writes("new.ics", event("new", "Where?"), team)

    report = settled.syncs(codes=(0, 3))

    assert set(agree(settled)) == {"talk", "lunch", "new"}
    assert settled.near(team) == settled.far(team) == []
    assert "to-primary" in {line["verb"] for line in report["lines"]}
    silent(settled)


def test_r16_an_edit_in_a_view_only_calendar_is_put_back_and_kept(settled: Person) -> None:
    team = settled.served.shared_url
    settled.served.plain(team).put("board.ics", event("board", "Board"))
    settled.syncs()
    settled.edits("board", "Board", "My board", team)

    settled.syncs(codes=(0, 3))

    assert [b"SUMMARY:Board" in body for body in settled.near(team)] == [True]
    assert any(b"My board" in body for body in settled.attic.values())
    settled.served.plain(team).delete("board.ics")


def test_r16_opted_in_its_events_are_edited_both_ways(settled: Person) -> None:
    team = settled.served.shared_url
    settled.served.plain(team).put("board.ics", event("board", "Board"))
    settled.sure("calendars", "set", "team", "--two-way")
    settled.syncs()
    settled.edits("board", "Board", "My board", team)

    settled.syncs()

    assert [b"My board" in body for body in settled.far(team)] == [True]
    settled.served.plain(team).delete("board.ics")


def test_a_calendar_is_known_by_the_beginning_of_its_name_where_no_other_begins_so(settled: Person) -> None:
    ran = settled.types("calendars", "set", "holi", "--two-way", "--json")
    of_any = settled.types("calendars", "set", "zzz", "--two-way", "--json")

    assert (ran.error, of_any.error) == ("E206", "E209")


def test_r16_what_the_account_may_only_read_cannot_be_opted_in(settled: Person) -> None:
    ran = settled.types("calendars", "set", "Holidays", "--two-way", "--json")

    assert (ran.code, ran.error) == (6, "E206")


def test_a_hidden_calendar_leaves_the_disk_and_comes_back_when_shown(settled: Person) -> None:
    team = settled.served.shared_url
    settled.served.plain(team).put("board.ics", event("board", "Board"))
    settled.syncs()
    settled.sure("calendars", "hide", "Team")
    settled.sure("calendars", "hide", "Team")
    settled.syncs()
    hidden = (settled.agenda / "team").exists()

    settled.sure("calendars", "show", "Team")
    settled.syncs()

    assert hidden is False
    assert set(agree(settled, team)) == {"board"}
    silent(settled)
    settled.served.plain(team).delete("board.ics")


def test_the_primary_cannot_be_hidden_or_made_view_only(settled: Person) -> None:
    hidden = settled.types("calendars", "hide", "Calendar", "--json")
    viewed = settled.types("calendars", "set", "Calendar", "--view-only", "--json")

    assert [(ran.code, ran.error) for ran in (hidden, viewed)] == [(6, "E206")] * 2


def test_status_is_the_page_that_says_it_all(settled: Person) -> None:
    """R5."""
    (account,) = settled.sure("status", "--json", "--check").json["accounts"]

    rows = {row["name"]: row for row in account["calendar"]["calendars"]}
    assert (account["provider"], account["state"], account["calendar"]["primary"]) == ("caldav", "active", "Calendar")
    assert (rows["Calendar"]["path"], rows["Calendar"]["items"]) == (str(settled.folder()), 2)
    assert (rows["Holidays"]["writable"], rows["Team"]["mode"]) == (False, "view")
    assert account["last_sync"].endswith("Z")
    assert (account["conflicts"], account["skipped"], account["error"], account["next"]) == (0, 0, None, "calsync sync")


def test_status_counts_what_wants_a_look_and_names_the_command(settled: Person) -> None:
    settled.edits("talk", "Intake talk", "Mine")
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.writes("broken.ics", b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n")
    settled.syncs(codes=(3,))

    (account,) = settled.sure("status", "--json").json["accounts"]

    assert (account["conflicts"], account["skipped"], account["next"]) == (1, 1, "calsync conflicts")
