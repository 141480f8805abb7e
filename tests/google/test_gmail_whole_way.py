"""One sign-in with Google, and Gmail behind it: by a token, with the folders that Gmail has."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.google.gmailbox import letter
from tests.google.person import Googler
from tests.servers.dovecot import Dovecot
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import DUTCH, INBOX, TRASH, subject_of


@pytest.fixture
def gmail() -> Iterator[GmailServer]:
    made = GmailServer(DUTCH).start()
    made.gmail.deliver(letter("Lunch"), INBOX)
    made.gmail.deliver(letter("Old"))
    yield made
    made.stop()


@pytest.fixture
def person(newcomer: Googler, gmail: GmailServer, tmp_path: Path) -> Googler:
    """Mail and calendar at Google."""
    world = replace(newcomer.world, dovecot=cast("Dovecot", gmail))
    return Googler(tmp_path / "both", email=newcomer.email, world=world)


def test_mail_comes_by_the_token_of_the_one_sign_in_and_goes_where_gmail_keeps_it(
    person: Googler, gmail: GmailServer
) -> None:
    person.connects()
    person.sure("map-folders", "--auto")
    person.sure("sync", "--only", "mail")
    gmail.gmail.archive("Lunch")
    person.sure("sync", "--only", "mail")
    _file(person, "archive", "Old").unlink()
    person.sure("sync", "--only", "mail")

    assert _here(person, "archive") == ["Lunch"]
    assert gmail.gmail.named("Old").place == TRASH
    assert {_said(line) for line in gmail.asked("AUTHENTICATE")} == {f"user={person.email}"}
    assert not gmail.asked("LOGIN")


def _said(line: bytes) -> str:
    """Whom a sign-in by token names."""
    words = line.split()
    assert words[1] == b"XOAUTH2"
    return base64.b64decode(words[2]).split(b"\1")[0].decode()


def _files(person: Googler, folder: str) -> list[Path]:
    return sorted(path for path in (person.home / "mail" / person.email / folder).glob("[cn]*/*") if path.is_file())


def _here(person: Googler, folder: str) -> list[str]:
    return [subject_of(path.read_bytes()) for path in _files(person, folder)]


def _file(person: Googler, folder: str, subject: str) -> Path:
    (found,) = [path for path in _files(person, folder) if subject_of(path.read_bytes()) == subject]
    return found
