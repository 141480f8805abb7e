"""At a server that mails guests on its own: what must be quiet is held, told, and goes only when somebody says so."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person
from tests.servers.cyrus import DOMAIN, Cyrus

GUEST = "guest@example.com"


@pytest.fixture
def host(cyrus_server: Cyrus, tmp_path: Path) -> Person:
    """Somebody whose meeting with a guest was moved at the server since; the earlier version lies in the attic."""
    someone = Person(tmp_path / "person", cyrus_server.user("alice").new_user())
    uid = uuid.uuid4().hex
    organizer = f"mailto:{someone.served.user.partition('@')[0]}@{DOMAIN}"
    guests = (
        f"ORGANIZER:{organizer}\nATTENDEE;PARTSTAT=ACCEPTED:{organizer}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{GUEST}\n"
    )
    someone.served.plain().put(f"{uid}.ics", event(uid, "Meeting", extra=guests))
    someone.connects()
    someone.chooses()
    someone.edits_there(uid, "DTSTART:20261201T100000Z", "DTSTART:20261201T103000Z")
    someone.syncs()
    return someone


def held(person: Person) -> dict[str, Any]:
    (row,) = person.sure("conflicts", "--json").json["conflicts"]
    return row


def start_there(person: Person) -> str:
    (body,) = person.far()
    return next(line.split(":")[1] for line in body.decode().splitlines() if line.startswith("DTSTART"))


def undone(person: Person) -> None:
    newest = person.sure("undo", "--list", "--json").json["items"][0]["id"]
    person.sure("undo", newest)
    assert person.syncs(codes=(3,))["invitations_sent"] == 0


def test_an_undo_that_would_mail_guests_is_held_and_told(host: Person) -> None:
    undone(host)

    row = held(host)
    assert (row["what"], row["title"], row["fix"]) == (
        "held",
        "Meeting",
        f"calsync conflicts resolve {row['id']} --keep local|remote",
    )
    assert start_there(host) == "20261201T103000Z"


def test_told_to_go_it_goes_once(host: Person) -> None:
    undone(host)

    host.sure("conflicts", "resolve", held(host)["id"], "--keep", "local")
    report = host.syncs()

    assert report["invitations_sent"] == 1
    assert start_there(host) == "20261201T100000Z"
    assert host.sure("conflicts", "--json").json["conflicts"] == []
    assert host.rows("SELECT count(*) FROM setting WHERE name LIKE 'may-mail%'") == [(0,)]


def test_given_up_the_servers_version_is_here_again_and_nobody_is_mailed(host: Person) -> None:
    undone(host)

    host.sure("conflicts", "resolve", held(host)["id"], "--keep", "remote")
    report = host.syncs()

    assert report["invitations_sent"] == 0
    assert b"DTSTART:20261201T103000Z" in host.near()[0]
    assert host.sure("conflicts", "--json").json["conflicts"] == []
