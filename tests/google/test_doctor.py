"""What `doctor` and `status` find at a Google account: client, permission, what it covers, and who has to act."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.google.person import Googler
from tests.google.signing import allows, browsed
from tests.journeys.meddler import Said, meddling
from tests.servers.dovecot import Dovecot

DAY = 86400


def checks(person: Googler) -> dict[str, dict[str, Any]]:
    """By their names; the first that is not well, where there are several."""
    found: dict[str, dict[str, Any]] = {}
    for row in person.types("doctor", "--json").json["checks"]:
        if found.get(row["id"], {"what": "ok"})["what"] == "ok":
            found[row["id"]] = row
    return found


def wrong(person: Googler) -> list[tuple[str, str]]:
    return [(name, row["error"]["code"]) for name, row in checks(person).items() if row["what"] == "fail"]


def test_of_an_account_in_order_every_check_is_well(settled: Googler) -> None:
    found = checks(settled)

    assert {row["what"] for row in found.values()} == {"ok"}
    assert {"client", "permission", "server", "sign-in", "clock", "primary", "last-sync"} <= found.keys()


def test_both_halves_are_looked_at_with_one_sign_in(newcomer: Googler, dovecot_xoauth2: Dovecot) -> None:
    whole = Googler(
        newcomer.place / "both", email=newcomer.email, world=replace(newcomer.world, dovecot=dovecot_xoauth2)
    )
    browsed(whole, allows(whole))
    whole.chooses()
    before = whole.world.oidc.asked()

    found = checks(whole)

    assert {name: found[name]["what"] for name in ("sign-in", "mail-server", "mail-sign-in")} == {
        "sign-in": "ok",
        "mail-server": "ok",
        "mail-sign-in": "ok",
    }
    assert whole.world.oidc.asked() - before == 1


@pytest.mark.parametrize("kept", ["nothing", "another client"])
def test_a_client_that_is_gone_or_another_wants_a_look_and_hinders_nothing(newcomer: Googler, kept: str) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()
    file = newcomer.place / "client.json"
    file.unlink()
    if kept != "nothing":
        file.write_text(json.dumps(newcomer.world.oidc.client("calsync-rotating")))

    row = checks(newcomer)["client"]

    assert (row["what"], row["params"]["path"]) == ("warn", str(file))
    assert row["fix"] == f"calsync connect google --email {newcomer.email} --client-file FILE"
    newcomer.syncs()


def test_how_long_ago_somebody_signed_in_is_told(settled: Googler) -> None:
    settled.alters("UPDATE setting SET value=? WHERE name='signed_in'", str(time.time() - 3.5 * DAY))

    row = checks(settled)["permission"]

    assert (row["what"], row["params"]["days"]) == ("ok", "3")


@pytest.mark.parametrize(("days", "testing"), [(7.01, True), (30, False)])
def test_a_permission_that_died_is_explained_where_its_age_explains_it(
    newcomer: Googler, days: float, testing: bool
) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()
    newcomer.alters("UPDATE setting SET value=? WHERE name='signed_in'", str(time.time() - days * DAY))
    newcomer.world.oidc.revoke(newcomer.email)

    row = checks(newcomer)["sign-in"]

    assert (row["what"], row["error"]["code"]) == ("fail", "E106")
    assert row["fix"] == f"calsync connect google --email {newcomer.email}"
    assert ("“Testing”" in row["error"]["message"]) is testing


@pytest.mark.parametrize(
    ("reason", "code", "fix"),
    [
        ("accessNotConfigured", "E109", "calsync help google-client"),
        ("insufficientPermissions", "E107", "calsync connect google --email "),
    ],
)
def test_what_google_refuses_the_client_is_the_sign_ins(settled: Googler, reason: str, code: str, fix: str) -> None:
    settled.user.refuse(403, reason, times=None)

    row = checks(settled)["sign-in"]

    assert (row["what"], row["error"]["code"]) == ("fail", code)
    assert row["fix"].startswith(fix)


@pytest.mark.parametrize(
    ("error", "code", "fix"),
    [
        ("admin_policy_enforced", "E103", "calsync admin trust google"),
        ("deleted_client", "E109", "calsync help google-client"),
    ],
)
def test_what_the_administrator_has_to_mend_is_named_by_doctor_and_by_status(
    settled: Googler, error: str, code: str, fix: str
) -> None:
    settled.world.oidc.fail(400, error, times=2)  # of doctor, and of the sync

    row = checks(settled)["sign-in"]
    settled.types("sync")
    (account,) = settled.sure("status", "--json").json["accounts"]

    assert (row["what"], row["error"]["code"], row["fix"]) == ("fail", code, fix)
    assert (account["error"]["code"], account["next"]) == (code, fix)


def test_a_token_endpoint_that_is_out_of_order_is_the_servers(settled: Googler) -> None:
    settled.world.oidc.fail(503, "unavailable")

    assert wrong(settled) == [("server", "E402")]


def test_a_permission_that_covers_less_than_what_is_connected_names_the_half(newcomer: Googler) -> None:
    def narrower(said: Said) -> Said:
        if not said.path.endswith("/token") or b"grant_type=refresh_token" not in said.asked:
            return said
        answer = json.loads(said.body)
        answer["scope"] = "openid email"
        return replace(said, body=json.dumps(answer).encode())

    with meddling(newcomer.world.oidc.port, narrower) as between:
        client = newcomer.world.oidc.client()
        client["installed"]["token_uri"] = f"{between.url}token"
        (newcomer.place / "client.json").write_text(json.dumps(client))
        browsed(newcomer, allows(newcomer))
        newcomer.chooses()

        row = checks(newcomer)["sign-in"]

    assert (row["what"], row["error"]["code"]) == ("fail", "E107")
    assert "The calendars were not allowed" in row["error"]["message"]


def test_a_damaged_state_is_built_anew_and_nobody_has_to_sign_in(settled: Googler) -> None:
    settled.database.write_bytes(b"rubbish" * 1000)

    found = wrong(settled)
    settled.sure("doctor", "--repair")
    settled.syncs()

    assert found == [("state", "E503")]
    assert settled.titles() == settled.titles_there() == ["Intake talk", "Lunch"]
    settled.quiet_round()
