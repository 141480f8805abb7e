"""Messages that could not be handled: listed with their reason, tried again or left, and never in the way of others.

What a server would refuse is written into the books as a round writes it: real servers refuse too little.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from calsync_cli.core.mail.record import Slip
from calsync_cli.core.mail.why import Why, because
from calsync_cli.core.model import CollectionId, Ref, Rev, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.state.database import Database
from calsync_cli.state.letters import SqliteLetters
from tests.mail_journeys.mailer import Mailer, letter

ROUNDS = 4
"""One more than a message is tried in."""


def rev(person: Mailer, folder: str, ref: str) -> Rev:
    store = Maildirs(person.mail, Attic(person.place / "unused")).open(CollectionId(folder))
    (found,) = [seen.rev for page in store.look(None, frozenset()) for seen in page.seen if seen.ref == ref]
    return found


@pytest.fixture
def refused(settled: Mailer) -> Mailer:
    """A reply that the server refused in so many rounds that it is left alone."""
    ref = settled.puts(letter("Reply to all"), "sent").name.partition(":2,")[0]
    database = Database(settled.home / "state" / settled.email / "state.db")
    books = SqliteLetters(database)
    (link,) = [one.id for one in books.links() if one.name == "sent"]
    why = because(Why.REFUSED, "[CANNOT] Not with this line in it")
    wait = Wait(link, Side.NEAR, Ref(ref), "E403", why, near_rev=rev(settled, "sent", ref))
    for run in range(1001, 1001 + ROUNDS):
        books.record(RunId(run), Slip(waits=[wait]))
    database.close()
    return settled


def waiting(person: Mailer) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = person.sure("conflicts", "--json").json["conflicts"]
    return listed


def test_it_is_listed_with_folder_subject_reason_and_what_to_do(refused: Mailer) -> None:
    refused.syncs()

    (row,) = waiting(refused)

    assert (row["folder"], row["title"], row["what"], row["code"]) == ("sent", "Reply to all", "skipped", "E403")
    assert row["fix"] == f"calsync conflicts resolve {row['id']} --retry"
    shown = refused.sure("conflicts", "show", row["id"]).out
    assert "the server does not take it" in shown
    assert "Not with this line in it" in shown


def test_it_blocks_nobody_and_is_not_tried_again_by_itself(refused: Mailer) -> None:
    refused.puts(letter("Another reply"), "sent")

    told = refused.syncs()["mail"]

    assert (told["out"], told["skipped"], sorted(refused.far("Sent"))) == (1, 1, ["Another reply"])
    assert refused.near("sent") == {"Another reply": "S", "Reply to all": "S"}
    refused.settled()


def test_it_is_tried_again_when_a_person_says_so(refused: Mailer) -> None:
    refused.syncs()
    (row,) = waiting(refused)

    refused.sure("conflicts", "resolve", row["id"], "--retry")
    told = refused.syncs()["mail"]

    assert (told["out"], told["skipped"], sorted(refused.far("Sent"))) == (1, 0, ["Reply to all"])
    assert waiting(refused) == []
    refused.settled()


def test_it_is_tried_again_by_a_full_round(refused: Mailer) -> None:
    assert refused.syncs("--full")["mail"]["out"] == 1

    assert waiting(refused) == []


def test_it_is_tried_again_when_it_changes(refused: Mailer) -> None:
    path = refused.file("Reply to all", "sent")
    path.write_bytes(path.read_bytes() + b"Without that line.\n")

    refused.syncs()
    refused.syncs()

    assert sorted(refused.far("Sent")) == ["Reply to all"]
    assert waiting(refused) == []


def test_what_is_left_as_it_is_is_told_no_more(refused: Mailer) -> None:
    refused.syncs()
    (row,) = waiting(refused)

    refused.sure("conflicts", "resolve", row["id"], "--leave")
    told = refused.syncs()

    assert (told["mail"]["skipped"], told["lines"], waiting(refused)) == (0, [], [])
    assert (refused.far("Sent"), sorted(refused.near("sent"))) == ({}, ["Reply to all"])


def test_a_message_has_no_versions_to_choose_from(refused: Mailer) -> None:
    refused.syncs()
    (row,) = waiting(refused)

    ran = refused.sure("conflicts", "resolve", row["id"], "--keep", "local", "--json", codes=(2,))

    assert ran.error == "E001"
    assert "retry, leave" in ran.json["error"]["message"]


def test_one_answer_at_a_time(refused: Mailer) -> None:
    ran = refused.sure("conflicts", "resolve", "w1", "--retry", "--leave", "--json", codes=(2,))

    assert ran.error == "E001"


def test_what_lies_in_a_maildir_and_is_no_message_is_told_once_and_holds_up_nothing(settled: Mailer) -> None:
    os.mkfifo(settled.mail / "inbox" / "new" / "1.pipe")
    (settled.mail / "inbox" / "cur" / os.fsdecode(b"2.\xff:2,S")).write_bytes(b"Subject: x\n\nx\n")
    settled.delivers(letter("News"))

    codes = [settled.types("sync", "-q").code for _ in range(5)]

    assert (codes, any(b"Subject: News" in path.read_bytes() for path in settled.files() if path.is_file())) == (
        [3, 0, 0, 0, 0],
        True,
    )
    told = settled.sure("conflicts", "--json").json["conflicts"]
    assert [row["code"] for row in told] == ["E505", "E505"]
    for path in settled.files():
        if path.name.startswith(("1.pipe", "2.")):
            path.unlink()
    settled.syncs()
    assert settled.sure("conflicts", "--json").json["conflicts"] == []
