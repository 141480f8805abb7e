"""`calsync demo`: told to the end, judged by the server, and nothing left behind, however it ends."""

from __future__ import annotations

import imaplib
import itertools
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from calsync_cli.app import demo as use_case
from calsync_cli.app.reports.demo import Chapter, Printed, Scene, Typed
from calsync_cli.core.errors import CalsyncError
from calsync_cli.demo import server as serving
from calsync_cli.demo.events import calendars
from calsync_cli.demo.mailwitness import MailWitness
from calsync_cli.demo.witness import facts
from tests.journeys.person import CALSYNC, Ran
from tests.journeys.watching import until

TALE = (
    "connect", "choose-primary", "map-folders", "status", "sync", "conflicts", "conflicts show", "undo",
    "sync --watch", "calendars",
    "disconnect",
)  # fmt: skip


@pytest.fixture
def env(tmp_path: Path) -> Mapping[str, str]:
    """A temporary directory of its own, so that what is left behind is seen."""
    place = tmp_path / "tmp"
    place.mkdir()
    mark = f"CALSYNC_TEST_{os.urandom(6).hex().upper()}"
    return {**os.environ, "TMPDIR": str(place), "HOME": str(tmp_path), "TEST_MARK": mark}


def left(env: Mapping[str, str]) -> list[str]:
    """Files in its temporary directory, and processes that descend from it (they inherit its environment)."""
    files = [str(path) for path in Path(env["TMPDIR"]).iterdir()]
    return files + [str(number) for number in alive(env)]


def alive(env: Mapping[str, str]) -> list[int]:
    wanted = f"TEST_MARK={env['TEST_MARK']}".encode()
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if wanted in _environ(path)]


def _environ(path: Path) -> list[bytes]:
    """Empty where the process is gone or not ours, or a zombie that somebody still has to wait for."""
    try:
        return path.read_bytes().split(b"\0")
    except OSError:
        return []


def demo(env: Mapping[str, str], *flags: str) -> Ran:
    done = subprocess.run(
        [*CALSYNC, "demo", *flags], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=240, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, list[str]]:
    """Told once, looked at by several tests."""
    tmp = tmp_path_factory.mktemp("demo")
    env = env_below(tmp)
    return demo(env), left(env)


def env_below(place: Path) -> Mapping[str, str]:
    (place / "tmp").mkdir()
    return {**os.environ, "TMPDIR": str(place / "tmp"), "HOME": str(place), "TEST_MARK": os.urandom(6).hex()}


def test_it_goes_well_and_leaves_nothing_behind(told):
    ran, remains = told

    assert ran.code == 0, ran
    assert "Traceback" not in ran.out + ran.err
    assert remains == []


def test_every_chapter_and_every_command_is_there(told):
    ran, _ = told

    chapters = [int(found[1]) for line in ran.out.splitlines() if (found := re.match(r"(\d+)\. ", line))]
    typed = [line.removeprefix("$ calsync ") for line in ran.out.splitlines() if line.startswith("$ calsync ")]
    assert chapters == list(range(1, 15))
    assert [verb for verb in TALE if not any(one.startswith(verb) for one in typed)] == []


def test_it_shows_what_the_commands_print(told):
    ran, _ = told

    for said in ("Signed in as anna", "Writing to disk", "merged", "conflict", "brought back", "put back"):
        assert said in ran.out
    for said in ("Inbox fetched: 16", "6 folders linked", "mail 1 in", "moved", "Stopped cleanly", "1 deleted there"):
        assert said in ran.out


def test_the_password_is_not_shown_and_no_colour_where_nobody_looks(told):
    ran, _ = told

    assert "\x1b" not in ran.out + ran.err
    assert not re.search(r"--password(?!-file)", ran.out)


@contextmanager
def running(env: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A demonstration that goes on beside the test, and what it has shown until now."""
    out = Path(env["HOME"]) / "out"
    with out.open("wb") as shown:
        process = subprocess.Popen([*CALSYNC, "demo"], env=env, stdin=subprocess.DEVNULL, stdout=shown, stderr=shown)
    try:
        yield process, out
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("moment", "number", "code"),
    [
        ("with three calendars", signal.SIGTERM, 143),
        ("$ calsync map-folders", signal.SIGTERM, 143),
        ("$ calsync sync --watch", signal.SIGINT, 130),
    ],
)
def test_ended_in_the_middle_it_leaves_nothing_behind(env, moment, number, code):
    with running(env) as (process, out):
        until(lambda: moment in out.read_text() or process.poll() is not None, seconds=120)

        process.send_signal(number)

        assert process.wait(20) == code
        assert "Traceback" not in out.read_text()
    assert left(env) == []


def test_somebody_impatient_leaves_nothing_behind_either(env):
    with running(env) as (process, out):
        until(lambda: "$ calsync connect" in out.read_text() or process.poll() is not None, seconds=120)

        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.02)  # a finger on the keys

    assert left(env) == []


def test_kept_it_goes_on_until_stopped_as_it_says_in_dutch_too(env):
    ran = demo(env, "--keep", "--lang", "nl")
    url, mail, home, stop = re.findall(r"de servers op (\S+) en (\S+), de bestanden in (\S+) .*gaat zo: (.*)", ran.out)[
        0
    ]
    try:
        assert "Aangemeld als anna" in ran.out
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{url}anna/agenda/", timeout=10)
        with imaplib.IMAP4("127.0.0.1", int(mail.rpartition(":")[2]), timeout=10) as line:
            assert b"IMAP4rev1" in line.welcome
        again = subprocess.run(
            [*CALSYNC, "sync", "--json"],
            env={**env, "CALSYNC_HOME": home},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert json.loads(again.stdout)["ok"]
    finally:
        subprocess.run(["sh", "-c", stop], check=True, timeout=20)
    until(lambda: left(env) == [])


def test_killed_it_takes_its_servers_along(env):
    with running(env) as (process, out):
        until(lambda: "$ calsync connect" in out.read_text() or process.poll() is not None, seconds=120)

        process.kill()

    until(lambda: alive(env) == [])


@pytest.mark.parametrize("missing", ["radicale", "pymap"])
def test_without_a_server_it_says_what_to_install(missing, monkeypatch):
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == missing else name)

    with pytest.raises(CalsyncError) as caught:
        use_case.demo(keep=False, language="en", show=lambda _: None)

    assert (caught.value.code, caught.value.variant) == ("E102", "demo")
    assert caught.value.params == {"package": "calsync[demo]"}


def test_a_result_that_is_not_as_shown_fails_it_and_names_the_chapter(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    looks = itertools.count()
    monkeypatch.setattr(MailWitness, "prints", lambda self, folders: {one: [str(next(looks))] for one in folders})
    seen: list[object] = []

    report = use_case.demo(keep=True, language="en", show=seen.append)

    assert (report.ok, report.failed, report.kept) == (False, Scene.CONNECT, None)
    assert report.detail == "no message was touched"
    assert [one.scene for one in seen if isinstance(one, Chapter)] == [Scene.START, Scene.CONNECT]
    assert {type(one) for one in seen} == {Chapter, Typed, Printed}
    assert list(tmp_path.iterdir()) == []


def test_its_events_are_the_same_at_every_run_and_enough_of_them():
    first, again = calendars(date(2026, 11, 20)), calendars(date(2026, 11, 20))

    assert first == again
    assert 250 < sum(len(one.events) for one in first) < 500
    assert all(len(facts([body])) in (1, 2) for one in first for _, body in one.events)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 29), date(2027, 12, 31), date(2028, 2, 29)])
def test_its_events_can_be_told_on_any_day(today):
    every = [uid for one in calendars(today) for uid, _ in one.events]

    assert len(every) == len(set(every))
