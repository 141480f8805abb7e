"""The rest of the crash matrix of mail-peers 2.5: refusals, lost answers, lost files, lost books, two processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import starting
from tests.mail_journeys.mailer import Mailer, letter
from tests.mail_journeys.scenes import agree, rests, stocked, there
from tests.mail_journeys.scripted import Inbox, listed, person_at
from tests.mail_journeys.test_crash_matrix import MORTAL, count, dying
from tests.servers.line import Line
from tests.servers.scripted_imap import CAPABILITIES, Deed, Talk

TRIES = 4
"""The first one, and one in each of three rounds more."""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A server that does as it is told."""
    server = Inbox().start()
    yield server
    server.stop()


@pytest.fixture
def counted() -> Iterator[Callable[[int], Line]]:
    """Puts a line that counts octets before a port."""
    lines: list[Line] = []

    def before(port: int) -> Line:
        lines.append(Line(port).start())
        return lines[-1]

    yield before
    for one in lines:
        one.stop()


def refusing(server: Inbox, words: bytes) -> Deed:
    """Takes every message but the bad one."""

    def append(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        if b"Bad" not in literals[-1]:
            server.do_append(talk, tag, args, literals)
        elif words.startswith(b"*"):
            talk.say(words)
            talk.leave()
        else:
            talk.say(tag + words)

    return append


def appends(server: Inbox, subject: bytes) -> Callable[[], int]:
    """How often a message with this subject was sent."""
    seen: list[bytes] = []
    deed = server._deeds[b"APPEND"]

    def counting(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        if b"Subject: " + subject in literals[-1]:
            seen.append(literals[-1])
        deed(talk, tag, args, literals)

    server.on("APPEND", counting)
    return lambda: len(seen)


@pytest.mark.parametrize(
    "words",
    [b" NO [CANNOT] not this one", b" BAD Command Argument Error. 11", b"* BYE Invalid character in literal", b"*"],
    ids=["NO", "BAD", "BYE", "silence"],
)
def test_a_message_that_is_refused_stops_no_other_and_waits_after_a_few_rounds(
    inbox: Inbox, tmp_path: Path, words: bytes
) -> None:
    person = person_at(tmp_path / "person", inbox)
    inbox.on("APPEND", refusing(inbox, words))
    sent = appends(inbox, b"Bad")
    for subject in ("Good", "Bad", "Third", "Fourth", "Fifth"):
        person.puts(letter(subject))

    for _ in range(2):
        person.syncs(codes=(0, 3))
    stored = sorted(inbox.bodies)
    for _ in range(TRIES):
        person.syncs(codes=(0, 3))

    (row,) = listed(person)
    assert stored == sorted(map(letter, ("Good", "Third", "Fourth", "Fifth")))
    assert (row["what"], row["title"], row["folder"], bool(row["detail"])) == ("skipped", "Bad", "inbox", True)
    assert person.file("Bad").read_bytes() == letter("Bad").replace(b"\r\n", b"\n")
    assert sent() <= TRIES + 2  # with others under way in its first rounds, it is sent once more to know the guilty one
    before = sent()
    person.puts(letter("Later"))
    person.syncs()
    assert (sent(), len(inbox.bodies)) == (before, 5)


def test_an_answer_that_is_lost_without_uidplus_makes_no_second_message(inbox: Inbox, tmp_path: Path) -> None:
    inbox.capabilities = CAPABILITIES.replace(" UIDPLUS", "")
    person = person_at(tmp_path / "person", inbox)

    def store_and_leave(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        del tag, args
        inbox.put(literals[-1], b"\\Seen")
        talk.leave()

    inbox.once("APPEND", store_and_leave)
    person.puts(letter("Once"))
    person.puts(letter("Twice"))

    for _ in range(3):
        person.syncs(codes=(0, 3))

    assert sorted(inbox.bodies) == sorted([letter("Once"), letter("Twice")])
    assert (sorted(person.near()), listed(person)) == (["Once", "Twice"], [])


@pytest.mark.parametrize("point", ["wire-append.answered", "books-intent.after", "books-done.before"])
def test_killed_without_uidplus_it_makes_no_second_message(inbox: Inbox, tmp_path: Path, point: str) -> None:
    inbox.capabilities = CAPABILITIES.replace(" UIDPLUS", "")
    person = person_at(tmp_path / "person", inbox)
    person.puts(letter("Once"))

    killed = dying(person, "kill", point, "1", "sync")

    assert killed.code == -signal.SIGKILL
    for _ in range(3):
        person.syncs()
    assert (inbox.bodies, sorted(person.near())) == ([letter("Once")], ["Once"])


def test_a_file_that_a_power_cut_took_lies_in_the_bin_there_and_can_be_brought_back(newcomer: Mailer) -> None:
    """Names are durable before the books have them (tests/local/maildir/test_maildir_order.py): only a lying disk does it."""
    person = stocked(newcomer)
    person.file("Stock 1").unlink()

    run = person.syncs()["run"]
    there_now = {one.subject for one in there(person)["deleted"]}
    person.sure("undo", "--run", str(run))
    person.syncs()
    person.syncs()

    assert there_now == {"Stock 1"}
    assert "Stock 1" in {one.subject for one in agree(person)["inbox"]}
    rests(person)


def test_with_the_books_lost_nothing_is_fetched_sent_deleted_or_doubled(
    newcomer: Mailer, counted: Callable[[int], Line]
) -> None:
    body = "x" * 70 + "\n"
    newcomer.delivers(*(letter(f"Large {number}", body=body * 1000) for number in range(6)))
    person = stocked(newcomer)
    before, files = count(person), {path.name: path.stat().st_ino for path in person.files()}
    for path in person.database.parent.iterdir():
        path.unlink()
    far_away = counted(person.server.imap)
    person.port = far_away.port

    person.sure(*person.connecting())
    person.sure("map-folders", "--auto", "--sent", "Sent", "--drafts", "Drafts")
    told = person.syncs()["mail"]

    assert sum(path.stat().st_size for path in person.files()) > 400_000
    assert far_away.down < 60_000
    assert far_away.up < 20_000
    assert {path.name: path.stat().st_ino for path in person.files()} == files
    assert (count(person), told["in"], told["out"]) == (before, 0, 0)
    agree(person)
    rests(person)


def test_a_second_process_is_told_that_one_is_at_work(newcomer: Mailer) -> None:
    person = stocked(newcomer)
    person.delivers(letter("News"))
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(person.place / "said", os.O_CREAT | os.O_RDWR)
    first = starting.begin([MORTAL, "stop", "books-intent.after", "1", "sync"], person.env, (nothing, said, said))
    _until_stopped(first.process)

    second = person.types("sync", "--json", "--wait", "0")

    os.kill(first.process, signal.SIGCONT)
    assert first.ended() == 0
    assert (second.code, second.error) == (9, "E502")
    assert "News" in {one.subject for one in agree(person)["inbox"]}
    rests(person)


def _until_stopped(process: int) -> None:
    """Its parent alone is told; everybody else reads proc(5)."""
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        os.sched_yield()
