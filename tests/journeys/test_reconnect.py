"""Disconnecting out of anything, coming back without a duplicate, and a connection that somebody changed: R53 to R55."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import MORTAL, Person, agree, silent
from tests.servers.served import Served


def secrets_of(person: Person) -> Path:
    return person.database.parent / "secrets"


def test_r53_nothing_of_the_connection_is_left_and_the_agenda_stays(settled: Person) -> None:
    before = {path: body for path in settled.agenda.rglob("*.ics") for body in [path.read_bytes()]}
    settled.served.log.mark()

    settled.sure("disconnect", "--yes")

    (account,) = settled.sure("status", "--json").json["accounts"]
    assert (account["state"], account["provider"]) == ("local", "")
    assert not secrets_of(settled).exists()
    assert not (settled.database.parent / "connection.json").exists()
    assert {path: path.read_bytes() for path in settled.agenda.rglob("*.ics")} == before
    assert settled.served.log.asked() == []
    assert settled.served.url.encode() not in settled.database.read_bytes() or settled.rows(
        "SELECT count(*) FROM setting WHERE name='connection'"
    ) == [(0,)]


def test_r53_where_the_vault_cannot_be_opened_it_goes_on_and_says_so(settled: Person) -> None:
    ran = settled.types("disconnect", "--yes", "--json", CALSYNC_SECRETS_KEY_FILE="/nowhere/key")

    assert (ran.code, ran.json["left"]["code"]) == (0, "E501")
    assert settled.sure("status", "--json").json["accounts"][0]["state"] == "local"


def test_r53_a_pending_connection_can_be_left(newcomer: Person) -> None:
    newcomer.types("kill", "settings-pend.after", "1", *newcomer.connecting(), program=MORTAL)

    ran = newcomer.sure("disconnect", "--yes", "--json")

    assert ran.json["connected"] is True
    newcomer.starts()


def test_r53_a_damaged_state_can_be_left_and_is_kept_aside(settled: Person) -> None:
    settled.database.write_bytes(b"rubbish" * 1000)

    settled.sure("disconnect", "--yes")

    assert [path.read_bytes()[:7] for path in settled.database.parent.glob("state.db.damaged-*")] == [b"rubbish"]
    settled.starts()
    assert set(agree(settled)) == {"talk", "lunch"}


def test_r53_what_was_not_sent_yet_is_counted(settled: Person) -> None:
    settled.edits("talk", "Intake talk", "Mine")
    settled.writes("new.ics", event("new", "New"))

    ran = settled.sure("disconnect", "--dry-run", "--json")

    assert (ran.json["unsent"], ran.json["connected"]) == (2, True)
    silent_state = settled.sure("status", "--json").json["accounts"][0]["state"]
    assert silent_state == "active"


def test_r53_the_data_goes_only_where_it_is_said_and_other_programs_files_stay(settled: Person) -> None:
    other = settled.agenda / "other" / "theirs.ics"
    other.parent.mkdir()
    other.write_bytes(b"theirs")
    settled.file("lunch").unlink()
    settled.syncs()

    settled.sure("disconnect", "--delete-data", "--yes", "--account", settled.email)

    assert [path for path in settled.agenda.rglob("*") if path.is_file()] == [other]
    assert settled.attic == {}
    assert len(settled.served.plain().list()) == 1


def test_the_index_of_the_agenda_goes_with_the_data(settled: Person) -> None:
    settled.sure("agenda")

    settled.sure("disconnect", "--delete-data", "--yes", "--account", settled.email)

    with closing(sqlite3.connect(settled.database)) as sql:
        assert sql.execute("SELECT count(*) FROM agenda").fetchone() == (0,)


def test_r53_a_copy_is_made_first_where_one_is_wanted(settled: Person, tmp_path: Path) -> None:
    settled.sure("disconnect", "--export", str(tmp_path / "copy"), "--delete-data", "--yes", "--account", settled.email)

    copied = sorted(path.name for path in (tmp_path / "copy" / "agenda" / "calendar").glob("*.ics"))
    assert copied == ["lunch.ics", "talk.ics"]
    assert not settled.agenda.exists()


def test_r53_a_copy_into_the_agenda_itself_is_refused(settled: Person) -> None:
    ran = settled.types("disconnect", "--export", str(settled.agenda / "copy"), "--yes", "--json")

    assert (ran.code, ran.error) == (2, "E001")
    silent(settled)


@pytest.mark.parametrize("point", ["settings-put.before", "settings-put.after"])
def test_r53_killed_in_between_it_can_be_done_again(settled: Person, point: str) -> None:
    settled.types("kill", point, "1", "disconnect", "--yes", program=MORTAL)

    settled.sure("disconnect", "--yes")

    assert settled.sure("status", "--json").json["accounts"][0]["state"] == "local"


def test_r54_the_same_account_again_makes_no_duplicate(settled: Person) -> None:
    settled.sure("disconnect", "--yes")

    settled.starts()

    assert set(agree(settled)) == {"talk", "lunch"}
    silent(settled)


def test_r54_changes_made_on_either_side_meanwhile_arrive(settled: Person) -> None:
    settled.sure("disconnect", "--yes")
    (settled.agenda / "calendar" / "new.ics").write_bytes(event("new", "New"))
    settled.served.plain().put("there.ics", event("there", "There"))

    settled.starts()

    assert set(agree(settled)) == {"talk", "lunch", "new", "there"}
    silent(settled)


def test_r54_another_primary_after_a_reconnect_takes_nothing_of_the_old_one(newcomer: Person) -> None:
    before = newcomer.home / "agenda" / "personal" / "agenda"
    before.mkdir(parents=True)
    (before / "mine.ics").write_bytes(event("mine", "Mine"))
    newcomer.starts()
    newcomer.sure("disconnect", "--yes")
    team = newcomer.served.fresh_calendar("elsewhere")
    newcomer.connects()

    newcomer.sure("choose-primary", "elsewhere")

    assert team.plain().list() == {}
    assert set(agree(newcomer)) == {"mine", "talk", "lunch"}
    silent(newcomer)


def test_r54_another_provider_name_for_the_same_server_makes_no_duplicate(settled: Person) -> None:
    settled.sure("disconnect", "--yes")
    words = (
        "--email",
        settled.email,
        "--user",
        settled.served.user,
        "--password-file",
        str(settled.place / "password"),
    )

    settled.sure("connect", "kerio", "--caldav", settled.served.url, *words)
    settled.chooses(codes=(0, 3))

    assert set(agree(settled)) == {"talk", "lunch"}
    silent(settled)


def test_r54_another_server_takes_over_what_is_here(settled: Person, xandikos: Served, tmp_path: Path) -> None:
    settled.sure("disconnect", "--yes")
    settled.served = xandikos.new_user()
    (settled.place / "password").write_text(settled.served.password)

    settled.connects()
    settled.chooses()

    assert set(agree(settled)) == {"talk", "lunch"}
    silent(settled)


# ── somebody changed something after the sign-in ─────────────────────────────────────────────────────────────────


@pytest.fixture
def altered(settled: Person) -> Person:
    """The stored address leads elsewhere now."""
    ((stored,),) = settled.rows("SELECT value FROM setting WHERE name='connection'")
    changed = json.loads(stored)
    changed["traits"]["origin"] = "http://127.0.0.1:9"
    settled.alters("UPDATE setting SET value=? WHERE name='connection'", json.dumps(changed, sort_keys=True))
    settled.served.log.mark()
    return settled


@pytest.fixture
def swapped(settled: Person, tmp_path: Path, radicale: Served) -> Person:
    """In the vault lies another secret than the one that was stored at connect."""
    other = Person(
        tmp_path / "other",
        radicale.new_user(),
        env={"CALSYNC_SECRETS_KEY_FILE": settled.env["CALSYNC_SECRETS_KEY_FILE"]},
    )
    other.connects()
    secrets_of(settled).write_bytes(secrets_of(other).read_bytes())
    settled.served.log.mark()
    return settled


@pytest.mark.parametrize("state", ["altered", "swapped"])
@pytest.mark.parametrize("words", [("sync",), ("sync", "--dry-run"), ("choose-primary", "--list")])
def test_r55_nothing_is_sent_and_the_way_out_is_told(
    state: str, words: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(state)

    ran = person.types(*words, "--json")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (6, "E203", "calsync disconnect")
    assert person.served.log.asked() == []


def test_r55_status_says_it_without_being_asked_to_check(altered: Person) -> None:
    (account,) = altered.sure("status", "--json").json["accounts"]

    assert (account["error"]["code"], account["next"]) == ("E203", "calsync disconnect")
    assert altered.served.log.asked() == []


def test_r55_status_says_it_of_the_secret_when_it_checks_and_after_a_sync_that_met_it(swapped: Person) -> None:
    (checked,) = swapped.sure("status", "--check", "--json").json["accounts"]
    swapped.types("sync")
    (plain,) = swapped.sure("status", "--json").json["accounts"]

    assert [account["error"]["code"] for account in (checked, plain)] == ["E203", "E203"]
    assert swapped.served.log.asked() == []


@pytest.mark.parametrize("state", ["altered", "swapped"])
def test_r55_redoing_the_steps_mends_it(state: str, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(state)

    person.sure("disconnect", "--yes")
    person.starts()

    assert set(agree(person)) == {"talk", "lunch"}
    silent(person)


def test_r55_another_vault_by_setting_is_a_change_too(settled: Person) -> None:
    ran = settled.types("sync", "--json", CALSYNC_SECRETS_BACKEND="command", CALSYNC_SECRETS_COMMAND='["echo", "x"]')

    assert (ran.code, ran.error) == (6, "E203")
