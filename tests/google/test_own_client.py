"""The OAuth client that an organisation makes for itself: where it comes from, what can be wrong with it, and that it stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.google.person import Googler
from tests.google.signing import allows, browsed
from tests.journeys.person import Ran
from tests.journeys.test_policy import decides


def said(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


@pytest.fixture
def clientless(newcomer: Googler) -> Googler:
    """Nothing is configured: a fresh install."""
    del newcomer.env["CALSYNC_GOOGLE_CLIENT_FILE"]
    return newcomer


def file_of(person: Googler) -> Path:
    return person.place / "client.json"


def test_on_a_fresh_install_it_is_told_that_a_client_is_missing_and_how_one_is_made(clientless: Googler) -> None:
    shown = clientless.types("connect", "google")
    ran = clientless.types("connect", "google", "--email", clientless.email, "--json")

    assert said(ran) == (5, "E109")
    assert ran.json["error"]["fix"] == "calsync help google-client"
    assert "No client for signing in has been configured." in shown.err
    assert "calsync help google-client" in shown.err
    assert not clientless.database.exists()


def web(client: dict[str, object]) -> str:
    return json.dumps({"web": client["installed"]})


def without_a_secret(client: dict[str, object]) -> str:
    fields = dict(client["installed"])  # type: ignore[call-overload]  # a dict, as Google gives it
    del fields["client_secret"]
    return json.dumps({"installed": fields})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (web, "Make one of the type “Desktop app”."),
        (without_a_secret, "“client_secret” is missing"),
        (lambda _: "<html>", "is not what the provider gives for download"),
        (lambda _: json.dumps({"type": "service_account"}), "give it with --service-account"),
    ],
    ids=["web", "incomplete", "rubbish", "service-account"],
)
def test_what_is_wrong_with_the_file_is_told_before_any_browser(
    newcomer: Googler, written: Callable[[dict[str, object]], str], words: str
) -> None:
    file_of(newcomer).write_text(written(newcomer.world.oidc.client()))

    ran = newcomer.types(*newcomer.connecting("--no-browser"), "--json")

    assert said(ran) == (5, "E109")
    assert words in ran.json["error"]["message"]
    assert "Open this address" not in ran.err
    assert not newcomer.database.exists()


def test_a_configured_file_that_is_gone_is_named(newcomer: Googler) -> None:
    file_of(newcomer).unlink()

    ran = newcomer.types(*newcomer.connecting("--no-browser"), "--json")

    assert said(ran) == (5, "E109")
    assert str(file_of(newcomer)) in ran.json["error"]["message"]


def test_a_file_that_was_mistyped_on_the_command_line_is_a_wrong_command_line(newcomer: Googler) -> None:
    ran = newcomer.types(*newcomer.connecting("--client-file", "nowhere.json"), "--json")

    assert said(ran) == (2, "E001")


def test_a_client_that_is_configured_once_serves_everybody_here(clientless: Googler) -> None:
    clientless.sure("config", "set", "google.client_file", str(file_of(clientless)))

    assert browsed(clientless, allows(clientless)).code == 0


def test_the_policy_of_a_machine_can_give_everybody_the_client(clientless: Googler) -> None:
    file = file_of(clientless)
    decides(clientless, f'[google]\nclient_file = "{file}"\n')

    assert clientless.sure("admin", "trust", "google", "--json").json["client"] == "calsync"
    assert browsed(clientless, allows(clientless)).code == 0


def test_a_client_named_at_the_sign_in_is_found_again_by_the_next(clientless: Googler) -> None:
    given = ("--client-file", str(file_of(clientless)))

    first = browsed(clientless, allows(clientless), *given)
    again = browsed(clientless, allows(clientless))

    assert (first.code, again.code) == (0, 0)


def test_a_round_needs_the_file_no_more(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()

    file_of(newcomer).unlink()
    newcomer.syncs()

    assert newcomer.titles() == ["Intake talk", "Lunch"]


def test_r44_signing_in_again_with_another_client_is_refused(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    other = newcomer.place / "other.json"
    other.write_text(json.dumps(newcomer.world.oidc.client("calsync-rotating")))

    ran = newcomer.types(*newcomer.connecting("--no-browser", "--client-file", str(other)), "--json")

    assert said(ran) == (5, "E208")
    assert ran.json["error"]["fix"].startswith("calsync disconnect")


def test_the_same_client_in_another_file_is_the_same(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    moved = file_of(newcomer).rename(newcomer.place / "moved.json")

    ran = browsed(newcomer, allows(newcomer), "--client-file", str(moved))

    assert ran.code == 0


def test_a_project_without_the_calendar_api_is_told_to_whoever_made_the_client(newcomer: Googler) -> None:
    newcomer.user.refuse(403, "accessNotConfigured", times=None)

    ran = browsed(newcomer, allows(newcomer), "--json")

    assert said(ran) == (5, "E109")
    assert "Google Calendar API" in ran.json["error"]["message"]
    assert not newcomer.database.exists()


def test_a_domain_without_google_calendar_is_told_to_its_administrator(newcomer: Googler) -> None:
    newcomer.user.refuse(403, "notACalendarUser", times=None)

    ran = browsed(newcomer, allows(newcomer), "--json")

    assert said(ran) == (5, "E103")
    assert "--only mail" in ran.json["error"]["message"]
    assert not newcomer.database.exists()


def test_a_client_with_a_wrong_secret_is_not_the_users_fault(newcomer: Googler) -> None:
    client = newcomer.world.oidc.client()
    client["installed"]["client_secret"] = "wrong"
    file_of(newcomer).write_text(json.dumps(client))

    ran = browsed(newcomer, allows(newcomer), "--json")

    assert said(ran) == (5, "E109")
    assert ran.json["error"]["who"] == "calsync admin"
    assert not newcomer.database.exists()
