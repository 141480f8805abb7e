"""A service account from beginning to end: an administrator connects somebody, and nobody opens a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.google.person import Googler
from tests.google.test_delegation import Place, document, place  # noqa: F401 - the fixture
from tests.journeys.person import MORTAL, Ran


@pytest.fixture
def served(newcomer: Googler, place: Place) -> Iterator[Googler]:  # noqa: F811 - the fixture
    """The key lies in a file of his, and the domain trusts it for this one person."""
    key = newcomer.place / "key.json"
    key.write_text(json.dumps(document(token_uri=place.url)))
    key.chmod(0o600)
    newcomer.world.google.tokens("delegated", newcomer.email)
    (newcomer.place / "client.json").unlink()
    yield newcomer
    newcomer.world.google.tokens("delegated")


def words(person: Googler, *more: str) -> tuple[str, ...]:
    key = str(person.place / "key.json")
    return ("connect", "google", "--service-account", key, "--email", person.email, "--only", "calendar", *more)


def said(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


def test_the_whole_way_needs_no_browser_and_no_client(served: Googler) -> None:
    signed_in = served.sure(*words(served))
    served.chooses()

    assert f"Signed in as {served.email}" in signed_in.err
    assert "browser" not in signed_in.err
    assert served.titles() == ["Intake talk", "Lunch"]
    served.quiet_round()


def test_the_file_is_needed_no_more_and_its_key_lies_in_the_vault_alone(served: Googler) -> None:
    served.sure(*words(served))
    key = (served.place / "key.json").read_text()
    (served.place / "key.json").unlink()

    served.chooses()

    lines = [line for line in json.loads(key)["private_key"].splitlines()[1:-1] if line]
    files = [path.read_bytes() for path in served.home.rglob("*") if path.is_file()]
    assert lines
    assert not [line for line in lines for held in files if line.encode() in held]


def test_connecting_again_is_as_quiet(served: Googler) -> None:
    served.sure(*words(served))
    served.chooses()

    again = served.sure(*words(served))

    assert "You were connected before" in again.err
    served.quiet_round()


def test_killed_before_it_counts_it_is_resumed_without_a_word_more(served: Googler) -> None:
    served.types("kill", "settings-connect.before", "1", *words(served), program=MORTAL)
    (pending,) = served.sure("status", "--json").json["accounts"]

    served.sure("connect", "--resume")

    assert pending["state"] == "pending"
    assert served.sure("status", "--json").json["accounts"][0]["state"] == "connected"


def test_r44_who_is_connected_by_it_stays_so_until_disconnect(served: Googler) -> None:
    served.sure(*words(served))
    other = served.place / "other.json"
    other.write_text(json.dumps(document(token_uri="https://oauth2.googleapis.com/token", client_id="99")))
    (served.place / "client.json").write_text(json.dumps(served.world.oidc.client()))
    line = ("connect", "google", "--email", served.email, "--json")

    by_another = served.types(*line, "--service-account", str(other))
    by_browser = served.types(*line, "--client-file", str(served.place / "client.json"))

    assert said(by_another) == said(by_browser) == (5, "E208")


def test_whose_account_it_is_has_to_be_said(served: Googler) -> None:
    ran = served.types("connect", "google", "--service-account", str(served.place / "key.json"), "--json")

    assert said(ran) == (2, "E002")
    assert "--email" in ran.json["error"]["message"]


@pytest.mark.parametrize("flag", [("--client-file", "client.json"), ("--no-browser",)], ids=" ".join)
def test_it_goes_with_nothing_of_a_browser(served: Googler, flag: tuple[str, ...]) -> None:
    (served.place / "client.json").touch()
    given = tuple(str(served.place / one) if one.endswith(".json") else one for one in flag)

    assert said(served.types(*words(served, *given, "--json"))) == (2, "E001")


def test_a_domain_that_does_not_know_it_is_told_what_to_enter(served: Googler, place: Place) -> None:  # noqa: F811
    place.kind.refusal = {"error": "unauthorized_client", "error_description": "Client is unauthorized"}

    ran = served.types(*words(served, "--json"))

    assert said(ran) == (5, "E103")
    assert ran.json["error"]["who"] == "provider admin"
    assert "1234567890" in ran.json["error"]["message"]
    assert "https://www.googleapis.com/auth/calendar.events" in ran.json["error"]["message"]
    assert not served.database.exists()


def test_a_key_that_others_can_read_is_used_and_told(served: Googler) -> None:
    (served.place / "key.json").chmod(0o644)

    ran = served.sure(*words(served))

    assert "key.json" in ran.err


def test_disconnecting_leaves_the_domains_trust_and_forgets_the_key(served: Googler) -> None:
    served.sure(*words(served))

    told = served.sure("disconnect", "-n")
    ran = served.sure("disconnect", "--yes")

    assert "given back" not in told.err + ran.err
    assert list((served.home / "state").glob("*/secrets/*")) == []


def test_a_key_that_was_withdrawn_ends_a_round_with_who_has_to_act(served: Googler, place: Place) -> None:  # noqa: F811
    served.sure(*words(served))
    served.chooses()
    place.kind.refusal = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}

    ran = served.types("sync", "--json")

    assert said(ran) == (5, "E109")
    assert ran.json["error"]["who"] == "calsync admin"
