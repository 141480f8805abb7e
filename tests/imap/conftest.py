"""Users at Dovecot on three rungs, and a server that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imap.scene import Scene, scene
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import Scripted


@pytest.fixture(params=["dovecot", "dovecot_condstore", "dovecot_list"])
def mail(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A new user, on each rung."""
    made = scene(request.getfixturevalue(request.param))
    yield made
    made.close()


@pytest.fixture
def best(dovecot: Dovecot) -> Iterator[Scene]:
    """A new user where there is everything."""
    made = scene(dovecot)
    yield made
    made.close()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server that does as it is told."""
    server = Scripted().start()
    yield server
    server.stop()
