"""The sign-in in a browser, against a real authorisation server."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.google.consent import Asked, Granted, authorize
from calsync_cli.providers.google.consent import _email as who
from calsync_cli.providers.google.scopes import CALENDAR, HALVES, MAIL
from tests.google.sign_in import BOTH, PAGES, Beside, Person, allowing, client
from tests.servers.oidc.browser import Browser, FarBrowser, Page
from tests.servers.oidc.server import Oidc


def signed_in(oidc: Oidc, hint: str, person: Person | None, beside: Beside | None = None, **more: object) -> Granted:
    asked = Asked(**{"halves": BOTH, "hint": hint, "seconds": 20, **more})  # type: ignore[arg-type]
    return authorize(client(oidc), asked, beside or Beside(), PAGES, browser=person)


def failure(deed: Callable[[], object]) -> CalsyncError:
    with pytest.raises(CalsyncError) as caught:
        deed()
    return caught.value


def test_whoever_allows_everything_gives_a_token_that_lasts(oidc: Oidc) -> None:
    user = oidc.new_user()
    person = allowing(user)

    found = signed_in(oidc, user, person)

    assert found.email == user
    assert {*HALVES[CALENDAR], *HALVES[MAIL]} <= found.scopes
    assert oidc.says_active(found.refresh_token)
    assert oidc.says_active(found.access.token)
    assert PAGES.done in person.finished().text


def test_nothing_of_it_shows_in_what_is_printed_of_it(oidc: Oidc) -> None:
    user = oidc.new_user()

    found = signed_in(oidc, user, allowing(user))

    assert found.refresh_token not in repr(found)
    assert found.access.token not in repr(found)


def test_the_address_asks_for_an_account_consent_and_a_lasting_permission_by_pkce(oidc: Oidc) -> None:
    user, beside = oidc.new_user(), Beside()

    signed_in(oidc, user, allowing(user), beside)

    said = {name: values[0] for name, values in parse_qs(urlsplit(beside.url).query).items()}
    assert said["prompt"] == "select_account consent"
    assert (said["access_type"], said["login_hint"]) == ("offline", user)
    assert (said["code_challenge_method"], len(said["code_challenge"])) == ("S256", 43)
    assert said["redirect_uri"].startswith("http://127.0.0.1:")
    assert len(said["state"]) >= 32
    assert beside.browser


def test_the_hint_is_compared_without_capitals(oidc: Oidc) -> None:
    user = oidc.new_user()

    found = signed_in(oidc, user.upper(), allowing(user))

    assert found.email == user


def test_without_a_hint_it_is_whoever_signs_in(oidc: Oidc) -> None:
    user = oidc.new_user()

    found = signed_in(oidc, "", allowing(user))

    assert found.email == user


def test_somebody_else_is_refused_and_what_he_allowed_on_other_machines_stands(oidc: Oidc) -> None:
    meant, other, seen = oidc.new_user(), oidc.new_user(), oidc.revoked()

    error = failure(lambda: signed_in(oidc, meant, allowing(other)))

    assert (error.code, error.params["account"], error.params["other"]) == ("E105", meant, other)
    assert oidc.revoked() == seen


def test_cancel_is_a_refusal(oidc: Oidc) -> None:
    user = oidc.new_user()
    person = Person(lambda browser, url: browser.refuses(url, user))

    error = failure(lambda: signed_in(oidc, user, person))

    assert (error.code, error.variant) == ("E104", "denied")
    assert PAGES.refused in person.finished().text


@pytest.mark.parametrize(
    ("unticked", "variant"),
    [
        ((HALVES[MAIL][0],), MAIL),
        ((HALVES[CALENDAR][0],), CALENDAR),
        ((HALVES[CALENDAR][1],), CALENDAR),
        ((HALVES[CALENDAR][0], HALVES[MAIL][0]), "both"),
    ],
)
def test_a_box_left_unticked_is_named_by_its_half(oidc: Oidc, unticked: tuple[str, ...], variant: str) -> None:
    user = oidc.new_user()

    error = failure(lambda: signed_in(oidc, user, allowing(user, untick=unticked)))

    assert (error.code, error.variant) == ("E107", variant)


def test_only_what_is_connected_is_asked_for(oidc: Oidc) -> None:
    user = oidc.new_user()

    found = signed_in(oidc, user, allowing(user), halves=(MAIL,))

    assert set(HALVES[MAIL]) <= found.scopes
    assert not set(HALVES[CALENDAR]) & found.scopes


def test_nobody_at_the_browser_ends_in_time(oidc: Oidc) -> None:
    error = failure(lambda: signed_in(oidc, "me@example.org", None, seconds=0.05))

    assert (error.code, error.variant) == ("E104", "timeout")


def test_favicons_and_strangers_do_not_spoil_it(oidc: Oidc) -> None:
    user = oidc.new_user()
    statuses: list[int] = []

    def act(browser: Browser, url: str) -> Page:
        there = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        strays = ("favicon.ico", "", "?code=stolen&state=guessed", "?code=stolen", "?error=access_denied")
        statuses.extend(browser.get(there + stray).status for stray in strays)
        return browser.allows(url, user)

    found = signed_in(oidc, user, Person(act))

    assert found.email == user
    assert statuses == [404, 400, 400, 400, 400]


def test_the_address_of_a_browser_elsewhere_can_be_pasted(oidc: Oidc) -> None:
    user, beside = oidc.new_user(), Beside()
    beside.does = lambda url: beside.typed.append(f'  "{FarBrowser().address(url, user)}" \n')

    found = signed_in(oidc, user, None, beside)

    assert (found.email, beside.browser) == (user, False)


def test_a_wrong_line_can_be_followed_by_the_right_one(oidc: Oidc) -> None:
    user, beside = oidc.new_user(), Beside()

    def types(url: str) -> None:
        right = FarBrowser().address(url, user)
        old = right.replace("state=", "state=old")
        beside.typed = deque(["", "what now?", old, right])

    beside.does = types

    found = signed_in(oidc, user, None, beside)

    assert (found.email, beside.rejections) == (user, ["address", "state"])


def test_ctrl_c_ends_it_and_nobody_listens_any_more(oidc: Oidc) -> None:
    heard: list[str] = []

    def interrupt(url: str) -> None:
        heard.append(parse_qs(urlsplit(url).query)["redirect_uri"][0])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        signed_in(oidc, "me@example.org", None, Beside(does=interrupt))

    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(heard[0], timeout=5)


@pytest.mark.parametrize(
    ("status", "error", "code", "variant"),
    [
        (401, "invalid_client", "E109", "client"),
        (401, "unauthorized_client", "E109", "client"),
        (401, "deleted_client", "E109", "deleted"),
        (400, "redirect_uri_mismatch", "E109", "redirect"),
        (400, "admin_policy_enforced", "E103", "admin-policy"),
        (403, "org_internal", "E103", "org-internal"),
        (403, "access_not_configured", "E103", "not-configured"),
        (400, "invalid_grant", "E104", "stale"),
        (503, "temporarily_unavailable", "E402", "gateway"),
        (429, "rate_limited", "E401", ""),
        (400, "something_new", "E404", "oauth"),
        (400, "<script>", "E404", "oauth"),
        (200, "a success without a token", "E404", "oauth"),
    ],
)
def test_what_the_token_endpoint_refuses_has_its_own_end(
    oidc: Oidc, status: int, error: str, code: str, variant: str
) -> None:
    user = oidc.new_user()
    oidc.fail(status, error)

    found = failure(lambda: signed_in(oidc, user, allowing(user)))

    assert (found.code, found.variant) == (code, variant)
    assert "<" not in str(found)


@pytest.mark.parametrize(
    ("said", "code", "variant"),
    [
        ("access_denied", "E104", "denied"),
        ("org_internal", "E103", "org-internal"),
        ("admin_policy_enforced", "E103", "admin-policy"),
        ("temporarily_unavailable", "E402", "gateway"),
        ("Rubbish!", "E404", "oauth"),
    ],
)
def test_what_comes_back_by_redirect_has_its_own_end(oidc: Oidc, said: str, code: str, variant: str) -> None:
    def act(browser: Browser, url: str) -> Page:
        query = parse_qs(urlsplit(url).query)
        return browser.get(f"{query['redirect_uri'][0]}?error={said}&state={query['state'][0]}")

    found = failure(lambda: signed_in(oidc, "me@example.org", Person(act)))

    assert (found.code, found.variant) == (code, variant)


def test_what_no_error_of_oauth_looks_like_does_not_count(oidc: Oidc) -> None:
    def act(browser: Browser, url: str) -> Page:
        query = parse_qs(urlsplit(url).query)
        return browser.get(f"{query['redirect_uri'][0]}?error=%0d%0aevil&state={query['state'][0]}")

    error = failure(lambda: signed_in(oidc, "me@example.org", Person(act), seconds=0.5))

    assert (error.code, error.variant) == ("E104", "timeout")


def test_a_wrong_secret_is_the_clients_fault(oidc: Oidc) -> None:
    user = oidc.new_user()
    wrong = client(oidc, client_secret="wrong")

    error = failure(lambda: authorize(wrong, Asked(BOTH, user, seconds=20), Beside(), PAGES, browser=allowing(user)))

    assert (error.code, error.variant) == ("E109", "client")


def test_an_endpoint_that_cannot_be_reached_is_the_networks(oidc: Oidc) -> None:
    user = oidc.new_user()
    away = client(oidc, token_uri="http://127.0.0.1:9/token")

    error = failure(lambda: authorize(away, Asked(BOTH, user, seconds=20), Beside(), PAGES, browser=allowing(user)))

    assert (error.code, error.variant) == ("E402", "refused")


def test_a_sign_in_without_a_lasting_permission_is_told(oidc: Oidc) -> None:
    user = oidc.new_user()

    def act(browser: Browser, url: str) -> Page:
        return browser.allows(url.replace("access_type=offline", "access_type=online"), user)

    error = failure(lambda: signed_in(oidc, user, Person(act)))

    assert (error.code, error.variant) == ("E404", "no-refresh-token")


def id_token(**claims: object) -> dict[str, object]:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return {"id_token": f"head.{body}.signature"}


@pytest.mark.parametrize(
    ("said", "email"),
    [
        (id_token(email="Me@Example.org", aud="calsync"), "me@example.org"),
        (id_token(email="me@example.org", aud=["other", "calsync"], email_verified=True), "me@example.org"),
        (id_token(email="me@example.org", aud="other"), ""),
        (id_token(email="me@example.org", aud="calsync", email_verified=False), ""),
        (id_token(email="me@example.org\n", aud="calsync"), ""),
        (id_token(email=["me@example.org"], aud="calsync"), ""),
        (id_token(aud="calsync"), ""),
        ({}, ""),
        ({"id_token": "a.b"}, ""),
        ({"id_token": "a.WzFd.c"}, ""),
        ({"id_token": 7}, ""),
    ],
)
def test_who_signed_in_is_said_to_this_client_or_not_at_all(said: dict[str, object], email: str) -> None:
    assert who(said, "calsync") == email
