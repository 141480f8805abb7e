"""What is fetched are the octets of the server; what is sent are those of the file with the line ends of the net."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.mail_journeys.scenes import agree, rests, there
from tests.mail_journeys.scripted import Inbox, listed, person_at

HEAD = b"From: ada@example.org\r\nSubject: %s\r\nMessage-ID: <%s@test>\r\n\r\n"


def head(name: str) -> bytes:
    """A header of its own."""
    return HEAD % (name.encode(), name.encode())


ODD: dict[str, bytes] = {
    "bare CR": head("bare-cr") + b"one\rtwo\r\n",
    "bare LF": head("bare-lf") + b"one\ntwo\r\nthree\n",
    "LF alone": head("lf-alone").replace(b"\r\n", b"\n") + b"one\ntwo\n",
    "CR CR LF": head("cr-cr-lf") + b"one\r\r\ntwo\r\n",
    "8-bit header": b"From: J\xf6rg <a@b>\r\nSubject: \xff\xfe \xe2\x82\xac\r\nMessage-ID: <eight@test>\r\n\r\nx\r\n",
    "no final newline": head("no-final") + b"the end",
    "a CR at the end": head("cr-end") + b"the end\r",
    "100 kB in one line": head("long") + b"x" * 100_000 + b"\r\n",
    "mbox From_": b"From me@here Fri Nov 20 09:00:00 2026\r\n" + head("from") + b">From\r\n",
    "no Message-ID": b"From: ada@example.org\r\nSubject: nobody\r\n\r\nx\r\n",
    "no header": b"\r\nbody alone\r\n",
    "no body": b"Subject: header alone\r\n",
    "nonsense": bytes(range(1, 256)) * 3,
    "broken MIME": head("mime") + b'Content-Type: multipart/mixed; boundary="\r\n\r\n--\r\n=?utf-8?q?=ZZ?=\r\n',
    "one byte": b"x",
}
"""No two are the same message."""

NUL = head("nul") + b"a\0b\r\n"
EMPTY = b""


def in_net_form(content: bytes) -> bytes:
    """Every line end is CR LF; nothing else is different."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A server that changes nothing."""
    server = Inbox().start()
    yield server
    server.stop()


def placed(person: Mailer, contents: dict[str, bytes]) -> dict[str, Path]:
    """A mail program wrote these, byte for byte."""
    made = {}
    for at, (name, content) in enumerate(contents.items()):
        made[name] = person.mail / "inbox" / "cur" / f"{1700000000 + at}.M{at}.host:2,S"
        made[name].write_bytes(content)
    return made


def contents(person: Mailer) -> list[bytes]:
    """Of all files, as they are."""
    return sorted(path.read_bytes() for path in person.files())


def test_what_is_fetched_are_the_octets_of_the_server(inbox: Inbox, tmp_path: Path) -> None:
    given = [*ODD.values(), NUL, EMPTY]
    for content in given:
        inbox.put(content)

    person = person_at(tmp_path / "person", inbox)

    assert contents(person) == sorted(given)
    assert inbox.bodies == given
    assert listed(person) == []
    rests_here(person)


def test_what_is_sent_are_the_octets_of_the_file_with_the_line_ends_of_the_net(inbox: Inbox, tmp_path: Path) -> None:
    person = person_at(tmp_path / "person", inbox)
    files = placed(person, {**ODD, "NUL": NUL})

    told = person.syncs()["mail"]

    assert sorted(inbox.bodies) == sorted(map(in_net_form, [*ODD.values(), NUL]))
    assert {name: path.read_bytes() for name, path in files.items()} == {**ODD, "NUL": NUL}
    assert told["out"] == len(files)
    rests_here(person)


def rests_here(person: Mailer) -> None:
    """Two rounds more bring and send nothing."""
    before = [(path, path.stat().st_ino) for path in person.files()]
    for _ in range(2):
        told = person.syncs()["mail"]
        assert not any(told.values()), told
    assert [(path, path.stat().st_ino) for path in person.files()] == before


def test_dovecot_takes_them_all_but_the_empty_one_which_is_listed_and_stays(newcomer: Mailer) -> None:
    person = newcomer.starts()
    files = placed(person, {**ODD, "NUL": NUL, "empty": EMPTY})
    before = {name: path.read_bytes() for name, path in files.items()}

    for _ in range(5):
        person.syncs(codes=(0, 3))

    (row,) = listed(person)
    assert {name: path.read_bytes() for name, path in files.items()} == before
    assert (row["folder"], row["detail"].partition(":")[0]) == ("inbox", "refused")
    stored = sorted(as_dovecot_has_it(one.content) for one in there(person)["inbox"])
    wanted = sorted(map(as_dovecot_has_it, [*ODD.values(), NUL, letter("Lunch"), letter("Talk")]))
    assert stored == wanted


def as_dovecot_has_it(content: bytes) -> bytes:
    """Dovecot has its own way with a CR that ends no line, and 0x80 for a NUL, which IMAP cannot carry."""
    return content.replace(b"\r", b"").replace(b"\0", b"\x80")


def test_of_two_messages_with_one_message_id_each_stays_what_it_is(newcomer: Mailer) -> None:
    person = newcomer.starts()
    person.delivers(letter("First", number="one"), letter("Second", number="one"))
    person.puts(letter("Third", number="two"))
    person.puts(letter("Third", number="two"))

    person.syncs()

    subjects = [one.subject for one in agree(person)["inbox"]]
    assert subjects == ["First", "Lunch", "Second", "Talk", "Third", "Third"]
    rests(person)


MEASURED = """
import re, sys
from calsync_cli.cli.main import run
code = run(sys.argv[1:])
print("peak", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(code)
"""
"""Of this process alone: ru_maxrss begins with what the parent had."""


LARGE = ("Large and here", "Large here")
LARGE_THERE = ("Large and there", "Large there")


def test_messages_of_thirty_megabytes_travel_both_ways_in_flat_memory(newcomer: Mailer) -> None:
    person = newcomer.starts()
    body = ("QUJD" * 19 + "\n") * 400_000
    for subject in LARGE_THERE:
        person.delivers(letter(subject, body=body))
    for subject in LARGE:
        person.puts(letter(subject, body=body))

    ran = person.types("sync", "--json", program=(sys.executable, "-c", MEASURED))

    assert ran.code == 0, ran
    assert (ran.json["mail"]["in"], ran.json["mail"]["out"]) == (2, 2)
    assert int(ran.err.rpartition("peak ")[2]) < 90_000, f"{ran.err} kB"
    assert sorted(person.far()) == sorted([*LARGE, *LARGE_THERE, "Lunch", "Talk"])
    assert sum(path.stat().st_size > len(body) for path in person.files()) == 4
