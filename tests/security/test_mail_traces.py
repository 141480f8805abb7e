"""Where the mail's password could be left behind, or be told to somebody who must not hear it."""

from __future__ import annotations

import base64
import ssl
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.mail_journeys.scripted import Inbox
from tests.security.test_traces import WIDE_OPEN, processes
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import Talk
from tests.servers.tls import make_certificate
from tests.starting import CALSYNC

SECRET = "hunter2-correct-horse-\u00e9"
BROKEN = """
import sys
from calsync_cli.providers.imap import connect
from calsync_cli.cli.main import run
def broken(session, login):
    password = login.password()
    raise RuntimeError(f"{password} of {login!r}")
connect.authenticate = broken
sys.exit(run(sys.argv[1:]))
"""
"""calsync with a mistake in it that holds the password in its message and in its frame."""
ELSEWHERE = """
import socket, sys
real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: real("127.0.0.1" if host == "mail.example.org" else host, *rest, **more)
from calsync_cli.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
"""calsync where mail.example.org is this machine: for calsync it is another one."""


@pytest.fixture
def server() -> Iterator[Inbox]:
    scripted = Inbox()
    scripted.put(letter("Lunch"))
    scripted.start()
    yield scripted
    scripted.stop()


@pytest.fixture
def person(server: Inbox, tmp_path: Path) -> Mailer:
    return someone(tmp_path, server)


def someone(place: Path, server: Inbox) -> Mailer:
    person = Mailer(place / "person", cast("Dovecot", None), "me", port=server.port)
    (person.place / "password").write_text(f"{SECRET}\n")
    return person


def spellings() -> list[bytes]:
    """The password as it is and as the wire has it."""
    plain = SECRET.encode()
    return [plain, ascii(SECRET)[1:-1].encode(), base64.b64encode(b"\0me\0" + plain), base64.b64encode(plain)]


def leaks(person: Mailer, *texts: str) -> list[str]:
    files = [path for path in person.place.rglob("*") if path.is_file() and path.name not in {"key", "password"}]
    assert files
    found = [str(path) for path in files for secret in spellings() if secret in path.read_bytes()]
    return found + [text for text in texts for secret in spellings() if secret in text.encode()]


def signed_in(server: Inbox) -> list[bytes]:
    """What was heard of a password."""
    return server.asked("AUTHENTICATE") + server.asked("LOGIN")


@pytest.mark.parametrize("capabilities", ["SASL-IR AUTH=PLAIN", "AUTH=PLAIN LOGINDISABLED", "LITERAL+", ""])
@pytest.mark.parametrize("line", [b"TAG NO [ALERT] %s", b"* OK [ALERT] %s\r\nTAG NO %s", b"* BYE [ALERT] %s"])
def test_a_server_that_repeats_the_password_finds_no_one_to_pass_it_on(
    server: Inbox, person: Mailer, capabilities: str, line: bytes
) -> None:
    server.capabilities = f"IMAP4rev1 {capabilities}"
    heard: list[bytes] = []

    def repeats(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        if args == b"PLAIN":
            talk.say(b"+ ")
            args = talk.line()
        heard.append(args + b"".join(literals))
        said = b" ".join([args, *literals, SECRET.encode(), base64.b64encode(SECRET.encode())])
        talk.say(line.replace(b"%s", said).replace(b"TAG", tag))
        talk.leave()

    server.on("AUTHENTICATE", repeats)
    server.on("LOGIN", repeats)
    log = person.place / "log"

    ran = person.types(*person.connecting("-vv", "--log-file", str(log)))

    assert ran.code in {4, 8}, ran
    assert any(secret in one for one in heard for secret in spellings())
    assert leaks(person, ran.out, ran.err) == []


def test_the_password_is_in_no_file_no_output_and_no_process(server: Inbox, person: Mailer) -> None:
    """Looked at from within the server, while calsync waits for its answer."""
    seen: list[bytes] = []

    def looks(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        seen.extend(processes(person.home))
        server.do_status(talk, tag, args, literals)

    server.on("STATUS", looks)
    log, bundle = person.place / "log", person.place / "bundle"

    said = [
        person.types(*words, program=(*WIDE_OPEN, *CALSYNC))
        for words in (
            person.connecting("-vv", "--log-file", str(log)),
            ("doctor", "-vv", "--bundle", str(bundle)),
        )
    ]

    assert said[0].code == 0, said
    assert (log.exists(), bundle.exists()) == (True, True)
    assert seen
    assert not [text for text in seen for secret in spellings() if secret in text]
    assert leaks(person, *(ran.out + ran.err for ran in said)) == []
    open_to_others = [str(path) for path in person.home.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    assert open_to_others == []


def test_a_mistake_of_ours_is_reported_without_password_and_without_mail(person: Mailer) -> None:
    person.sure(*person.connecting())

    ran = person.types("-c", BROKEN, "sync", "-vv", program=(sys.executable,))

    assert (ran.code, "E999" in ran.err) == (1, True), ran
    (report,) = (person.home / "log").glob("report-*")
    assert "RuntimeError" in report.read_text()
    assert "Lunch" not in report.read_text()
    assert leaks(person, ran.out, ran.err) == []


@pytest.mark.parametrize("greeting", [b"* OK ready", b"* PREAUTH welcome"])
@pytest.mark.parametrize("where", ["imap://mail.example.org:{port}", "mail.example.org:{port}"])
@pytest.mark.parametrize("starttls", ["missing", "refused"])
def test_where_encryption_is_taken_away_on_the_way_the_password_is_not_sent(
    server: Inbox, person: Mailer, where: str, greeting: bytes, starttls: str
) -> None:
    server.greeting = greeting
    if starttls == "refused":
        server.capabilities += " STARTTLS"
        server.on("STARTTLS", lambda talk, tag, _args, _literals: talk.say(tag + b" NO not today"))
    words = [where.format(port=server.port) if word == person.url else word for word in person.connecting("--json")]

    ran = person.types("-c", ELSEWHERE, *words, program=(sys.executable,))

    assert (ran.code, ran.json["error"]["code"]) == (5, "E504")
    assert server.connections >= 1
    assert signed_in(server) == []


@pytest.mark.parametrize("flaw", ["unknown", "another name", "expired"])
@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_certificate_that_is_not_the_servers_gets_no_password(tmp_path: Path, flaw: str, scheme: str) -> None:
    host = "other.example.org" if flaw == "another name" else "mail.example.org"
    shown, context = make_certificate(tmp_path, host, days=-1 if flaw == "expired" else 30)
    server = TlsInbox(context, scheme)
    person = someone(tmp_path, server)
    ca = () if flaw == "unknown" else ("--ca-file", str(shown))
    url = f"{scheme}://mail.example.org:{server.start().port}"
    words = [url if word == person.url else word for word in person.connecting("--json", *ca)]

    try:
        ran = person.types("-c", ELSEWHERE, *words, program=(sys.executable,))
    finally:
        server.stop()

    assert (ran.code, ran.json["error"]["code"], ran.json["error"]["variant"]) == (5, "E504", "untrusted")
    assert signed_in(server) == []


class TlsInbox(Inbox):
    """Encrypted from the first byte, or after STARTTLS."""

    def __init__(self, context: ssl.SSLContext, scheme: str) -> None:
        super().__init__(tls=context if scheme == "imaps" else None)
        self._context = context
        self.capabilities += " STARTTLS"

    def do_starttls(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(tag + b" OK go")
        talk.upgrade(self._context)


@pytest.mark.parametrize("url", ["imaps://me:{secret}@127.0.0.1", "me:{secret}@127.0.0.1", "imap://:{secret}@[::1]/"])
def test_a_password_typed_into_an_address_is_neither_kept_nor_shown(person: Mailer, url: str) -> None:
    words = [url.format(secret=SECRET) if word == person.url else word for word in person.connecting("-vv", "--json")]
    log = person.place / "log"

    ran = person.types(*words, "--log-file", str(log))

    assert (ran.code, ran.json["error"]["code"]) == (2, "E001")
    assert leaks(person, ran.out, ran.err) == []
