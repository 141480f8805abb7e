"""The servers as fixtures: one of each per test process; a server that cannot run is a loud skip, in CI a failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from tests.servers.cyrus import Cyrus, CyrusMail, launch_cyrus
from tests.servers.dovecot import Dovecot, start_dovecot
from tests.servers.google.control import Google, User, start_google
from tests.servers.kerio import Kerio, start_kerio_proxy
from tests.servers.line import Line
from tests.servers.oidc.server import Oidc, start_oidc
from tests.servers.process import CannotRunError
from tests.servers.radicale import start_radicale
from tests.servers.served import Served
from tests.servers.xandikos import start_xandikos

NAMES = ("radicale", "xandikos", "cyrus", "kerio")


T = TypeVar("T")


def or_skip(start: Callable[[], T]) -> T:
    """Start a server; where it cannot run, say which package is missing. With CI set that is a failure."""
    try:
        return start()
    except CannotRunError as error:
        if os.environ.get("CI"):
            pytest.fail(f"a server that the tests need cannot run: {error}", pytrace=False)
        pytest.skip(f"NOT TESTED: {error}")


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Radicale, seen as alice."""
    served = or_skip(lambda: start_radicale(tmp_path_factory.mktemp("radicale")))
    yield served
    served.stop()


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Xandikos, seen as alice."""
    served = or_skip(lambda: start_xandikos(tmp_path_factory.mktemp("xandikos")))
    yield served
    served.stop()


@pytest.fixture(scope="session")
def cyrus_server() -> Iterator[Cyrus]:
    """Cyrus itself: users, shares, and the sink of its mails."""
    server = or_skip(launch_cyrus)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def cyrus(cyrus_server: Cyrus) -> Served:
    """Cyrus, seen as alice."""
    return cyrus_server.user("alice")


@pytest.fixture(scope="session")
def cyrus_mail(cyrus_server: Cyrus) -> CyrusMail:
    """Cyrus, for mail."""
    return CyrusMail(cyrus_server)


@pytest.fixture(scope="session")
def kerio_proxy(cyrus_server: Cyrus) -> Iterator[Kerio]:
    """The knobs of Kerio."""
    proxy = start_kerio_proxy(cyrus_server)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="session")
def kerio(kerio_proxy: Kerio) -> Served:
    """Kerio, seen as kate."""
    return kerio_proxy.user("kate")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Dovecot with QRESYNC."""
    server = or_skip(start_dovecot)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot_condstore() -> Iterator[Dovecot]:
    """Dovecot with CONDSTORE only."""
    server = or_skip(lambda: start_dovecot("condstore"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot_list() -> Iterator[Dovecot]:
    """Dovecot with neither, nor ESEARCH, LIST-STATUS, LITERAL+ and MOVE."""
    server = or_skip(lambda: start_dovecot("list"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def oidc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oidc]:
    """An authorisation server that speaks as Google's does."""
    server = or_skip(lambda: start_oidc(tmp_path_factory.mktemp("oidc")))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    """The Google Calendar stand-in. Each test takes a user of its own: `google.new_user()`, or `google_user`."""
    server = or_skip(lambda: start_google(tmp_path_factory.mktemp("google")))
    yield server
    server.stop()


@pytest.fixture
def google_user(google: Google) -> Iterator[User]:
    """A new user, whose clients must keep to Google's discovery document and always say sendUpdates."""
    user = google.new_user()
    yield user
    user.behave()
    assert user.violations() == []


@pytest.fixture(scope="session")
def dovecot_xoauth2(oidc: Oidc) -> Iterator[Dovecot]:
    """Dovecot that takes the tokens of that server, and no passwords."""
    server = or_skip(lambda: start_dovecot(oauth=oidc.introspection))
    yield server
    server.stop()


@pytest.fixture(params=NAMES)
def served(request: pytest.FixtureRequest) -> Served:
    """Each server in turn, with a new user."""
    server: Served = request.getfixturevalue(request.param)
    return server.new_user()


@pytest.fixture
def line() -> Iterator[Callable[[Served], Line]]:
    """Puts a line, that can be bad, before a server."""
    lines: list[Line] = []

    def before(server: Served) -> Line:
        lines.append(Line(server.port).start())
        return lines[-1]

    yield before
    for one in lines:
        one.stop()
