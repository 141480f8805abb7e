"""The Maildirs of an account: made, glanced at, named, and watched."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev
from calsync_cli.core.ops import Create, Mark, Move, Remove
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir
from calsync_cli.local.meta import marker, set_marker
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import calm, deliver, letter, seen
from tests.local.near_doubles import TestDisk

PATIENCE = 20.0
A, B = Ref("a"), Ref("b")


def test_a_new_maildir_is_whole_and_private(mail: Maildirs) -> None:
    made = mail.create(CollectionId("Lists/python"))

    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.path.iterdir()} == {
        "cur": 0o700,
        "new": 0o700,
        "tmp": 0o700,
    }
    assert seen(made) == {}


def test_a_maildir_that_is_there_is_left_as_it_is(mail: Maildirs, inbox: Maildir) -> None:
    deliver(inbox, "cur/a:2,S")
    inbox.path.chmod(0o755)

    again = mail.create(INBOX)

    assert seen(again) == {"a": {SEEN}}
    assert stat.S_IMODE(again.path.stat().st_mode) == 0o755


def test_a_new_maildir_is_durable_up_to_the_root(tmp_path: Path, attic: Attic) -> None:
    disk = TestDisk()
    root = tmp_path / "mail"

    Maildirs(root, attic, disk=disk).create(CollectionId("a/b"))

    assert disk.calls == [("settle_folder", (str(path),)) for path in (root / "a" / "b", root / "a", root)]


def test_a_maildir_bears_the_same_marker_as_a_calendar(mail: Maildirs, inbox: Maildir) -> None:
    set_marker(inbox.path, "who")

    assert marker(inbox.path) == "who"
    assert seen(inbox) == {}


@pytest.mark.parametrize("name", ["", "..", "../x", "/etc", "a/../b", ".git", "inbox/cur", "a//b", "nul\0"])
def test_what_names_no_maildir_below_the_root_is_refused(mail: Maildirs, name: str) -> None:
    with pytest.raises(CalsyncError) as told:
        mail.open(CollectionId(name))

    assert told.value.code == "E209"


def test_a_folder_gets_a_directory_unlike_those_given_out(mail: Maildirs) -> None:
    first = mail.directory("Work/Old")

    assert (first, mail.directory("work/old", [first])) == ("Work/Old", "work/old-2")


def test_every_maildir_below_the_root_is_listed_whoever_made_it(mail: Maildirs, tmp_path: Path) -> None:
    mail.create(CollectionId("lists/python"))
    theirs = Maildirs(tmp_path / "elsewhere", Attic(tmp_path / "attic")).create(CollectionId("old"))
    (mail.root / "linked").symlink_to(theirs.path)
    (mail.root / "notes").mkdir()
    (mail.root / "half" / "cur").mkdir(parents=True)
    (mail.root / ".hidden" / "cur").mkdir(parents=True)
    (mail.root / "file").touch()

    assert [folder.id for folder in mail.folders()] == ["archive", "inbox", "linked", "lists/python"]


def test_no_list_is_made_of_a_root_that_is_gone(mail: Maildirs, tmp_path: Path) -> None:
    mail.root.rename(tmp_path / "elsewhere")

    with pytest.raises(CalsyncError) as told:
        mail.folders()

    assert told.value.code == "E303"


# ── at a glance ──────────────────────────────────────────────────────────────────────────────────────────────────


def rev(mail: Maildirs) -> str:
    (glance,) = mail.glance([INBOX])
    return glance.rev


def test_a_maildir_at_rest_looks_the_same_at_a_glance(mail: Maildirs, inbox: Maildir) -> None:
    deliver(inbox, "new/a")
    calm(inbox)

    before = rev(mail)
    seen(inbox)

    assert before
    assert rev(mail) == before


@pytest.mark.parametrize("sub", ["new", "cur"])
def test_a_maildir_that_changed_a_moment_ago_is_told_by_no_rev(mail: Maildirs, inbox: Maildir, sub: str) -> None:
    calm(inbox)

    (inbox.path / sub / "a").touch()

    assert rev(mail) == ""


def opened(inbox: Maildir) -> None:
    (inbox.path / "new" / "a").rename(inbox.path / "cur" / "a:2,S")


def flagged(inbox: Maildir) -> None:
    (inbox.path / "cur" / "b:2,S").rename(inbox.path / "cur" / "b:2,FS")


def deleted(inbox: Maildir) -> None:
    (inbox.path / "cur" / "b:2,S").unlink()


def delivered(inbox: Maildir) -> None:
    deliver(inbox, "new/c")


@pytest.mark.parametrize("deed", [opened, flagged, deleted, delivered])
def test_whatever_a_mail_program_does_shows_at_a_glance(
    tmp_path: Path, attic: Attic, deed: Callable[[Maildir], None]
) -> None:
    mail = Maildirs(tmp_path / "mail", attic, clock=lambda: time.time() + 3600)
    inbox = mail.create(INBOX)
    deliver(inbox, "new/a")
    deliver(inbox, "cur/b:2,S")
    calm(inbox)
    before = rev(mail)

    deed(inbox)

    assert before
    assert rev(mail) not in {before, ""}


def test_a_maildir_that_is_gone_is_an_error_at_a_glance(mail: Maildirs, inbox: Maildir) -> None:
    (inbox.path / "cur").rmdir()

    with pytest.raises(CalsyncError) as told:
        mail.glance([ARCHIVE, INBOX])

    assert told.value.code == "E303"


# ── the bell ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Listener:
    """Rings collected in a thread."""

    def __init__(self, mail: Maildirs) -> None:
        self.rings: SimpleQueue[CollectionId | None] = SimpleQueue()
        self.stop = Event()
        self.thread = Thread(target=self._listen, args=(mail,), daemon=True)
        self.thread.start()

    def _listen(self, mail: Maildirs) -> None:
        for ring in mail.bell(self.stop):
            self.rings.put(ring)

    def next(self) -> CollectionId | None:
        return self.rings.get(timeout=PATIENCE)

    def ready(self, box: Maildir) -> None:
        """Deliver until it rings (when the watches are set is not told), then let what still rings ring out."""
        deadline = time.monotonic() + PATIENCE
        for n in range(1000):
            assert time.monotonic() < deadline
            deliver(box, f"new/ready{n}")
            try:
                self.rings.get(timeout=0.5)
                break
            except Empty:
                continue
        while True:
            try:
                self.rings.get(timeout=1.0)
            except Empty:
                return


@pytest.fixture
def listener(mail: Maildirs, inbox: Maildir) -> Iterator[Listener]:
    listener = Listener(mail)
    listener.ready(inbox)
    yield listener
    listener.stop.set()
    listener.thread.join(PATIENCE)
    assert not listener.thread.is_alive()


def test_it_rings_for_the_maildir_that_changed(inbox: Maildir, archive: Maildir, listener: Listener) -> None:
    deliver(archive, "new/a")
    first = listener.next()
    (archive.path / "new" / "a").rename(inbox.path / "cur" / "a:2,S")
    moved = {listener.next(), listener.next()}

    assert first == ARCHIVE
    assert moved == {INBOX, ARCHIVE}


def test_its_own_deeds_are_silent_and_anothers_right_after_ring(
    mail: Maildirs, inbox: Maildir, archive: Maildir, listener: Listener
) -> None:
    deliver(inbox, "tmp/half")
    done = [
        *inbox.write([Create(A, letter("a"), NOBODY), Create(B, letter("b"), NOBODY, frozenset({SEEN}))]),
        *inbox.write([Mark(A, Rev(""), frozenset({FLAGGED}), frozenset())]),
        *inbox.write([Move(A, Rev(""), ARCHIVE, A, NOBODY)]),
        *inbox.write([Remove(Held(B, Rev(""), b""), NOBODY)]),
    ]

    with pytest.raises(Empty):
        listener.rings.get(timeout=1.5)
    (archive.path / "cur" / "a:2,F").rename(archive.path / "cur" / "a:2,FS")

    assert len(done) == 5
    assert listener.next() == ARCHIVE


def test_what_another_of_its_kind_writes_is_silent_if_they_share_an_echo(mail: Maildirs, archive: Maildir) -> None:
    echo = Echo()
    attic = Attic(mail.root.parent / "attic")
    listener = Listener(Maildirs(mail.root, attic, echo=echo))
    listener.ready(archive)
    writer = Maildirs(mail.root, attic, echo=echo).open(INBOX)

    list(writer.write([Create(A, letter("a"), NOBODY)]))
    deliver(archive, "new/b")
    heard = listener.next()
    listener.stop.set()
    listener.thread.join(PATIENCE)

    assert heard == ARCHIVE


def test_it_rings_for_a_new_maildir(mail: Maildirs, listener: Listener) -> None:
    other = Maildirs(mail.root, Attic(mail.root.parent / "attic"))

    other.create(CollectionId("lists/python"))

    assert listener.next() in {None, "lists/python"}


def test_a_root_that_goes_and_comes_back_is_watched_again(
    mail: Maildirs, inbox: Maildir, listener: Listener, tmp_path: Path
) -> None:
    mail.root.rename(tmp_path / "elsewhere")
    mail.create(INBOX)
    while listener.next() is not None:
        continue

    listener.ready(inbox)

    assert listener.thread.is_alive()


def test_it_is_silent_about_tmp_and_what_is_hidden(inbox: Maildir, archive: Maildir, listener: Listener) -> None:
    (inbox.path / "tmp" / "a").write_bytes(b"half")
    (inbox.path / ".calsync").write_bytes(b"x")
    (inbox.path.parent / ".notmuch").mkdir()
    (inbox.path.parent / ".notmuch" / "lock").write_bytes(b"x")
    deliver(archive, "new/a")

    assert listener.next() == ARCHIVE


def test_it_follows_a_maildir_that_is_a_symlink(mail: Maildirs, inbox: Maildir, tmp_path: Path) -> None:
    elsewhere = Maildirs(tmp_path / "elsewhere", Attic(tmp_path / "attic")).create(CollectionId("old"))
    (mail.root / "linked").symlink_to(elsewhere.path)
    listener = Listener(mail)
    listener.ready(inbox)

    deliver(elsewhere, "new/a")
    heard = listener.next()
    listener.stop.set()
    listener.thread.join(PATIENCE)

    assert heard == "linked"


def test_what_nobody_reported_for_a_minute_is_forgotten() -> None:
    now = [0.0]
    echo = Echo(lambda: now[0])
    echo.listening = True
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
    echo.listening = True
    echo.renamed("inbox/new/a", "inbox/cur/a:2,S")

    told = [
        echo.ours("inbox/new/a", there=True),
        echo.ours("inbox/new/a", there=False),
        echo.ours("inbox/new/a", there=False),
    ]

    assert told == [False, True, False]


def test_the_disk_is_asked_nothing_by_opening(tmp_path: Path, attic: Attic) -> None:
    Maildirs(tmp_path / "nowhere", attic).open(INBOX)

    assert not os.path.lexists(tmp_path / "nowhere")
