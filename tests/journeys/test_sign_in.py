"""A password that another program keeps and that is not taken any more; following the log while it happens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import CALSYNC, Person, agree, silent
from tests.journeys.watching import until


@pytest.fixture
def kept_elsewhere(newcomer: Person) -> Person:
    """Connected with a password that `cat` shows."""
    secret = newcomer.place / "password"
    newcomer.env["CALSYNC_SECRETS_BACKEND"] = "command"
    newcomer.env["CALSYNC_SECRETS_COMMAND"] = json.dumps(
        [sys.executable, "-c", f"print(open({str(secret)!r}).read().strip())"]
    )
    url = ("--caldav", newcomer.served.url, "--user", newcomer.served.user)
    newcomer.sure("connect", "caldav", "--email", newcomer.email, *url, "--no-input")
    newcomer.chooses()
    return newcomer


def test_a_password_kept_by_another_program_is_not_asked_for(kept_elsewhere: Person) -> None:
    silent(kept_elsewhere)


def test_once_it_is_refused_status_says_so_and_names_the_command(kept_elsewhere: Person) -> None:
    (kept_elsewhere.place / "password").write_text("another\n")
    ran = kept_elsewhere.types("sync", "--json")

    (account,) = kept_elsewhere.sure("status", "--json").json["accounts"]
    (checked,) = kept_elsewhere.sure("status", "--check", "--json").json["accounts"]

    assert (ran.code, ran.error) == (4, "E108")
    assert ran.json["error"]["fix"] == account["next"]
    assert (account["state"], account["error"]["code"]) == ("sign-in", "E108")
    assert account["next"] == f"calsync connect caldav --email {kept_elsewhere.email}"
    assert checked["state"] == "sign-in"


def test_signed_in_again_all_is_well_before_the_next_sync(kept_elsewhere: Person) -> None:
    password = kept_elsewhere.place / "password"
    password.write_text("another\n")
    kept_elsewhere.types("sync")
    password.write_text(kept_elsewhere.served.password)

    kept_elsewhere.sure("connect", "caldav", "--email", kept_elsewhere.email, "--no-input")

    (account,) = kept_elsewhere.sure("status", "--json").json["accounts"]
    assert (account["state"], account["error"]) == ("active", None)


@contextmanager
def following(person: Person, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    with out.open("wb") as file:
        process = subprocess.Popen([*CALSYNC, "log", "--follow", "--json"], env=person.env, stdout=file)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_the_log_is_followed_until_it_is_stopped(settled: Person, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with following(settled, out) as process:
        until(lambda: out.read_text().count("\n") >= 1)  # what was there
        settled.edits("talk", "Intake talk", "Mine")
        settled.syncs()
        until(lambda: "Mine" in out.read_text())
        process.terminate()

        assert process.wait(10) == 0


def test_r33_the_first_sync_of_two_filled_sides_transfers_only_what_differs(newcomer: Person) -> None:
    before = newcomer.home / "agenda" / "personal" / "agenda"
    before.mkdir(parents=True)
    plain = newcomer.served.plain()
    for number in range(40):
        body = event(
            f"e{number}",
            f"Event {number}",
            start=f"202612{number % 28 + 1:02}T100000Z",
            end=f"202612{number % 28 + 1:02}T110000Z",
        )
        if number < 30:
            plain.put(f"e{number}.ics", body)
        if number < 25 or number >= 30:
            (before / f"e{number}.ics").write_bytes(body)
    newcomer.connects()

    sync = newcomer.chooses("--json").json["sync"]

    assert sync["match"] == {"equal": 25, "near": 0, "only_here": 10, "only_there": 7}
    assert (sync["calendar"]["in"], sync["calendar"]["out"], sync["invitations_sent"]) == (7, 10, 0)
    assert len(agree(newcomer)) == 42
    silent(newcomer)


def test_an_undo_is_no_sync_and_hides_no_failure(settled: Person) -> None:
    settled.edits("talk", "Intake talk", "Mine")
    settled.syncs()
    settled.served.plain().remove()
    settled.types("sync")
    (before,) = settled.sure("status", "--json").json["accounts"]

    settled.sure("undo", settled.sure("undo", "--list", "--json").json["items"][0]["id"])

    (after,) = settled.sure("status", "--json").json["accounts"]
    assert (after["last_sync"], after["error"]["code"]) == (before["last_sync"], "E304")
