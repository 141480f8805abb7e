"""Gmail's words, as values: rows with labels, what folders are for, which labels keep a message out of the archive."""

from __future__ import annotations

import pytest

from calsync_cli.core.mail.nouns import Folder, Role
from calsync_cli.core.mail.roles import suggest
from calsync_cli.core.model import CollectionId, Ref
from calsync_cli.providers.imap.gmail.naming import Special, apart, message_of, ref
from calsync_cli.providers.imap.parse import BrokenError, Line
from calsync_cli.providers.imap.rows import row_of

SPECIAL = Special(all="[Gmail]/Alle", bin="[Gmail]/Bin", junk="[Gmail]/Spam", sent="[Gmail]/Sent", drafts="[Gmail]/D")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (b"()", set()),
        (rb'("\\Inbox" "\\Important" Work)', {b"\\Inbox", b"\\Important", b"Work"}),
        (rb'("a \"b\" (c)" \\Sent)', {b'a "b" (c)', b"\\\\Sent"}),
        (rb'("&BBcENA-" \Starred)', {b"&BBcENA-", b"\\Starred"}),
    ],
)
def test_labels_are_atoms_or_strings(text: bytes, labels: set[bytes]) -> None:
    row = row_of(Line(b"* 3 FETCH (UID 4 X-GM-MSGID 18446744073709551609 X-GM-LABELS " + text + b" FLAGS (\\Seen))"))

    assert row is not None
    assert (row.uid, row.message, row.labels, row.flags) == (4, 18446744073709551609, labels, {"\\Seen"})


def test_labels_may_come_as_literals() -> None:
    row = row_of(Line(b"* 3 FETCH (UID 4 X-GM-LABELS (Work {5}) X-GM-MSGID 18)", [b'a "b"']))

    assert row is not None
    assert (row.message, row.labels) == (18, {b"Work", b'a "b"'})


@pytest.mark.parametrize("text", ["7.18", "msg.", "msg.x", "msg.-1", "msg.\u0661", ""])
def test_what_is_no_number_of_ours_is_none(text: str) -> None:
    assert message_of(Ref(text)) is None


def test_a_number_comes_back_from_its_ref() -> None:
    assert message_of(ref(18446744073709551609)) == 18446744073709551609


@pytest.mark.parametrize(
    ("folder", "label"),
    [
        ("INBOX", "\\inbox"),
        ("[Gmail]/Sent", "\\sent"),
        ("[Gmail]/D", "\\draft"),
        ("[Gmail]/Alle", ""),
        ("[Gmail]/Bin", ""),
        ("Work/Überweg", "work/überweg"),
    ],
)
def test_a_folder_shows_a_label(folder: str, label: str) -> None:
    assert SPECIAL.label(folder) == label


def test_drafts_and_chats_and_what_is_mapped_are_no_archive() -> None:
    assert apart([b"\\Draft"], [])
    assert apart([b"\\Chats"], [])
    assert apart([b"WORK/&ANw-berweg"], ["work/überweg"])
    assert not apart([b"\\Important", b"\\Sent", b"Other"], ["work", "\\inbox"])


def test_what_was_kept_of_the_folders_comes_back_and_nonsense_does_not() -> None:
    assert Special.read(SPECIAL.written()) == SPECIAL
    assert Special.read("") is None
    assert Special.read('{"x": 1}') is None


def test_a_folder_of_marked_messages_is_never_suggested() -> None:
    folders = [
        Folder(CollectionId("INBOX"), Role.INBOX),
        Folder(CollectionId("[Gmail]/Trash"), view=True),
        Folder(CollectionId("[Gmail]/Archief"), view=True),
        Folder(CollectionId("[Gmail]/Alle berichten"), all=True),
    ]

    assert suggest(folders) == {Role.INBOX: "INBOX", Role.ARCHIVE: "[Gmail]/Alle berichten"}


@pytest.mark.parametrize("digits", [20, 21, 5000])
@pytest.mark.parametrize("item", ["UID {}", "UID 4 RFC822.SIZE {}", "UID 4 MODSEQ ({})", "UID 4 X-GM-MSGID {}"])
def test_a_number_larger_than_any_is_no_answer(item: str, digits: int) -> None:
    line = Line(f"* 3 FETCH ({item.format('9' * digits)})".encode())

    with pytest.raises(BrokenError):
        row_of(line)
