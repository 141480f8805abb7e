"""A server of the demonstration ends with whoever started it, even by SIGKILL, unless it was let go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from calsync_cli.demo.leash import ended, leashed, released
from tests.journeys.watching import until

WAITS = "import signal\nprint(__name__, flush=True)\nsignal.pause()\n"
OWNER = """
import subprocess, sys, signal
from pathlib import Path
from calsync_cli.demo.leash import leashed, released
place = Path(sys.argv[1])
process = leashed("waits", place=place, log=place / "log", out=subprocess.PIPE)
process.stdout.readline()
if sys.argv[2] == "released":
    released(process)
print(process.pid, flush=True)
signal.pause()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "waits.py").write_text(WAITS)
    return tmp_path


@pytest.fixture
def owner(place: Path, request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Somebody who started it, and its process id."""
    words = [sys.executable, "-c", OWNER, str(place), request.param]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    yield process, child
    process.kill()
    process.communicate()
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def lives(number: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("owner", ["held"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_whoever_holds_it(owner, number):
    process, child = owner
    assert lives(child)

    process.send_signal(number)

    until(lambda: not lives(child))


@pytest.mark.parametrize("owner", ["released"], indirect=True)
def test_once_released_it_goes_on_alone(owner):
    process, child = owner

    process.kill()
    process.wait()

    assert lives(child)


def test_it_runs_as_the_module_itself_would_and_says_so_where_it_should(place):
    process = leashed("waits", place=place, log=place / "log", out=subprocess.PIPE)
    try:
        assert process.stdout is not None

        said = process.stdout.readline()
    finally:
        ended(process)

    assert said == b"__main__\n"
    assert process.returncode == -signal.SIGKILL


def test_one_that_fails_says_why_in_its_log(place):
    process = leashed("no_such_module", place=place, log=place / "log")

    code = process.wait(20)
    released(process)

    assert code == 1
    assert "no_such_module" in (place / "log").read_text()
