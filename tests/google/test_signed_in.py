"""What being signed in to Google means: locked settings, one permission for each account, and what signing in again keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from calsync_cli.providers.google.scopes import HALVES, wanted
from tests.google.person import Googler
from tests.google.signing import allows, browsed, signing
from tests.journeys.person import Ran
from tests.journeys.test_policy import decides
from tests.servers.dovecot import Dovecot
from tests.servers.line import Line
from tests.servers.oidc.browser import Browser


def said(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


def account(person: Googler) -> dict[str, object]:
    (found,) = person.sure("status", "--json").json["accounts"]
    return dict(found)


def scopes_of(address: str) -> set[str]:
    return set(parse_qs(urlsplit(address).query)["scope"][0].split())


# ── R44, R55: frozen ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["google.client_file", "google.calendar_api", "google.imap"])
def test_r44_settings_that_a_sign_in_used_cannot_be_set(connected: Googler, key: str) -> None:
    ran = connected.types("config", "set", key, "https://elsewhere.example/", "--json")

    assert said(ran) == (5, "E208")
    assert not (connected.home / "config.d").exists()


def test_r44_they_are_shown_as_locked_and_free_again_afterwards(connected: Googler) -> None:
    shown = {row["key"]: row for row in connected.sure("config", "list", "--json").json["rows"]}
    connected.sure("disconnect", "--yes", "--no-revoke")
    after = {row["key"]: row for row in connected.sure("config", "list", "--json").json["rows"]}

    names = ("google.client_file", "google.calendar_api", "google.imap")
    assert [shown[name]["locked"] for name in names] == [True] * 3
    assert [after[name]["locked"] for name in names] == [False] * 3
    assert shown["google.email"]["value"] == connected.email


@pytest.mark.parametrize(
    ("name", "value"),
    [("CALSYNC_GOOGLE_CALENDAR_API", "http://127.0.0.1:9/"), ("CALSYNC_GOOGLE_IMAP", "imap://127.0.0.1:10")],
)
@pytest.mark.parametrize("typed", [("sync",), ("map-folders", "--list"), ("choose-primary", "--list")], ids=" ".join)
def test_r55_a_setting_that_says_another_place_stops_everything(
    connected: Googler, name: str, value: str, typed: tuple[str, ...]
) -> None:
    connected.user.requests(forget=True)
    connected.env[name] = value

    ran = connected.types(*typed, "--json")

    assert said(ran) == (6, "E203")
    assert ran.json["error"]["fix"].startswith("calsync disconnect")
    assert connected.user.requests() == []


def test_r55_an_altered_connection_is_not_used(settled: Googler) -> None:
    settled.alters(
        "UPDATE setting SET value=replace(value, ?, 'http://127.0.0.1:9/') WHERE name='connection'",
        settled.world.google.base,
    )

    ran = settled.types("sync", "--json")

    assert said(ran) == (6, "E203")
    assert settled.asked() == []


def test_r55_a_secret_of_another_sign_in_is_not_used(settled: Googler) -> None:
    settled.alters("UPDATE setting SET value='0123456789abcdef0123456789abcdef' WHERE name='secret_token'")

    ran = settled.types("sync", "--json")

    assert said(ran) == (6, "E203")
    assert settled.asked() == []


# ── signing in again ─────────────────────────────────────────────────────────────────────────────────────────────


def test_r61_signing_in_again_keeps_primary_and_links(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()
    before = newcomer.rows("SELECT id, name, far_id, is_primary FROM link")

    ran = browsed(newcomer, allows(newcomer))

    assert "You were connected before: primary calendar and links stay as they were." in ran.err
    assert newcomer.rows("SELECT id, name, far_id, is_primary FROM link") == before
    newcomer.quiet_round()


def test_a_sign_in_that_fails_leaves_the_one_before_in_force(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()

    refused = browsed(newcomer, lambda browser, url: browser.refuses(url, newcomer.email))

    assert refused.code == 4
    assert account(newcomer)["state"] == "active"
    newcomer.quiet_round()


def test_the_half_that_is_added_later_asks_for_both(newcomer: Googler, dovecot_xoauth2: Dovecot) -> None:
    both = replace(newcomer.world, dovecot=dovecot_xoauth2)
    whole = Googler(newcomer.place / "both", email=newcomer.email, world=both)
    words = ("connect", "google", "--email", whole.email, "--no-browser", "--only")
    with signing(whole, words=(*words, "calendar")) as first:
        asked_first = scopes_of(first.address)
        allows(whole)(Browser(), first.address)
        first.ends()
    whole.chooses()

    with signing(whole, words=(*words, "mail")) as second:
        asked_then = scopes_of(second.address)
        allows(whole)(Browser(), second.address)
        ran = second.ends()

    assert asked_first == set(wanted(["calendar"]))
    assert asked_then == set(wanted(["calendar", "mail"]))
    assert ran.code == 0
    found = account(whole)
    assert (found["halves"], found["next"]) == (["calendar", "mail"], "calsync map-folders")
    whole.syncs()


def test_r41_a_box_about_the_mail_that_was_not_ticked_names_the_mail(
    newcomer: Googler, dovecot_xoauth2: Dovecot
) -> None:
    both = replace(newcomer.world, dovecot=dovecot_xoauth2)
    whole = Googler(newcomer.place / "both", email=newcomer.email, world=both)

    ran = browsed(whole, allows(whole, untick=HALVES["mail"]))

    assert ran.code == 4
    assert "The mail was not allowed at the sign-in." in ran.err
    assert not whole.database.exists()


def test_a_half_that_is_added_and_not_allowed_leaves_the_other_one_as_it_was(
    newcomer: Googler, dovecot_xoauth2: Dovecot
) -> None:
    both = replace(newcomer.world, dovecot=dovecot_xoauth2)
    whole = Googler(newcomer.place / "both", email=newcomer.email, world=both)
    browsed(whole, allows(whole), "--only", "calendar")
    whole.chooses()

    ran = browsed(whole, allows(whole, untick=HALVES["mail"]), "--only", "mail", "--json")

    assert said(ran) == (4, "E107")
    assert account(whole)["halves"] == ["calendar"]
    whole.quiet_round()


def test_r2_another_provider_is_refused_while_google_is_connected(connected: Googler) -> None:
    words = ("--caldav", "http://127.0.0.1:9/", "--email", connected.email)

    ran = connected.types("connect", "caldav", *words, "--password-file", str(connected.place / "password"), "--json")

    assert said(ran) == (6, "E211")


def test_two_accounts_with_one_client_have_a_permission_each(newcomer: Googler) -> None:
    oidc = newcomer.world.oidc
    second = Googler(newcomer.place, email=oidc.new_user(), world=newcomer.world, env=newcomer.env)
    newcomer.world.google.user(second.email)
    second.env = newcomer.env
    for one in (newcomer, second):
        assert browsed(one, allows(one)).code == 0
        one.sure("choose-primary", one.email, "-a", one.email)

    newcomer.sure("disconnect", "--yes", "-a", newcomer.email)

    second.sure("sync", "-a", second.email)
    states = {one["account"]: one["state"] for one in second.sure("status", "--all", "--json").json["accounts"]}
    assert states == {newcomer.email: "local", second.email: "active"}


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────


def secrets_of(person: Googler) -> list[Path]:
    return [path for path in (person.home / "state").glob("*/secrets/*") if path.is_file()]


def test_r53_disconnecting_gives_the_permission_back(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.chooses()
    given_back = newcomer.world.oidc.revoked()

    ran = newcomer.sure("disconnect", "--yes")

    assert newcomer.world.oidc.revoked() == given_back + 1
    assert "still stands" not in ran.err
    assert secrets_of(newcomer) == []
    assert account(newcomer)["state"] == "local"
    assert newcomer.titles_there() == ["Intake talk", "Lunch"]
    assert browsed(newcomer, allows(newcomer)).code == 0


def test_no_revoke_leaves_it(connected: Googler) -> None:
    given_back = connected.world.oidc.revoked()

    connected.sure("disconnect", "--yes", "--no-revoke")

    assert connected.world.oidc.revoked() == given_back
    assert secrets_of(connected) == []


def test_a_permission_that_was_withdrawn_already_is_no_hindrance(newcomer: Googler) -> None:
    browsed(newcomer, allows(newcomer))
    newcomer.world.oidc.revoke(newcomer.email)

    ran = newcomer.sure("disconnect", "--yes")

    assert "still stands" not in ran.err
    assert secrets_of(newcomer) == []


def test_disconnecting_without_a_network_works_and_tells_what_stands(newcomer: Googler) -> None:
    oidc, given_back = newcomer.world.oidc, newcomer.world.oidc.revoked()
    line = Line(oidc.port).start()
    client = oidc.client()
    client["installed"]["token_uri"] = f"{line.url}token"
    (newcomer.place / "client.json").write_text(json.dumps(client))
    browsed(newcomer, allows(newcomer))
    line.refuse = True

    ran = newcomer.sure("disconnect", "--yes")
    line.stop()

    assert "The permission still stands at the provider" in ran.err
    assert oidc.revoked() == given_back
    assert secrets_of(newcomer) == []
    assert account(newcomer)["state"] == "local"


def test_before_disconnecting_it_is_told_that_other_machines_are_concerned(connected: Googler) -> None:
    told, quiet = connected.sure("disconnect", "-n"), connected.sure("disconnect", "-n", "--no-revoke")

    assert "given back at Google: calsync on other machines has to sign in again, too." in told.err
    assert "given back" not in quiet.err


# ── policies ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r58_a_policy_without_google_refuses_it_before_any_browser(newcomer: Googler) -> None:
    decides(newcomer, 'providers = ["kerio"]\ncontact = "helpdesk@example.org"\n')

    ran = newcomer.types(*newcomer.connecting("--no-browser", "--json"))

    assert said(ran) == (5, "E101")
    assert ran.json["error"]["fix"] == "calsync admin enable google"
    assert "helpdesk@example.org" in ran.json["error"]["message"]


def test_an_address_that_a_policy_forbids_is_refused_before_any_browser(newcomer: Googler) -> None:
    decides(newcomer, 'mailboxes = ["@elsewhere.example"]\n')

    ran = newcomer.types(*newcomer.connecting("--no-browser", "--json"))

    assert said(ran) == (5, "E102")
    assert "Open this address" not in ran.err


def test_an_address_that_is_known_only_after_the_sign_in_is_refused_then(newcomer: Googler) -> None:
    decides(newcomer, 'mailboxes = ["@elsewhere.example"]\n')
    given_back = newcomer.world.oidc.revoked()

    ran = browsed(
        newcomer, allows(newcomer), words=("connect", "google", "--only", "calendar", "--no-browser", "--json")
    )

    assert said(ran) == (5, "E102")
    assert newcomer.email in ran.json["error"]["message"]
    assert newcomer.world.oidc.revoked() == given_back
    assert not newcomer.database.exists()
    assert secrets_of(newcomer) == []
