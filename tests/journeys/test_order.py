"""The order of the five verbs, and doing each of them twice: R6, R27, R28, R30, R31, R34, R35, R45, R61."""

from __future__ import annotations

import sqlite3

import pytest

from tests.doubles.events import event
from tests.journeys.person import MORTAL, Person, agree, silent

WIZARDS = (
    "sync",
    "choose-primary",
    "calendars",
    "disconnect",
    "conflicts",
    "undo",
    "log",
    "status --account me@example.org",
)


@pytest.mark.parametrize("words", WIZARDS)
def test_r6_before_connect_every_verb_names_the_command_that_comes_first(newcomer: Person, words: str) -> None:
    ran = newcomer.types(*words.split(), "--json", "--no-input", "--yes")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (6, "E201", "calsync connect")


def test_r5_status_of_nothing_says_what_comes_first(newcomer: Person) -> None:
    ran = newcomer.sure("status")

    assert "calsync connect" in ran.err


def test_r28_a_sync_of_the_calendar_alone_before_the_choice_is_refused(newcomer: Person) -> None:
    newcomer.connects()

    ran = newcomer.types("sync", "--only", "calendar", "--json")

    assert (ran.code, ran.error) == (6, "E205")


def test_r28_a_plain_sync_before_the_choice_names_the_next_step_and_moves_nothing(newcomer: Person) -> None:
    newcomer.connects()

    report = newcomer.syncs()

    assert (report["ok"], report["next"]) == (True, "calsync choose-primary")
    assert not newcomer.agenda.exists()


def test_r29_the_choice_says_why_it_matters(newcomer: Person) -> None:
    newcomer.connects()

    ran = newcomer.sure("choose-primary", "--list")

    assert "New events go only to the primary one" in ran.err


def test_r30_another_primary_is_refused_whatever_is_said(settled: Person) -> None:
    ran = settled.types("choose-primary", "Team", "--yes", "--json")

    assert (ran.code, ran.error) == (6, "E204")


def test_r30_the_same_primary_again_changes_nothing(settled: Person) -> None:
    before = settled.mtimes()

    ran = settled.chooses("--json")

    assert ran.json["already"] is True
    assert settled.mtimes() == before


def test_r31_the_usual_choice_is_a_calendar_that_can_be_written(newcomer: Person) -> None:
    newcomer.connects()

    rows = newcomer.sure("choose-primary", "--list", "--json").json["calendars"]

    assert [row["writable"] for row in rows if row["usual"]] == [True]


def test_r31_a_read_only_calendar_cannot_be_primary(newcomer: Person) -> None:
    newcomer.connects()

    ran = newcomer.types("choose-primary", "Holidays", "--json")

    assert (ran.code, ran.error) == (6, "E206")
    assert newcomer.rows("SELECT count(*) FROM link") == [(0,)]


def test_an_unknown_calendar_names_those_that_are_there(newcomer: Person) -> None:
    newcomer.connects()

    ran = newcomer.types("choose-primary", "Calender", "--json")

    assert (ran.code, ran.error) == (2, "E209")
    assert "Calendar" in ran.json["error"]["message"]


def test_a_tried_choice_chooses_nothing(newcomer: Person) -> None:
    newcomer.connects()

    newcomer.chooses("--dry-run")

    assert newcomer.rows("SELECT count(*) FROM link") == [(0,)]
    assert not newcomer.agenda.exists()


def test_r34_a_primary_that_vanished_stops_everything_and_wipes_nothing(settled: Person) -> None:
    settled.served.plain().remove()
    before = settled.mtimes()

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (7, "E304", "calsync disconnect")
    assert settled.mtimes() == before


def test_r34_status_check_and_doctor_see_that_it_vanished(settled: Person) -> None:
    settled.served.plain().remove()

    (account,) = settled.sure("status", "--check", "--json").json["accounts"]
    checks = settled.sure("doctor", "--json", codes=(7,)).json["checks"]

    assert account["error"]["code"] == "E304"
    assert [row["error"]["code"] for row in checks if row["what"] == "fail"] == ["E304"]


def test_r35_what_was_written_before_any_connection_becomes_the_primarys(newcomer: Person) -> None:
    before = newcomer.home / "agenda" / "personal" / "agenda"
    before.mkdir(parents=True)
    (before / "mine.ics").write_bytes(event("mine", "Mine from before"))
    status = newcomer.sure("status", "--json").json["accounts"][0]

    newcomer.starts()

    assert (status["state"], status["calendar"]["calendars"][0]["path"]) == ("local", str(before))
    assert set(agree(newcomer)) == {"mine", "talk", "lunch"}


def test_r45_a_vault_that_fails_is_told_before_any_question(newcomer: Person) -> None:
    served = newcomer.served
    served.log.mark()

    ran = newcomer.types("connect", "caldav", "--no-input", "--json", CALSYNC_SECRETS_KEY_FILE="/nowhere/key")

    assert (ran.code, ran.error) == (5, "E501")
    assert served.log.asked() == []


def test_r45_killed_before_the_secret_was_stored_it_is_pending_and_resume_asks_for_the_password_alone(
    newcomer: Person,
) -> None:
    killed = newcomer.types("kill", "settings-pend.after", "1", *newcomer.connecting(), program=MORTAL)
    (pending,) = newcomer.sure("status", "--json").json["accounts"]
    refused = newcomer.types("sync", "--json")

    resumed = newcomer.sure("connect", "--resume", "--password-file", str(newcomer.place / "password"), "--json")

    assert killed.code == -9
    assert (pending["state"], pending["next"]) == ("pending", "calsync connect --resume")
    assert (refused.code, refused.error) == (6, "E202")
    assert resumed.json["next"] == "calsync choose-primary"


def test_resuming_what_was_never_begun_is_refused(newcomer: Person) -> None:
    ran = newcomer.types("connect", "--resume", "--json", "--no-input")

    assert (ran.code, ran.error) == (6, "E201")


def test_a_wrong_password_leaves_no_account_behind(newcomer: Person) -> None:
    (newcomer.place / "password").write_text("wrong\n")

    ran = newcomer.types(*newcomer.connecting(), "--json")

    assert (ran.code, ran.error) == (4, "E108")
    assert newcomer.sure("account", "list", "--json").json["accounts"] == []


def test_r61_connect_twice_signs_in_again_and_leaves_everything_as_it_is(settled: Person) -> None:
    before = settled.rows("SELECT name, far_id, rounds FROM link ORDER BY id")

    again = settled.connects("--json")

    assert again.json["again"] is True
    assert settled.rows("SELECT name, far_id, rounds FROM link ORDER BY id") == before
    silent(settled)


def test_r61_sync_twice_changes_nothing_the_second_time(settled: Person) -> None:
    settled.syncs()

    silent(settled)


def test_r61_disconnect_twice_says_that_there_is_nothing_to_do(settled: Person) -> None:
    settled.sure("disconnect", "--yes")

    ran = settled.sure("disconnect", "--yes", "--json")

    assert ran.json["connected"] is False


def test_r2_another_provider_is_refused_while_connected_and_the_first_stays(settled: Person) -> None:
    url = settled.served.url
    words = ("--email", settled.email, "--server", url, "--password-file", str(settled.place / "password"))

    ran = settled.types("connect", "kerio", *words, "--json")

    assert (ran.code, ran.error) == (6, "E211")
    silent(settled)


def test_a_new_password_is_taken_over(settled: Person) -> None:
    (settled.place / "password").write_text("wrong\n")
    refused = settled.types(*settled.connecting(), "--json")
    (settled.place / "password").write_text(settled.served.password)

    settled.connects()

    assert refused.error == "E108"
    silent(settled)


def test_a_dry_run_leaves_no_trace_in_the_state(settled: Person) -> None:
    settled.edits("talk", "Intake talk", "Mine")
    dump = _dump(settled)

    report = settled.syncs("--dry-run")

    assert report["calendar"]["out"] == 1
    assert _dump(settled) == dump


def _dump(person: Person) -> list[str]:
    line = sqlite3.connect(f"file:{person.database}?mode=ro", uri=True)
    try:
        return list(line.iterdump())
    finally:
        line.close()
