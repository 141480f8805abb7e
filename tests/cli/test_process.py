"""The installed command as a process: how fast it starts, how it ends, what it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CALSYNC = str(Path(sys.executable).with_name("calsync"))
BARE = {
    name: value
    for name, value in os.environ.items()
    if name not in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "NO_COLOR")
}


def called(*argv: str, env: dict[str, str] | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([CALSYNC, *argv], capture_output=True, text=True, timeout=30, check=False, env={**BARE, "CALSYNC_HOME": os.environ["CALSYNC_HOME"], **(env or {})}, **more)  # type: ignore[call-overload]  # fmt: skip


def imported(*argv: str) -> set[str]:
    """What a call imports, by name."""
    got = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "calsync_cli", *argv],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return {line.rpartition("|")[2].strip() for line in got.stderr.splitlines() if line.startswith("import time:")}


def test_the_version_costs_no_more_than_a_bare_python() -> None:
    got = imported("--version")

    assert {name for name in got if name.split(".")[0] in ("typer", "rich", "gettext", "click", "pathlib")} == set()


@pytest.mark.parametrize("argv", [["sync", "--wait", "x"], ["status", "--account", ""], ["--help"], ["frob"]])
def test_a_start_loads_nothing_heavy(argv: list[str]) -> None:
    """Typer would load pydantic for its conversions, and rich for its colours: 0.15 s and 0.2 s at every start."""
    got = imported(*argv)

    heavy = {
        "pydantic",
        "pydantic_core",
        "rich",
        "icalendar",
        "keyring",
        "httpcore",
        "lxml",
        "cryptography",
        "sqlite3",
        "caldav",
        "asyncio",
    }
    assert heavy & {name.split(".")[0] for name in got} == set()


@pytest.mark.parametrize(
    ("env", "start"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "✗ De opdracht “frob” bestaat niet."),
        ({"LANG": "C"}, "✗ There is no command “frob”."),
        ({"LC_ALL": "C", "LANG": "nl_NL.UTF-8"}, "✗ There is no command “frob”."),
        ({"CALSYNC_LANG": "nl"}, "✗ De opdracht “frob” bestaat niet."),
        ({"LANG": "nl_NL", "PYTHONIOENCODING": "ascii"}, 'x De opdracht "frob" bestaat niet.'),
        ({"LANG": "nl_NL", "PYTHONIOENCODING": "latin-1"}, 'x De opdracht "frob" bestaat niet.'),
    ],
)
def test_the_environment_chooses_the_language_and_the_output_its_signs(env: dict[str, str], start: str) -> None:
    """R62."""
    got = called("frob", env=env)

    assert (got.returncode, got.stdout) == (2, "")
    assert got.stderr.startswith(start)


def test_the_configuration_chooses_the_language_where_nothing_else_does(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('language = "nl"\n')

    got = called("frob", env={"LANG": "en_US.UTF-8"})

    assert "De opdracht “frob” bestaat niet." in got.stderr


@pytest.mark.parametrize("rubbish", [b"language = nl", b"\xff\xfe\x00", b"language = [1]", b"[language]"])
def test_a_broken_configuration_does_not_keep_help_from_helping(rubbish: bytes, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_bytes(rubbish)

    got = called("help", "primary")

    assert (got.returncode, got.stderr) == (0, "")


def test_json_does_not_change_with_the_language() -> None:
    """R62."""
    english, dutch = (called("frob", "--json", env={"LANG": lang}) for lang in ("en_US.UTF-8", "nl_NL.UTF-8"))

    assert (english.stdout, english.returncode) == (dutch.stdout, dutch.returncode)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_a_pipe_gets_no_colours(env: dict[str, str]) -> None:
    got = called("frob", env=env)

    assert "\x1b" not in got.stderr + got.stdout


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_help_fits_the_terminal(columns: str) -> None:
    got = called("sync", "--help", env={"COLUMNS": columns})

    assert max(map(len, got.stdout.splitlines())) <= int(columns)


def test_whoever_has_read_enough_is_no_failure_to_complain_about() -> None:
    got = subprocess.run(f"{CALSYNC} help errors | head -n 1; exit ${{PIPESTATUS[0]}}", shell=True, executable="/bin/bash", capture_output=True, text=True, timeout=30, check=False)  # fmt: skip

    assert (got.returncode in (0, 141), got.stderr) == (True, "")


def test_a_closed_stdout_is_no_traceback() -> None:
    got = subprocess.run(
        f"{CALSYNC} help errors >&-",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert "Traceback" not in got.stderr


def test_a_full_disk_under_stdout_is_no_traceback() -> None:
    got = subprocess.run(
        f"{CALSYNC} help errors > /dev/full",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert got.returncode == 8
    assert "(E505)" in got.stderr


BUSY = """
import sys, time
from calsync_cli.cli import main
def busy(argv):
    print("ready", flush=True)
    time.sleep(60)
main._invoke = busy
sys.exit(main.run([]))
"""


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_being_stopped_is_told_by_the_exit_code_alone(sent: signal.Signals, code: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(sent)

    _out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (code, "")


WATCH = """
from calsync_cli.cli.signals import wishes
with wishes() as told:
    print("ready", flush=True)
    told.reload.wait(20); print("reload", told.stop.is_set(), flush=True)
    told.stop.wait(20); print("stop", told.stop.is_set(), flush=True)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_hears_what_is_wished_while_it_waits(sent: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", WATCH], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGHUP)
    first = process.stdout.readline()
    process.send_signal(sent)

    out, err = process.communicate(timeout=20)
    assert (first, out, err, process.returncode) == ("reload False\n", "stop True\n", "", 0)
