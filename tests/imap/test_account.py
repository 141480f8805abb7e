"""Signing in, folders, how they stand, and news, on a real Dovecot and on a scripted server."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Role
from calsync_cli.core.model import CollectionId
from calsync_cli.net.http import Login
from calsync_cli.providers.imap import idle, session
from calsync_cli.providers.imap.account import ImapAccount, open_imap
from calsync_cli.providers.imap.connect import Address
from calsync_cli.providers.quirks import EXCHANGE, GENERIC, ICLOUD
from tests.imap.scene import Scene, account, message, scene
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import CAPABILITIES, Scripted, Talk


def failure(made: ImapAccount) -> tuple[str, str]:
    with pytest.raises(CalsyncError) as caught:
        made.folders()
    made.close()
    return caught.value.code, caught.value.variant


def at(port: int, *, tls: bool, ca_file: Path | None = None, password: str = "pw", **more: object) -> ImapAccount:
    login = Login("someone", lambda: password)
    return open_imap("127.0.0.1", port, tls=tls, login=login, ca_file=ca_file, **more)  # type: ignore[arg-type]


# ── signing in ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_tls_from_the_first_byte(dovecot: Dovecot) -> None:
    made = at(dovecot.imaps, tls=True, ca_file=dovecot.ca)

    assert made.folders()
    made.close()


def test_tls_after_the_greeting(dovecot: Dovecot) -> None:
    made = at(dovecot.imap, tls=False, ca_file=dovecot.ca, starttls=True)

    assert made.folders()
    made.close()


@pytest.mark.parametrize("tls", [True, False])
def test_a_certificate_that_is_not_trusted_gets_no_password(dovecot: Dovecot, tls: bool) -> None:
    asked: list[int] = []
    login = Login("someone", lambda: asked.append(1) or "pw")  # type: ignore[func-returns-value]
    made = open_imap("127.0.0.1", dovecot.imaps if tls else dovecot.imap, tls=tls, login=login, starttls=not tls)

    assert (failure(made), asked) == (("E504", "untrusted"), [])


def test_a_server_that_cannot_encrypt_gets_no_password(scripted: Scripted) -> None:
    assert failure(at(scripted.port, tls=False, starttls=True)) == ("E504", "plain")
    assert scripted.asked("AUTHENTICATE") == scripted.asked("LOGIN") == []


def test_another_machine_is_never_spoken_to_in_the_clear() -> None:
    assert Address("mail.example.org", 143, tls=False).upgrades
    assert not Address("127.0.0.1", 143, tls=False).upgrades


def test_what_comes_along_with_the_answer_to_starttls_is_no_part_of_it(scripted: Scripted) -> None:
    """RFC 9051 section 11.3: somebody on the way puts words in before TLS begins."""
    scripted.capabilities += " STARTTLS"
    scripted.on("STARTTLS", lambda talk, tag, _a, _l: talk.say(tag + b" OK go", b"* CAPABILITY IMAP4rev1 AUTH=EVIL"))

    assert failure(at(scripted.port, tls=False, starttls=True)) == ("E504", "handshake")


def test_plain_where_tls_is_expected_is_told_as_such(scripted: Scripted) -> None:
    assert failure(at(scripted.port, tls=True)) == ("E504", "no-tls")


@pytest.mark.parametrize("capabilities", [CAPABILITIES, "IMAP4rev1 AUTH=PLAIN", "IMAP4rev1"])
def test_a_wrong_password_is_told(scripted: Scripted, capabilities: str) -> None:
    scripted.capabilities = capabilities
    for command in ("AUTHENTICATE", "LOGIN"):
        scripted.refuse(command, b"NO [AUTHENTICATIONFAILED] no")

    assert failure(at(scripted.port, tls=False)) == ("E108", "")


def test_a_wrong_password_is_told_by_dovecot(dovecot: Dovecot) -> None:
    assert failure(at(dovecot.imap, tls=False, password="wrong")) == ("E108", "")


@pytest.mark.parametrize("capabilities", [CAPABILITIES, "IMAP4rev1"])
@pytest.mark.parametrize("password", ["with space", 'quo"te\\', "é☕", "{5}", "%*()"])
def test_passwords_may_hold_anything(scripted: Scripted, capabilities: str, password: str) -> None:
    import base64

    scripted.capabilities = capabilities
    got: list[bytes] = []

    def login(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        text = literals[0] if literals else args.partition(b" ")[2].strip(b'"').replace(b'\\"', b'"')
        got.append(text.replace(b"\\\\", b"\\"))
        talk.say(tag + b" OK done")

    def plain(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        got.append(base64.b64decode(args.split()[1]).split(b"\0")[2])
        talk.say(tag + b" OK done")

    scripted.on("LOGIN", login)
    scripted.on("AUTHENTICATE", plain)
    made = at(scripted.port, tls=False, password=password)
    made.folders()
    made.close()

    assert got == [password.encode()]


def test_a_server_without_a_way_to_sign_in_is_told(scripted: Scripted) -> None:
    scripted.capabilities = "IMAP4rev1 LOGINDISABLED"

    assert failure(at(scripted.port, tls=False)) == ("E404", "auth-scheme")


@pytest.mark.parametrize(
    ("greeting", "wanted"),
    [
        (b"SSH-2.0-OpenSSH_9.2", ("E404", "not-imap")),
        (b"* BYE Too many connections", ("E401", "")),
        (b"* BYE not now", ("E402", "lost")),
    ],
)
def test_who_greets_otherwise_is_no_mail_server_or_a_busy_one(
    scripted: Scripted, greeting: bytes, wanted: tuple[str, str]
) -> None:
    scripted.greeting = greeting

    assert failure(at(scripted.port, tls=False)) == wanted


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failure(at(port, tls=False)) == ("E402", "refused")
    unknown = open_imap("nowhere.invalid", 143, tls=True, login=Login("me", lambda: "pw"))
    assert failure(unknown) == ("E402", "dns")


def test_who_is_known_already_is_not_asked_for_a_password(scripted: Scripted) -> None:
    scripted.greeting = b"* PREAUTH welcome"
    made = at(scripted.port, tls=False)

    assert made.folders()
    assert scripted.asked("AUTHENTICATE") == []
    made.close()


def test_no_log_shows_a_password(scripted: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    made = at(scripted.port, tls=False, password="s3cret")
    made.folders()
    made.close()

    assert "AUTHENTICATE" in caplog.text
    assert "s3cret" not in caplog.text
    assert "AHNvbWVvbmUAczNjcmV0" not in caplog.text


def test_an_alert_is_told(scripted: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    scripted.once("LIST", lambda talk, tag, _a, _l: talk.say(b"* OK [ALERT] The disk is full", tag + b" OK done"))
    made = at(scripted.port, tls=False)
    made.folders()
    made.close()

    assert "The disk is full" in caplog.text


@pytest.mark.parametrize(
    ("greeting", "wanted"),
    [
        (b"* OK [CAPABILITY IMAP4] (1) iCloud IMAP Server ready", ICLOUD),
        (b"* OK The Microsoft Exchange IMAP4 service is ready.", EXCHANGE),
        (b"* OK Kerio Connect ready", GENERIC),
    ],
)
def test_odd_servers_are_known_by_their_greeting(scripted: Scripted, greeting: bytes, wanted: object) -> None:
    scripted.greeting = greeting
    scripted.capabilities += " ENABLE CONDSTORE QRESYNC"
    made = at(scripted.port, tls=False)
    made.open(CollectionId("INBOX")).traits  # noqa: B018
    made.close()

    assert made._quirks is wanted
    assert (scripted.asked("ENABLE") == []) is (wanted is ICLOUD)


# ── folders ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_folders_are_listed_with_what_they_are_for(mail: Scene) -> None:
    mail.other.create("Projects/2026")
    mail.other.create('"Entw&APw-rfe & more"'.replace(" & ", " &- "))
    mail.put("one")

    found = {str(folder.id): folder for folder in mail.account.folders()}

    assert {name: folder.role for name, folder in found.items() if folder.role} == {
        "INBOX": Role.INBOX,
        "Archive": Role.ARCHIVE,
        "Trash": Role.DELETED,
        "Sent": Role.SENT,
        "Drafts": Role.DRAFTS,
        "Junk": Role.JUNK,
    }
    assert {"Projects/2026", "Entwürfe & more"} <= set(found)


def test_folders_tell_how_much_there_is(best: Scene) -> None:
    best.put("one")
    best.put("two")

    inbox = next(folder for folder in best.account.folders() if folder.id == "INBOX")

    assert (inbox.messages, inbox.size) == (2, len(message("one") + message("two")))


@pytest.mark.parametrize("name", ["Entwürfe", "日本語", "a & b", 'quo"te', "with space", "😉", "back\\slash", "%*"])
def test_a_folder_with_an_odd_name_is_read_and_written(mail: Scene, name: str) -> None:
    from calsync_cli.core.ops import Wrote
    from calsync_cli.providers.imap.utf7 import encode
    from tests.compliance.asking import look
    from tests.imap.scene import create, write

    quoted = encode(name).replace(b"\\", b"\\\\").replace(b'"', b'\\"').decode()
    assert mail.other.create(f'"{quoted}"')[0] == "OK"

    (done,) = write(mail.open(name), create(message("one")))

    assert isinstance(done, Wrote)
    assert set(look(mail.open(name)).seen) == {done.ref}
    assert name in {folder.id for folder in mail.account.folders()}


def test_a_server_that_advertises_more_than_it_does_is_asked_plainly(scripted: Scripted) -> None:
    """imapflow: servers that advertise RETURN and refuse it; warmbly issue 350: "no folders"."""
    scripted.capabilities += " LIST-EXTENDED SPECIAL-USE LIST-STATUS"
    scripted.refuse("LIST", b"BAD what is RETURN")
    made = at(scripted.port, tls=False)

    assert [folder.id for folder in made.folders()] == ["INBOX"]
    made.close()


# ── at a glance ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_glance_changes_whenever_something_does(mail: Scene) -> None:
    ref = mail.put("one")
    folders = [CollectionId("INBOX"), CollectionId("Archive")]
    before = mail.account.glance(folders)
    mail.flag(ref, "+FLAGS", "\\Seen")
    after = mail.account.glance(folders)

    assert [one.id for one in after] == folders
    assert before[0].rev != after[0].rev
    assert before[1] == after[1]


def test_a_glance_at_the_folder_that_is_open_shows_what_changed_since(best: Scene) -> None:
    """Dovecot tells how it stood when that connection looked last (RFC 9051 section 6.3.11 warns of it)."""
    ref = best.put("one")
    list(best.open().look(None, frozenset()))
    before = best.account.glance([CollectionId("INBOX")])
    best.flag(ref, "+FLAGS", "\\Seen")

    after = best.account.glance([CollectionId("INBOX")])

    assert best.account.pool._idle[-1].selected is not None
    assert before != after


def test_a_glance_without_modseq_is_coarse(best: Scene, dovecot_list: Dovecot) -> None:
    other = scene(dovecot_list)

    glances = [made.glance([CollectionId("INBOX")])[0] for made in (best.account, other.account)]

    other.close()
    assert [one.coarse for one in glances] == [False, True]


def test_a_glance_leaves_out_what_is_gone(mail: Scene) -> None:
    found = mail.account.glance([CollectionId("nowhere"), CollectionId("INBOX")])

    assert [one.id for one in found] == ["INBOX"]


def test_a_glance_at_many_folders_is_one_round_trip(best: Scene) -> None:
    from calsync_cli.providers.imap.stream import Stream

    names = [CollectionId(name) for name in ("INBOX", "Archive", "Trash", "Sent", "Drafts", "Junk")]
    best.account.glance(names)
    sends: list[int] = []
    original = Stream.send

    def counting(self: Stream, *parts: bytes) -> None:
        sends.append(len(parts))
        original(self, *parts)

    Stream.send = counting  # type: ignore[method-assign]
    try:
        best.account.glance(names)
    finally:
        Stream.send = original  # type: ignore[method-assign]

    assert len(sends) == 1


# ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Listener:
    """Rings as they come, in a thread."""

    def __init__(self, made: ImapAccount) -> None:
        self.rings: list[object] = []
        self.stop = threading.Event()
        self._rang = threading.Condition()
        self._thread = threading.Thread(target=self._listen, args=(made,))
        self._thread.start()

    def _listen(self, made: ImapAccount) -> None:
        for ring in made.bell(self.stop):
            with self._rang:
                self.rings.append(ring)
                self._rang.notify_all()

    def await_rings(self, count: int, seconds: float = 10) -> None:
        with self._rang:
            assert self._rang.wait_for(lambda: len(self.rings) >= count, seconds), self.rings

    def await_connections(self, server: Scripted, count: int, seconds: float = 10) -> None:
        """So many were made to it: each rings when it listens."""
        end = time.monotonic() + seconds
        while server.connections < count:
            assert time.monotonic() < end, self.rings
            self.await_rings(len(self.rings) + 1)

    def end(self) -> float:
        started = time.monotonic()
        self.stop.set()
        self._thread.join(10)
        return time.monotonic() - started


def test_news_ring_at_once(mail: Scene) -> None:
    heard = Listener(mail.account)
    heard.await_rings(1)  # what came before nobody saw
    mail.put("one")
    heard.await_rings(2)
    took = heard.end()

    assert set(heard.rings) == {CollectionId("INBOX")}
    assert took < 3


def test_flags_and_deletions_are_news(best: Scene) -> None:
    ref = best.put("one")
    heard = Listener(best.account)
    heard.await_rings(1)
    best.flag(ref, "+FLAGS", "\\Seen")
    heard.await_rings(2)
    count = len(heard.rings)
    best.drop(ref)
    heard.await_rings(count + 1)
    heard.end()


def test_news_that_come_along_with_the_plus_are_heard(scripted: Scripted) -> None:
    """imapclient loses them: they lie in its buffer, and it waits at the socket."""

    def idling(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"+ idling", b"* 7 EXISTS")
        talk.line()
        talk.say(tag + b" OK done")

    scripted.on("IDLE", idling)
    heard = Listener(account(scripted.port))
    heard.await_rings(2)
    heard.end()


def test_a_connection_that_dies_in_idle_is_made_anew(scripted: Scripted) -> None:
    """imapclient spins at full speed there."""
    scripted.once("IDLE", lambda talk, _tag, _args, _literals: talk.leave())
    made = ImapAccount(Address("127.0.0.1", scripted.port, tls=False), Login("me", lambda: "pw"), away=(0.01,))
    scripted.on("IDLE", lambda talk, _tag, _args, _literals: talk.say(b"+ idling"))
    heard = Listener(made)
    heard.await_rings(2)
    made.close()
    heard.end()

    assert scripted.connections == 2


def test_a_machine_that_slept_connects_anew(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connections look alive and are not."""
    clock = [0.0]
    monkeypatch.setattr(idle, "slept", lambda: clock[0])

    def idling(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        if scripted.connections == 1:
            clock[0] += 100
        talk.say(b"+ idling")

    scripted.on("IDLE", idling)
    made = ImapAccount(Address("127.0.0.1", scripted.port, tls=False), Login("me", lambda: "pw"), away=(0.01,))
    heard = Listener(made)
    heard.await_rings(2)
    made.close()
    heard.end()

    assert scripted.connections == 2


def test_without_idle_there_is_the_poll(scripted: Scripted) -> None:
    scripted.capabilities = CAPABILITIES.replace(" IDLE", "")
    made = ImapAccount(Address("127.0.0.1", scripted.port, tls=False), Login("me", lambda: "pw"), every=0.02)
    heard = Listener(made)
    heard.await_rings(4)
    heard.end()

    assert heard.rings[1:4] == [None, None, None]


def test_the_poll_rings_beside_idle(dovecot: Dovecot) -> None:
    made = scene(dovecot)
    made.account._every = 0.05
    heard = Listener(made.account)
    heard.await_rings(3)
    heard.end()
    made.close()

    assert None in heard.rings


def test_a_password_that_is_refused_rings_and_whoever_looks_then_meets_it(scripted: Scripted) -> None:
    """The connections that are kept were signed in with it before it was changed."""
    made = account(scripted.port)
    made.folders()
    scripted.on("AUTHENTICATE", lambda talk, tag, _a, _l: talk.say(tag + b" NO [AUTHENTICATIONFAILED] no"))
    heard = Listener(made)
    heard.await_rings(1)

    assert failure(made) == ("E108", "")
    heard.end()
    assert len(scripted.asked("AUTHENTICATE")) == 3


def test_where_one_connection_more_is_refused_there_is_the_poll(scripted: Scripted) -> None:
    scripted.greeting = b"* BYE Too many connections"
    made = ImapAccount(Address("127.0.0.1", scripted.port, tls=False), Login("me", lambda: "pw"), every=0.02)
    heard = Listener(made)
    heard.await_rings(3)
    heard.end()

    assert heard.rings[:3] == [None, None, None]
    assert scripted.connections <= 2


def test_a_line_that_died_in_silence_is_noticed_when_idle_begins_anew(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that is silent: its TCP answers, and nobody behind it does."""
    monkeypatch.setattr(session, "PROMPT", 0.05)
    monkeypatch.setattr(idle, "_STEP", 0.01)
    hung = threading.Event()

    def silent(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"+ idling")
        while talk.line():
            hung.set()

    scripted.once("IDLE", silent)
    scripted.on("IDLE", lambda talk, _tag, _args, _literals: talk.say(b"+ idling"))
    address = Address("127.0.0.1", scripted.port, tls=False)
    made = ImapAccount(address, Login("me", lambda: "pw"), every=0.1, away=(0.01,))
    heard = Listener(made)
    heard.await_rings(2)
    assert hung.wait(10)
    heard.await_connections(scripted, 2)
    heard.end()
    made.close()


def test_after_a_sleep_a_kept_connection_is_asked_whether_it_lives(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of all waiting stood still meanwhile."""
    made = account(scripted.port)
    made.folders()
    asleep = time.monotonic() + 3600
    monkeypatch.setattr(session, "passed", lambda: asleep + time.monotonic())

    made.folders()
    made.close()

    assert len(scripted.asked("NOOP")) == 1


# ── sharing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_folders_are_read_side_by_side_on_a_few_connections(scripted: Scripted) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for number in range(20):
        scripted.put(message(f"m{number}"))
    made = account(scripted.port)
    boxes = [made.open(CollectionId("INBOX")) for _ in range(12)]

    with ThreadPoolExecutor(12) as pool:
        counts = list(pool.map(lambda box: len(list(box.look(None, frozenset()))[-1].end.inventory), boxes))

    made.close()
    assert counts == [20] * 12
    assert scripted.connections <= GENERIC.sessions


def test_closing_ends_what_is_under_way(scripted: Scripted) -> None:
    begun = threading.Event()
    scripted.on("UID FETCH", lambda _talk, _tag, _args, _literals: begun.set())
    made = account(scripted.port)
    caught: list[str] = []

    def looking() -> None:
        try:
            list(made.open(CollectionId("INBOX")).look(None, frozenset()))
        except CalsyncError as error:
            caught.append(error.code)

    thread = threading.Thread(target=looking)
    thread.start()
    assert begun.wait(5)
    made.close()
    thread.join(5)

    assert caught == ["E402"]


def test_a_kept_connection_that_died_unseen_costs_nobody_anything(scripted: Scripted) -> None:
    made = account(scripted.port)
    made.folders()
    for talk in scripted.talks:
        talk.leave()

    assert [folder.id for folder in made.folders()] == ["INBOX"]
    made.close()
