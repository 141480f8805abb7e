"""One sign-in for agenda and mail: both are here after it, by tokens of one permission."""

from __future__ import annotations

import imaplib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.google.person import Googler
from tests.google.sign_in import granted
from tests.mail_journeys.mailer import letter
from tests.servers.dovecot import Dovecot


@pytest.fixture
def whole(newcomer: Googler, dovecot_xoauth2: Dovecot, tmp_path: Path) -> Googler:
    """The same person, whose mail can be reached too."""
    world = replace(newcomer.world, dovecot=dovecot_xoauth2)
    return Googler(tmp_path / "both", email=newcomer.email, world=world)


def delivered(person: Googler, server: Dovecot, message: bytes) -> None:
    """By another client of the same person."""
    token = granted(person.world.oidc, person.email).access.token
    line = imaplib.IMAP4("127.0.0.1", server.imap)
    line.authenticate("XOAUTH2", lambda _: f"user={person.email}\1auth=Bearer {token}\1\1".encode())
    line.append("INBOX", None, None, message)
    line.logout()


def test_one_sign_in_brings_both(whole: Googler, dovecot_xoauth2: Dovecot) -> None:
    delivered(whole, dovecot_xoauth2, letter("Lunch"))

    said = whole.connects()
    whole.chooses()
    done = whole.syncs()

    assert "Google Calendar" in said.err
    assert "127.0.0.1 · Google Calendar" in said.err
    assert whole.titles() == ["Intake talk", "Lunch"]
    inbox = whole.home / "mail" / whole.email / "inbox"
    assert [path.read_bytes() for path in inbox.glob("*/*") if path.is_file()] == [letter("Lunch")]
    assert done["ok"]


def test_one_token_serves_both_halves_of_a_round(whole: Googler) -> None:
    whole.connects()
    whole.chooses()
    before = whole.world.oidc.asked()

    whole.syncs()

    assert whole.world.oidc.asked() - before == 1
