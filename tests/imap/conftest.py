"""Dovecot on three rungs, one of each per test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imap.scene import Scene, scene
from tests.servers.dovecot import Dovecot, start_dovecot
from tests.servers.fixtures import or_skip
from tests.servers.scripted_imap import Scripted


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """With QRESYNC."""
    server = or_skip(start_dovecot)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot_condstore() -> Iterator[Dovecot]:
    """With CONDSTORE only."""
    server = or_skip(lambda: start_dovecot("condstore"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot_list() -> Iterator[Dovecot]:
    """With neither, nor ESEARCH, LIST-STATUS, LITERAL+ and MOVE."""
    server = or_skip(lambda: start_dovecot("list"))
    yield server
    server.stop()


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
