"""Killed at every command and at every word to the books while mail is archived, put back, labelled and deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.fuse import Fuse, Killed
from tests.google.gmailbox import FREE, Home, letter
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import INBOX, subject_of

NAMES = ("away", "back", "gone", "web away", "web back", "web gone", "both", "binned", "stays")


@contextlib.contextmanager
def scene(place: Path) -> Iterator[Home]:
    """On each side something is archived, put back and deleted, and something new comes."""
    server = GmailServer().start()
    gmail = server.gmail
    for name in NAMES:
        gmail.deliver(letter(name), *((INBOX, "Work") if name == "both" else () if "back" in name else (INBOX,)))
    person = Home(place, server)
    person.settles()
    person.carries("away", "archive")
    person.carries("back", "inbox", "archive")
    person.carries("binned", "deleted")
    person.carries("both", "archive", "work")
    person.file("gone").unlink()
    person.puts(letter("new here"))
    gmail.archive("web away")
    gmail.label("web back", INBOX)
    gmail.trash("web gone")
    gmail.deliver(letter("new there"), INBOX, "Work")
    yield person
    server.stop()


def outcome(person: Home) -> dict[str, list[str]]:
    person.settles()
    person.agrees()
    return person.all_here()


@pytest.mark.parametrize("step", [13, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_anywhere_and_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], step: int) -> None:
    with scene(tmp_path / "whole") as person:
        person.on_call = fuse = Fuse()
        person.sync(limit=FREE)
        points = range(0, len(fuse.passed), step)
        wanted = outcome(person)
    blown = 0

    for at in points:
        with scene(tmp_path / str(at)) as person:
            person.on_call = fuse = Fuse(blow_at=at)
            with contextlib.suppress(Killed):
                person.sync(limit=FREE)
            person.on_call = lambda _: None
            person.database.close()
            person.open()
            blown += fuse.blown

            assert outcome(person) == wanted, at
            there = {subject_of(one.content) for one in person.gmail.mails.values()}
            assert there == {*NAMES, "new here", "new there"}, at
            assert set(person.server.bodies.values()) <= {1, 2}, at

    with capsys.disabled():
        print(f" {blown} of {len(points)} kill points", end="")
    assert blown == len(points)
