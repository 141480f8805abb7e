"""Who the journeys with Google are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.google.person import Googler, World
from tests.servers.fixtures import or_skip
from tests.servers.google.control import Google, User, start_google
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
    _two_events(someone.user)
    yield someone
    _blameless(someone.user)


@pytest.fixture(scope="session")
def signed_in(google_asking: Google, oidc: Oidc, tmp_path_factory: pytest.TempPathFactory) -> Googler:
    """Signed in once for all: a browser is what takes longest. To be copied, not used."""
    address = oidc.new_user()
    google_asking.user(address)
    someone = Googler(tmp_path_factory.mktemp("signed-in"), email=address, world=World(google_asking, oidc))
    someone.connects()
    return someone


@pytest.fixture
def connected(tmp_path: Path, signed_in: Googler) -> Iterator[Googler]:
    """Signed in, an empty primary calendar at Google, nothing chosen; the address is that of all tests, one at a time."""
    google = signed_in.world.google
    google.forget(signed_in.email)
    google.user(signed_in.email)
    copytree(signed_in.place, tmp_path / "person")
    someone = Googler(tmp_path / "person", email=signed_in.email, world=signed_in.world)
    (someone.place / "key").write_bytes((signed_in.place / "key").read_bytes())
    yield someone
    _blameless(someone.user)


@pytest.fixture
def settled(connected: Googler) -> Googler:
    """Connected, chosen, a talk and a lunch fetched."""
    _two_events(connected.user)
    return begun(connected)


def begun(someone: Googler) -> Googler:
    """The primary calendar chosen and fetched; what is mailed and asked counts from here."""
    someone.chooses()
    someone.mails()
    someone.asked()
    return someone


def _two_events(user: User) -> None:
    for title, hour in (("Intake talk", 9), ("Lunch", 12)):
        user.insert(
            {
                "summary": title,
                "start": {"dateTime": f"2026-12-01T{hour:02d}:00:00+01:00", "timeZone": "Europe/Zurich"},
                "end": {"dateTime": f"2026-12-01T{hour + 1:02d}:00:00+01:00", "timeZone": "Europe/Zurich"},
            }
        )


def _blameless(user: User) -> None:
    """Nothing asked or answered was outside Google's discovery document, and each write said who is to be told."""
    user.behave()
    told = {word for one in user.requests() for word in one.get("query", {}).get("sendUpdates", [])}
    assert user.violations() == []
    assert told <= {"all", "none"}
