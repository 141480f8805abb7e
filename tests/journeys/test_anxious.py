"""What somebody sees who is afraid of having broken something: every next step is one that helps, typed as it stands."""

from __future__ import annotations

import os
import shlex
import shutil

import pytest

from tests.journeys.person import Person, Ran

NEXT = "Next: "


def follows(person: Person, ran: Ran) -> Ran:
    """Types what the last line names."""
    (line,) = [line for line in ran.err.splitlines() if line.startswith(NEXT)]
    return person.types(*shlex.split(line.removeprefix(NEXT))[1:])


def test_a_calendar_whose_directory_is_gone_is_not_called_empty(settled: Person) -> None:
    folder = settled.folder()
    shutil.rmtree(folder)

    ran = settled.types("agenda", "2026-12-01")

    assert "! The directory of “Calendar” is gone: its events are not shown: calsync doctor" in ran.err
    assert "Calendar" in settled.types("agenda", "--json").json["missing"]


def test_status_leads_from_a_directory_that_is_gone_to_its_mend(settled: Person) -> None:
    shutil.rmtree(settled.folder())
    settled.types("sync")

    examined = follows(settled, settled.types("status"))

    assert examined.code == 7
    assert examined.out.count("Do: calsync sync --accept-root") == 2  # the agenda's check, and the last sync's


def test_the_next_step_of_the_list_brings_back_the_newest(settled: Person) -> None:
    for uid in ("lunch", "talk"):
        settled.types("event", "delete", uid)

    brought = follows(settled, settled.types("undo"))

    assert (brought.code, settled.file("talk").exists()) == (0, True)
    assert "1 item brought back" in brought.err


def test_a_password_that_is_refused_names_the_account_that_is_to_sign_in(newcomer: Person) -> None:
    (newcomer.place / "password").write_text("wrong\n")

    refused = newcomer.types(*newcomer.connecting(), "--json").json["error"]

    assert refused["code"] == "E108"
    assert newcomer.served.user in refused["message"]
    assert refused["fix"] == f"calsync connect caldav --email {newcomer.email}"


@pytest.mark.parametrize("words", [("today",), ("2026-12-24",)])
def test_an_empty_day_is_a_day(newcomer: Person, words: tuple[str, ...]) -> None:
    ran = newcomer.types("agenda", *words)

    assert ran.err.startswith("Nothing planned on ")


def test_a_feed_into_a_directory_that_is_not_there_is_a_slip_and_no_full_disk(settled: Person) -> None:
    ran = settled.types("feed", "export", str(settled.place / "public" / "agenda.ics"), "--json")

    assert (ran.code, ran.error) == (2, "E001")


def test_cron_is_told_once_of_what_cannot_be_synced(settled: Person) -> None:
    path = settled.writes("broken.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")
    os.utime(path, (1_700_000_000, 1_700_000_000))  # while it is seconds old, somebody may be writing it

    runs = [settled.types("sync", "-q") for _ in range(6)]

    assert [ran.code for ran in runs if ran.out + ran.err] == [3]
    assert {ran.code for ran in runs} == {0, 3}
    assert "broken.ics" in settled.sure("conflicts").out
