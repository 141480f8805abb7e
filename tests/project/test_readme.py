"""README.md speaks of commands, error codes and files that are there."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest

from calsync_cli.core.errors import KINDS
from tests import starting

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"(?:^    |`)(?:\*/10 \* \* \* \*   )?(calsync [^`\n#]+?)\s*(?:`|#.*$|$)", re.MULTILINE)
WORDS = {
    "N": "12",
    "FILE": "/dev/null",
    "KEY.json": str(ROOT / "LICENSE"),
    "KEY": "sync.every",
    "VALUE": "10m",
    "ID": "3f9c",
    "ADDR": "bob@example.org",
}
"""What a reader puts in place of a capital word."""


ELSEWHERE = {"calsync demo"}
"""Typed from beginning to end in tests/journeys/test_demo.py."""


def command_lines() -> list[str]:
    return sorted({found.strip() for found in COMMAND.findall(README)} - ELSEWHERE)


def test_the_readme_has_command_lines_to_check():
    assert len(command_lines()) > 20


@pytest.mark.parametrize("typed", command_lines())
def test_a_command_line_of_the_readme_is_understood(typed, tmp_path):
    words = [WORDS.get(word, word) for word in shlex.split(typed)[1:]]
    env = {
        "PATH": "/usr/bin:/bin",
        "LANG": os.environ["LANG"],
        "HOME": str(tmp_path),
        "CALSYNC_HOME": str(tmp_path / "home"),
    }
    env |= {"CALSYNC_SECRETS_BACKEND": "file"}
    argv = [*starting.CALSYNC, *words, "--json", "--no-input"]

    done = starting.run(argv, env=env)

    assert b"Traceback" not in done.stderr
    said = json.loads(done.stdout) if done.stdout.startswith(b"{") else {}
    error = said.get("error") or {}
    assert error.get("code") not in {"E001", "E999"}, said


@pytest.mark.parametrize("code", sorted(set(re.findall(r"\bE\d{3}\b", README))))
def test_an_error_code_of_the_readme_is_one(code):
    assert code in KINDS


def test_every_error_that_this_version_can_show_is_in_the_troubleshooting_table():
    later = {"E110"}

    assert set(KINDS) - later <= set(re.findall(r"\bE\d{3}\b", README))


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_the_makefile_has_what_the_readme_calls(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f"make {target}" in README
