"""Where the permission is kept: by another program, by a client whose refresh tokens change, and what is no permission."""

from __future__ import annotations

import json

import pytest

from tests.google.person import Googler
from tests.google.sign_in import granted
from tests.google.signing import allows, browsed
from tests.journeys.person import Ran
from tests.servers.oidc.server import SECRET


def said(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


@pytest.fixture
def elsewhere(newcomer: Googler) -> Googler:
    """A program of his keeps what somebody obtained for him."""
    kept = newcomer.place / "kept.json"
    token = granted(newcomer.world.oidc, newcomer.email).refresh_token
    kept.write_text(json.dumps({"refresh_token": token, "client_secret": SECRET}))
    newcomer.env["CALSYNC_SECRETS_BACKEND"] = "command"
    newcomer.env["CALSYNC_SECRETS_COMMAND"] = json.dumps(["cat", str(kept)])
    return newcomer


def test_what_another_program_keeps_signs_in_without_a_browser(elsewhere: Googler) -> None:
    ran = elsewhere.sure(*elsewhere.connecting("--no-input"))
    elsewhere.chooses()

    assert "browser" not in ran.err
    assert elsewhere.titles() == ["Intake talk", "Lunch"]
    elsewhere.quiet_round()


def test_what_it_keeps_and_is_no_permission_is_told(elsewhere: Googler) -> None:
    (elsewhere.place / "kept.json").write_text("hunter2")

    ran = elsewhere.types(*elsewhere.connecting("--json"))

    assert said(ran) == (4, "E106")
    assert "hunter2" not in ran.out + ran.err
    assert not elsewhere.database.exists()


def test_whose_it_is_has_to_be_said(elsewhere: Googler) -> None:
    ran = elsewhere.types("connect", "google", "--json")

    assert said(ran) == (2, "E002")
    assert "--email" in ran.json["error"]["message"]


def test_a_refresh_token_that_changes_at_each_use_is_kept_as_it_is_now(newcomer: Googler) -> None:
    """One that was used already ends everything, as RFC 9700 section 4.14.2 has it."""
    client = newcomer.world.oidc.client("calsync-rotating")
    (newcomer.place / "client.json").write_text(json.dumps(client))
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()

    newcomer.syncs()
    newcomer.sure("doctor")
    newcomer.sure("status", "--check")
    newcomer.syncs()

    assert newcomer.titles() == ["Intake talk", "Lunch"]
