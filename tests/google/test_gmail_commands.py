"""Gmail as a person types at it: folders suggested whatever the language, what doctor tells, what undo brings back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from tests.google.gmailbox import letter
from tests.mail_journeys.mailer import Mailer
from tests.servers.dovecot import Dovecot
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import INBOX, RUSSIAN, SENT, TRASH


@pytest.fixture
def server() -> Iterator[GmailServer]:
    made = GmailServer(RUSSIAN, labels=("Work", "Archive")).start()
    for subject in ("Lunch", "Talk"):
        made.gmail.deliver(letter(subject), INBOX)
    made.gmail.deliver(letter("Old"))
    made.gmail.deliver(letter("Out"), SENT)
    yield made
    made.stop()


@pytest.fixture
def person(server: GmailServer, tmp_path: Path) -> Mailer:
    """Connected; the folders are mapped as suggested, and fetched."""
    someone = Mailer(tmp_path / "person", cast("Dovecot", None), "me@gmail.com", port=server.port)
    someone.sure(*someone.connecting())
    someone.sure("map-folders", "--auto", "--sent", RUSSIAN["sent"])
    someone.syncs()
    return someone


def test_the_usual_folders_are_mapped_by_what_they_are_for(person: Mailer) -> None:
    told = person.sure("map-folders", "--list", "--json").json

    linked = {row["local"]: row["remote"] for row in told["folders"] if row["remote"]}
    assert linked == {
        "inbox": "INBOX",
        "archive": RUSSIAN["all"],
        "deleted": RUSSIAN["trash"],
        "sent": RUSSIAN["sent"],
    }
    assert (told["missing"], person.near("archive")) == ([], {"Old": ""})


def test_what_only_shows_marked_messages_is_not_offered(person: Mailer) -> None:
    told = person.sure("map-folders", "--list", "--json").json

    offered = {row["name"] for row in told["remote"]}
    assert not offered & {RUSSIAN["starred"], RUSSIAN["important"]}
    assert {"Work", "Archive", RUSSIAN["spam"]} <= offered


def test_what_was_deleted_here_is_undone(person: Mailer, server: GmailServer) -> None:
    person.file("Talk").unlink()
    person.syncs()
    deleted = server.gmail.named("Talk").place
    (item,) = [row for row in person.sure("undo", "--list", "--json").json["items"] if row["title"] == "Talk"]

    person.sure("undo", str(item["id"]))
    person.settled()

    assert (deleted, server.gmail.named("Talk").place) == (TRASH, "mail")
    assert "Talk" in person.near()


def test_a_dry_run_tells_and_leaves_no_trace(person: Mailer, server: GmailServer) -> None:
    server.gmail.archive("Talk")
    before = _remembered(person)

    told = person.syncs("--dry-run")

    assert (told["mail"]["moved"], "Talk" in person.near()) == (1, True)
    assert _remembered(person) == before


def _remembered(person: Mailer) -> list[str]:
    """All that stands in the state."""
    with closing(sqlite3.connect(person.database)) as sql:
        return list(sql.iterdump())


def test_what_is_kept_from_imap_is_told_once_and_by_doctor(person: Mailer, server: GmailServer) -> None:
    server.gmail.hidden.add(RUSSIAN["all"])
    server.gmail.archive("Talk")

    first = person.sure("sync", codes=(0, 3))
    second = person.sure("sync", codes=(0, 3))
    checks = person.sure("doctor", "--json", codes=(0, 3, 6)).json["checks"]

    assert ("kept from IMAP" in first.err, "kept from IMAP" in second.err) == (True, False)
    assert [check["params"]["count"] for check in checks if check["id"] == "mail-hidden"] == ["1"]
    assert "Talk" in person.near()


def test_a_connection_that_is_made_again_fetches_nothing_twice(person: Mailer, server: GmailServer) -> None:
    person.sure("disconnect", "--yes")
    person.sure(*person.connecting())
    person.sure("map-folders", "--auto", "--sent", RUSSIAN["sent"])
    person.syncs()

    assert set(server.bodies.values()) == {1}
    assert server.appended == 0


def test_a_day_that_is_spent_is_told(person: Mailer, server: GmailServer) -> None:
    person.remembers(f"INSERT OR REPLACE INTO setting VALUES ('seen gmail_spent', '{_spent()}')")
    server.gmail.deliver(letter("New"), INBOX)

    ran = person.sure("sync", codes=(8,))

    assert "The rest follows tomorrow" in ran.err


def _spent() -> str:

    return json.dumps({"day": int(time.time()) // 86400, "down": 2_200_000_000, "up": 0})
