"""Signing in while the caller has other things to do: one connection, one try, and whoever asks is told."""

from __future__ import annotations

import threading

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.imap.pool import Pool
from tests.imap.scene import account
from tests.servers.scripted_imap import Scripted


def test_whoever_asks_first_has_the_session_that_was_begun(scripted: Scripted) -> None:
    made = account(scripted.port)
    made.begin()

    made.folders()
    made.folders()

    assert scripted.connections == 1
    made.close()


def test_a_password_that_was_refused_is_told_and_not_tried_again(scripted: Scripted) -> None:
    tried: list[bytes] = []
    scripted.on("AUTHENTICATE", lambda talk, tag, _a, _l: (tried.append(tag), talk.say(tag + b" NO no"))[-1])
    made = account(scripted.port)
    made.begin()

    with pytest.raises(CalsyncError) as caught:
        made.folders()

    assert (caught.value.code, len(tried)) == ("E108", 1)
    made.close()


def test_an_account_that_is_closed_while_it_signs_in_keeps_no_session() -> None:
    gate, gone = threading.Event(), threading.Event()

    class Late:
        def logout(self) -> None:
            gone.set()

    def make() -> Late:
        gate.wait(10)
        return Late()

    pool = Pool(make, 2, "h")  # type: ignore[arg-type]  # a session is only kept and logged out here
    pool.begin()
    pool.close()
    gate.set()

    assert gone.wait(10)
