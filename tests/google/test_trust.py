"""`admin trust`: what an administrator of a domain is handed, from whatever is known of the client (R38)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calsync_cli.providers.google.scopes import DELEGATED, HALVES
from tests.google.person import Googler
from tests.google.test_delegation import ROBOT, document

ID = "1234567890-abc.apps.googleusercontent.com"


@pytest.fixture
def asking(newcomer: Googler) -> Googler:
    """The configured client has a name to look for."""
    client = newcomer.world.oidc.client(ID)
    (newcomer.place / "client.json").write_text(json.dumps(client))
    return newcomer


def test_r38_it_names_the_configured_client_its_scopes_and_the_way(asking: Googler) -> None:
    ran = asking.sure("admin", "trust", "google")

    scopes = [scope for half in HALVES.values() for scope in half]
    assert f"    {ID}\n" in ran.out
    assert [scope for scope in scopes if f"    {scope}\n" not in ran.out] == []
    assert "Security > Access and data control > API controls\n    > Manage app access" in ran.out
    assert "Trusted" in ran.out
    assert "s3" not in ran.out.split()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_line_of_it_can_be_copied_from_a_terminal(asking: Googler, language: str) -> None:
    ran = asking.sure("admin", "trust", "google", "--lang", language)

    assert [line for line in ran.out.splitlines() if len(line) > 80] == []


def test_for_scripts_it_is_one_object_and_has_no_secret(asking: Googler) -> None:
    told = asking.sure("admin", "trust", "google", "--json").json

    assert (told["needed"], told["client"], told["service_account"]) == (True, ID, False)
    assert told["scopes"]["mail"] == list(HALVES["mail"])
    assert "client_secret" not in json.dumps(told)


def test_a_service_account_has_a_number_and_scopes_that_are_entered_as_one_line(asking: Googler) -> None:
    key = asking.place / "key.json"
    key.write_text(json.dumps(document()))

    ran = asking.sure("admin", "trust", "google", "--service-account", str(key))

    assert "    1234567890\n" in ran.out
    assert ROBOT in ran.out
    assert "    " + ",".join([*DELEGATED["calendar"], *DELEGATED["mail"]]) in ran.out
    assert "domain-wide delegation" in ran.out
    assert "PRIVATE" not in ran.out


def test_without_a_client_there_is_nothing_to_trust_yet(newcomer: Googler) -> None:
    del newcomer.env["CALSYNC_GOOGLE_CLIENT_FILE"]

    ran = newcomer.types("admin", "trust", "google", "--json")

    assert (ran.code, ran.error) == (5, "E109")
    assert ran.json["error"]["fix"] == "calsync help google-client"


def test_a_connected_account_knows_its_client_without_the_file(connected: Googler) -> None:
    Path(connected.env.pop("CALSYNC_GOOGLE_CLIENT_FILE"))

    assert connected.sure("admin", "trust", "google", "--json").json["client"] == "calsync"


@pytest.mark.parametrize("provider", ["kerio", "caldav"])
def test_where_passwords_sign_in_nothing_has_to_be_trusted(newcomer: Googler, provider: str) -> None:
    ran = newcomer.sure("admin", "trust", provider)

    assert "needs no such trust" in ran.out


@pytest.mark.parametrize(
    ("provider", "code", "error"), [("office365", 5, "E102"), ("exchange", 5, "E102"), ("hotmail", 2, "E001")]
)
def test_what_this_version_cannot_connect_is_told(newcomer: Googler, provider: str, code: int, error: str) -> None:
    ran = newcomer.types("admin", "trust", provider, "--json")

    assert (ran.code, ran.error) == (code, error)
