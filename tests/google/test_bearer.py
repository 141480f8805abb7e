"""Requests that are signed by tokens: a token that was refused is renewed once, for reads and for writes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.http import Http, Request
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.google.endpoint import Minted
from calsync_cli.providers.google.tokens import Tokens
from tests.caldav.fake import Asked, Fake, Says, running


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running() as server:
        yield server


class Press:
    """token1, token2 …"""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Minted:
        self.made += 1
        return Minted(f"token{self.made}")


def client(fake: Fake, press: Press) -> Http:
    asked = origin_of(fake.url)
    return Http(lambda origin: origin == asked, Tokens("me@gmail.example", press))


def signed(fake: Fake) -> list[str]:
    return [asked.headers["authorization"] for asked in fake.asked]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_token_that_ran_out_on_the_way_is_renewed_and_the_request_sent_again(fake: Fake, method: str) -> None:
    fake.on(method, "*", Says(401), Says(200, b"{}"))

    answer = client(fake, Press()).send(Request(method, fake.url, body=b"" if method == "GET" else b"{}"))

    assert answer.status == 200
    assert signed(fake) == ["Bearer token1", "Bearer token2"]
    assert len({asked.body for asked in fake.asked}) == 1


def test_a_second_refusal_is_e106(fake: Fake) -> None:
    fake.on("GET", "*", Says(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}))

    with pytest.raises(CalsyncError) as caught:
        client(fake, Press()).send(Request("GET", fake.url))

    assert (caught.value.code, caught.value.variant, caught.value.params["user"]) == (
        "E106",
        "refused",
        "me@gmail.example",
    )
    assert len(fake.asked) == 2


def test_threads_that_are_refused_together_renew_once(fake: Fake) -> None:
    def strict(asked: Asked) -> Says:
        return Says(200 if asked.headers["authorization"] == "Bearer token2" else 401)

    fake.on("GET", "*", strict)
    press = Press()
    http = client(fake, press)

    with ThreadPoolExecutor(6) as pool:
        answers = [one.status for one in pool.map(lambda _: http.send(Request("GET", fake.url)), range(12))]

    assert (set(answers), press.made) == ({200}, 2)


def test_a_token_goes_to_no_other_place(fake: Fake) -> None:
    with running() as other:
        fake.on("GET", "*", Says(302, headers={"Location": other.url}))

        with pytest.raises(CalsyncError) as caught:
            client(fake, Press()).send(Request("GET", fake.url))

        assert (caught.value.code, caught.value.variant, other.asked) == ("E404", "redirect", [])


def test_a_token_shows_in_no_log(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake.on("GET", "*", Says(401), Says(200))
    caplog.set_level(logging.DEBUG)

    client(fake, Press()).send(Request("GET", fake.url))

    assert "GET / 401" in caplog.text
    assert "token" not in caplog.text
