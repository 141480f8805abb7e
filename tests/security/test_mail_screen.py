"""What a mail server and its mail say reaches no terminal as a command: names of folders, subjects, refusals, greetings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.mail_journeys.mailer import Mailer
from tests.mail_journeys.scripted import Inbox
from tests.security.test_screen import EVIL, HARMFUL, SGR
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import Talk

NAMES = ("../out", "/etc/cron.d", "cur", "new/../../out", ".calsync", "INBOX/../..", "~root", "long" * 20_000, EVIL)
"""Folders that the server has."""

LETTER = (
    f"From: x@example.org\r\nSubject: {EVIL}\r\n\tfolded {EVIL}\r\nSubject: =?utf-8?q?=1B]0;owned=07=E2=80=AEx?=\r\n"
    f"Message-ID: <{EVIL.split()[0]}@x>\r\nDate: Fri, 20 Nov 2026 09:00:00 +0000\r\n\r\nHello.\r\n"
).encode()


class Evil(Inbox):
    """Says nothing without an escape sequence in it."""

    def do_list(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b'* LIST () "/" INBOX')
        for name in NAMES:
            talk.raw(b'* LIST () "/" {%d}\r\n%s\r\n' % (len(name.encode()), name.encode()))
        talk.say(tag + b" OK " + EVIL.encode())

    def do_id(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        name = EVIL.encode()
        talk.raw(b'* ID ("name" {%d}\r\n%s "version" "\x1b[2J")\r\n' % (len(name), name))
        talk.say(tag + b" OK done")

    def do_append(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(tag + b" NO [CANNOT] " + EVIL.encode() + b"x" * 1_000_000)


@pytest.fixture(scope="module")
def server() -> Iterator[Evil]:
    evil = Evil(capabilities="IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS MOVE LITERAL+ ESEARCH ID")
    evil.greeting = b"* OK " + EVIL.encode() + b"x" * 1000
    evil.put(LETTER)
    evil.put(LETTER.replace(b"Hello", b"Hullo"))
    evil.start()
    yield evil
    evil.stop()


@pytest.fixture(scope="module")
def person(server: Evil, tmp_path_factory: pytest.TempPathFactory) -> Mailer:
    """Connected; an evil folder linked, an evil message deleted here, another one refused there."""
    someone = Mailer(tmp_path_factory.mktemp("evil"), cast("Dovecot", None), "me", port=server.port)
    someone.sure(*someone.connecting())
    someone.files()[0].unlink()
    someone.puts(LETTER.replace(b"Hello", b"New"))
    someone.types("sync")
    return someone


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("map-folders", "--list"),
    ("map-folders", "--archive", EVIL, "--dry-run"),
    ("map-folders", "--archive", f"{EVIL}!", "--dry-run"),
    ("map-folders", "--map", f"{EVIL}={EVIL}", "--dry-run"),
    ("map-folders", "--map", f"{EVIL}=none"),
    ("sync", "-vv", "--full"),
    ("sync", "--dry-run"),
    ("conflicts",),
    ("conflicts", "show", EVIL),
    ("status",),
    ("log", "-v"),
    ("undo", "--list"),
    ("undo", EVIL),
    ("doctor",),
)


@pytest.mark.parametrize("words", COMMANDS, ids=range(len(COMMANDS)))
@pytest.mark.parametrize("how", ["colour", "json"])
def test_no_screen_shows_what_could_steer_a_terminal(person: Mailer, words: tuple[str, ...], how: str) -> None:
    more = {"colour": ("--color", "always"), "json": ("--json",)}[how]

    ran = person.types(*words, *more)

    assert ran.code in {0, 2, 3, 7}, ran
    for said in (ran.out, ran.err):
        shown = SGR.sub("", said) if how == "colour" else said
        assert HARMFUL.findall(shown) == [], said[:2000]
        assert how == "colour" or "\x1b" not in said


def test_the_evil_was_there_to_be_shown(person: Mailer) -> None:
    """Else the tests above prove nothing."""
    told = person.sure("conflicts", "--json").json["conflicts"]
    offered = person.sure("map-folders", "--list", "--json").json["remote"]

    assert any("owned" in json.dumps(row) for row in told)
    assert EVIL in [row["name"] for row in offered]


def test_a_refusal_of_a_million_characters_fills_no_screen_and_no_books(person: Mailer) -> None:
    ran = person.sure("conflicts")

    assert len(ran.out) < 10_000
    assert person.database.stat().st_size < 1_000_000


def test_the_log_file_holds_lines_and_nothing_else(person: Mailer, tmp_path: Path) -> None:
    log = tmp_path / "log"

    person.types("sync", "--full", "-vv", "--log-file", str(log))

    files = [file for file in (log, *(person.home / "log").rglob("*")) if file.is_file()]
    assert files
    assert not [found for file in files if (found := HARMFUL.findall(file.read_text()))]


def test_folders_names_from_the_server_lead_nowhere_on_this_disk(person: Mailer) -> None:
    """Linked under the very names that they have there, as a script would do."""
    outside = {path for path in person.place.rglob("*") if person.mail not in path.parents}

    person.sure("map-folders", *(word for name in NAMES for word in ("--map", f"{name}={name}")))
    person.types("sync")

    new = {path for path in person.place.rglob("*") if person.mail not in path.parents} - outside
    made = [path for path in person.mail.rglob("*") if path.is_dir() and path.name == "cur"]
    person.sure("map-folders", *(word for name in NAMES for word in ("--map", f"{name}=none")))
    assert {path for path in new if not re.search(r"\.(db-wal|db-shm|log)$", path.name)} == set()
    assert len(made) == 1 + len(NAMES)
    assert not [path for path in person.mail.rglob("*") if HARMFUL.search(str(path))]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("STATUS", "TAG NO [X-{evil}] {evil}"),
        ("SELECT", "TAG BAD {evil}"),
        ("UID FETCH", "* BYE {evil}"),
        ("AUTHENTICATE", "TAG NO [ALERT] {evil}"),
        ("LIST", "* {evil}"),
    ],
)
def test_a_failure_told_with_escape_sequences_is_told_without_them(
    server: Evil, tmp_path: Path, command: str, line: str
) -> None:
    someone = Mailer(tmp_path, cast("Dovecot", None), "me", port=server.port)

    def fails(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(line.format(evil=EVIL * 100).encode().replace(b"TAG", tag))
        talk.leave()

    server.once(command, fails)

    ran = someone.types(*someone.connecting("-vv", "--log-file", str(tmp_path / "log")))

    assert ran.code in {0, 3, 4, 8}, ran
    assert HARMFUL.findall(ran.out + ran.err + (tmp_path / "log").read_text()) == []
    assert len(ran.err) < 5_000
