"""Access tokens: minted in time, once for all threads, and what it means where that is refused."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.failures import LostError
from calsync_cli.providers.google.endpoint import Minted
from calsync_cli.providers.google.revoking import revoke
from calsync_cli.providers.google.tokens import Registered, Sealed, Tokens, refreshing
from tests.google.sign_in import granted
from tests.servers.oidc.server import SECRET, Oidc

DAY = 86400.0


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Press:
    """A mint that counts what it made."""

    def __init__(self, life: float = 3600.0) -> None:
        self.life = life
        self.made = 0

    def __call__(self) -> Minted:
        self.made += 1
        return Minted(f"token{self.made}", self.life)


class Kept:
    """The vault's place for what was signed in with."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.puts = 0

    def put(self, text: str) -> None:
        self.text = text
        self.puts += 1


def registered(oidc: Oidc, user: str, *, client_id: str = "calsync", signed_in: float | None = None) -> Registered:
    return Registered(client_id, f"{oidc.url}/token", user, signed_in)


def tokens_of(oidc: Oidc, user: str, kept: Kept, *, client_id: str = "calsync", age: float | None = None) -> Tokens:
    now = 1_800_000_000.0
    known = registered(oidc, user, client_id=client_id, signed_in=None if age is None else now - age)
    return refreshing(known, lambda: kept.text, now=lambda: now, keep=kept.put)


def signed_in(oidc: Oidc, client_id: str = "calsync") -> tuple[str, Kept]:
    user = oidc.new_user()
    return user, Kept(Sealed(granted(oidc, user, client_id=client_id).refresh_token, SECRET).text())


def failure(deed: Callable[[], object]) -> CalsyncError:
    with pytest.raises(CalsyncError) as caught:
        deed()
    return caught.value


@pytest.mark.parametrize(("life", "good_for"), [(3600.0, 3300.0), (600.0, 300.0), (12.0, 6.0)])
def test_a_token_is_given_out_while_it_lives_five_minutes_more_or_half_its_life(life: float, good_for: float) -> None:
    clock, press = Clock(), Press(life)
    tokens = Tokens("me", press, clock=clock)

    first = tokens.token()
    clock.now += good_for - 0.1
    still = tokens.token()
    clock.now += 0.2
    later = tokens.token()

    assert (first, still, later) == ("token1", "token1", "token2")


def test_the_token_of_the_sign_in_itself_is_used_up_first() -> None:
    press = Press()

    tokens = Tokens("me", press, first=Minted("of the sign-in", 3600), clock=Clock())

    assert (tokens.token(), press.made) == ("of the sign-in", 0)


def test_a_refused_token_is_renewed_once_for_all_whom_it_was_refused() -> None:
    press = Press()
    tokens = Tokens("me", press, clock=Clock())
    refused = tokens.token()

    with ThreadPoolExecutor(8) as pool:
        renewed = set(pool.map(tokens.renew, [refused] * 8))

    assert (renewed, press.made) == ({"token2"}, 2)


def test_many_threads_at_once_ask_for_one_token() -> None:
    press = Press()
    tokens = Tokens("me", press, clock=Clock())

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: tokens.token(), range(40)))

    assert (found, press.made) == ({"token1"}, 1)


def test_those_who_waited_for_a_refusal_share_it_and_the_next_one_asks_again() -> None:
    looked, may_end, asked = threading.Semaphore(0), threading.Event(), []

    def clock() -> float:  # read by whoever looks for a live token, before he waits
        looked.release()
        return 0.0

    def refuse() -> Minted:
        asked.append(1)
        may_end.wait(20)
        raise CalsyncError("E106", "revoked", account="me")

    tokens = Tokens("me", refuse, clock=clock)
    with ThreadPoolExecutor(4) as pool:
        all_of_them = [pool.submit(tokens.token) for _ in range(4)]
        for _ in range(4 + 2):  # the one who asks looks three times
            assert looked.acquire(timeout=20)
        may_end.set()
        codes = [failure(one.result).code for one in all_of_them]
    together = len(asked)
    again = failure(tokens.token)

    assert (codes, together) == (["E106"] * 4, 1)
    assert (again.code, len(asked)) == ("E106", 2)


def test_the_refresh_token_opens_a_new_access_token(oidc: Oidc) -> None:
    user, kept = signed_in(oidc)

    token = tokens_of(oidc, user, kept).token()

    assert oidc.says_active(token)
    assert kept.puts == 0


def test_a_token_that_ran_out_is_followed_by_another_in_the_middle(oidc: Oidc) -> None:
    user, kept = signed_in(oidc)
    clock = Clock()
    tokens = tokens_of(oidc, user, kept)
    tokens._clock = clock
    oidc.life(12)
    try:
        first = tokens.token()
        clock.now += 7
        second = tokens.token()
    finally:
        oidc.life(3600)

    assert first != second
    assert oidc.says_active(second)


def test_a_refresh_token_that_rotates_is_kept_and_the_old_one_is_not_used_again(oidc: Oidc) -> None:
    user, kept = signed_in(oidc, "calsync-rotating")
    before = kept.text
    tokens = tokens_of(oidc, user, kept, client_id="calsync-rotating")

    refused = tokens.token()
    tokens.renew(refused)
    later = tokens_of(oidc, user, kept, client_id="calsync-rotating").token()

    assert kept.puts == 3
    assert json.loads(kept.text)["refresh_token"] != json.loads(before)["refresh_token"]
    assert json.loads(kept.text)["client_secret"] == SECRET
    assert oidc.says_active(later)


@pytest.mark.parametrize(
    ("age", "variant"),
    [(None, "revoked"), (DAY, "revoked"), (6.9 * DAY, "testing"), (7.5 * DAY, "testing"), (30 * DAY, "revoked")],
)
def test_a_withdrawn_consent_is_told_as_such_or_as_a_client_in_testing(
    oidc: Oidc, age: float | None, variant: str
) -> None:
    user, kept = signed_in(oidc)
    tokens = tokens_of(oidc, user, kept, age=age)
    oidc.revoke(user)

    error = failure(tokens.token)

    assert (error.code, error.variant, error.params["account"]) == ("E106", variant, user)


@pytest.mark.parametrize(
    ("status", "said", "code", "variant"),
    [
        (401, "invalid_client", "E109", "client"),
        (401, "deleted_client", "E109", "deleted"),
        (401, "unauthorized_client", "E109", "client"),
        (400, "admin_policy_enforced", "E103", "admin-policy"),
        (500, "internal_failure", "E402", "gateway"),
        (502, "<html>", "E402", "gateway"),
        (429, "slow_down", "E401", ""),
        (200, "nothing", "E404", "oauth"),
    ],
)
def test_each_refusal_has_its_own_error(oidc: Oidc, status: int, said: str, code: str, variant: str) -> None:
    kept = Kept(Sealed("r3fresh", SECRET).text())
    tokens = tokens_of(oidc, "me@example.org", kept)
    oidc.fail(status, said)

    error = failure(tokens.token)

    assert (error.code, error.variant) == (code, variant)


def test_an_answer_that_was_lost_here_is_not_taken_for_a_write_that_may_be_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hangs_up() -> None:
            line, _ = server.accept()
            line.recv(1 << 16)
            line.close()

        threading.Thread(target=hangs_up, daemon=True).start()
        known = Registered("calsync", f"http://127.0.0.1:{server.getsockname()[1]}/token", "me@example.org")
        kept = Sealed("r3fresh", SECRET).text()

        error = failure(refreshing(known, lambda: kept, now=lambda: 0.0, keep=lambda _: None).token)

    assert (error.code, error.variant) == ("E402", "lost")
    assert not isinstance(error, LostError)


def test_no_secret_is_in_what_is_printed_of_it_or_told(oidc: Oidc) -> None:
    kept = Kept(Sealed("r3fresh-secret", "cl1ent-secret").text())
    tokens = tokens_of(oidc, "me@example.org", kept)

    error = failure(tokens.token)

    said = f"{error!r} {error.__cause__!r} {tokens!r} {Sealed.read(kept.text, 'me')!r} {Minted('t0ken')!r}"
    assert not [one for one in ("r3fresh", "cl1ent", "t0ken") if one in said]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"refresh_token": "x"}', "no json"])
def test_what_is_no_sign_in_of_ours_means_to_sign_in_again(text: str) -> None:
    error = failure(lambda: Sealed.read(text, "me@example.org"))

    assert (error.code, error.variant) == ("E106", "no-secret")


def test_a_permission_given_back_opens_nothing_any_more(oidc: Oidc) -> None:
    user, kept = signed_in(oidc)
    tokens = tokens_of(oidc, user, kept)
    token = tokens.token()

    gone = revoke(f"{oidc.url}/token", json.loads(kept.text)["refresh_token"])

    assert gone
    assert not oidc.says_active(token)
    assert failure(lambda: tokens.renew(token)).code == "E106"


def test_a_permission_that_is_gone_already_is_as_good_as_given_back(oidc: Oidc) -> None:
    assert revoke(f"{oidc.url}/token", "unknown")


def test_an_endpoint_that_knows_no_such_request_gives_nothing_back(oidc: Oidc) -> None:
    assert not revoke(f"{oidc.url}/elsewhere/token", "unknown")


def test_a_round_that_signs_nobody_in_loads_neither_googles_libraries_nor_requests() -> None:
    rooms = ("tokens", "revoking", "client", "delegation", "consent")
    loads = ";".join(f"import calsync_cli.providers.google.{room}" for room in rooms)
    judge = "import sys;print([m for m in sys.modules if m.split('.')[0] in ('google','requests','oauthlib','google_auth_oauthlib','cryptography')])"

    said = subprocess.run([sys.executable, "-c", f"{loads};{judge}"], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
