"""calsync against vdirsyncer on the same Cyrus in the same run: 10,000 events, client stores on tmpfs, then on disk.

Prints ratios and asserts no times. COUNT and RUNS are taken from the environment where they are set.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.agenda import bodies, event
from tests.benchmarks.timing import Contender, duel, wipe
from tests.servers.cyrus import launch_cyrus
from tests.servers.fixtures import or_skip
from tests.servers.line import Line
from tests.servers.served import Served

COUNT = int(os.environ.get("COUNT", "10000"))
RUNS = int(os.environ.get("RUNS", "5"))
BIN = Path(sys.executable).parent
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Ours:
    """calsync in a home of its own."""

    home: Path
    url: str
    user: Served

    @property
    def env(self) -> dict[str, str]:
        key = self.home / "key"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "CALSYNC_HOME": str(self.home / "calsync"),
            "CALSYNC_SECRETS_BACKEND": "file",
            "CALSYNC_SECRETS_KEY_FILE": str(key),
        }

    def call(self, *words: str) -> str:
        done = subprocess.run([str(BIN / "calsync"), *words], env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def begin(self) -> None:
        """Connected and activated; nothing fetched yet."""
        wipe(self.home)
        for name, text in (("key", base64.b64encode(os.urandom(32)).decode()), ("pw", self.user.password)):
            (self.home / name).write_text(text)
            (self.home / name).chmod(0o600)
        self.call(
            "connect", "caldav", "--email", "me@example.org", "--caldav", self.url, "--user", self.user.user,
            "--password-file", str(self.home / "pw"), "--only", "calendar", "-q",
        )  # fmt: skip
        listed = json.loads(self.call("choose-primary", "--list", "--json"))
        path = self.user.calendar_url.split("/", 3)[3]
        chosen = next(row["id"] for row in listed["calendars"] if row["id"].strip("/") == path.strip("/"))
        self.call("choose-primary", chosen, "--no-sync", "-q")

    @property
    def files(self) -> list[Path]:
        root = self.home / "calsync" / "agenda" / "me@example.org"
        return sorted(
            max(root.iterdir(), key=lambda one: len(list(one.iterdir())) if one.is_dir() else 0).glob("*.ics")
        )

    def contender(self, prepare=lambda: None) -> Contender:
        return Contender("calsync", [str(BIN / "calsync"), "sync", "-q"], self.env, prepare)


@dataclass(frozen=True, slots=True)
class Theirs:
    """vdirsyncer in a home of its own."""

    home: Path
    url: str
    user: Served

    def begin(self) -> None:
        wipe(self.home)
        (self.home / "cal" / "c").mkdir(parents=True)
        name = self.user.calendar_url.rstrip("/").rpartition("/")[2]
        (self.home / "config").write_text(
            f"""[general]
status_path = "{self.home}/status/"
[pair cal]
a = "here"
b = "there"
collections = [["c", "c", "{name}"]]
[storage here]
type = "filesystem"
path = "{self.home}/cal/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{self.url}"
username = "{self.user.user}"
password = "{self.user.password}"
"""
        )
        subprocess.run([*self.argv, "discover"], input=b"y\n" * 20, capture_output=True, check=True)

    @property
    def argv(self) -> list[str]:
        return [str(BIN / "vdirsyncer"), "-v", "ERROR", "-c", str(self.home / "config")]

    @property
    def files(self) -> list[Path]:
        return sorted((self.home / "cal" / "c").glob("*.ics"))

    def contender(self, prepare=lambda: None) -> Contender:
        return Contender(
            "vdirsyncer", [*self.argv, "sync"], {"PATH": os.environ["PATH"], "HOME": str(self.home)}, prepare
        )


@pytest.fixture(scope="module")
def filled() -> Iterator[Served]:
    server = or_skip(launch_cyrus)
    user = server.user("carol", telemetry=False)
    _put(user, dict(bodies(COUNT)))
    yield user
    server.stop()


def _put(user: Served, items: dict[str, bytes]) -> None:
    """Plain HTTP on one connection."""
    host, _, path = user.calendar_url.removeprefix("http://").partition("/")
    line = http.client.HTTPConnection(host)
    token = base64.b64encode(f"{user.user}:{user.password}".encode()).decode()
    for name, body in items.items():
        line.request(
            "PUT", f"/{path}{name}", body, {"Authorization": f"Basic {token}", "Content-Type": "text/calendar"}
        )
        answer = line.getresponse()
        answer.read()
        assert answer.status in (201, 204), answer.status
    line.close()


def _change_there(user: Served, turn: list[int]) -> None:
    """One in a hundred; other titles each time."""
    turn[0] += 1
    rng = random.Random(turn[0])
    _put(user, {f"{n:06d}.ics": event(n, rng, title=f"Changed{turn[0]}") for n in range(0, COUNT, 100)})


def _change_here(files: list[Path], turn: list[int]) -> None:
    """What an editor does: another file under the same name."""
    turn[0] += 1
    for path in files[::100]:
        body = path.read_bytes()
        head, _, tail = body.partition(b"SUMMARY:")
        temp = path.with_suffix(".edit")
        temp.write_bytes(head + b"SUMMARY:Edited " + str(turn[0]).encode() + b" " + tail)
        temp.rename(path)


def _both(filled: Served, place: Path, url: str = "") -> tuple[Ours, Theirs]:
    return (
        Ours(place / "ours", url or filled.url, filled),
        Theirs(place / "theirs", (url or filled.url) + f"dav/calendars/user/{filled.user}/", filled),
    )


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    if not MEMORY.is_dir():
        pytest.skip("no tmpfs at /dev/shm")
    place = MEMORY / f"calsync-bench-{os.getpid()}"
    wipe(place)
    yield place
    subprocess.run(["rm", "-rf", str(place)], check=True)


def test_first_sync(filled, memory):
    ours, theirs = _both(filled, memory)

    duel(
        f"first sync of {COUNT} events, tmpfs",
        ours.contender(ours.begin),
        theirs.contender(theirs.begin),
        runs=RUNS,
        wanted=0.6,
    )

    assert len(ours.files) == len(theirs.files) == COUNT


def test_nothing_to_do(filled, memory):
    ours, theirs = _both(filled, memory)
    for one in (ours, theirs):
        one.begin()
        one.contender().run()
    ours.contender().run()

    duel("nothing to do", ours.contender(), theirs.contender(), runs=RUNS * 2, wanted=0.4)

    report = json.loads(ours.call("sync", "--json"))
    print(f"  requests with nothing to do: {report['requests']}")
    assert report["requests"] <= 3


def test_one_percent_changed_there(filled, memory):
    ours, theirs = _both(filled, memory)
    for one in (ours, theirs):
        one.begin()
        one.contender().run()
    turn = [0]

    duel(
        "1 % changed there",
        ours.contender(lambda: _change_there(filled, turn)),
        theirs.contender(),
        runs=RUNS,
        wanted=0.4,
    )

    assert [path.read_bytes().split(b"SUMMARY:")[1][:7] for path in ours.files[:1]] == [b"Changed"]


@pytest.mark.parametrize(("rtt", "wanted"), [(0.0, 0.6), (0.04, 0.3)], ids=["near", "40ms"])
def test_one_percent_changed_here(filled, memory, rtt, wanted):
    line = Line(filled.port).start()
    ours, theirs = _both(filled, memory, line.url)
    for one in (ours, theirs):
        one.begin()
        one.contender().run()
    line.rtt = rtt
    turn = [0]

    def change(one) -> None:
        _change_here(one.files, turn)

    # Each one's edits change the other's server side too: both are brought up to date before their own turn counts.
    def ready(one, other) -> None:
        line.rtt = 0.0
        one.contender().run()
        change(one)
        line.rtt = rtt

    duel(
        f"1 % changed here, {rtt * 1000:.0f} ms away",
        ours.contender(lambda: ready(ours, theirs)),
        theirs.contender(lambda: ready(theirs, ours)),
        runs=RUNS,
        wanted=wanted,
    )
    line.stop()

    assert b"Edited" in ours.files[0].read_bytes()


def test_first_sync_on_disk(filled, tmp_path):
    ours, theirs = _both(filled, tmp_path)

    duel(
        "first sync on disk, durable on our side only",
        ours.contender(ours.begin),
        theirs.contender(theirs.begin),
        runs=RUNS,
        wanted=1.0,
    )

    assert len(ours.files) == COUNT


def test_version(tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    ours = Contender("calsync", [str(BIN / "calsync"), "--version"], env)
    theirs = Contender("typer+rich", [sys.executable, "-c", "import typer, rich"], env)

    duel("calsync --version against a Python that imports typer and rich", ours, theirs, runs=RUNS * 4, wanted=1.3)

    assert ours.costs
