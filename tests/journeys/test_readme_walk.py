"""README typed from top to bottom by somebody who knows nothing: each of its command lines, as a shell takes it.

The dates in it are understood on every day of the year, so nothing here looks at the clock.
"""

from __future__ import annotations

import imaplib
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import CALSYNC, told
from tests.journeys.test_peers import PROGRAMS
from tests.mail_journeys.mailer import letter
from tests.servers.dovecot import Dovecot
from tests.servers.kerio import Kerio
from tests.servers.line import Line
from tests.servers.served import Served
from tests.servers.tls import make_certificate

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
TYPED = re.compile(r"^ {4}((?:calsync|source|umask|\*/10) .+?)(?: +# .*)?$", re.MULTILINE)
CRON = re.compile(r"^(?:\S+ +){5}")

KERIO = (
    "Passwords",
    "Kerio Connect",
    "What you get",
    "Your mail",
    "Your agenda",
    "Invitations",
    "Day by day",
    "khal",
    "neomutt and notmuch",
    "cron",
    "systemd",
    "After a sync: hooks",
    "A feed for others",
    "Completion and manual",
    "For administrators",
    "Leaving",
)
"""In README's own order, but for the place of the password, which README tells to choose first."""
SILENCE = 20.0
OTHERS = {"Any CalDAV and IMAP server", "Google"}
"""Walked by themselves: below, and in tests/google/test_readme_google.py."""


def chapters() -> dict[str, list[str]]:
    """Heading → the command lines below it."""
    pieces = HEADING.split(README)
    found = {title: TYPED.findall(text) for title, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    return {title: lines for title, lines in found.items() if lines}


@dataclass
class Reader:
    """Somebody with a HOME of their own and calsync in ~/.local/bin, who types at a terminal."""

    home: Path
    swaps: dict[str, str]
    """What a reader puts in place of README's own hosts and names."""
    secret: str
    ids: dict[str, str] = field(default_factory=dict)
    """README's IDs, and the titles of the events that they stand for."""

    def __post_init__(self) -> None:
        self.bin = self.home / ".local" / "bin"
        self.bin.mkdir(parents=True)
        (self.bin / "calsync").symlink_to(CALSYNC[0])
        self.env = {"HOME": str(self.home), "PATH": f"{self.bin}:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb", "TZ": "UTC"}  # fmt: skip

    def put(self, line: str) -> str:
        """The line with this reader's own words in it."""
        for theirs, mine in self.swaps.items():
            line = line.replace(theirs, mine)
        for theirs, title in self.ids.items():
            if theirs in line:
                line = line.replace(theirs, self.id_of(title))
        return line

    def id_of(self, title: str) -> str:
        """As `agenda` shows it."""
        rows = json.loads(self.quietly("calsync agenda month --json --search " + title).stdout)["events"]
        rows = rows or json.loads(self.quietly(f"calsync agenda --json --search {title}").stdout)["events"]
        return next(str(row["short"] if "short" in row else row["id"][:8]) for row in rows)

    def quietly(self, line: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Without a terminal, as cron and scripts do."""
        return subprocess.run(
            ["/bin/sh", "-c", line], env={**self.env, **env}, cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=120,
        )  # fmt: skip

    def types(self, line: str) -> str:
        """At a terminal; what is asked is answered. Ends with 0, or the test does."""
        program, go = ("/bin/bash", "") if line.startswith("source") else ("/bin/sh", "exec ")
        # An interactive shell waits and hands on how it ended; `sh -c` would itself die of the Ctrl-C.
        shell = [program, "-c", (go if line.startswith("calsync") else "") + line]
        code, seen = at_prompts(shell, self.env, self.answers(line))
        assert code == 0, (line, code, seen)
        assert "Traceback" not in seen, seen
        return seen

    def answers(self, line: str) -> list[tuple[str, str]]:
        """Prompt → what is typed there."""
        if " connect " in line:
            return [("Password of", f"{self.secret}\n")]
        if "choose-primary" in line:
            return [("Primary calendar [", "\n")]
        if line.endswith("map-folders"):
            return [(f"{local} →", "\n") for local in ("inbox", "archive", "deleted")]
        if "--watch" in line:
            return [("Stop with Ctrl-C.", "\x03")]
        return [("[y/N]", "y\n")] if "disconnect" in line else []

    def walks(self, title: str) -> list[str]:
        """All lines of a chapter."""
        return [self.types(self.put(line)) for line in chapters()[title]]


def at_prompts(argv: Sequence[str], env: dict[str, str], answers: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """Run it at a terminal of its own; each answer is typed once its prompt stands there."""
    child, ours = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(argv[0], list(argv), env)
    seen, waiting = b"", list(answers)
    with suppress(OSError):  # EIO: whoever held the other end let go
        while part := _read(ours, child):
            seen += part
            if waiting and waiting[0][0].encode() in seen:
                os.write(ours, waiting.pop(0)[1].encode())
    os.close(ours)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode(errors="replace")


def _read(ours: int, child: int) -> bytes:
    """What comes next; whoever says nothing for so long asks what nobody expected, and is ended."""
    if not select.select([ours], [], [], SILENCE)[0]:
        os.killpg(child, signal.SIGKILL)
    return os.read(ours, 65536)


@pytest.fixture
def person(kerio_proxy: Kerio, tmp_path: Path) -> Iterator[tuple[Reader, Served]]:
    """At Kerio Connect, behind the company's own certificate; a meeting of the boss's is in the calendar."""
    served = kerio_proxy.user("kate").new_user()
    shown, context = make_certificate(tmp_path)
    line = Line(kerio_proxy.port, tls=context).start()
    people = (
        f"ORGANIZER:mailto:boss@example.com\nATTENDEE:mailto:boss@example.com\nATTENDEE:mailto:{served.user}@lab.test\n"
    )
    served.plain().put("theirs.eml", event("theirs", "Theirs", extra=people))
    mail = kerio_proxy.cyrus.imap
    with imaplib.IMAP4("127.0.0.1", mail) as post:
        post.login(served.user, served.password)
        for folder in ("Archive", "Sent", "Trash", "Projects", "Projects/Work"):
            post.create(folder)
        post.append("INBOX", "", None, letter("Welcome"))
    yield (
        Reader(
            tmp_path / "home",
            {
                "--server mail.example.org": f"--server localhost:{line.port} --ca-file {shown} --user {served.user} --imap imap://127.0.0.1:{mail}",
                "set Team ": "set 'Team - bob' ",
                "service install": "service install -n",
                "service remove": "service remove -n",
                "admin enable kerio": "admin enable kerio -n",
            },
            served.password,
            {"3f9c": "Interview", "81ab": "Stand-up", "5c0d": "Kick-off"},
        ),
        served,
    )
    line.stop()


def test_from_nothing_to_leaving_with_kerio_connect(person: tuple[Reader, Served]) -> None:
    reader, served = person
    reader.ids["77b2"] = "Theirs"
    (reader.home / "bin").mkdir()
    said: dict[str, list[str]] = {}

    for title in KERIO:
        if title == "cron":
            (line,) = chapters()[title]
            as_cron(reader, line, {0, 3})  # what is held since “--quietly” wants a look, which is told once
            said[title] = [as_cron(reader, line, {0})]
        else:
            said[title] = reader.walks(title)

    assert "Primary calendar:" in said["What you get"][0]
    there = {title for body in served.plain().bodies().values() for title in told(body)}
    assert len(there) >= 4
    assert (reader.home / "agenda.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert said["cron"] == [""]
    assert list((reader.home / ".local" / "share" / "calsync" / "agenda").rglob("*.ics"))  # leaving left them


def as_cron(reader: Reader, line: str, codes: set[int]) -> str:
    """A crontab line: five fields, then what /bin/sh is given, with hardly an environment. What it says is mailed."""
    done = subprocess.run(
        ["/bin/sh", "-c", CRON.sub("", line)],
        env={"HOME": str(reader.home), "LOGNAME": "me", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"},
        cwd=reader.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in codes, done
    return done.stdout + done.stderr


@pytest.fixture
def other(radicale: Served, dovecot: Dovecot, tmp_path: Path) -> Reader:
    """At a CalDAV server whose user names are no addresses."""
    served = radicale.new_user()
    served.plain().put("talk.ics", event("talk", "Intake talk"))
    with dovecot.client(served.user) as post:
        post.append("INBOX", "", None, letter("Welcome"))
    swaps = {
        "https://dav.example.org/": f"{served.url} --user {served.user}",
        "imaps://imap.example.org": f"imap://127.0.0.1:{dovecot.imap}",
    }
    return Reader(tmp_path / "home", swaps, served.password)


def test_from_nothing_with_any_caldav_and_imap_server(other: Reader) -> None:
    other.walks("Passwords")

    other.walks("Any CalDAV and IMAP server")

    assert "Intake talk" in other.quietly("calsync agenda 2026-12-01").stdout
    assert len(list((other.home / ".local" / "share" / "calsync" / "mail").glob("*/inbox/new/*"))) == 1


def test_khal_shows_the_agenda_with_the_page_that_the_readme_names_and_the_directories_that_it_moves(
    other: Reader,
) -> None:
    (block,) = re.findall(r"^    \[agenda\]\n    path.*\n", README, re.MULTILINE)
    (other.home / ".config" / "calsync").mkdir(parents=True)
    (other.home / ".config" / "calsync" / "config.toml").write_text(block.replace("    ", ""))
    other.walks("Passwords")
    other.walks("Any CalDAV and IMAP server")
    (page,) = other.walks("khal")
    config = re.search(r"^    \[calendars\]\r?\n(?:(?:    .*)?\r?\n)*?.*default_calendar.*$", page, re.MULTILINE)
    assert config
    (other.home / ".config" / "khal").mkdir()
    (other.home / ".config" / "khal" / "config").write_text(
        re.sub(r"^    ", "", config[0].replace("\r", ""), flags=re.MULTILINE)
    )

    shown = other.quietly(f"{PROGRAMS / 'khal'} list --format '{{title}}' 12/01/26 12/02/26")
    made = other.quietly(f"{PROGRAMS / 'khal'} new 12/03/26 09:00:00 10:00:00 Made by khal")

    assert "Intake talk" in shown.stdout, shown
    assert made.returncode == 0, made
    assert len(list((other.home / "Calendars" / "me@example.org").glob("*/*.ics"))) == 2


def test_what_a_hook_of_the_readme_runs_is_run(person: tuple[Reader, Served]) -> None:
    reader, served = person
    script = reader.bin / "notify-send"
    script.write_text('#!/bin/sh\necho "$1" > ~/notified\n')
    script.chmod(0o755)
    for title in ("Passwords", "Kerio Connect", "After a sync: hooks"):
        reader.walks(title)
    served.plain().put("new.eml", event("new", "New"))

    reader.types("calsync sync")

    assert (reader.home / "notified").read_text() == "Agenda changed\n"


def test_no_command_line_of_the_readme_is_left_out() -> None:
    shown = {line for line in README.splitlines() if re.match(r" {4}\S*.*\bcalsync\b", line)}
    walked = {title for title in KERIO if title in chapters()} | OTHERS

    assert walked == chapters().keys()
    assert {line for line in shown if not any(typed in line for lines in chapters().values() for typed in lines)} == {
        "    pipx install .            # or, in a virtual environment: pip install ."
    } & shown


@pytest.mark.parametrize("program", ["bash", "sh"])
def test_the_shells_that_the_readme_is_typed_in_are_there(program: str) -> None:
    assert shutil.which(program)
