"""Opening a browser: never one that would take the terminal, never one that holds us up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from calsync_cli.net.browser import has_browser, open_browser

URL = "https://accounts.example/auth?state=x&scope=a%20b"


def program(place: Path, name: str, script: str) -> dict[str, str]:
    """An environment in which that script is the browser."""
    path = place / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"PATH": os.environ["PATH"], "BROWSER": f"{path} %s", "HOME": str(place)}


@pytest.mark.parametrize(
    ("env", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"BROWSER": "w3m"}, "linux", False),
        ({"DISPLAY": ":0", "BROWSER": "/usr/bin/lynx %s"}, "linux", False),
        ({"BROWSER": "/usr/bin/wslview"}, "linux", True),
        ({"BROWSER": f"w3m{os.pathsep}firefox"}, "linux", True),
        ({"BROWSER": "  "}, "linux", False),
    ],
)
def test_where_a_browser_with_a_window_can_be(env: dict[str, str], platform: str, there: bool) -> None:
    assert has_browser(env, platform=platform) is there


def test_the_browser_is_given_the_address(tmp_path: Path) -> None:
    env = program(tmp_path, "browse", f'printf %s "$1" >{tmp_path}/seen')

    opened = open_browser(URL, env=env)

    assert opened
    assert (tmp_path / "seen").read_text() == URL


def test_nothing_is_run_that_lies_in_the_directory_one_happens_to_be_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "webbrowser.py").write_text("open('caught', 'w')")
    monkeypatch.chdir(tmp_path)

    opened = open_browser(URL, env=program(tmp_path, "browse", "exit 0"))

    assert opened
    assert not (tmp_path / "caught").exists()


def test_a_browser_that_fails_is_not_taken_for_one(tmp_path: Path) -> None:
    assert not open_browser(URL, env=program(tmp_path, "browse", "exit 3"))


def test_a_browser_that_stays_in_the_foreground_does_not_hold_us_up(tmp_path: Path) -> None:
    env = program(tmp_path, "browse", f"sleep 3; touch {tmp_path}/left")

    opened = open_browser(URL, env=env, patience=0.3)

    assert opened
    assert not (tmp_path / "left").exists()


def test_a_browser_says_nothing_on_our_terminal_and_cannot_take_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    env = program(
        tmp_path, "browse", f"echo loud; echo loud >&2; (echo x >/dev/tty) 2>/dev/null || touch {tmp_path}/none"
    )

    open_browser(URL, env=env)

    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "none").exists()


def test_without_a_window_nothing_is_started(tmp_path: Path) -> None:
    assert not open_browser(URL, env={"PATH": str(tmp_path)})
