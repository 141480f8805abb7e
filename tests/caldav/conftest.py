"""A server that answers as told, and a calendar on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.caldav.fake import Fake, running
from tests.caldav.scene import Scene


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running() as server:
        yield server


@pytest.fixture
def scene(fake: Fake) -> Iterator[Scene]:
    with Scene(fake) as made:
        yield made
