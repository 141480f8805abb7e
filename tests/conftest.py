"""What every test gets: a home of its own, and the servers where it asks for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import starting
from tests.servers.process import without_fsync

pytest_plugins = ["tests.servers.fixtures"]

# How fast an example is says something of the machine, nothing of the code.
hypothesis.settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-machine")


def pytest_configure() -> None:
    """The locale is no machine's, and nothing waits for the disk: set before xdist starts those who run the tests."""
    for name in ("LC_ALL", "LC_CTYPE", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)
    os.environ.update({"LANG": "C.UTF-8", **without_fsync()})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CALSYNC_HOME below tmp_path, so that nothing is read from or written to the places of whoever runs the tests."""
    place = tmp_path / "calsync-home"
    monkeypatch.setenv("CALSYNC_HOME", str(place))
    for name in ("CALSYNC_LANG", "CALSYNC_CONFIG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    return place


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_warm() -> Iterator[None]:
    """The process that commands are forked from ends with the tests."""
    yield
    starting.stop()
