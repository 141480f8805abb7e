"""The stand-in for Gmail, judged by imapclient, whose functions for Gmail were written against Gmail, and by mbsync."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient, imapclient

from tests.google.gmailbox import Home, letter
from tests.programs import needed
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import INBOX, RUSSIAN, TRASH


@pytest.fixture
def server() -> Iterator[GmailServer]:
    made = GmailServer(RUSSIAN).start()
    for subject in ("a", "b", "c"):
        made.gmail.deliver(letter(subject), INBOX)
    made.gmail.deliver(letter("w"), INBOX, "Work")
    yield made
    made.stop()


@pytest.fixture
def client(server: GmailServer) -> Iterator[IMAPClient]:
    made = IMAPClient("127.0.0.1", server.port, ssl=False)
    made.login("me@gmail.com", "pw")
    made.select_folder("INBOX")
    yield made
    made.logout()


def test_special_folders_are_found_by_their_attributes_whatever_the_language(client: IMAPClient) -> None:
    found = [client.find_special_folder(use) for use in (imapclient.ALL, imapclient.TRASH, imapclient.SENT)]

    assert found == [RUSSIAN["all"], RUSSIAN["trash"], RUSSIAN["sent"]]


def test_labels_are_told_but_that_of_the_open_folder(client: IMAPClient, server: GmailServer) -> None:
    labels = client.get_gmail_labels([1, 4])
    client.add_gmail_labels([1], ["Work"])

    assert labels == {1: [], 4: ["Work"]}
    assert server.gmail.named("a").labels == {INBOX, "Work"}


def test_gmails_own_search_and_the_number_find_a_message(client: IMAPClient, server: GmailServer) -> None:
    by_words = client.gmail_search("subject:w")
    by_number = client.search(["X-GM-MSGID", str(server.gmail.named("b").id)])

    assert (by_words, by_number) == ([4], [2])


def test_a_message_has_one_number_in_all_folders(client: IMAPClient) -> None:
    here = client.fetch([4], ["X-GM-MSGID"])[4][b"X-GM-MSGID"]
    client.select_folder("Work")

    assert client.fetch(client.search(), ["X-GM-MSGID"])[1][b"X-GM-MSGID"] == here


def test_moving_to_all_mail_archives_and_moving_to_the_bin_leaves_every_folder(
    client: IMAPClient, server: GmailServer
) -> None:
    client.move([2], RUSSIAN["all"])
    client.move([4], RUSSIAN["trash"])

    assert server.gmail.named("b").labels == set()
    assert (server.gmail.named("w").place, client.search()) == (TRASH, [1, 3])


def test_copying_out_of_all_mail_adds_a_label(client: IMAPClient, server: GmailServer) -> None:
    server.gmail.archive("a")
    client.select_folder(RUSSIAN["all"])
    client.copy([1], "INBOX")

    assert server.gmail.named("a").labels == {INBOX}
    assert len(client.search()) == 4


@pytest.mark.parametrize(("behaviour", "place"), [("archive", "mail"), ("trash", TRASH), ("deleteForever", None)])
def test_expunging_does_what_the_account_is_set_to(
    client: IMAPClient, server: GmailServer, behaviour: str, place: str | None
) -> None:
    server.gmail.behaviour = behaviour

    client.delete_messages([1])

    found = [one.place for one in server.gmail.mails.values() if b"Subject: a" in one.content]
    assert found == ([place] if place else [])


def test_a_second_copy_of_a_message_is_not_stored(client: IMAPClient, server: GmailServer) -> None:
    client.append("Work", letter("a"))

    assert len(server.gmail.mails) == 4
    assert server.gmail.named("a").labels == {INBOX, "Work"}


def test_a_folder_cut_short_shows_its_newest(client: IMAPClient, server: GmailServer) -> None:
    server.gmail.max_folder_size = 2

    client.select_folder("INBOX")

    assert client.search() == [3, 4]


def test_changes_are_told_by_their_modseq(client: IMAPClient, server: GmailServer) -> None:
    client.fetch([1], ["MODSEQ"])
    highest = client.folder_status("INBOX", "HIGHESTMODSEQ")[b"HIGHESTMODSEQ"]
    server.gmail.flag("c", "\\Flagged")

    assert list(client.fetch(client.search(), ["FLAGS"], [f"CHANGEDSINCE {highest}"])) == [3]


MBSYNC = """\
IMAPAccount there
Host 127.0.0.1
Port {port}
User me
Pass pw
SSLType None
AuthMechs PLAIN

IMAPStore far
Account there

MaildirStore near
Path {root}/
Inbox {root}/inbox
SubFolders Verbatim

Channel inbox
Far :far:
Near :near:
Sync Pull
SyncState {root}/.inbox

Channel work
Far :far:Work
Near :near:work
Sync Pull
SyncState {root}/.work
"""


def test_a_maildir_that_mbsync_fetched_is_adopted_and_nothing_is_fetched_again(
    server: GmailServer, tmp_path: Path
) -> None:
    program = needed("mbsync", "isync")
    person = Home(tmp_path, server, {"inbox": "INBOX", "work": "Work"}, sync=False)
    config = tmp_path / "mbsyncrc"
    config.write_text(MBSYNC.format(port=server.port, root=person.mail))
    subprocess.run([program, "-c", config, "-q", "inbox", "work"], check=True, capture_output=True, timeout=60)
    before = server.bodies.total()

    person.settles()

    assert (before, server.bodies.total()) == (5, 5)
    person.agrees()
