"""The house stays in order: what may lie at the top, how a module opens, how long it is."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(ROOT.glob("calsync_cli/**/*.py"))
TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "calsync_cli",
    "completions",
    "pyproject.toml",
    "requirements.lock",
    "tests",
}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout: what belongs to the project is not known")
def test_nothing_else_lies_at_the_top():
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {line.split("/")[0] for line in told.splitlines()} <= TOP


def test_every_module_says_what_it_is_for():
    assert [str(one) for one in MODULES if not ast.get_docstring(ast.parse(one.read_text()))] == []


def test_no_module_is_long():
    assert [str(one.relative_to(ROOT)) for one in MODULES if one.read_text().count("\n") > 300] == []


def test_an_old_python_is_told_in_a_sentence():
    environment = {**os.environ, "PYTHON": "/bin/false"}

    told = subprocess.run(
        [ROOT / ".ci" / "setup", "demo"], env=environment, capture_output=True, text=True, check=False
    )

    assert told.returncode == 1
    assert told.stderr.startswith("calsync needs Python 3.11 or newer, and /bin/false is not.")
