"""How a sign-in with Google can end, each time as a person meets it: what is said, what is left, and that it can be done again."""

from __future__ import annotations

import signal
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from calsync_cli.providers.google.scopes import HALVES
from tests.google.person import Googler
from tests.google.signing import allows, browsed, signing
from tests.journeys.person import MORTAL, Ran
from tests.servers.dovecot import Dovecot
from tests.servers.oidc.browser import Browser, FarBrowser


def left(person: Googler) -> list[str]:
    """Files that a sign-in left below the home: state, secrets, mail, agenda; a lock is none, and no log."""
    found = [path.relative_to(person.home) for path in person.home.rglob("*") if path.is_file()]
    return sorted(str(path) for path in found if path.name != "lock" and path.parts[0] != "log")


def nothing_came_of_it(person: Googler) -> None:
    """Nothing stored, nothing connected; and the next `connect` works."""
    assert left(person) == []
    assert person.sure("status", "--json").json["accounts"] == []
    assert browsed(person, allows(person)).code == 0


def as_json(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


# ── each its own clear end ───────────────────────────────────────────────────────────────────────────────────────


def test_r41_refused_in_the_browser(newcomer: Googler) -> None:
    ran = browsed(newcomer, lambda browser, url: browser.refuses(url, newcomer.email))

    assert ran.code == 4
    assert "Permission was refused in the browser. Nothing was stored. (E104)" in ran.err
    assert f"calsync connect google --email {newcomer.email}" in ran.err
    nothing_came_of_it(newcomer)


def test_r59_nobody_comes_back_in_time(newcomer: Googler) -> None:
    """A page that says no does not come back: before the waiting and after it is told what such a page means."""
    ran = newcomer.types(*newcomer.connecting("--no-browser", "--timeout", "1s"))

    before, _, after = ran.err.partition("✗")
    assert ran.code == 4
    assert "“Google hasn't verified this app”? Choose “Advanced”, then “Go to …”." in before
    assert "the administrator of your domain has to trust this app: calsync help trusted-app" in before
    assert "(E104)" in after
    assert "has to trust the client calsync" in after
    assert "access_denied" in after
    assert "More: calsync help trusted-app" in after
    nothing_came_of_it(newcomer)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["interrupted", "terminated"]
)
def test_ended_while_the_browser_is_open(newcomer: Googler, number: signal.Signals, code: int) -> None:
    with signing(newcomer) as waiting:
        back = parse_qs(urlsplit(waiting.address).query)["redirect_uri"][0]
        waiting.tell(number)
        ran = waiting.ends()

    assert ran.code == code
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(back, timeout=5)
    nothing_came_of_it(newcomer)


def test_ctrl_c_at_the_terminal(newcomer: Googler) -> None:
    with signing(newcomer, terminal=True) as waiting:
        assert waiting.address
        waiting.types("\x03")
        ran = waiting.ends()

    assert ran.code == 130
    assert left(newcomer) == []


@pytest.mark.parametrize("box", HALVES["calendar"])
def test_r41_a_box_of_the_calendars_was_not_ticked(newcomer: Googler, box: str) -> None:
    ran = browsed(newcomer, allows(newcomer, untick=[box]))

    assert ran.code == 4
    assert "The calendars were not allowed at the sign-in." in ran.err
    assert "(E107)" in ran.err
    assert left(newcomer) == []


def test_r40_somebody_else_signed_in(newcomer: Googler) -> None:
    other, given_back = newcomer.world.oidc.new_user(), newcomer.world.oidc.revoked()

    ran = browsed(newcomer, lambda browser, url: browser.allows(url, other))

    assert ran.code == 4
    assert f"You signed in as {other}, and {newcomer.email} was meant. Nothing was stored. (E105)" in ran.err
    assert newcomer.world.oidc.revoked() == given_back
    nothing_came_of_it(newcomer)


@pytest.mark.parametrize(
    ("said", "exit_code", "error", "who"),
    [
        ("org_internal", 5, "E103", "provider admin"),
        ("admin_policy_enforced", 5, "E103", "provider admin"),
        ("access_not_configured", 5, "E103", "provider admin"),
        ("invalid_client", 5, "E109", "calsync admin"),
    ],
)
def test_r59_what_does_come_back_names_who_has_to_act(
    newcomer: Googler, said: str, exit_code: int, error: str, who: str
) -> None:
    def comes_back(browser: Browser, url: str) -> None:
        query = parse_qs(urlsplit(url).query)
        browser.get(f"{query['redirect_uri'][0]}?error={said}&state={query['state'][0]}")

    ran = browsed(newcomer, comes_back, "--json")

    assert as_json(ran) == (exit_code, error)
    assert ran.json["error"]["who"] == who
    assert ran.json["error"]["fix"] == (
        "calsync admin trust google" if error == "E103" else "calsync help google-client"
    )
    assert "calsync" in ran.json["error"]["message"]
    assert left(newcomer) == []


# ── a browser elsewhere ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_address_of_a_browser_elsewhere_is_pasted_the_second_time_right(newcomer: Googler) -> None:
    with signing(newcomer, terminal=True) as waiting:
        right = FarBrowser().address(waiting.address, newcomer.email)
        waiting.types("https://www.example.org/\n")
        waiting.hears("That is not the address.")
        waiting.types(right.replace("state=", "state=old") + "\n")
        waiting.hears("belongs to another sign-in")
        waiting.types(f"  '{right}' \n")
        ran = waiting.ends()

    assert ran.code == 0
    assert f"Signed in as {newcomer.email}" in ran.err
    assert newcomer.sure("status", "--json").json["accounts"][0]["state"] == "connected"


def test_without_a_terminal_nothing_is_read_and_the_port_can_be_forwarded(newcomer: Googler) -> None:
    with signing(newcomer) as waiting:
        back = parse_qs(urlsplit(waiting.address).query)["redirect_uri"][0]
        port = urlsplit(back).port
        waiting.hears(f"ssh -L {port}:127.0.0.1:{port}")
        waiting.types("http://127.0.0.1/?code=1&state=2\n")
        allows(newcomer)(Browser(), waiting.address)
        ran = waiting.ends()

    assert ran.code == 0
    assert "paste" not in ran.err


def test_a_browser_that_cannot_be_opened_is_told_with_the_address(newcomer: Googler) -> None:
    with signing(newcomer, words=newcomer.connecting(), BROWSER="lynx") as waiting:
        allows(newcomer)(Browser(), waiting.address)
        ran = waiting.ends()

    assert ran.code == 0
    assert "Open this address in a browser" in ran.err


def test_the_port_can_be_chosen_and_one_in_use_is_told(newcomer: Googler) -> None:
    with signing(newcomer) as waiting:
        taken = str(urlsplit(parse_qs(urlsplit(waiting.address).query)["redirect_uri"][0]).port)
        other = ("--email", "other@example.org", "--only", "calendar", "--no-browser", "--json")
        ran = newcomer.types("connect", "google", *other, "--port", taken)

    assert as_json(ran) == (2, "E001")
    assert taken in ran.json["error"]["message"]


# ── who it is ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_signs_in_names_the_account(newcomer: Googler) -> None:
    ran = browsed(newcomer, allows(newcomer), words=("connect", "google", "--only", "calendar", "--no-browser"))

    assert f"Signed in as {newcomer.email}" in ran.err
    assert newcomer.sure("status", "--json").json["accounts"][0]["account"] == newcomer.email


def test_with_an_address_the_browser_is_told_whose_it_is(newcomer: Googler) -> None:
    """R40."""
    with signing(newcomer) as waiting:
        query = parse_qs(urlsplit(waiting.address).query)

    assert query["login_hint"] == [newcomer.email]
    assert query["prompt"] == ["select_account consent"]


def test_r42_nothing_is_asked_and_every_setting_is_filled_in(newcomer: Googler) -> None:
    ran = browsed(newcomer, allows(newcomer), "--no-input")

    assert ran.code == 0
    assert "Settings filled in and locked: Google Calendar" in ran.err
    assert newcomer.sure("status", "--json").json["accounts"][0]["next"] == "calsync choose-primary"


# ── before the browser ───────────────────────────────────────────────────────────────────────────────────────────


def test_r45_a_place_that_cannot_keep_secrets_is_told_before_any_browser(newcomer: Googler) -> None:
    newcomer.browses("closes", newcomer.email)
    opened = newcomer.place / "opened"
    Path(newcomer.env["BROWSER"]).write_text(f"#!/bin/sh\ntouch '{opened}'\n")

    for who in (("--email", newcomer.email), ()):
        ran = newcomer.types("connect", "google", *who, "--json", CALSYNC_SECRETS_KEY_FILE=str(newcomer.place / "no"))

        assert as_json(ran) == (5, "E501")
    assert not opened.exists()
    assert left(newcomer) == []


def test_r37_no_password_is_taken(newcomer: Googler) -> None:
    password = newcomer.place / "password"

    ran = newcomer.types("connect", "google", "--password-file", str(password), "--json")

    assert as_json(ran) == (2, "E001")
    assert "--password-file" in ran.json["error"]["message"]
    assert newcomer.types("connect", "--password-file", str(password), "google", "--json").code == 2


@pytest.mark.parametrize("flag", ["--server", "--caldav", "--imap", "--user"])
def test_what_is_known_of_google_need_not_and_cannot_be_said(newcomer: Googler, flag: str) -> None:
    ran = newcomer.types("connect", "google", flag, "https://elsewhere.example/", "--json")

    assert as_json(ran) == (2, "E001")


# ── killed ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r45_killed_while_the_browser_is_open_it_is_resumed(newcomer: Googler) -> None:
    with signing(newcomer) as waiting:
        assert waiting.address
        waiting.tell(signal.SIGKILL)
        waiting.ends()
    pending = newcomer.sure("status", "--json").json["accounts"][0]
    refused = newcomer.types("sync", "--json")

    ran = browsed(newcomer, allows(newcomer), words=("connect", "--resume", "--no-browser"))

    assert (pending["state"], pending["provider"], pending["next"]) == ("pending", "google", "calsync connect --resume")
    assert as_json(refused) == (6, "E202")
    assert ran.code == 0
    (account,) = newcomer.sure("status", "--json").json["accounts"]
    assert (account["state"], account["halves"]) == ("connected", ["calendar"])


@pytest.mark.parametrize(
    "point", [("settings-pend.before", "2"), ("settings-connect.before", "1")], ids=["before", "after"]
)
def test_r45_killed_when_the_secret_is_stored_it_is_pending_until_it_is_resumed(
    newcomer: Googler, point: tuple[str, str]
) -> None:
    killed = newcomer.types("kill", *point, *newcomer.connecting(), program=MORTAL)
    assert killed.code == -signal.SIGKILL
    pending = newcomer.sure("status", "--json").json["accounts"][0]
    refused = newcomer.types("sync", "--json")

    ran = browsed(newcomer, allows(newcomer), words=("connect", "--resume", "--no-browser"))

    assert (pending["state"], pending["next"]) == ("pending", "calsync connect --resume")
    assert as_json(refused) == (6, "E202")
    assert ran.code == 0
    newcomer.chooses()
    assert newcomer.titles() == ["Intake talk", "Lunch"]


def test_what_is_pending_can_be_given_up(newcomer: Googler) -> None:
    newcomer.types("kill", "settings-connect.before", "1", *newcomer.connecting(), program=MORTAL)
    given_back = newcomer.world.oidc.revoked()

    newcomer.sure("disconnect", "--yes")

    assert newcomer.world.oidc.revoked() == given_back + 1
    assert newcomer.sure("status", "--json").json["accounts"][0]["state"] == "local"
    assert list((newcomer.home / "state").glob("*/secrets/*")) == []
    assert newcomer.types("connect", "--resume", "--json").error == "E201"


def test_what_is_resumed_is_what_was_typed(newcomer: Googler, dovecot_xoauth2: Dovecot) -> None:
    """Both halves, the client, how far back the mail goes: nothing but the sign-in is asked for."""
    whole = Googler(
        newcomer.place / "both", email=newcomer.email, world=replace(newcomer.world, dovecot=dovecot_xoauth2)
    )
    file = whole.env.pop("CALSYNC_GOOGLE_CLIENT_FILE")
    with signing(whole, "--client-file", file, "--since", "30d", "--max-size", "1M") as waiting:
        assert waiting.address
        waiting.tell(signal.SIGKILL)
        waiting.ends()

    with signing(whole, words=("connect", "--resume", "--no-browser")) as again:
        scopes = parse_qs(urlsplit(again.address).query)["scope"][0].split()
        allows(whole)(Browser(), again.address)
        ran = again.ends()

    assert ran.code == 0
    assert {scope for half in HALVES.values() for scope in half} <= set(scopes)
    assert whole.sure("status", "--json").json["accounts"][0]["halves"] == ["calendar", "mail"]
    limits = dict(whole.rows("SELECT name, value FROM setting WHERE name LIKE 'mail%'"))
    assert {"mail_since", "mail_max_size"} <= limits.keys(), limits
