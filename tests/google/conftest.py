"""Who the journeys with Google are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.google.person import Googler, World
from tests.servers.fixtures import or_skip
from tests.servers.google.control import Google, start_google
from tests.servers.oidc.server import Oidc


@pytest.fixture(scope="session")
def google_asking(oidc: Oidc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    """The Google stand-in that asks the authorisation server about each token."""
    server = or_skip(lambda: start_google(tmp_path_factory.mktemp("google"), introspect=oidc.introspection))
    yield server
    server.stop()


@pytest.fixture
def newcomer(tmp_path: Path, google_asking: Google, oidc: Oidc) -> Iterator[Googler]:
    """Not connected; a talk and a lunch at Google."""
    address = oidc.new_user()
    google_asking.user(address)
    someone = Googler(tmp_path / "person", email=address, world=World(google_asking, oidc))
    for title, hour in (("Intake talk", 9), ("Lunch", 12)):
        someone.user.insert(
            {
                "summary": title,
                "start": {"dateTime": f"2026-12-01T{hour:02d}:00:00+01:00", "timeZone": "Europe/Zurich"},
                "end": {"dateTime": f"2026-12-01T{hour + 1:02d}:00:00+01:00", "timeZone": "Europe/Zurich"},
            }
        )
    yield someone
    someone.user.behave()
    assert someone.user.violations() == []


@pytest.fixture
def settled(newcomer: Googler) -> Googler:
    """Connected, chosen, first sync done."""
    newcomer.starts()
    newcomer.mails()
    newcomer.requests()
    return newcomer
