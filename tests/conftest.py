"""What every test gets: a home of its own, and the servers where it asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import starting

pytest_plugins = ["tests.servers.fixtures"]


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
