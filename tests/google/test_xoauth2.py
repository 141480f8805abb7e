"""IMAP by access tokens: on a real Dovecot that asks the authorisation server about each, and in Gmail's words."""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.login import Bearer
from calsync_cli.providers.google.endpoint import Minted
from calsync_cli.providers.google.tokens import Registered, Sealed, Tokens, refreshing
from calsync_cli.providers.imap.account import ImapAccount, open_imap
from tests.google.sign_in import granted
from tests.servers.dovecot import Dovecot
from tests.servers.oidc.server import SECRET, Oidc
from tests.servers.scripted_imap import Scripted, Talk

GMAIL = "IMAP4rev1 UNSELECT IDLE NAMESPACE SASL-IR AUTH=XOAUTH2 AUTH=PLAIN UIDPLUS MOVE"
CHALLENGE = b"+ " + base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')


@pytest.fixture
def gmail() -> Iterator[Scripted]:
    server = Scripted(capabilities=GMAIL).start()
    yield server
    server.stop()


def at(port: int, bearer: Bearer) -> ImapAccount:
    return open_imap("127.0.0.1", port, tls=False, login=bearer)


def failure(made: ImapAccount) -> CalsyncError:
    with pytest.raises(CalsyncError) as caught:
        made.folders()
    made.close()
    return caught.value


def tokens_of(oidc: Oidc, user: str, *, asks: str = "") -> Tokens:
    """The tokens of somebody who signed in; `asks`: whose mail he asks for with them."""
    kept = Sealed(granted(oidc, user).refresh_token, SECRET).text()
    known = Registered("calsync", f"{oidc.url}/token", asks or user)
    return refreshing(known, lambda: kept, now=time.time, keep=lambda _: None)


def numbered() -> Tokens:
    """token1, token2 …"""
    made: list[int] = []

    def mint() -> Minted:
        made.append(1)
        return Minted(f"token{len(made)}")

    return Tokens("me@gmail.example", mint)


def said(argument: bytes) -> bytes:
    return base64.b64decode(argument.rpartition(b" ")[2])


# ── a real server ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_opens_the_mailbox_of_who_it_belongs_to(oidc: Oidc, dovecot_xoauth2: Dovecot) -> None:
    user = oidc.new_user()
    account = at(dovecot_xoauth2.imap, tokens_of(oidc, user))

    found = [folder.id for folder in account.folders()]
    account.close()

    assert "INBOX" in found


def test_a_token_that_ran_out_is_renewed_where_the_server_refuses_it(oidc: Oidc, dovecot_xoauth2: Dovecot) -> None:
    tokens = tokens_of(oidc, oidc.new_user())
    tokens._clock = lambda: 0.0  # this side does not notice
    oidc.life(1)
    old = tokens.token()
    oidc.life(3600)
    until = time.monotonic() + 10
    while oidc.says_active(old) and time.monotonic() < until:
        threading.Event().wait(0.05)
    account = at(dovecot_xoauth2.imap, tokens)

    found = account.folders()
    account.close()

    assert found
    assert tokens.token() != old


def test_a_withdrawn_consent_ends_the_mail(oidc: Oidc, dovecot_xoauth2: Dovecot) -> None:
    user = oidc.new_user()
    tokens = tokens_of(oidc, user)
    tokens.token()
    oidc.revoke(user)

    error = failure(at(dovecot_xoauth2.imap, tokens))

    assert (error.code, error.variant) == ("E106", "revoked")


def test_nobody_reads_somebody_elses_mail(oidc: Oidc, dovecot_xoauth2: Dovecot) -> None:
    other = oidc.new_user()
    asked = oidc.asked()
    tokens = tokens_of(oidc, oidc.new_user(), asks=other)

    error = failure(at(dovecot_xoauth2.imap, tokens))

    assert (error.code, error.variant, error.params["user"]) == ("E106", "refused", other)
    assert oidc.asked() == asked + 3  # the sign-in, the token, the one renewal


# ── in Gmail's words ─────────────────────────────────────────────────────────────────────────────────────────────


def test_user_and_token_go_along_with_the_command(gmail: Scripted) -> None:
    account = at(gmail.port, numbered())

    account.folders()
    account.close()

    assert said(gmail.asked("AUTHENTICATE")[0]) == b"user=me@gmail.example\1auth=Bearer token1\1\1"


def test_without_an_initial_response_they_wait_until_they_are_asked_for(gmail: Scripted) -> None:
    gmail.capabilities = GMAIL.replace(" SASL-IR", "")
    heard: list[bytes] = []

    def asks(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"+ ")
        heard.append(talk.line())
        talk.say(tag + b" OK [CAPABILITY " + gmail.capabilities.encode() + b"] welcome")

    gmail.on("AUTHENTICATE", asks)
    account = at(gmail.port, numbered())

    account.folders()
    account.close()

    assert [said(one) for one in heard] == [b"user=me@gmail.example\1auth=Bearer token1\1\1"]


def refusing(answers: list[bytes], words: bytes) -> Callable[[Talk, bytes, bytes, list[bytes]], None]:
    """As Gmail refuses: a challenge that wants an empty line, then NO."""

    def deed(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(CHALLENGE)
        answers.append(talk.line())
        talk.say(tag + b" NO " + words)

    return deed


def test_a_refused_token_is_renewed_once_on_a_new_connection(gmail: Scripted) -> None:
    answers: list[bytes] = []
    gmail.once("AUTHENTICATE", refusing(answers, b"[AUTHENTICATIONFAILED] Invalid credentials (Failure)"))
    account = at(gmail.port, numbered())

    found = account.folders()
    account.close()

    assert found
    assert answers == [b""]
    assert [b"token2" in said(one) for one in gmail.asked("AUTHENTICATE")] == [False, True]
    assert gmail.connections == 2


@pytest.mark.parametrize(
    ("words", "wanted", "times"),
    [
        (b"[AUTHENTICATIONFAILED] Invalid credentials (Failure)", ("E106", "refused"), 2),
        (
            b"[ALERT] Your account is not enabled for IMAP use. Please visit your settings (Failure)",
            ("E103", "imap-off"),
            1,
        ),
        (
            b"[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator.",
            ("E103", "imap-off"),
            1,
        ),
        (b"[WEBALERT https://accounts.google.com/signin/continue] Web login required.", ("E106", "web-login"), 1),
        (b"[ALERT] Please log in via your web browser: https://support.google.com/", ("E106", "web-login"), 1),
        (b"[ALERT] Too many simultaneous connections. (Failure)", ("E401", ""), 1),
        (b"[UNAVAILABLE] Temporary System Error", ("E401", ""), 1),
    ],
)
def test_each_refusal_of_gmails_is_told_for_what_it_is(
    gmail: Scripted, words: bytes, wanted: tuple[str, str], times: int
) -> None:
    gmail.on("AUTHENTICATE", refusing([], words))

    error = failure(at(gmail.port, numbered()))

    assert (error.code, error.variant) == wanted
    assert len(gmail.asked("AUTHENTICATE")) == times


def test_a_server_without_tokens_is_told_apart_from_one_without_passwords(gmail: Scripted) -> None:
    gmail.capabilities = GMAIL.replace(" AUTH=XOAUTH2", "")

    error = failure(at(gmail.port, numbered()))

    assert (error.code, error.variant) == ("E404", "auth-token")
    assert not gmail.asked("AUTHENTICATE")


def test_no_log_holds_the_token_though_the_server_repeats_it(gmail: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    def repeats(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* OK [ALERT] you said " + args + b" that is token1")
        talk.say(tag + b" OK [CAPABILITY " + GMAIL.encode() + b"] welcome")

    gmail.on("AUTHENTICATE", repeats)
    account = at(gmail.port, numbered())

    with caplog.at_level(logging.DEBUG):
        account.folders()
    account.close()

    assert "you said" in caplog.text
    assert "token1" not in caplog.text
    assert base64.b64encode(b"user=me@gmail.example")[:-3].decode() not in caplog.text


def test_a_session_that_outlived_its_token_is_followed_by_one_with_another(gmail: Scripted) -> None:
    tokens = numbered()
    account = at(gmail.port, tokens)
    account.folders()
    tokens._due = 0.0  # an hour later

    def expired(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* BYE Session expired, please login again.")
        talk.leave()

    gmail.once("LIST", expired)
    found = account.folders()
    account.close()

    assert found
    assert [said(one).split(b"Bearer ")[1] for one in gmail.asked("AUTHENTICATE")] == [b"token1\1\1", b"token2\1\1"]


def test_a_bell_whose_session_outlived_its_token_rings_on_with_another(gmail: Scripted) -> None:
    tokens, stop = numbered(), threading.Event()

    def expires(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"+ idling")
        tokens._due = 0.0
        talk.say(b"* BYE Session expired, please login again.")
        talk.leave()

    gmail.once("IDLE", expires)
    account = ImapAccount(at(gmail.port, tokens)._address, tokens, away=(0.0,))
    bell = account.bell(stop)
    rings = [next(bell), next(bell)]
    stop.set()
    account.close()

    assert rings == ["INBOX", "INBOX"]
    assert b"token2" in said(gmail.asked("AUTHENTICATE")[1])


def test_a_bell_whose_consent_was_withdrawn_rings_and_does_not_knock_on(gmail: Scripted) -> None:
    def withdrawn() -> Minted:
        raise CalsyncError("E106", "revoked", account="me")

    account = at(gmail.port, Tokens("me", withdrawn))
    bell = account.bell(threading.Event())

    ring = next(bell)
    bell.close()  # type: ignore[attr-defined]  # a generator
    account.close()

    assert (ring, gmail.connections) == ("INBOX", 0)
