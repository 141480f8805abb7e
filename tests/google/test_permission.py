"""When the permission of an account ends, or its access tokens do: told once, asked for sparingly, mended by signing in again."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from tests.doubles.events import event
from tests.google.person import Googler
from tests.google.signing import allows, browsed
from tests.journeys.person import Ran
from tests.journeys.watching import until, watching

DAY = 86400


def said(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


@pytest.fixture
def mine(newcomer: Googler) -> Googler:
    """Signed in with a permission of his own, which can end; primary chosen."""
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()
    return newcomer


def test_withdrawn_at_google_it_is_told_once_and_nothing_is_hammered(mine: Googler) -> None:
    mine.world.oidc.revoke(mine.email)
    before = mine.world.oidc.asked()

    ran = mine.types("sync", "--json")
    shown = mine.types("sync")

    assert said(ran) == (4, "E106")
    assert ran.json["error"]["fix"] == f"calsync connect google --email {mine.email}"
    assert shown.err.count("(E106)") == 1
    assert f"The permission for {mine.email} has expired or was withdrawn." in shown.err
    assert mine.world.oidc.asked() - before == 2


def test_until_then_status_names_the_command_and_after_it_all_is_well(mine: Googler) -> None:
    mine.world.oidc.revoke(mine.email)
    mine.types("sync")
    (before,) = mine.sure("status", "--json").json["accounts"]

    browsed(mine, allows(mine))

    (after,) = mine.sure("status", "--json").json["accounts"]
    assert (before["state"], before["provider"], before["error"]["code"]) == ("sign-in", "google", "E106")
    assert before["next"] == f"calsync connect google --email {mine.email}"
    assert (after["state"], after["error"], after["next"]) == ("active", None, "calsync sync")
    mine.quiet_round()


@pytest.mark.parametrize(("days", "testing"), [(7.01, True), (1, False), (200, False)])
def test_one_that_dies_after_seven_days_is_explained(mine: Googler, days: float, testing: bool) -> None:
    mine.alters("UPDATE setting SET value=? WHERE name='signed_in'", str(time.time() - days * DAY))
    mine.world.oidc.revoke(mine.email)

    ran = mine.types("sync", "--json")

    assert said(ran) == (4, "E106")
    assert ("Testing" in ran.json["error"]["message"]) is testing


@pytest.mark.parametrize(
    ("status", "word", "code", "error"),
    [
        (401, "invalid_client", 5, "E109"),
        (401, "deleted_client", 5, "E109"),
        (400, "admin_policy_enforced", 5, "E103"),
        (503, "unavailable", 8, "E402"),
    ],
)
def test_what_else_a_round_may_hear_of_the_token_endpoint(
    connected: Googler, status: int, word: str, code: int, error: str
) -> None:
    connected.chooses()
    connected.world.oidc.fail(status, word)

    ran = connected.types("sync", "--json")

    assert said(ran) == (code, error)
    assert connected.syncs()["ok"]


def test_a_token_that_is_refused_in_the_middle_of_a_round_is_renewed_and_the_write_done_once(settled: Googler) -> None:
    settled.writes("mine.ics", event("mine", "Mine"))
    before = settled.world.oidc.asked()
    refused = settled.user.refuse(401, "authError", method="POST")

    settled.syncs()

    assert refused.met() == 1
    assert settled.titles_there().count("Mine") == 1
    assert settled.world.oidc.asked() - before == 2
    settled.quiet_round()


def test_refused_again_it_is_the_end_of_the_round_and_not_of_the_edit(settled: Googler) -> None:
    settled.writes("mine.ics", event("mine", "Mine"))
    settled.user.refuse(401, "authError", method="POST", times=None)

    ran = settled.types("sync", "--json")
    settled.user.behave()
    settled.syncs()

    assert said(ran) == (4, "E106")
    assert settled.titles_there().count("Mine") == 1


def test_tokens_that_live_shorter_than_a_round_are_renewed_as_it_goes(settled: Googler) -> None:
    oidc = settled.world.oidc
    oidc.life(1)
    before, held, ran = oidc.asked(), settled.user.fault("hold", method="GET", path="calendarList"), list[Ran]()
    round_ = Thread(target=lambda: ran.append(settled.types("sync", "--json")))
    try:
        round_.start()
        held.met()
        dead = time.monotonic() + 1.0
        until(lambda: time.monotonic() > dead)
        held.release()
        round_.join(20)
    finally:
        oidc.life(3600)

    assert ran[0].code == 0
    assert oidc.asked() - before >= 2


def test_a_watch_ends_where_a_person_has_to_sign_in_and_asks_no_more_than_twice(mine: Googler) -> None:
    with watching(mine, every="1h") as watch:
        watch.await_said("Watching")
        mine.world.oidc.revoke(mine.email)
        before = mine.world.oidc.asked()
        mine.user.refuse(401, "authError", method="GET", times=None)
        mine.writes("mine.ics", event("mine", "Mine"))
        code = watch.ends()

    assert code == 4
    assert watch.said.count("(E106)") == 1
    assert mine.world.oidc.asked() - before <= 2


def test_a_watch_goes_on_with_the_permission_of_another_connect(mine: Googler) -> None:
    with watching(mine, every="1h") as watch:
        watch.await_said("Watching")
        mine.world.oidc.revoke(mine.email)
        browsed(mine, allows(mine))
        mine.writes("mine.ics", event("mine", "Mine"))
        watch.await_true(lambda: "Mine" in mine.titles_there())

        assert watch.stopped() == 0
