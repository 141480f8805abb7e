"""A set-up with Google that is taken to another machine: nothing but the sign-in is asked for, and no file says where tokens go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.google.person import Googler
from tests.google.signing import allows, browsed
from tests.servers.line import Line


@pytest.fixture
def file(newcomer: Googler) -> Path:
    """What somebody exported who is in step."""
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()
    path = newcomer.place / "export.json"
    newcomer.sure("account", "export", str(path))
    return path


@pytest.fixture
def elsewhere(newcomer: Googler) -> Googler:
    """The same person at another machine, with the same client in another place."""
    return Googler(newcomer.place / "elsewhere", email=newcomer.email, world=newcomer.world)


def resumes(person: Googler) -> None:
    """The sign-in, as the file's set-up wants it."""
    ran = browsed(person, allows(person), words=("connect", "--resume", "--no-browser"))
    assert ran.code == 0, ran


def altered(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """A stranger's hand."""
    document = json.loads(file.read_text())
    change(document["connection"])
    file.write_text(json.dumps(document))


def test_it_is_signed_in_to_and_is_in_step(elsewhere: Googler, file: Path) -> None:
    elsewhere.sure("account", "import", str(file))
    (pending,) = elsewhere.sure("status", "--json").json["accounts"]

    resumes(elsewhere)
    elsewhere.syncs()

    assert (pending["state"], pending["next"]) == ("pending", "calsync connect --resume")
    assert elsewhere.titles() == ["Intake talk", "Lunch"]
    (account,) = elsewhere.sure("status", "--json").json["accounts"]
    assert (account["state"], account["halves"]) == ("active", ["calendar"])


def test_the_file_says_nothing_of_the_machine_that_it_comes_from(newcomer: Googler, file: Path) -> None:
    assert str(newcomer.place) not in file.read_text()
    assert "client" not in json.loads(file.read_text())["connection"]["traits"]


def test_no_file_can_send_a_token_anywhere(elsewhere: Googler, file: Path, newcomer: Googler) -> None:
    trap = Line(newcomer.world.google.port).start()

    def evil(connection: dict[str, Any]) -> None:
        place = f"{trap.url}calendar/v3"
        connection |= {"endpoint": place, "mail": f"imap://127.0.0.1:{trap.port}", "server": "127.0.0.1"}
        connection["traits"] |= {"token_uri": f"{trap.url}token", "agenda": place, "client_id": "calsync"}

    altered(file, evil)
    elsewhere.sure("account", "import", str(file))
    resumes(elsewhere)
    elsewhere.syncs()
    trap.stop()

    assert trap.connections == 0
    assert elsewhere.titles() == ["Intake talk", "Lunch"]


def test_another_client_there_is_as_good(elsewhere: Googler, file: Path) -> None:
    client = elsewhere.world.oidc.client("calsync-rotating")
    (elsewhere.place / "client.json").write_text(json.dumps(client))

    elsewhere.sure("account", "import", str(file))

    resumes(elsewhere)


def test_r55_signing_in_again_does_not_paper_over_a_setting_that_changed(newcomer: Googler, file: Path) -> None:
    assert file.exists()
    newcomer.env["CALSYNC_GOOGLE_CALENDAR_API"] = "http://127.0.0.1:9/calendar/v3"

    ran = newcomer.types(*newcomer.connecting("--no-browser"), "--json")

    assert (ran.code, ran.error) == (6, "E203")
    assert "google.calendar_api" in ran.json["error"]["message"]
