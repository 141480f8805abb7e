"""The bell of the mail rings for what mail programs do, and is silent about our own deeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev
from calsync_cli.core.ops import Create, Mark, Move, Remove
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir
from tests.local.listening import Listener
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import deliver, letter

A, B = Ref("a"), Ref("b")
SENT = CollectionId("sent")


@pytest.fixture
def sent(mail: Maildirs) -> Maildir:
    return mail.create(SENT)


@pytest.fixture
def listener(mail: Maildirs, sent: Maildir) -> Iterator[Listener]:
    listener = Listener(mail.bell)
    yield listener
    listener.end()


def test_it_rings_for_the_maildir_that_changed(inbox: Maildir, archive: Maildir, listener: Listener) -> None:
    deliver(archive, "new/a")
    first = listener.next()
    (archive.path / "new" / "a").rename(inbox.path / "cur" / "a:2,S")
    moved = {listener.next(), listener.next()}

    assert first == ARCHIVE
    assert moved == {INBOX, ARCHIVE}


def test_its_own_deeds_are_silent_and_anothers_right_after_ring(
    inbox: Maildir, sent: Maildir, listener: Listener
) -> None:
    deliver(inbox, "tmp/half")
    done = [
        *inbox.write([Create(A, letter("a"), NOBODY), Create(B, letter("b"), NOBODY, frozenset({SEEN}))]),
        *inbox.write([Mark(A, Rev(""), frozenset({FLAGGED}), frozenset())]),
        *inbox.write([Move(A, Rev(""), ARCHIVE, A, NOBODY)]),
        *inbox.write([Remove(Held(B, Rev(""), b""), NOBODY)]),
    ]

    deliver(sent, "cur/c:2,S")

    assert len(done) == 5
    assert listener.next() == SENT


def test_what_is_done_to_our_own_file_right_after_rings(inbox: Maildir, archive: Maildir, listener: Listener) -> None:
    list(inbox.write([Create(A, letter("a"), NOBODY)]))

    (inbox.path / "new" / "a").rename(archive.path / "cur" / "a:2,S")

    assert ARCHIVE in listener.until(ARCHIVE)


def test_what_another_of_its_kind_writes_is_silent_if_they_share_an_echo(
    mail: Maildirs, sent: Maildir, archive: Maildir
) -> None:
    echo = Echo()
    attic = Attic(mail.root.parent / "attic")
    listener = Listener(Maildirs(mail.root, attic, echo=echo).bell)
    writer = Maildirs(mail.root, attic, echo=echo).open(INBOX)

    list(writer.write([Create(A, letter("a"), NOBODY)]))
    deliver(sent, "new/b")

    assert listener.next() == SENT
    listener.end()


def test_a_bell_that_ends_late_does_not_make_the_next_one_hear_our_own_deeds(mail: Maildirs, sent: Maildir) -> None:
    echo = Echo()
    dirs = Maildirs(mail.root, Attic(mail.root.parent / "attic"), echo=echo)
    old, new = Listener(dirs.bell), Listener(dirs.bell)
    old.end()

    list(dirs.open(INBOX).write([Create(A, letter("a"), NOBODY)]))
    deliver(sent, "new/b")

    assert new.next() == SENT
    new.end()


def test_it_rings_for_a_new_maildir(mail: Maildirs, listener: Listener) -> None:
    other = Maildirs(mail.root, Attic(mail.root.parent / "attic"))

    other.create(CollectionId("lists/python"))

    assert listener.next() in {None, "lists/python"}


def test_a_root_that_goes_and_comes_back_is_watched_again(
    mail: Maildirs, inbox: Maildir, listener: Listener, tmp_path: Path
) -> None:
    mail.root.rename(tmp_path / "elsewhere")
    listener.until(None)
    mail.create(INBOX)

    listener.until(INBOX, lambda number: deliver(inbox, f"new/a{number}"))


def test_it_is_silent_about_tmp_and_what_is_hidden(inbox: Maildir, sent: Maildir, listener: Listener) -> None:
    (inbox.path / "tmp" / "a").write_bytes(b"half")
    (inbox.path / ".calsync").write_bytes(b"x")
    (inbox.path.parent / ".notmuch").mkdir()
    (inbox.path.parent / ".notmuch" / "lock").write_bytes(b"x")
    deliver(sent, "new/a")

    assert listener.next() == SENT


def test_it_follows_a_maildir_that_is_a_symlink(mail: Maildirs, tmp_path: Path) -> None:
    elsewhere = Maildirs(tmp_path / "elsewhere", Attic(tmp_path / "attic")).create(CollectionId("old"))
    (mail.root / "linked").symlink_to(elsewhere.path)
    listener = Listener(mail.bell)

    deliver(elsewhere, "new/a")

    assert listener.next() == "linked"
    listener.end()


# ── what it knows of our own deeds ───────────────────────────────────────────────────────────────────────────────


def test_what_nobody_reported_for_a_minute_is_forgotten() -> None:
    now = [0.0]
    echo = Echo(lambda: now[0])
    with echo.heard():
        echo.made("inbox/new/a")
        echo.made("inbox/new/b")
        heard = echo.ours("inbox/new/b", there=True)

        now[0] = 61.0

        assert heard
        assert not echo.ours("inbox/new/a", there=True)


def test_nothing_is_remembered_while_nobody_listens() -> None:
    echo = Echo()

    echo.made("inbox/new/a")

    assert not echo.ours("inbox/new/a", there=True)


def test_a_deed_is_one_deed() -> None:
    echo = Echo()
    with echo.heard():
        echo.renamed("inbox/new/a", "inbox/cur/a:2,S")

        told = [
            echo.ours("inbox/new/a", there=True),
            echo.ours("inbox/new/a", there=False),
            echo.ours("inbox/new/a", there=False),
        ]

    assert told == [False, True, False]
