"""Writing: a message appears whole, flags and moves are one rename, what is removed lies in the attic."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import ANSWERED, FLAGGED, SEEN
from calsync_cli.core.model import NO_FLAGS, NOBODY, CollectionId, Flags, Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Edit, Mark, Move, Remove, Stale, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import bodies, deliver, held, letter, lines, names, one, seen
from tests.local.near_doubles import TestDisk, mere_mortal, refusing_at

A, B = Ref("a"), Ref("b")


def mark(*add: str, drop: Flags = NO_FLAGS) -> Mark:
    return Mark(A, Rev(""), frozenset(add), drop)


def removal(box: Maildir, ref: str = "a") -> Remove:
    found = held(box, ref)
    return Remove(Held(found.ref, found.rev, b"", found.flags), NOBODY)


# ── new messages ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_without_flags_is_new(inbox: Maildir) -> None:
    done = one(inbox, Create(A, letter("a"), NOBODY))

    assert isinstance(done, Wrote)
    assert names(inbox) == {"new/a"}
    assert held(inbox, "a") == Held(A, done.rev, letter("a"), NO_FLAGS)


def test_a_message_with_flags_is_in_cur_with_their_letters(inbox: Maildir) -> None:
    one(inbox, Create(A, letter("a"), NOBODY, frozenset({SEEN, FLAGGED, "$Label1"})))

    assert names(inbox) == {"cur/a:2,FS"}


def test_a_message_has_the_time_of_its_arrival_and_no_news_in_it(inbox: Maildir) -> None:
    done = one(inbox, Create(A, letter("a"), NOBODY, date=1_000_000_000.9))

    assert isinstance(done, Wrote)
    assert (inbox.path / "new/a").stat().st_mtime == 1_000_000_000
    assert held(inbox, "a").date == 1_000_000_000
    assert [line.rev for line in lines(inbox)] == [done.rev]


@pytest.mark.parametrize("date", [-5.0, 0.0, 1e13, float("nan")])
def test_a_time_that_is_none_is_now(inbox: Maildir, date: float) -> None:
    now = Path(inbox.path).stat().st_mtime

    one(inbox, Create(A, letter("a"), NOBODY, date=date))

    assert (inbox.path / "new/a").stat().st_mtime >= now - 5


def test_bytes_are_written_as_they_are(inbox: Maildir) -> None:
    content = b"From x\r\nA: \xe9\0\r\n\nlone\rreturn\r\r\nno end"

    one(inbox, Create(A, content, NOBODY))

    assert bodies(inbox.path) == [content]


def test_where_a_colon_cannot_be_another_sign_is_written(tmp_path: Path, attic: Attic) -> None:
    inbox = Maildirs(tmp_path / "mail", attic, colon=";2,").create(INBOX)

    one(inbox, Create(A, letter("a"), NOBODY, frozenset({SEEN})))

    assert names(inbox) == {"cur/a;2,S"}
    assert seen(inbox) == {"a": {SEEN}}


@pytest.mark.parametrize("there", ["new/a", "cur/a:2,", "cur/a:2,FS", "cur/a;2,S"])
def test_a_base_name_that_is_there_is_never_taken_again(inbox: Maildir, there: str) -> None:
    deliver(inbox, there, b"theirs")

    assert one(inbox, Create(A, letter("a"), NOBODY)) == Stale(A)
    assert bodies(inbox.path) == [b"theirs"]


def test_a_name_that_came_up_meanwhile_is_not_overwritten(inbox: Maildir) -> None:
    seen(inbox)
    deliver(inbox, "new/a", b"theirs")

    assert one(inbox, Create(A, letter("a"), NOBODY)) == Stale(A)
    assert bodies(inbox.path) == [b"theirs"]


@pytest.mark.parametrize("ref", ["", "../x", "a:2,S", ".a", "x" * 250, "a\0"])
def test_what_cannot_be_a_base_name_is_denied(inbox: Maildir, ref: str) -> None:
    assert one(inbox, Create(Ref(ref), letter("a"), NOBODY)) == Denied(Ref(ref), "E505", "name")
    assert names(inbox) == set()


def test_given_out_names_can_be_written(inbox: Maildir) -> None:
    refs = [inbox.new_ref("<any@thing>") for _ in range(3)]

    done = list(inbox.write([Create(ref, letter(ref), NOBODY) for ref in refs]))

    assert [one.ref for one in done if isinstance(one, Wrote)] == refs
    assert seen(inbox).keys() == set(refs)


def test_messages_are_no_more_open_than_their_maildir(mail: Maildirs, inbox: Maildir, archive: Maildir) -> None:
    archive.path.chmod(0o755)
    mask = os.umask(0o022)
    try:
        one(inbox, Create(A, letter("a"), NOBODY))
        one(archive, Create(A, letter("a"), NOBODY))
    finally:
        os.umask(mask)

    modes = [stat.S_IMODE((box.path / "new" / "a").stat().st_mode) for box in (inbox, archive)]
    assert modes == [0o600, 0o644]


def test_an_empty_tmp_that_some_program_took_away_is_made_again(inbox: Maildir) -> None:
    (inbox.path / "tmp").rmdir()

    assert isinstance(one(inbox, Create(A, letter("a"), NOBODY)), Wrote)
    assert stat.S_IMODE((inbox.path / "tmp").stat().st_mode) == 0o700


def test_a_message_is_never_edited(inbox: Maildir) -> None:
    deliver(inbox, "new/a")

    assert one(inbox, Edit(held(inbox, "a"), b"x", NOBODY)) == Denied(A, "E505", "unsupported")


# ── flags ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("there", "op", "wanted"),
    [
        ("new/a", mark(SEEN), "cur/a:2,S"),
        ("cur/a", mark(SEEN), "cur/a:2,S"),
        ("cur/a:2,RS", mark(FLAGGED, drop=frozenset({SEEN})), "cur/a:2,FR"),
        ("cur/a:2,S", mark(drop=frozenset({SEEN})), "cur/a:2,"),
        ("cur/a;2,S", mark(ANSWERED), "cur/a;2,RS"),
        ("cur/a!2,S", mark(ANSWERED), "cur/a!2,RS"),
        ("cur/a:2,Sbz", mark(FLAGGED), "cur/a:2,FSbz"),
    ],
)
def test_flags_are_one_rename(inbox: Maildir, there: str, op: Mark, wanted: str) -> None:
    deliver(inbox, there)
    (before,) = lines(inbox)

    done = one(inbox, op)

    assert done == Wrote(A, before.rev)
    assert names(inbox) == {wanted}
    assert bodies(inbox.path) == [letter("a")]


@pytest.mark.parametrize(
    ("there", "op"),
    [
        ("new/a", mark(drop=frozenset({SEEN}))),
        ("new/a", mark("$Label1")),
        ("cur/a:2,SF", mark(SEEN)),
        ("cur/a:2,S", mark(drop=frozenset({FLAGGED}))),
    ],
)
def test_nothing_is_renamed_where_nothing_changes(tmp_path: Path, attic: Attic, there: str, op: Mark) -> None:
    disk = TestDisk()
    inbox = Maildirs(tmp_path / "mail", attic).create(INBOX)
    deliver(inbox, there)

    done = one(Maildirs(tmp_path / "mail", attic, disk=disk).open(INBOX), op)

    assert isinstance(done, Wrote)
    assert disk.calls == []
    assert names(inbox) == {there}


def test_a_message_that_was_renamed_meanwhile_gets_the_flag_beside_theirs(inbox: Maildir) -> None:
    path = deliver(inbox, "new/a")
    seen(inbox)
    path.rename(inbox.path / "cur" / "a:2,S")

    one(inbox, mark(FLAGGED))

    assert names(inbox) == {"cur/a:2,FS"}


def test_flags_of_what_is_gone_are_stale(inbox: Maildir) -> None:
    path = deliver(inbox, "new/a")
    seen(inbox)
    path.unlink()

    assert one(inbox, mark(SEEN)) == Stale(A)


# ── removing ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("to_bin", [True, False])
def test_a_removed_message_lies_in_the_attic(inbox: Maildir, attic: Attic, to_bin: bool) -> None:
    deliver(inbox, "cur/a:2,S")
    found = held(inbox, "a")

    done = one(inbox, Remove(Held(A, found.rev, b""), NOBODY, to_bin=to_bin))

    assert isinstance(done, Wrote)
    assert done.kept.endswith(".eml")
    assert attic.read(done.kept) == letter("a")
    assert stat.S_IMODE(attic.path(done.kept).stat().st_mode) == 0o600
    assert names(inbox) == set()


def test_removing_what_is_gone_is_done_and_keeps_nothing(inbox: Maildir, attic: Attic) -> None:
    assert one(inbox, Remove(Held(A, Rev("1;2"), b""), NOBODY)) == Wrote(A, Rev(""))
    assert attic.entries() == []


def test_a_draft_that_was_edited_meanwhile_stays(inbox: Maildir, attic: Attic) -> None:
    path = deliver(inbox, "cur/a:2,D")
    op = removal(inbox)
    path.write_bytes(letter("a", "more words"))

    assert one(inbox, op) == Stale(A)
    assert names(inbox) == {"cur/a:2,D"}
    assert attic.entries() == []


def test_a_message_that_was_only_flagged_meanwhile_goes_and_the_attic_has_it(inbox: Maildir, attic: Attic) -> None:
    path = deliver(inbox, "cur/a:2,")
    op = removal(inbox)
    path.rename(inbox.path / "cur" / "a:2,F")

    assert isinstance(one(inbox, op), Wrote)
    assert bodies(attic.root) == [letter("a")]


def test_the_attic_keeps_a_copy_where_a_file_cannot_have_two_names(tmp_path: Path) -> None:
    disk = TestDisk(links=False)
    attic = Attic(tmp_path / "attic", disk=disk, suffix=".eml")
    inbox = Maildirs(tmp_path / "mail", attic).create(INBOX)
    deliver(inbox, "cur/a:2,S")

    done = one(inbox, removal(inbox))

    assert isinstance(done, Wrote)
    assert attic.read(done.kept) == letter("a")


def test_of_a_message_that_is_a_link_what_it_points_to_is_kept_and_stays(
    inbox: Maildir, attic: Attic, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").write_bytes(letter("a"))
    (inbox.path / "cur" / "a:2,S").symlink_to(tmp_path / "elsewhere")

    done = one(inbox, removal(inbox))

    assert isinstance(done, Wrote)
    assert attic.read(done.kept) == letter("a")
    assert (tmp_path / "elsewhere").read_bytes() == letter("a")
    assert names(inbox) == set()


def test_a_copy_under_the_same_base_name_goes_too(inbox: Maildir, attic: Attic) -> None:
    deliver(inbox, "new/a")
    deliver(inbox, "cur/a:2,S")

    one(inbox, removal(inbox))

    assert names(inbox) == set()
    assert bodies(attic.root) == [letter("a")]


def test_of_two_messages_under_one_base_name_none_is_removed(inbox: Maildir, attic: Attic) -> None:
    deliver(inbox, "new/a", letter("one"))
    deliver(inbox, "cur/a:2,S", letter("two"))
    seen(inbox)

    assert one(inbox, Remove(Held(A, Rev(""), b""), NOBODY)) == Stale(A)
    assert bodies(inbox.path) == sorted([letter("one"), letter("two")])
    assert attic.entries() == []


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("there", ["new/a", "cur/a:2,FS", "cur/a;2,S"])
def test_a_move_is_a_rename_that_keeps_name_and_flags(inbox: Maildir, archive: Maildir, there: str) -> None:
    inode = deliver(inbox, there).stat().st_ino
    (before,) = lines(inbox)

    done = one(inbox, Move(A, before.rev, ARCHIVE, A, NOBODY))

    assert done == Wrote(A, before.rev)
    assert (names(inbox), names(archive)) == (set(), {there})
    assert (archive.path / there).stat().st_ino == inode
    assert [(line.ref, line.rev) for line in lines(archive)] == [(A, before.rev)]


def test_a_move_may_give_another_base_name(inbox: Maildir, archive: Maildir) -> None:
    deliver(inbox, "cur/a:2,S")

    done = one(inbox, Move(A, Rev(""), ARCHIVE, B, NOBODY))

    assert done.ref == B
    assert names(archive) == {"cur/b:2,S"}


def test_a_move_that_was_made_before_is_done(inbox: Maildir, archive: Maildir) -> None:
    deliver(archive, "cur/a:2,S")

    assert one(inbox, Move(A, Rev("1;2"), ARCHIVE, A, NOBODY)) == Wrote(A, Rev("1;2"))


def test_a_move_of_what_is_nowhere_is_stale(inbox: Maildir) -> None:
    assert one(inbox, Move(A, Rev("1;2"), ARCHIVE, A, NOBODY)) == Stale(A)


def test_a_move_never_overwrites(inbox: Maildir, archive: Maildir) -> None:
    deliver(inbox, "cur/a:2,S")
    deliver(archive, "cur/a:2,S", b"theirs")

    assert one(inbox, Move(A, Rev(""), ARCHIVE, A, NOBODY)) == Stale(A)
    assert bodies(inbox.path, archive.path) == sorted([letter("a"), b"theirs"])


@pytest.mark.parametrize(("to", "why"), [("nowhere", "E303"), ("../inbox", "E505"), ("cur", "E505"), ("", "E505")])
def test_a_move_to_where_no_maildir_is_leaves_the_message(inbox: Maildir, to: str, why: str) -> None:
    deliver(inbox, "cur/a:2,S")

    done = one(inbox, Move(A, Rev(""), CollectionId(to), A, NOBODY))

    assert isinstance(done, Denied)
    assert done.why == why
    assert names(inbox) == {"cur/a:2,S"}


def test_to_another_file_system_a_message_is_carried(tmp_path: Path, attic: Attic) -> None:
    mail = Maildirs(tmp_path / "mail", attic)
    inbox, archive = mail.create(INBOX), mail.create(ARCHIVE)
    deliver(inbox, "cur/a:2,S")
    disk = TestDisk(before=refusing_at(0, errno.EXDEV))

    done = one(Maildirs(mail.root, attic, disk=disk).open(INBOX), Move(A, Rev(""), ARCHIVE, A, NOBODY))

    assert isinstance(done, Wrote)
    assert (names(inbox), names(archive)) == (set(), {"cur/a:2,S"})
    assert held(archive, "a") == Held(A, done.rev, letter("a"), frozenset({SEEN}))
    assert disk.verbs == ["claim", "create", "settle", "claim", "settle_folder", "unlink", "settle_folder"]


# ── batches and refusals ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_batch_may_do_several_things_to_one_message(inbox: Maildir, archive: Maildir) -> None:
    ops = [
        Create(A, letter("a"), NOBODY),
        mark(SEEN),
        Move(A, Rev(""), ARCHIVE, A, NOBODY),
        Create(A, letter("again"), NOBODY),
    ]

    done = list(inbox.write(ops))

    assert [type(one) for one in done] == [Wrote] * 4
    assert (names(inbox), names(archive)) == ({"new/a"}, {"cur/a:2,S"})


def test_the_store_knows_what_it_wrote_without_counting_again(inbox: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(inbox)
    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", forbidden)
        list(inbox.write([Create(A, letter("a"), NOBODY), mark(SEEN)]))
        found = held(inbox, "a")
        done = one(inbox, Remove(found, NOBODY))

    assert isinstance(done, Wrote)


def forbidden(folder: object) -> None:
    raise AssertionError(folder)


def unplugged(inbox: Maildir) -> None:
    inbox.path.rename(inbox.path.parent / "elsewhere")


def without_cur(inbox: Maildir) -> None:
    (inbox.path / "cur").rename(inbox.path.parent / "elsewhere")


@pytest.mark.parametrize("away", [unplugged, without_cur])
def test_nothing_is_written_into_a_maildir_that_is_gone(inbox: Maildir, away: Callable[[Maildir], None]) -> None:
    away(inbox)

    with pytest.raises(CalsyncError) as told:
        one(inbox, Create(A, letter("a"), NOBODY))

    assert told.value.code == "E303"


def test_a_maildir_that_may_not_be_written_is_an_error(inbox: Maildir) -> None:
    (inbox.path / "tmp").chmod(0o500)

    with mere_mortal(), pytest.raises(CalsyncError) as told:
        one(inbox, Create(A, letter("a"), NOBODY))

    assert (told.value.code, told.value.variant) == ("E505", "denied")
