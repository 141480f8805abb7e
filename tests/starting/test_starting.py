"""A forked calsync is one that was started: same words, same answers, a process of its own."""

from __future__ import annotations

import base64
import json
import os
import pty
import subprocess
import threading
from pathlib import Path

import pytest

from tests import starting
from tests.starting import CALSYNC


def typed(*words: str, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    return starting.run([*CALSYNC, *words], env={**os.environ, **env}, stdin=stdin, cwd=cwd)


def started(*words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*CALSYNC, *words], env={**os.environ, **env}, input=b"", capture_output=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        (),
        ("status",),
        ("sync", "--json"),
        ("frob",),
        ("frob", "--lang", "nl"),
        ("help", "errors"),
        ("config", "path", "--json"),
        ("--complete-values", "zones"),
    ],
    ids=" ".join,
)
def test_it_says_what_the_started_one_says(words: tuple[str, ...]) -> None:
    forked, real = typed(*words), started(*words)

    assert (forked.returncode, forked.stdout, forked.stderr) == (real.returncode, real.stdout, real.stderr)


def test_it_has_the_environment_of_its_order_and_nothing_of_another(home: Path) -> None:
    typed("status", CALSYNC_LANG="nl")

    told = (
        typed("frob", CALSYNC_HOME=str(home / "elsewhere")),
        typed("config", "path", CALSYNC_HOME=str(home / "other")),
    )

    assert b"There is no command" in told[0].stderr
    assert str(home / "other").encode() in told[1].stdout


def test_it_works_in_the_directory_of_its_order(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()

    typed("status", "--log-file", "said", cwd=there)

    assert [path.name for path in there.iterdir()] == ["said"]


def test_its_standard_input_is_what_was_given(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(base64.b64encode(b"k" * 32))
    key.chmod(0o600)
    keeping = {"CALSYNC_SECRETS_BACKEND": "file", "CALSYNC_SECRETS_KEY_FILE": str(key)}
    words = (
        "connect",
        "caldav",
        "--caldav",
        "http://127.0.0.1:9/",
        "--email",
        "me@example.org",
        "--password-file",
        "-",
    )

    given, nothing = (typed(*words, "--json", stdin=stdin, **keeping) for stdin in (b"word\n", b""))

    assert [json.loads(ran.stdout)["error"]["code"] for ran in (given, nothing)] == ["E402", "E002"]


def test_several_at_once_do_not_wait_for_each_other() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(typed("help", "errors").returncode)) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [0] * 4


def test_one_that_does_not_end_in_time_is_killed() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        starting.run([*CALSYNC, "log", "--follow"], env=os.environ, timeout=0)


@pytest.mark.parametrize(
    ("env", "start"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "x De opdracht"),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "x De opdracht"),
        ({"LC_ALL": "C"}, "✗ De opdracht"),
    ],
    ids=" ".join,
)
def test_what_python_looks_at_when_it_starts_is_as_it_would_be(env: dict[str, str], start: str) -> None:
    ran = typed("frob", CALSYNC_LANG="nl", **env)

    assert ran.stderr.decode().startswith(start)


def test_at_a_terminal_it_shows_what_the_started_one_shows() -> None:
    ours, theirs = pty.openpty()

    begun = starting.begin([*CALSYNC, "frob"], os.environ, (theirs, theirs, theirs), terminal=True)

    shown = os.read(ours, 20)
    assert begun.ended() == 2
    assert shown.startswith(b"\x1b")
    os.close(ours)
