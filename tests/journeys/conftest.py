"""Whom the journeys are about: somebody new, and somebody who is connected, has a primary calendar and two events."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person
from tests.servers.served import Served


@pytest.fixture
def newcomer(tmp_path: Path, radicale: Served) -> Person:
    """Not connected. At the server: a talk with a place, and a lunch; the calendar that all users share is empty."""
    someone = Person(tmp_path / "person", radicale.new_user())
    someone.served.plain(someone.served.shared_url).empty()
    someone.served.plain().put("talk.ics", event("talk", "Intake talk", extra="LOCATION:Room 1\n"))
    someone.served.plain().put("lunch.ics", event("lunch", "Lunch"))
    return someone


@pytest.fixture
def settled(newcomer: Person) -> Person:
    """Connected, chosen, first sync done."""
    return newcomer.starts()


def colleague(person: Person, email: str = "you@example.org") -> Person:
    """Somebody else in the same home, with the same key to the passwords."""
    key = (person.place / "key").read_bytes()
    other = Person(person.place, person.served.new_user(), email=email)
    (person.place / "key").write_bytes(key)
    other.env = person.env
    return other
