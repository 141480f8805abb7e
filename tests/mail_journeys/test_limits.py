"""--since and --max-size: what is left at the server stays there, costs nothing, and can be let in later."""

from __future__ import annotations

import imaplib
import time

import pytest

from tests.mail_journeys.mailer import Mailer, letter

DAY = 86_400


@pytest.fixture
def aged(newcomer: Mailer) -> Mailer:
    """Beside the two of today: one of a year ago, one of 3 MB."""
    with newcomer.there() as client:
        client.append("INBOX", "", imaplib.Time2Internaldate(time.time() - 365 * DAY), letter("Ancient"))
    newcomer.delivers(letter("Film", body="frame frame frame\n" * 180_000))
    return newcomer


def test_what_is_too_old_or_too_large_stays_at_the_server(aged: Mailer) -> None:
    told = aged.sure(*aged.connecting("--since", "30d", "--max-size", "1M"), "--json").json

    assert (told["inbox"]["messages"], sorted(aged.near())) == (2, ["Lunch", "Talk"])
    assert sorted(aged.far()) == ["Ancient", "Film", "Lunch", "Talk"]
    aged.settled()
    assert sorted(aged.far()) == ["Ancient", "Film", "Lunch", "Talk"]


def test_what_happens_there_to_what_was_left_out_is_nothing_here(aged: Mailer) -> None:
    aged.sure(*aged.connecting("--since", "30d", "--max-size", "1M"))
    aged.store("Ancient", "\\Seen")
    aged.expunges("Film")

    told = aged.syncs()["mail"]

    assert not any(told.values())


def test_a_wider_limit_lets_them_in(aged: Mailer) -> None:
    aged.sure(*aged.connecting("--since", "30d", "--max-size", "1M"))

    aged.sure(*aged.connecting("--since", "800d", "--max-size", "10M"))
    aged.syncs()

    assert sorted(aged.near()) == ["Ancient", "Film", "Lunch", "Talk"]
    aged.settled()


@pytest.mark.parametrize(("flag", "value"), [("--since", "soon"), ("--max-size", "big"), ("--max-size", "0")])
def test_a_limit_that_is_none_is_refused_before_anybody_signs_in(flag: str, value: str, newcomer: Mailer) -> None:
    ran = newcomer.types(*newcomer.connecting(flag, value), "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E001")
    assert not (newcomer.home / "state" / newcomer.email).exists()
