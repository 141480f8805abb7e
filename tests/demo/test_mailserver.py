"""The demonstration's mail server as calsync meets it, and as its witness does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Role
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev
from calsync_cli.core.ops import Create, Mark, Move, Remove, Wrote
from calsync_cli.demo.letters import ARCHIVE, DELETED, FOLDERS, INBOX, LEASE, OFFER, mailbox, question
from calsync_cli.demo.mailserver import PostOffice, posting, ready
from calsync_cli.demo.mailwitness import MailWitness, print_of
from calsync_cli.demo.witness import WentWrong
from calsync_cli.net.http import Login
from calsync_cli.providers.imap.account import ImapAccount, open_imap
from tests.journeys.watching import until

TODAY = date(2026, 11, 20)
BIN = CollectionId(DELETED)


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    """Each test takes messages of its own."""
    place = tmp_path_factory.mktemp("post")
    password = place / "password"
    password.write_text("geheim\n")
    with posting(place / "mail", TODAY, password, keep=False) as process:
        yield ready(process, "geheim")


@pytest.fixture
def account(post: PostOffice) -> Iterator[ImapAccount]:
    opened = open_imap("127.0.0.1", post.port, tls=False, login=Login("anna", lambda: post.password))
    yield opened
    opened.close()


@pytest.fixture
def witness(post: PostOffice) -> MailWitness:
    return MailWitness(post)


def ref_of(account: ImapAccount, folder: str, name: str) -> Ref:
    mailbox_ = account.open(CollectionId(folder))
    seen = [one.ref for page in mailbox_.look(None, frozenset()) for one in page.seen]
    (found,) = [one.ref for one in mailbox_.sketch(seen) if getattr(one, "message_id", "") == f"{name}@example.org"]
    return found


def test_its_folders_say_what_they_are_for(account):
    found = {folder.id: folder.role for folder in account.folders()}

    assert list(found) == list(FOLDERS)
    assert {role for role in found.values() if role} == set(Role)
    assert found[CollectionId("Projecten/Reünie 2027")] is None


def test_messages_come_as_they_are(account):
    wanted = {one.name: one.content for one in mailbox(TODAY) if one.folder == "Sent Items"}
    sent = account.open(CollectionId("Sent Items"))
    refs = [one.ref for page in sent.look(None, frozenset()) for one in page.seen]

    found = [one.content for one in sent.fetch(refs)]

    assert sorted(found) == sorted(wanted.values())


def test_what_is_appended_marked_moved_and_removed_is_there_for_others_too(account, witness):
    inbox = account.open(CollectionId(INBOX), BIN)
    content = b"Message-ID: <mine@example.org>\r\nSubject: mine\r\n\r\n8 bit: \xff \xe9\r\n"

    (made,) = inbox.write([Create(Ref("t"), content, NOBODY, frozenset({"\\Seen"}))])
    (marked,) = inbox.write([Mark(made.ref, Rev(""), frozenset({"\\Flagged"}), frozenset())])
    (moved,) = inbox.write([Move(made.ref, Rev(""), CollectionId(ARCHIVE), Ref(""), NOBODY)])

    assert {type(one) for one in (made, marked, moved)} == {Wrote}
    assert witness.flags(ARCHIVE, "mine") == {"\\Seen", "\\Flagged"}
    assert print_of(content) in witness.prints([ARCHIVE])[ARCHIVE]
    assert not witness.holds(INBOX, "mine")
    (gone,) = account.open(CollectionId(ARCHIVE), BIN).write([Remove(Held(moved.ref, Rev(""), b""), NOBODY)])
    assert isinstance(gone, Wrote)
    assert witness.holds(DELETED, "mine")


def test_its_witness_moves_messages_as_another_program_would(account, witness):
    ref = ref_of(account, ARCHIVE, LEASE)

    witness.moves(LEASE, ARCHIVE, INBOX)

    assert ref_of(account, INBOX, LEASE) != ref
    with pytest.raises(WentWrong, match="missing"):
        witness.moves(LEASE, ARCHIVE, INBOX)


def test_what_arrives_rings_the_bell(account, witness):
    """pymap keeps what came between SELECT and IDLE to itself until the end of IDLE: so messages come until it rings."""
    stop = threading.Event()
    bell = account.bell(stop)
    rings = [next(bell)]
    listening = threading.Thread(target=lambda: rings.append(next(bell)))
    listening.start()

    def rung() -> bool:
        witness.receives(INBOX, question(TODAY))
        return len(rings) > 1

    try:
        until(rung)
        assert rings[1] == INBOX
    finally:
        stop.set()
        listening.join(20)


def test_nobody_else_signs_in(post):
    stranger = open_imap("127.0.0.1", post.port, tls=False, login=Login("anna", lambda: "guess"))

    with pytest.raises(CalsyncError) as caught:
        stranger.folders()

    assert caught.value.code == "E108"


def test_a_message_that_the_story_is_about_is_there(account):
    assert ref_of(account, INBOX, OFFER)


def test_a_server_that_does_not_start_is_said(tmp_path: Path):
    with (
        pytest.raises(CalsyncError) as caught,
        posting(tmp_path / "mail", TODAY, tmp_path / "no-password", keep=False) as process,
    ):
        ready(process, "geheim")

    assert (caught.value.code, caught.value.variant) == ("E402", "refused")
    assert process.poll() is not None
