"""The listener that a browser comes back to, among hostile strangers; and the address that is pasted instead."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.oauth import Answer, Loopback, Pages, PastedError, pasted

STATE = "s7Yk-state_of-ours"
PAGES = Pages("Signing <in>", "done & dusted", "refused", "stray")


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with closing(Loopback(STATE, PAGES)) as made:
        yield made


def ask(loopback: Loopback, raw: bytes) -> bytes:
    """All that comes of these bytes."""
    with socket.create_connection(("127.0.0.1", loopback.port), timeout=20) as line:
        line.sendall(raw)
        with line.makefile("rb") as file:
            return file.read()


def get(loopback: Loopback, target: str, *, host: str = "", method: str = "GET") -> bytes:
    there = host or f"127.0.0.1:{loopback.port}"
    return ask(loopback, f"{method} {target} HTTP/1.1\r\nHost: {there}\r\n\r\n".encode())


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_a_code_with_our_state_is_the_answer_and_gets_a_page(loopback: Loopback) -> None:
    page = get(loopback, f"/?state={STATE}&code=4%2F0Ab&scope=email%20openid")

    assert loopback.wait(20) == Answer(code="4/0Ab")
    assert status(page) == 200
    assert b"done &amp; dusted" in page
    assert b"<h1>Signing &lt;in&gt;</h1>" in page


def test_the_page_repeats_nothing_loads_nothing_and_is_kept_nowhere(loopback: Loopback) -> None:
    page = get(loopback, f"/?state={STATE}&code=s3cret-code&x=<script>alert(1)</script>")

    assert b"s3cret" not in page
    assert b"script" not in page
    for line in (
        b"Cache-Control: no-store",
        b"Referrer-Policy: no-referrer",
        b"Connection: close",
        b"default-src 'none'",
    ):
        assert line in page


def test_an_error_with_our_state_is_an_answer_too(loopback: Loopback) -> None:
    page = get(loopback, f"/?error=access_denied&state={STATE}")

    assert loopback.wait(20) == Answer(error="access_denied")
    assert (status(page), b"refused" in page) == (200, True)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/?code=x",
        "/?code=x&state=other",
        f"/?state={STATE}",
        f"/?state={STATE}&code=",
        f"/?state={STATE}&code=x&code=y",
        f"/?state={STATE}&state=other&code=x",
        f"/?state={STATE}&code=x&error=access_denied",
        f"/?state={STATE}&code=x%0d%0a",
        f"/?state={STATE}&code=%ff",
        f"/?state={STATE}&code=x" + "&a=b" * 40,
        f"//evil.example/?state={STATE}&code=x",
        f"http://evil.example/?state={STATE}&code=x",
        f"/favicon.ico?state={STATE}&code=x",
        "//[",
    ],
)
def test_what_is_not_our_answer_is_turned_away_and_the_waiting_goes_on(loopback: Loopback, target: str) -> None:
    page = get(loopback, target)

    assert status(page) in {400, 404}
    assert loopback.wait(0) is None


def test_only_one_answer_counts(loopback: Loopback) -> None:
    get(loopback, f"/?state={STATE}&code=first")
    again = get(loopback, f"/?state={STATE}&code=second")

    assert loopback.wait(20) == Answer(code="first")
    assert status(again) == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]"])
def test_another_name_for_this_machine_gets_nothing(loopback: Loopback, host: str) -> None:
    """DNS rebinding: a page of somebody's own origin asks here."""
    page = get(loopback, f"/?state={STATE}&code=x", host=host)

    assert (status(page), loopback.wait(0)) == (400, None)


def test_localhost_is_a_name_for_it_through_a_forwarded_port(loopback: Loopback) -> None:
    page = get(loopback, f"/?state={STATE}&code=x", host=f"LOCALHOST:{loopback.port}")

    assert status(page) == 200


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "get"])
def test_only_reading_is_answered(loopback: Loopback, method: str) -> None:
    page = get(loopback, f"/?state={STATE}&code=x", method=method)

    assert (status(page), loopback.wait(0)) == (405, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /" + b"x" * 20_000,
        b"GET / HTTP/1.1\r\n" + b"X-Long: y\r\n" * 3_000,
    ],
)
def test_nonsense_is_turned_away(loopback: Loopback, raw: bytes) -> None:
    page = ask(loopback, raw)

    assert status(page) in {400, 431}
    assert loopback.wait(0) is None


def test_slow_silent_and_vanished_strangers_hold_nobody_up(loopback: Loopback) -> None:
    strangers = [socket.create_connection(("127.0.0.1", loopback.port)) for _ in range(80)]
    for slow in strangers[:40]:
        slow.sendall(b"GET / HT")
    strangers[0].close()

    started = time.monotonic()
    page = get(loopback, f"/?state={STATE}&code=x")
    took = time.monotonic() - started
    for one in strangers:
        one.close()

    assert status(page) == 200
    assert took < 9  # a stranger may take ten seconds


def test_an_answer_that_comes_in_bits_is_put_together(loopback: Loopback) -> None:
    whole = f"GET /?state={STATE}&code=x HTTP/1.1\r\nHost: 127.0.0.1:{loopback.port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", loopback.port), timeout=20) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(whole), 7):
            line.sendall(whole[at : at + 7])
        answer = line.makefile("rb").read()

    assert status(answer) == 200


def test_a_port_that_was_chosen_is_the_one_that_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    with closing(Loopback(STATE, PAGES, port=port)) as made:
        assert made.redirect_uri == f"http://127.0.0.1:{port}/"


def test_a_port_that_somebody_has_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CalsyncError) as caught:
        Loopback(STATE, PAGES, port=taken.getsockname()[1])

    assert (caught.value.code, caught.value.variant) == ("E001", "port")


def test_after_the_end_nobody_listens() -> None:
    made = Loopback(STATE, PAGES)
    made.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", made.port))


def test_it_is_reached_from_this_machine_alone(loopback: Loopback) -> None:
    assert loopback._socket.getsockname()[0] == "127.0.0.1"


# ── pasted ───────────────────────────────────────────────────────────────────────────────────────────────────────

RIGHT = f"http://127.0.0.1:8/?state={STATE}&code=4%2F0Ab_-x&scope=email"


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        f"  {RIGHT}\r\n",
        f'"{RIGHT}"',
        f"'{RIGHT}'",
        f"<{RIGHT}>",
        f"{RIGHT}#",
        f"{RIGHT}.",
        f"{RIGHT} (could not connect)",
        RIGHT.replace("&code", "&\n code"),
        RIGHT.partition("?")[2],
        "?" + RIGHT.partition("?")[2],
        f"code=4%2F0Ab_-x&state={STATE}",
        RIGHT.replace("127.0.0.1", "localhost"),
    ],
)
def test_an_address_is_understood_however_it_was_copied(text: str) -> None:
    assert pasted(text, STATE) == Answer(code="4/0Ab_-x")


def test_a_refusal_can_be_pasted_too() -> None:
    assert pasted(f"http://127.0.0.1:8/?error=access_denied&state={STATE}", STATE) == Answer(error="access_denied")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "address"),
        ("   ", "address"),
        ("yes", "address"),
        ("http://127.0.0.1:8/", "address"),
        ("4/0Ab_-x", "address"),
        ("https://accounts.google.com/o/oauth2/auth?response_type=code&state=" + STATE, "address"),
        (RIGHT.replace(STATE, "older"), "state"),
        ("http://127.0.0.1:8/?code=x", "state"),
        ("http://[?code=x", "state"),
        ("\udcff?code=x&state=\udcff", "state"),
    ],
)
def test_what_is_no_answer_of_ours_is_told_apart(text: str, reason: str) -> None:
    with pytest.raises(PastedError) as caught:
        pasted(text, STATE)

    assert caught.value.reason == reason


def test_a_code_shows_in_no_repr() -> None:
    assert "4/0Ab" not in repr(pasted(RIGHT, STATE))


def quick(seconds: float, deed: Callable[[], object]) -> bool:
    started = time.monotonic()
    deed()
    return time.monotonic() - started < seconds


def test_a_huge_paste_is_read_in_no_time() -> None:
    def paste() -> None:
        with pytest.raises(PastedError):
            pasted("a=b&" * 500_000 + "'\"" * 100_000, STATE)

    assert quick(5, paste)
