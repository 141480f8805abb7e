"""Where a password could be left behind, and who could read what calsync writes: by the installed command, umask 000."""

from __future__ import annotations

import base64
import os
import signal
import stat
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.meddler import Said, meddling
from tests.journeys.person import CALSYNC, MORTAL, Person

WIDE_OPEN = ("sh", "-c", 'umask 000; exec "$0" "$@"')
"""Runs what follows as somebody whose shell protects nothing."""

BUG = """
import sys
from calsync_cli.providers.caldav.account import CalDavAccount
from calsync_cli.cli.main import run
def broken(self):
    password = self.http._login.password()
    raise RuntimeError(f"{password} in {self!r}")
CalDavAccount.glance = broken
sys.exit(run(sys.argv[1:]))
"""
"""calsync with a mistake in it that holds the password in its message and in its frame."""


@pytest.fixture
def person(radicale, tmp_path: Path) -> Person:
    return Person(tmp_path, radicale.new_user())


def spellings(person: Person) -> list[bytes]:
    """The password as it is and as the wire has it."""
    plain = person.served.password
    pair = f"{person.served.user}:{plain}".encode()
    return [plain.encode(), base64.b64encode(pair), base64.b64encode(plain.encode())]


def files(person: Person) -> list[Path]:
    return [path for path in person.home.rglob("*") if path.is_file()]


def leaks(person: Person, *texts: bytes) -> list[str]:
    found = [str(path) for path in files(person) for secret in spellings(person) if secret in path.read_bytes()]
    return found + [repr(text) for text in texts for secret in spellings(person) if secret in text]


def busy(person: Person) -> Person:
    """Everything that leaves files: rounds, an overwritten event, a deleted one, a conflict, a log."""
    edited, deleted = "edited-by-another-program", uuid.uuid4().hex
    for uid in (edited, deleted):
        person.served.plain().put(f"{uid}.ics", event(uid, "Before"))
    program = (*WIDE_OPEN, *CALSYNC)
    for words in (person.connecting("-vv"), ("choose-primary", person.primary_id, "-vv")):
        assert person.types(*words, program=program).code == 0
    person.edits(edited, "Before", "Mine")
    person.edits_there(edited, "Before", "Theirs")
    person.served.plain().delete(f"{deleted}.ics")
    assert person.types("sync", "-vv", program=program).code == 3
    return person


def test_nothing_that_is_written_can_be_read_by_others(person: Person) -> None:
    busy(person)
    killed = person.types("kill", "books-begin.after", "1", "sync", program=(*WIDE_OPEN, *MORTAL))
    if killed.code != -signal.SIGKILL:  # nothing to do: then the books were never opened for writing
        person.writes("new.ics", event(uuid.uuid4().hex, "New"))
        killed = person.types("kill", "books-begin.after", "1", "sync", program=(*WIDE_OPEN, *MORTAL))
    assert killed.code == -signal.SIGKILL

    open_to_others = {
        str(path.relative_to(person.home)): oct(path.stat().st_mode)
        for path in person.home.rglob("*")
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    }

    names = {path.name for path in person.home.rglob("*")}
    others = {"new.ics", "edited-by-another-program.ics"}
    mine = {name: mode for name, mode in open_to_others.items() if Path(name).name not in others}
    assert {"state.db", "state.db-wal", "lock", "secrets", "calsync.log"} <= names, names
    assert any(path.suffix == ".ics" for path in (person.home / "attic").rglob("*"))
    assert mine == {}


def test_the_password_is_in_no_file_and_no_output(person: Person) -> None:
    busy(person)
    bundle = person.place / "bundle"

    said = [
        person.types(*words)
        for words in (
            ("sync", "--full", "-vv"),
            ("status", "--check", "--json"),
            ("config", "list", "--json"),
            ("account", "export", str(person.place / "export")),
            ("doctor", "-vv", "--bundle", str(bundle)),
            ("log", "--json"),
        )
    ]

    assert bundle.exists()
    beside = [
        path.read_bytes() for path in person.place.iterdir() if path.is_file() and path.name not in {"key", "password"}
    ]
    assert leaks(person, *beside, *(f"{ran.out}{ran.err}".encode() for ran in said)) == []
    person.types("disconnect", "--yes")
    assert leaks(person) == []


def test_a_mistake_of_ours_is_reported_without_it(person: Person) -> None:
    person.starts()

    ran = person.types("-c", BUG, "sync", "-vv", program=(sys.executable,))

    assert ran.code == 1
    assert "E999" in ran.err
    (report,) = (person.home / "log").glob("report-*")
    assert "RuntimeError" in report.read_text()
    assert leaks(person, ran.out.encode(), ran.err.encode()) == []
    assert person.served.user not in report.read_text().split()
    assert str(person.place) not in report.read_text()


def test_a_refused_password_is_not_repeated(person: Person) -> None:
    wrong = "not-the-password-" + uuid.uuid4().hex
    (person.place / "password").write_text(wrong + "\n")

    ran = person.types(*person.connecting("-vv", "--json"))

    assert (ran.code, ran.error) == (4, "E108")
    assert wrong not in ran.out + ran.err
    assert not [path for path in files(person) if wrong.encode() in path.read_bytes()]


def processes(home: Path) -> Iterator[bytes]:
    """Arguments and environment of every process that works below this home."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            environment = (process / "environ").read_bytes()
            if str(home).encode() in environment:
                yield environment + (process / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile


def test_no_process_shows_the_password_in_its_arguments_or_environment(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at from within the server, while calsync waits for its answer; started as a person starts it."""
    monkeypatch.setenv("CALSYNC_TESTS_COLD", "1")
    seen: list[bytes] = []

    def look(said: Said) -> Said:
        seen.extend(processes(person.home))
        return said

    with meddling(person.served.port, look) as watched:
        person.connects(url=watched.url)
        person.chooses()
        person.writes("new.ics", event(uuid.uuid4().hex, "New"))
        person.syncs()
        person.sure("sync", "--all", "--jobs", "2")

    assert len(seen) > 5
    assert not [text for text in seen for secret in spellings(person) if secret in text]


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_password_typed_into_an_address_is_refused_and_neither_kept_nor_shown(person: Person, scheme: str) -> None:
    host = person.served.url.removeprefix("http://").rstrip("/")
    url = f"{scheme}{person.served.user}:{person.served.password}@{host}"

    ran = person.types(*person.connecting("-vv", "--json", url=url))

    assert (ran.code, ran.error) == (2, "E001")
    assert leaks(person, ran.out.encode(), ran.err.encode()) == []


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_key_that_others_can_read_is_not_used(person: Person, mode: int) -> None:
    (person.place / "key").chmod(mode)

    ran = person.types(*person.connecting("--json"))

    assert (ran.code, ran.error) == (5, "E501")
