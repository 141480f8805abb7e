"""calsync against mbsync and offlineimap3 on the same Dovecot in the same run: 10,000 messages, then 50,000.

Prints ratios, round trips and memory, and asserts no times. RUNS, MESSAGES and MANY are taken from the environment.
Each row's rivals run in turn. Dovecot keeps its mail in memory, so that the disk is the client's alone.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from tests.benchmarks.mail import fill, mark, messages
from tests.benchmarks.timing import Contender, contest, wipe
from tests.servers.dovecot import Dovecot, start_dovecot
from tests.servers.fixtures import or_skip
from tests.servers.line import Line

RUNS = int(os.environ.get("RUNS", "3"))
MESSAGES = int(os.environ.get("MESSAGES", "10000"))
MANY = int(os.environ.get("MANY", "50000"))
CALSYNC = Path(sys.executable).parent / "calsync"
MEMORY = Path("/dev/shm")
FAR = 0.04
SETTLED = 2.2
"""Seconds after which nobody doubts a directory's time: mbsync sleeps a second where it is younger, calsync looks."""
FOLDERS = ("INBOX", "Archive", "Sent", "Drafts", "Trash", "Junk")
NAMES = ("inbox", "archive", "sent", "drafts", "deleted", "junk")


@dataclass(frozen=True, slots=True)
class Mail:
    """A user's mail on the server."""

    server: Dovecot
    user: str
    count: int
    octets: int
    turn: list[int] = field(default_factory=lambda: [0])

    def flag(self) -> None:
        """One in a hundred, raised and lowered in turn."""
        self.turn[0] += 1
        mark(self.server, self.user, 100, "+" if self.turn[0] % 2 else "-")

    def grow(self) -> None:
        """One in a hundred more."""
        self.turn[0] += 1
        fill(self.server, self.user, messages(self.count // 100, seed=self.turn[0], prefix="new"), seen=False)


def stocked(server: Dovecot, count: int, mean: int) -> Mail:
    """A new user's inbox."""
    user = server.new_user()
    return Mail(server, user, count, fill(server, user, messages(count, mean)))


@dataclass(frozen=True, slots=True)
class Ours:
    """calsync in a home of its own; nothing fetched yet after `begin`."""

    home: Path
    mail: Mail
    port: int
    folders: bool = False

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "CALSYNC_HOME": str(self.home / "calsync"),
            "CALSYNC_SECRETS_BACKEND": "file",
            "CALSYNC_SECRETS_KEY_FILE": str(self.home / "key"),
        }

    def call(self, *words: str) -> str:
        done = subprocess.run([str(CALSYNC), *words], env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def begin(self) -> None:
        """Connected; what that fetches at once is forgotten again."""
        kept = self.home.with_name("connected")
        if not kept.exists():
            self._connect()
            shutil.copytree(self.home, kept)
        wipe(self.home)
        shutil.copytree(kept, self.home, dirs_exist_ok=True)

    def _connect(self) -> None:
        wipe(self.home)
        for name, text in (("key", base64.b64encode(os.urandom(32)).decode()), ("pw", "pw")):
            (self.home / name).write_text(text)
            (self.home / name).chmod(0o600)
        self.call(
            "connect", "caldav", "--email", "me@example.org", "--imap", f"imap://127.0.0.1:{self.port}", "--only", "mail",
            "--user", self.mail.user, "--password-file", str(self.home / "pw"), "-q",
        )  # fmt: skip
        if self.folders:
            maps = [f"{name}={folder}" for name, folder in zip(NAMES, FOLDERS, strict=True)]
            self.call("map-folders", *(word for one in maps for word in ("--map", one)), "-q")
        books = Database(self.home / "calsync" / "state" / "me@example.org" / "state.db")
        Folders(books).begin_again()
        books.close()
        for path in (self.inbox / "cur", self.inbox / "new"):
            wipe(path)

    @property
    def inbox(self) -> Path:
        return self.home / "calsync" / "mail" / "me@example.org" / "inbox"

    def contender(self, prepare: Callable[[], object] = lambda: None) -> Contender:
        return Contender("calsync", [str(CALSYNC), "sync", "-q"], self.env, prepare)


@dataclass(frozen=True, slots=True)
class Mbsync:
    """isync, with its defaults: every file is synced."""

    home: Path
    mail: Mail
    port: int
    folders: bool = False

    def begin(self) -> None:
        wipe(self.home)
        (self.home / "mail").mkdir()
        (self.home / "rc").write_text(
            f"""IMAPAccount a
Host 127.0.0.1
Port {self.port}
User {self.mail.user}
Pass pw
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
Path {self.home}/mail/
Inbox {self.home}/mail/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns {"*" if self.folders else "INBOX"}
Create Near
Expunge Both
SyncState *
"""
        )

    @property
    def inbox(self) -> Path:
        return self.home / "mail" / "INBOX"

    def contender(self, prepare: Callable[[], object] = lambda: None) -> Contender:
        argv = ["/usr/bin/mbsync", "-q", "-c", str(self.home / "rc"), "c"]
        return Contender("mbsync", argv, {"PATH": os.environ["PATH"], "HOME": str(self.home)}, prepare)


@dataclass(frozen=True, slots=True)
class OfflineImap:
    """offlineimap3, with its defaults: nothing is synced."""

    home: Path
    mail: Mail
    port: int

    def begin(self) -> None:
        wipe(self.home)
        (self.home / "rc").write_text(
            f"""[general]
accounts = a
metadata = {self.home}/meta
ui = quiet
[Account a]
localrepository = here
remoterepository = there
[Repository here]
type = Maildir
localfolders = {self.home}/mail
[Repository there]
type = IMAP
remotehost = 127.0.0.1
remoteport = {self.port}
remoteuser = {self.mail.user}
remotepass = pw
ssl = no
starttls = no
auth_mechanisms = LOGIN
folderfilter = lambda name: name == "INBOX"
"""
        )

    @property
    def inbox(self) -> Path:
        return self.home / "mail" / "INBOX"

    def contender(self, prepare: Callable[[], object] = lambda: None) -> Contender:
        argv = ["/usr/bin/offlineimap", "-c", str(self.home / "rc"), "-o"]
        return Contender("offlineimap3", argv, {"PATH": os.environ["PATH"], "HOME": str(self.home)}, prepare)


Program = Ours | Mbsync | OfflineImap


def files(one: Program) -> int:
    """How many messages it has."""
    return sum(len(list((one.inbox / sub).iterdir())) for sub in ("cur", "new"))


def settled(change: Callable[[], object] = lambda: None) -> None:
    """After a change, and after a while."""
    change()
    time.sleep(SETTLED)


def ready(*programs: Program) -> None:
    """Each has everything, and has looked once more."""
    for one in programs:
        one.begin()
        one.contender().run()
    time.sleep(SETTLED)
    for one in programs:
        one.contender().run()


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    for program in ("/usr/bin/mbsync", "/usr/bin/offlineimap"):
        if not Path(program).exists():
            pytest.skip(f"NOT MEASURED: {program} is not installed: apt-get install isync offlineimap3")
    made = or_skip(lambda: start_dovecot(place=str(MEMORY)))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def inbox(server: Dovecot) -> Mail:
    return stocked(server, MESSAGES, 24_800)


@pytest.fixture(scope="module")
def large(server: Dovecot) -> Mail:
    return stocked(server, MANY, 15_700)


@pytest.fixture
def memory() -> Iterator[Path]:
    place = MEMORY / f"calsync-bench-{os.getpid()}"
    wipe(place)
    yield place
    subprocess.run(["rm", "-rf", str(place)], check=True)


@pytest.fixture
def line(server: Dovecot) -> Iterator[Line]:
    made = Line(server.imap).start()
    yield made
    made.stop()


def test_first_pull(inbox: Mail, memory: Path) -> None:
    ours, theirs = Ours(memory / "o", inbox, inbox.server.imap), Mbsync(memory / "m", inbox, inbox.server.imap)

    contest(
        f"first pull of {MESSAGES} messages, {inbox.octets / 1e6:.0f} MB, tmpfs",
        ours.contender(ours.begin),
        [(theirs.contender(theirs.begin), 1.5)],
        runs=RUNS,
    )

    assert files(ours) == files(theirs) == MESSAGES


def test_first_pull_of_many(large: Mail, memory: Path) -> None:
    ours, theirs = Ours(memory / "o", large, large.server.imap), Mbsync(memory / "m", large, large.server.imap)

    contest(
        f"first pull of {MANY} messages, {large.octets / 1e6:.0f} MB, tmpfs",
        ours.contender(ours.begin),
        [(theirs.contender(theirs.begin), 1.5)],
        runs=RUNS,
    )

    assert files(ours) == files(theirs) == MANY


def test_first_pull_against_offlineimap(inbox: Mail, memory: Path) -> None:
    ours, theirs = Ours(memory / "o", inbox, inbox.server.imap), OfflineImap(memory / "f", inbox, inbox.server.imap)

    contest(
        f"first pull of {MESSAGES} messages, tmpfs",
        ours.contender(ours.begin),
        [(theirs.contender(theirs.begin), 0.1)],
        runs=1,
    )

    assert files(ours) == files(theirs) == MESSAGES


def test_first_pull_on_disk(inbox: Mail, tmp_path: Path) -> None:
    ours, theirs = Ours(tmp_path / "o", inbox, inbox.server.imap), Mbsync(tmp_path / "m", inbox, inbox.server.imap)

    contest(
        f"first pull of {MESSAGES} messages on disk, durable on both sides",
        ours.contender(ours.begin),
        [(theirs.contender(theirs.begin), 1.0)],
        runs=RUNS,
    )

    assert files(ours) == files(theirs) == MESSAGES


def test_first_pull_from_far_away(inbox: Mail, memory: Path, line: Line) -> None:
    ours, theirs = Ours(memory / "o", inbox, line.port), Mbsync(memory / "m", inbox, line.port)
    ours.begin()
    line.rtt = FAR

    contest(
        f"first pull of {MESSAGES} messages, tmpfs, 40 ms away",
        ours.contender(ours.begin),
        [(theirs.contender(theirs.begin), 1.0)],
        runs=RUNS,
    )

    assert files(ours) == files(theirs) == MESSAGES


@pytest.mark.parametrize("what", ["nothing to do", "1 % of flags changed there", "1 % new there"])
def test_a_later_round(server: Dovecot, memory: Path, line: Line, what: str) -> None:
    mail = stocked(server, MESSAGES, 24_800)
    change = {"nothing to do": lambda: None, "1 % of flags changed there": mail.flag, "1 % new there": mail.grow}[what]
    ours, mbsync = Ours(memory / "o", mail, line.port), Mbsync(memory / "m", mail, line.port)
    offline = OfflineImap(memory / "f", mail, line.port)
    ready(ours, mbsync, offline)

    contest(
        f"{what}, tmpfs",
        ours.contender(lambda: settled(change)),
        [(mbsync.contender(), 9.9), (offline.contender(), 0.7)],
        runs=RUNS,
    )
    line.rtt = FAR
    contest(
        f"{what}, 40 ms away",
        ours.contender(lambda: settled(change)),
        [(mbsync.contender(), 1.3), (offline.contender(), 0.7)],
        runs=RUNS,
    )
    line.rtt = 0.0
    change()
    print(f"  round trips: {_turns(ours, line)} calsync, {_turns(mbsync, line)} mbsync (wanted 7)")

    assert files(ours) == files(mbsync)


def test_six_folders_with_nothing_to_do(server: Dovecot, memory: Path, line: Line) -> None:
    mail = Mail(server, server.new_user(), 0, 0)
    for folder in FOLDERS:
        fill(server, mail.user, messages(100, 5_000, prefix=folder), folder)
    ours, theirs = (
        Ours(memory / "o", mail, line.port, folders=True),
        Mbsync(memory / "m", mail, line.port, folders=True),
    )
    ready(ours, theirs)
    line.rtt = FAR

    contest("nothing to do in six folders, 40 ms away", ours.contender(settled), [(theirs.contender(), 1.3)], runs=RUNS)

    line.rtt = 0.0
    print(f"  round trips: {_turns(ours, line)} calsync, {_turns(theirs, line)} mbsync (wanted 7)")
    assert files(ours) == 100


def test_adoption(large: Mail, memory: Path) -> None:
    """A Maildir that is full already: nothing is fetched again."""
    ours, theirs = Ours(memory / "o", large, large.server.imap), Mbsync(memory / "m", large, large.server.imap)
    theirs.begin()
    theirs.contender().run()

    def prepare() -> None:
        ours.begin()
        for sub in ("cur", "new"):
            shutil.copytree(theirs.inbox / sub, ours.inbox / sub, dirs_exist_ok=True)

    contest(f"adoption of {MANY} messages, tmpfs", ours.contender(prepare), [], runs=1)

    assert files(ours) == MANY


def _turns(one: Program, line: Line) -> int:
    line.clear()
    one.contender().run()
    return line.turns
