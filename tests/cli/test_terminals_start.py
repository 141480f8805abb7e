"""What is typed every day starts without the libraries that only a sync, or a terminal full of colours, needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "asyncio",
    "caldav",
    "cryptography",
    "httpcore",
    "icalendar",
    "keyring",
    "lxml",
    "pydantic",
    "rich",
    "ssl",
    "watchfiles",
}


@pytest.mark.parametrize(
    "typed",
    ["-h", "agenda", "agenda -h", "event show 0000", "status", "conflicts", "undo --list", "log", "help errors"],
)
def test_a_daily_command_loads_nothing_heavy(typed: str) -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "calsync_cli", *typed.split()], capture_output=True, text=True, check=False,
    ).stderr  # fmt: skip

    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in told.splitlines() if "import time" in line}
    assert "calsync_cli" in loaded
    assert loaded & HEAVY == set()
