"""The Maildirs of an account: made, glanced at, and named."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import SEEN
from calsync_cli.core.model import CollectionId, Ref
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir
from calsync_cli.local.meta import marker, set_marker
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import calm, deliver, seen
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


def test_the_disk_is_asked_nothing_by_opening(tmp_path: Path, attic: Attic) -> None:
    Maildirs(tmp_path / "nowhere", attic).open(INBOX)

    assert not os.path.lexists(tmp_path / "nowhere")
