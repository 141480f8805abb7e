"""What goes wrong between here and a server, and what a user gets to see of it."""

from __future__ import annotations

import gzip
import logging
import socket
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.failures import LostError
from calsync_cli.net.http import Http, Limits, Login, Request, Response
from calsync_cli.net.origin import Origin, origin_of
from calsync_cli.net.proxy import proxy_for
from tests.caldav.fake import Asked, Drips, Fake, Raw, Says, running
from tests.servers.tls import make_certificate

SECRET = "s3cret-pass"
IMPATIENT = Limits(connect=2.0, read=0.3, total=0.4, size=100_000)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running() as server:
        yield server


def client(fake: Fake, limits: Limits = IMPATIENT, ca_file: Path | None = None) -> Http:
    asked = origin_of(fake.url)
    return Http(lambda origin: origin == asked, Login("alice", lambda: SECRET), limits=limits, ca_file=ca_file)


def ask(fake: Fake, method: str = "PROPFIND", path: str = "/", limits: Limits = IMPATIENT) -> Response:
    return client(fake, limits).send(Request(method, fake.url + path, body=b"<x/>" if method != "GET" else b""))


def failure(fake: Fake, method: str = "PROPFIND", path: str = "/") -> CalsyncError:
    with pytest.raises(CalsyncError) as raised:
        ask(fake, method, path)
    return raised.value


# ── signing in ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_password_is_e108(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Says(401, headers={"WWW-Authenticate": 'Basic realm="x"'}))

    error = failure(fake)

    assert (error.code, error.params["user"]) == ("E108", "alice")


def test_a_server_that_wants_another_kind_of_password_says_so(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Says(401, headers={"WWW-Authenticate": 'Digest realm="x"'}))

    error = failure(fake)

    assert (error.code, error.variant) == ("E404", "auth-scheme")


def test_a_password_shows_in_no_repr_no_error_and_no_log(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake.on("PROPFIND", "*", Says(401, headers={"Set-Cookie": SECRET}))
    caplog.set_level(logging.DEBUG)

    error = failure(fake)

    told = caplog.text + str(error) + repr(error) + repr(Login("alice", lambda: SECRET))
    sent = fake.asked[0].headers["authorization"].removeprefix("Basic ")
    assert SECRET not in told
    assert sent not in told
    assert "PROPFIND / 401" in caplog.text


def test_the_password_is_asked_for_once(fake: Fake) -> None:
    fake.on("GET", "*", Says(200))
    times: list[int] = []
    http = Http(lambda _: True, Login("alice", lambda: times.append(1) or SECRET))

    for _ in range(3):
        http.send(Request("GET", fake.url))

    assert len(times) == 1


# ── redirects ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_redirect_to_another_host_gets_no_credentials_and_no_request(fake: Fake) -> None:
    with running() as other:
        fake.on("PROPFIND", "/", Says(302, headers={"Location": other.url + "/dav/"}))

        error = failure(fake)

        assert (error.code, error.variant, error.params["to"]) == ("E404", "redirect", other.url)
        assert other.asked == []


def test_a_relative_redirect_keeps_method_and_body(fake: Fake) -> None:
    fake.on("PROPFIND", "/.well-known/caldav", Says(301, headers={"Location": "/caldav/"}))
    fake.on("PROPFIND", "/caldav/", Says(207, b"ok"))

    response = ask(fake, path="/.well-known/caldav")

    assert (response.status, response.url) == (207, fake.url + "/caldav/")
    assert [(asked.method, asked.body) for asked in fake.asked] == [("PROPFIND", b"<x/>")] * 2


def test_a_redirect_to_plain_http_elsewhere_is_refused(fake: Fake) -> None:
    fake.on("PROPFIND", "/", Says(301, headers={"Location": "http://calendar.example/"}))

    error = failure(fake)

    assert (error.code, error.variant) == ("E404", "redirect")
    assert error.params == {"host": "127.0.0.1", "to": "http://calendar.example/"}


def test_a_redirect_in_circles_ends(fake: Fake) -> None:
    fake.on("PROPFIND", "/", Says(301, headers={"Location": "/"}))

    error = failure(fake)

    assert (error.code, error.variant) == ("E404", "redirect-loop")


def test_a_write_follows_no_redirect(fake: Fake) -> None:
    fake.on("PUT", "*", Says(301, headers={"Location": "/elsewhere"}))

    response = ask(fake, "PUT", "/x.ics")

    assert response.status == 301
    assert len(fake.asked) == 1


# ── servers that have too much to do ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_server_is_e401_with_its_waiting_time(fake: Fake, code: int) -> None:
    fake.on("PROPFIND", "*", Says(code, headers={"Retry-After": "17"}))

    error = failure(fake)

    assert (error.code, error.retry_after) == ("E401", 17.0)


def test_a_waiting_time_given_as_a_date_is_measured_by_the_clock_of_the_server(fake: Fake) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC)
    when = format_datetime(now + timedelta(seconds=90), usegmt=True)
    moment = format_datetime(now, usegmt=True)
    head = f"HTTP/1.1 503 Busy\r\nDate: {moment}\r\nRetry-After: {when}\r\nContent-Length: 0\r\n\r\n"
    fake.on("PROPFIND", "*", Raw(head.encode()))

    error = failure(fake)

    assert error.retry_after == 90.0


def test_a_gateway_without_its_server_is_offline_for_a_read_and_a_lost_answer_for_a_write(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Says(502)).on("PUT", "*", Says(504))

    read, write = failure(fake), failure(fake, "PUT")

    assert (read.code, isinstance(read, LostError)) == ("E402", False)
    assert (write.code, isinstance(write, LostError)) == ("E402", True)


# ── lines that break ─────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_listening_is_e402_and_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(CalsyncError) as raised:
            Http(lambda _: True, None).send(Request("PUT", url))

    assert (raised.value.code, raised.value.variant) == ("E402", "refused")
    assert not isinstance(raised.value, LostError)


def test_a_name_that_nobody_knows_is_e402_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)  # no test asks a name server
    with pytest.raises(CalsyncError) as raised:
        Http(lambda _: True, None).send(Request("GET", "https://cal.example/"))

    assert (raised.value.code, raised.value.variant, raised.value.params) == ("E402", "dns", {"host": "cal.example"})


def test_a_write_whose_answer_is_lost_is_told_apart_and_not_sent_again(fake: Fake) -> None:
    fake.on("PUT", "*", Raw())

    error = failure(fake, "PUT")

    assert isinstance(error, LostError)
    assert error.code == "E402"
    assert fake.methods() == ["PUT"]


def test_a_read_whose_answer_is_lost_is_asked_once_more(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Raw(), Says(207, b"second"))

    response = ask(fake)

    assert response.body == b"second"


def test_a_read_that_is_lost_twice_is_e402(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Raw())

    error = failure(fake)

    assert (error.code, len(fake.asked)) == ("E402", 2)


def test_an_answer_cut_in_the_middle_is_no_answer(fake: Fake) -> None:
    fake.on("PUT", "*", Raw(b"HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\nhalf"))

    error = failure(fake, "PUT")

    assert isinstance(error, LostError)


def test_a_server_that_never_answers_is_given_up(fake: Fake) -> None:
    fake.on("PUT", "*", Raw(pause=2))

    error = failure(fake, "PUT")

    assert (error.code, error.variant, isinstance(error, LostError)) == ("E402", "timeout", True)


def test_a_server_that_speaks_no_http_is_e404(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Raw(b"220 mail.example ESMTP\r\n\r\n"))

    error = failure(fake)

    assert (error.code, error.variant) == ("E404", "protocol")


# ── answers that are too much ────────────────────────────────────────────────────────────────────────────────────


def test_an_endless_answer_is_given_up(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Drips(b"x" * 10_000))

    error = failure(fake)

    assert (error.code, error.variant) == ("E404", "too-large")


def test_an_answer_that_drips_for_ever_is_given_up(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Drips(b"x", pause=0.05))

    error = failure(fake)

    assert (error.code, error.variant) == ("E402", "timeout")


def test_a_gzip_bomb_does_not_go_off(fake: Fake) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)
    fake.on("PROPFIND", "*", Says(207, bomb, {"Content-Encoding": "gzip"}))

    error = failure(fake)

    assert len(bomb) < IMPATIENT.size
    assert (error.code, error.variant) == ("E404", "too-large")


def _raw_deflate(content: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(content) + squeeze.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"hello " * 99, mtime=0)),
        ("deflate", zlib.compress(b"hello " * 99)),
        ("deflate", _raw_deflate(b"hello " * 99)),
        ("", b"hello " * 99),
    ],
)
def test_compressed_answers_are_read(fake: Fake, encoding: str, body: bytes) -> None:
    fake.on("PROPFIND", "*", Says(207, body, {"Content-Encoding": encoding} if encoding else {}))

    assert ask(fake).body == b"hello " * 99


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(b"hello " * 99, mtime=0)[:-12]), ("gzip", b"\x1f\x8b no gzip"), ("br", b"what")],
)
def test_an_answer_that_cannot_be_unpacked_is_e404(fake: Fake, encoding: str, body: bytes) -> None:
    fake.on("PROPFIND", "*", Says(207, body, {"Content-Encoding": encoding}))

    error = failure(fake)

    assert (error.code, error.variant) == ("E404", "encoding")


# ── where credentials may go ─────────────────────────────────────────────────────────────────────────────────────


def test_plain_http_to_another_machine_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(CalsyncError) as raised:
        Http(lambda _: True, Login("alice", lambda: SECRET)).send(Request("GET", "http://calendar.example/"))

    assert (raised.value.code, raised.value.variant) == ("E504", "plain")


@pytest.mark.parametrize("url", ["ftp://x.example/", "https:///x", "https://[::1", "nonsense", "https://x:99999999/"])
def test_what_is_no_url_is_wrong_usage(url: str) -> None:
    with pytest.raises(CalsyncError) as raised:
        origin_of(url)

    assert (raised.value.code, raised.value.variant) == ("E001", "url")


def test_a_password_typed_into_a_url_is_not_repeated() -> None:
    with pytest.raises(CalsyncError) as raised:
        origin_of(f"gopher://alice:{SECRET}@x.example/")

    assert SECRET not in str(raised.value)


def test_an_authority_that_nobody_vouches_for_is_e504(tmp_path: Path) -> None:
    _, server = make_certificate(tmp_path)
    with running(server) as fake:
        fake.on("GET", "*", Says(200))
        error = failure(fake, "GET")

    assert (error.code, error.variant) == ("E504", "untrusted")
    assert fake.asked == []


def test_a_certificate_that_the_user_names_is_trusted(tmp_path: Path) -> None:
    authority, server = make_certificate(tmp_path)
    with running(server) as fake:
        fake.on("GET", "*", Says(200, b"hello"))
        response = client(fake, ca_file=authority).send(Request("GET", fake.url))

    assert response.body == b"hello"


def test_a_certificate_for_another_name_is_e504_even_when_trusted(tmp_path: Path) -> None:
    authority, server = make_certificate(tmp_path, "cal.example")
    with running(server) as fake:
        fake.on("GET", "*", Says(200))
        http = Http(lambda _: True, None, ca_file=authority, limits=IMPATIENT)
        with pytest.raises(CalsyncError) as raised:
            http.send(Request("GET", fake.url.replace("127.0.0.1", "localhost")))

    assert (raised.value.code, raised.value.variant) == ("E504", "untrusted")
    assert fake.asked == []


def test_a_file_of_authorities_that_is_not_there_is_e504(tmp_path: Path) -> None:
    http = Http(lambda _: True, None, ca_file=tmp_path / "none.pem")

    with pytest.raises(CalsyncError) as raised:
        http.send(Request("GET", "https://127.0.0.1:1/"))

    assert (raised.value.code, raised.value.variant) == ("E504", "ca-file")


ORIGIN = Origin("https", "cal.example.org", 443)


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"https_proxy": "http://p:3128"}, "http://p:3128"),
        ({"all_proxy": "http://p:3128"}, "http://p:3128"),
        ({"HTTP_PROXY": "http://p:3128"}, None),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "x.net, .example.org"}, None),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "ample.org"}, "http://p:3128"),
        ({"HTTPS_PROXY": "socks5://p:3128"}, None),
    ],
)
def test_a_proxy_is_taken_from_the_environment(environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(ORIGIN, environ) == proxy


def test_loopback_goes_through_no_proxy() -> None:
    assert proxy_for(Origin("https", "127.0.0.1", 443), {"HTTPS_PROXY": "http://p:3128"}) is None


def test_requests_are_counted(fake: Fake) -> None:
    fake.on("GET", "*", Says(200))
    http = client(fake)

    for _ in range(3):
        http.send(Request("GET", fake.url))

    assert http.requests == len(fake.asked) == 3


def test_odd_characters_of_a_path_go_escaped_and_escapes_of_the_server_stay(fake: Fake) -> None:
    def echo(asked: Asked) -> Says:
        return Says(200, asked.path)

    fake.on("GET", "*", echo)

    response = ask(fake, "GET", "/a b/é%40x%2Fy.ics")

    assert response.body == b"/a%20b/%C3%A9%40x%2Fy.ics"
