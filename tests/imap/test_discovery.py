"""From what a person types to a mail server that took the sign-in, and to a word that helps where none did."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import MailServer
from calsync_cli.core.model import CollectionId
from calsync_cli.core.ops import Wrote
from calsync_cli.net.http import Login
from calsync_cli.providers.imap import connect, discovery
from calsync_cli.providers.imap.connect import Address
from calsync_cli.providers.imap.discovery import Found, ImapPlace, discover_imap, parse_imap_url
from tests.imap.scene import Scene, account, create, message, write
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.scripted_imap import CAPABILITIES, Scripted, Talk
from tests.servers.tls import make_certificate

ME = Login("me", lambda: "pw")


def failure(find: Callable[[], object]) -> str:
    with pytest.raises(CalsyncError) as caught:
        find()
    return f"{caught.value.code} {caught.value.variant}".strip()


def at(port: int, *, login: Login = ME, scheme: str = "imap", **more: object) -> Found:
    return discover_imap(f"{scheme}://127.0.0.1:{port}", login, **more)  # type: ignore[arg-type]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine is taken for another one."""
    for module in (discovery, connect):
        monkeypatch.setattr(module, "loopback", lambda _host: False)


@pytest.fixture
def closed() -> int:
    return free_port()


# ── URLs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("imaps://mail.example.org", ImapPlace("mail.example.org", 993, tls=True, starttls=False)),
        ("imaps://mail.example.org:9993/", ImapPlace("mail.example.org", 9993, tls=True, starttls=False)),
        ("imap://mail.example.org", ImapPlace("mail.example.org", 143, tls=False, starttls=True)),
        ("imap://mail.example.org:993", ImapPlace("mail.example.org", 993, tls=False, starttls=True)),
        ("imap://localhost", ImapPlace("localhost", 143, tls=False, starttls=False)),
        ("imap://127.0.0.1:1143", ImapPlace("127.0.0.1", 1143, tls=False, starttls=False)),
        ("imap://[::1]", ImapPlace("::1", 143, tls=False, starttls=False)),
        ("imaps://[2001:db8::1]:994", ImapPlace("2001:db8::1", 994, tls=True, starttls=False)),
        (" IMAPS://Mail.Example.ORG ", ImapPlace("mail.example.org", 993, tls=True, starttls=False)),
        ("imaps://münchen.example", ImapPlace("xn--mnchen-3ya.example", 993, tls=True, starttls=False)),
    ],
)
def test_a_url_says_where_and_how(text: str, place: ImapPlace) -> None:
    assert parse_imap_url(text) == place
    assert parse_imap_url(str(place)) == place


@given(
    st.one_of(st.text(), st.builds("imaps://{}{}".format, st.text(":[]@.-a1é/?#% ", max_size=12), st.text(max_size=3)))
)
def test_no_text_is_more_than_refused(text: str) -> None:
    with suppress(CalsyncError):
        place = parse_imap_url(text)
        assert parse_imap_url(str(place)) == place


def test_what_is_kept_names_the_port() -> None:
    assert str(parse_imap_url("imaps://mail.example.org")) == "imaps://mail.example.org:993"
    assert str(parse_imap_url("imap://[::1]")) == "imap://[::1]:143"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "imaps://",
        "imaps:///INBOX",
        "imaps://mail.example.org/INBOX",
        "imaps://mail.example.org?x",
        "imaps://mail.example.org#x",
        "imaps://me@mail.example.org",
        "imaps://mail.example.org:0",
        "imaps://mail.example.org:65536",
        "imaps://mail.example.org:x",
        "imaps://mail example",
        "imaps://mail.example.org\r\nX",
        "imaps://[::1",
        "imaps://" + "a" * 64 + "ä.example",
        "https://mail.example.org",
        "mail.example.org",
        "pop3://mail.example.org",
    ],
)
def test_what_is_no_such_url_is_refused(text: str) -> None:
    assert failure(lambda: parse_imap_url(text)) == "E001 imap-url"


def test_a_password_in_a_url_is_not_said_back() -> None:
    for text in ("imaps://me:s3cret@mail.example.org", "me:s3cret@mail.example.org"):
        with pytest.raises(CalsyncError) as caught:
            discover_imap(text, ME)

        assert caught.value.code == "E001"
        assert "s3cret" not in str(caught.value.params)


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bare_host_is_tried_by_tls_first(dovecot: Dovecot) -> None:
    found = discover_imap("127.0.0.1", ME, ca_file=dovecot.ca, ports=(dovecot.imaps, dovecot.imap))

    assert found.endpoint == f"imaps://127.0.0.1:{dovecot.imaps}"


def test_where_there_is_no_tls_from_the_first_byte_starttls_is_tried(
    dovecot: Dovecot, closed: int, elsewhere: None
) -> None:
    found = discover_imap("127.0.0.1", ME, ca_file=dovecot.ca, ports=(closed, dovecot.imap))

    assert found.endpoint == f"imap://127.0.0.1:{dovecot.imap}"


@pytest.mark.parametrize("way", ["imaps", "imap"])
def test_a_port_that_was_named_is_tried_both_ways(dovecot: Dovecot, way: str, elsewhere: None) -> None:
    port = dovecot.imaps if way == "imaps" else dovecot.imap

    found = discover_imap(f"127.0.0.1:{port}", ME, ca_file=dovecot.ca, patience=5)

    assert found.endpoint == f"{way}://127.0.0.1:{port}"


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_what_is_found_is_read_again(dovecot: Dovecot, scheme: str) -> None:
    found = at(dovecot.imaps if scheme == "imaps" else dovecot.imap, scheme=scheme, ca_file=dovecot.ca)
    place = parse_imap_url(found.endpoint)

    assert (place.tls, place.port) == (scheme == "imaps", dovecot.imaps if scheme == "imaps" else dovecot.imap)


def test_nobody_there_is_told(closed: int) -> None:
    assert failure(lambda: at(closed)) == "E402 refused"
    assert failure(lambda: discover_imap("127.0.0.1", ME, ports=(closed, closed))) == "E402 refused"


def test_no_such_host_is_told() -> None:
    assert failure(lambda: discover_imap("nowhere.invalid", ME)) == "E402 dns"


def test_who_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert failure(lambda: at(silent.getsockname()[1], patience=0.1)) == "E402 timeout"


@pytest.mark.parametrize(
    "words", [b"HTTP/1.1 400 Bad Request", b"220 mail.example.org ESMTP", b"\0\xff", b"+OK POP3 ready"]
)
def test_another_service_is_no_mail_server(scripted: Scripted, words: bytes) -> None:
    scripted.greeting = words

    assert failure(lambda: at(scripted.port)) == "E404 not-imap"


def test_of_two_ways_in_vain_that_one_is_told_where_somebody_was(scripted: Scripted, closed: int) -> None:
    scripted.greeting = b"220 mail.example.org ESMTP"

    assert failure(lambda: discover_imap("127.0.0.1", ME, ports=(closed, scripted.port))) == "E404 not-imap"


# ── trust ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def misnamed(tmp_path: Path) -> Iterator[tuple[Scripted, Path]]:
    """A server whose certificate is for another name, and that certificate."""
    ca, context = make_certificate(tmp_path, "other.example")
    server = Scripted(tls=context).start()
    yield server, ca
    server.stop()


def test_a_certificate_for_another_name_is_not_trusted(misnamed: tuple[Scripted, Path]) -> None:
    server, ca = misnamed

    found = failure(lambda: discover_imap(f"imaps://localhost:{server.port}", ME, ca_file=ca))

    assert found == "E504 untrusted"
    assert server.heard == []


def test_a_certificate_that_is_not_trusted_ends_the_search(dovecot: Dovecot, scripted: Scripted) -> None:
    """Whoever stands between must not be able to choose the weaker way."""
    found = failure(lambda: discover_imap("127.0.0.1", ME, ports=(dovecot.imaps, scripted.port)))

    assert found == "E504 untrusted"
    assert scripted.connections == 0


def test_who_takes_starttls_away_gets_no_password(scripted: Scripted, closed: int, elsewhere: None) -> None:
    asked: list[int] = []
    login = Login("me", lambda: asked.append(1) or "pw")  # type: ignore[func-returns-value]

    found = failure(lambda: discover_imap("127.0.0.1", login, ports=(closed, scripted.port)))

    assert (found, asked) == ("E504 plain", [])
    assert {line.split()[0] for line in scripted.heard} == {b"CAPABILITY"}


def test_who_knows_us_already_does_not_spare_us_tls(scripted: Scripted, elsewhere: None) -> None:
    """PREAUTH before STARTTLS: whoever stands between could show a mailbox of his own (RFC 9051 section 11.3)."""
    scripted.greeting = b"* PREAUTH welcome"

    assert failure(lambda: at(scripted.port)) == "E504 plain"


def test_no_way_of_asking_leads_another_machine_into_the_clear() -> None:
    for starttls in (None, False, True):
        assert Address("mail.example.org", 143, tls=False, starttls=starttls).upgrades


def test_a_ca_file_that_cannot_be_read_is_told(dovecot: Dovecot, tmp_path: Path) -> None:
    assert failure(lambda: at(dovecot.imaps, scheme="imaps", ca_file=tmp_path / "none")) == "E504 ca-file"


# ── signing in ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b"NO [AUTHENTICATIONFAILED] Authentication failed.", "E108"),
        (b"NO [AUTHORIZATIONFAILED] no", "E108"),
        (b"NO LOGIN failed", "E108"),
        (b"BAD invalid credentials", "E108"),
        (b"NO [UNAVAILABLE] Temporary authentication failure.", "E401"),
        (b"NO [ALERT] Too many login attempts, please try again later.", "E401"),
        (b"NO [LIMIT] Rate limit hit", "E401"),
        (b"NO [PRIVACYREQUIRED] Not in the clear", "E504 plain"),
    ],
)
def test_a_refused_sign_in_is_told_for_what_it_is(scripted: Scripted, answer: bytes, wanted: str) -> None:
    scripted.refuse("AUTHENTICATE", answer)

    assert failure(lambda: at(scripted.port)) == wanted


def test_a_refused_sign_in_is_not_tried_at_the_other_port(scripted: Scripted) -> None:
    """Servers count them, and lock accounts."""
    scripted.refuse("AUTHENTICATE", b"NO no")
    scripted.refuse("AUTHENTICATE", b"NO no")

    assert failure(lambda: discover_imap(f"127.0.0.1:{scripted.port}", ME)) == "E108"
    assert len(scripted.asked("AUTHENTICATE")) == 1


def test_a_server_that_hangs_up_at_a_wrong_password_is_lost(scripted: Scripted) -> None:
    scripted.on("AUTHENTICATE", lambda talk, _tag, _args, _literals: talk.leave())

    assert failure(lambda: at(scripted.port)) == "E402 lost"


def test_where_login_is_switched_off_the_password_goes_by_sasl(scripted: Scripted) -> None:
    scripted.capabilities = "IMAP4rev1 AUTH=PLAIN LOGINDISABLED"
    got: list[bytes] = []

    def plain(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* OK Still here", b"+ ")
        got.append(base64.b64decode(talk.line()))
        talk.say(tag + b" OK [CAPABILITY IMAP4rev1 UIDPLUS] done")

    scripted.on("AUTHENTICATE", plain)

    assert at(scripted.port).server.capabilities == ("IMAP4REV1", "UIDPLUS")
    assert got == [b"\0me\0pw"]


def test_a_server_that_asks_for_more_than_a_password_is_refused(scripted: Scripted) -> None:
    scripted.capabilities = "IMAP4rev1 AUTH=PLAIN LOGINDISABLED"
    got: list[bytes] = []

    def curious(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        for _ in range(2):
            talk.say(b"+ ")
            got.append(talk.line())
        talk.say(tag + b" NO called off")

    scripted.on("AUTHENTICATE", curious)

    assert failure(lambda: at(scripted.port)) == "E108"
    assert got[1:] == [b"*"]


def test_a_server_that_is_still_there_before_it_takes_a_message_gets_the_message(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dovecot says `* OK Still here` while it waits for its disk."""
    scripted.capabilities = CAPABILITIES.replace(" LITERAL+", "")
    say = Talk.say

    def still_here(talk: Talk, *lines: bytes) -> None:
        say(talk, *((b"* OK Still here",) if lines[0][:1] == b"+" else ()), *lines)

    monkeypatch.setattr(Talk, "say", still_here)
    made = account(scripted.port)
    (done,) = write(made.open(CollectionId("INBOX")), create(message("one")))
    made.close()

    assert isinstance(done, Wrote)
    assert [one.content for one in scripted.messages.values()] == [message("one")]


# ── what a server tells ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_server_tells_what_it_is(dovecot: Dovecot) -> None:
    told = at(dovecot.imap).server

    assert (told.name, told.special_use) == ("Dovecot", True)
    assert "Dovecot" in told.greeting
    assert {"QRESYNC", "MOVE", "SPECIAL-USE", "UIDPLUS", "IDLE"} <= set(told.capabilities)
    assert (told.largest, told.used, told.room) == (None, None, None)


def test_an_open_account_tells_the_same(best: Scene) -> None:
    assert best.account.condition() == at(best.dovecot.imap).server


def answering(*lines: bytes) -> Callable[[Talk, bytes, bytes, list[bytes]], None]:
    return lambda talk, tag, _args, _literals: talk.say(*lines, tag + b" OK done")


def test_limits_are_told(scripted: Scripted) -> None:
    scripted.capabilities += " ID QUOTA APPENDLIMIT=35882577"
    scripted.on("ID", answering(b'* ID ("name" "Kerio Connect" "version" "10.0.5" "os" NIL)'))
    scripted.on(
        "GETQUOTAROOT",
        answering(
            b"* QUOTAROOT INBOX mine ours",
            b"* QUOTA mine (MESSAGE 3 100 STORAGE 10 1000)",
            b"* QUOTA ours (STORAGE 400 500)",
        ),
    )

    told = at(scripted.port).server

    assert (told.name, told.version) == ("Kerio Connect", "10.0.5")
    assert (told.largest, told.used, told.room) == (35882577, 400 * 1024, 500 * 1024)


def test_a_limit_may_be_a_folders_own(scripted: Scripted) -> None:
    scripted.capabilities += " APPENDLIMIT"
    scripted.on("STATUS", answering(b"* STATUS INBOX (APPENDLIMIT 1000)"))

    assert at(scripted.port).server.largest == 1000


def test_what_a_server_refuses_to_tell_stays_untold(scripted: Scripted) -> None:
    scripted.capabilities += " ID QUOTA APPENDLIMIT"
    for command in ("ID", "GETQUOTAROOT", "STATUS"):
        scripted.refuse(command, b"NO not for you")

    assert at(scripted.port).server == MailServer(
        greeting="ready",
        capabilities=("IMAP4REV1", "UIDPLUS", "MOVE", "IDLE", "ESEARCH", "LITERAL+", "QUOTA", "ID"),
    )


@pytest.mark.parametrize(
    "words",
    [
        b"* ID NIL",
        b"* ID ()",
        b"* ID",
        b"* ID (",
        b'* ID ("name" "x)',
        b'* ID ("name")',
        b"* QUOTA x",
        b"* QUOTA x (STORAGE)",
    ],
)
def test_odd_introductions_harm_nobody(scripted: Scripted, words: bytes) -> None:
    scripted.capabilities += " ID"
    scripted.on("ID", answering(words))

    told = at(scripted.port).server

    assert (told.name, told.used) == ("", None)


def test_a_list_of_folders_that_cannot_be_read_is_the_servers_fault(scripted: Scripted) -> None:
    scripted.on("LIST", answering(b'* LIST (() "/" Box'))

    assert failure(lambda: at(scripted.port)) == "E404 imap"


def test_no_session_is_left_behind(scripted: Scripted) -> None:
    left = threading.Event()
    scripted.on("LOGOUT", lambda _talk, _tag, _args, _literals: left.set())

    at(scripted.port)

    assert left.wait(10)
