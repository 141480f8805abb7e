"""Writing items: guarded by what is there, whole or not at all, and nothing touched without need."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Op, Remove, Stale, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import TestDisk, bodies, event, mere_mortal, refusing_at

A, B = Ref("a.ics"), Ref("b.ics")


def one(vdir: Vdir, op: Op) -> Done:
    (done,) = vdir.write([op])
    return done


def held(vdir: Vdir, ref: Ref) -> Held:
    (found,) = vdir.fetch([ref])
    assert isinstance(found, Held)
    return found


def stamp(path: Path) -> tuple[int, int]:
    st = path.stat()
    return st.st_mtime_ns, st.st_ino


def test_a_created_file_is_there_with_its_rev(vdir: Vdir, root: Path) -> None:
    done = one(vdir, Create(A, event("a"), NOBODY))

    assert isinstance(done, Wrote)
    assert (held(vdir, A).content, held(vdir, A).rev) == (event("a"), done.rev)
    assert [path.name for path in root.iterdir()] == ["a.ics"]


def test_a_create_never_overwrites(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(b"theirs")

    done = one(vdir, Create(A, event("a"), NOBODY))

    assert done == Stale(A)
    assert bodies(root) == {b"theirs"}


def test_a_create_does_not_overwrite_a_dangling_symlink_nor_write_through_it(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").symlink_to(root.parent / "target")

    done = one(vdir, Create(A, event("a"), NOBODY))

    assert done == Stale(A)
    assert not (root.parent / "target").exists()


def test_an_edit_replaces_and_keeps_what_was_there(vdir: Vdir, root: Path, attic: Attic) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))

    done = one(vdir, Edit(held(vdir, A), event("a", "two"), NOBODY))

    assert isinstance(done, Wrote)
    assert bodies(root) == {event("a", "two")}
    assert attic.read(done.kept) == event("a", "one")


def test_an_edit_is_guarded_by_its_base(vdir: Vdir, root: Path, attic: Attic) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))
    base = held(vdir, A)
    (root / "a.ics").write_bytes(event("a", "theirs"))

    done = one(vdir, Edit(base, event("a", "two"), NOBODY))

    assert done == Stale(A)
    assert bodies(root) == {event("a", "theirs")}
    assert attic.entries() == []


def test_an_edit_of_what_is_gone_is_stale(vdir: Vdir) -> None:
    assert one(vdir, Edit(Held(A, Rev("1;2;3"), b"x"), event("a"), NOBODY)) == Stale(A)


def test_a_file_that_was_only_touched_is_still_the_base(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))
    base = held(vdir, A)
    os.utime(root / "a.ics", (1_700_000_000, 1_700_000_000))

    done = one(vdir, Edit(base, event("a", "two"), NOBODY))

    assert isinstance(done, Wrote)
    assert bodies(root) == {event("a", "two")}


def test_an_edit_to_what_is_there_already_touches_nothing(vdir: Vdir, root: Path, attic: Attic) -> None:
    (root / "a.ics").write_bytes(event("a"))
    os.utime(root / "a.ics", (1_700_000_000, 1_700_000_000))
    before, folder = stamp(root / "a.ics"), stamp(root)

    done = one(vdir, Edit(held(vdir, A), event("a"), NOBODY))

    assert done == Wrote(A, held(vdir, A).rev)
    assert (stamp(root / "a.ics"), stamp(root)) == (before, folder)
    assert attic.entries() == []


def test_an_edit_that_another_program_made_already_is_done(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))
    base = held(vdir, A)
    (root / "a.ics").write_bytes(event("a", "two"))
    before = stamp(root / "a.ics")

    done = one(vdir, Edit(base, event("a", "two"), NOBODY))

    assert isinstance(done, Wrote)
    assert stamp(root / "a.ics") == before


def test_a_removed_file_lies_in_the_attic(vdir: Vdir, root: Path, attic: Attic) -> None:
    (root / "a.ics").write_bytes(event("a"))

    done = one(vdir, Remove(held(vdir, A), NOBODY))

    assert isinstance(done, Wrote)
    assert done.rev == ""
    assert attic.read(done.kept) == event("a")
    assert list(root.iterdir()) == []


def test_removing_what_is_gone_is_done(vdir: Vdir) -> None:
    assert one(vdir, Remove(Held(A, Rev("1;2;3"), b"x"), NOBODY)) == Wrote(A, Rev(""))


def test_a_removal_is_guarded_by_its_base(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))
    base = held(vdir, A)
    (root / "a.ics").write_bytes(event("a", "theirs"))

    assert one(vdir, Remove(base, NOBODY)) == Stale(A)
    assert bodies(root) == {event("a", "theirs")}


def test_a_symlink_is_replaced_and_its_target_left_alone(vdir: Vdir, root: Path, attic: Attic) -> None:
    target = root.parent / "target"
    target.write_bytes(event("a", "one"))
    (root / "a.ics").symlink_to(target)

    done = one(vdir, Edit(held(vdir, A), event("a", "two"), NOBODY))

    assert isinstance(done, Wrote)
    assert not (root / "a.ics").is_symlink()
    assert (target.read_bytes(), bodies(root)) == (event("a", "one"), {event("a", "two")})
    assert attic.read(done.kept) == event("a", "one")


def test_a_removed_symlink_leaves_its_target(vdir: Vdir, root: Path) -> None:
    target = root.parent / "target"
    target.write_bytes(event("a"))
    (root / "a.ics").symlink_to(target)

    done = one(vdir, Remove(held(vdir, A), NOBODY))

    assert isinstance(done, Wrote)
    assert target.read_bytes() == event("a")
    assert list(root.iterdir()) == []


def test_ops_on_one_file_in_one_batch_are_done_one_after_another(vdir: Vdir, root: Path, attic: Attic) -> None:
    first, second = event("a", "one"), event("a", "two")
    base = Held(A, Rev("unknown"), first)

    done = list(
        vdir.write(
            [
                Create(A, first, NOBODY),
                Edit(base, second, NOBODY),
                Create(A, first, NOBODY),
                Remove(replace(base, content=second), NOBODY),
                Create(A, first, NOBODY),
            ]
        )
    )

    assert [type(answer) for answer in done] == [Wrote, Wrote, Stale, Wrote, Wrote]
    assert bodies(root) == {first}
    assert bodies(attic.root) == {first, second}


def test_one_bad_name_does_not_stop_the_others(vdir: Vdir, root: Path) -> None:
    long = Ref("x" * 300 + ".ics")

    done = list(
        vdir.write([Create(A, event("a"), NOBODY), Create(long, event("x"), NOBODY), Create(B, event("b"), NOBODY)])
    )

    assert [type(answer) for answer in done] == [Wrote, Denied, Wrote]
    assert done[1] == Denied(long, "E505", "ENAMETOOLONG")
    assert sorted(path.name for path in root.iterdir()) == ["a.ics", "b.ics"]


@pytest.mark.parametrize("ref", ["../out.ics", "/out.ics", "sub/out.ics", ".hidden.ics", ".ics", "", "out", "a\0.ics"])
def test_a_ref_that_is_no_name_here_is_denied(vdir: Vdir, root: Path, ref: str) -> None:
    base = Held(Ref(ref), Rev(""), b"")

    done = list(vdir.write([Create(base.ref, b"x", NOBODY), Edit(base, b"x", NOBODY), Remove(base, NOBODY)]))

    assert done == [Denied(base.ref, "E505", "name")] * 3
    assert [path.name for path in root.parent.iterdir()] == ["work"]


def test_flags_and_moves_are_not_for_files(vdir: Vdir) -> None:
    mark = Mark(A, Rev("1"), frozenset({"seen"}), frozenset())
    move = Move(A, Rev("1"), CollectionId("other"), A, NOBODY)

    assert list(vdir.write([mark, move])) == [Denied(A, "E505", "unsupported")] * 2


@pytest.mark.parametrize(
    ("folder", "umask", "mode"),
    [(0o700, 0o022, 0o600), (0o755, 0o022, 0o644), (0o770, 0o007, 0o660), (0o777, 0o077, 0o600)],
)
def test_a_new_file_is_no_more_open_than_its_directory_and_the_umask(
    vdir: Vdir, root: Path, folder: int, umask: int, mode: int
) -> None:
    root.chmod(folder)
    before = os.umask(umask)
    try:
        list(vdir.write([Create(A, event("a"), NOBODY)]))
    finally:
        os.umask(before)

    assert (root / "a.ics").stat().st_mode & 0o777 == mode


def test_an_edited_file_keeps_its_mode_and_its_old_version_is_private(vdir: Vdir, root: Path, attic: Attic) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))
    (root / "a.ics").chmod(0o664)

    done = one(vdir, Edit(held(vdir, A), event("a", "two"), NOBODY))

    assert isinstance(done, Wrote)
    assert (root / "a.ics").stat().st_mode & 0o777 == 0o664
    assert attic.path(done.kept).stat().st_mode & 0o777 == 0o600
    assert attic.path(done.kept).parent.stat().st_mode & 0o777 == 0o700


def test_an_attic_on_another_file_system_gets_copies(root: Path, tmp_path: Path) -> None:
    attic = Attic(tmp_path / "attic", disk=TestDisk(links=False))
    vdir = Vdir(root, attic)
    list(vdir.write([Create(A, event("a"), NOBODY), Create(B, event("b", "one"), NOBODY)]))

    done = list(vdir.write([Remove(held(vdir, A), NOBODY), Edit(held(vdir, B), event("b", "two"), NOBODY)]))

    assert all(isinstance(answer, Wrote) and answer.kept for answer in done)
    assert bodies(root) == {event("b", "two")}
    assert bodies(attic.root) == {event("a"), event("b", "one")}


def test_a_file_system_that_cannot_exchange_names_renames(root: Path, attic: Attic) -> None:
    vdir = Vdir(root, attic, disk=TestDisk(swaps=False))
    list(vdir.write([Create(A, event("a", "one"), NOBODY)]))

    done = one(vdir, Edit(held(vdir, A), event("a", "two"), NOBODY))

    assert isinstance(done, Wrote)
    assert attic.read(done.kept) == event("a", "one")
    assert [path.read_bytes() for path in root.iterdir()] == [event("a", "two")]


def test_writing_to_a_missing_directory_is_e303(vdir: Vdir, root: Path) -> None:
    root.rmdir()

    with pytest.raises(CalsyncError) as told:
        one(vdir, Create(A, event("a"), NOBODY))

    assert told.value.code == "E303"


def test_a_directory_that_may_not_be_written_is_e505(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))
    base = held(vdir, A)
    root.chmod(0o500)

    for op in (Create(B, event("b"), NOBODY), Edit(base, event("a", "two"), NOBODY), Remove(base, NOBODY)):
        with mere_mortal(), pytest.raises(CalsyncError) as told:
            one(vdir, op)
        assert (told.value.code, told.value.variant, told.value.params["path"]) == ("E505", "denied", str(root))

    root.chmod(0o700)
    assert [path.name for path in root.iterdir()] == ["a.ics"]


def test_a_protected_file_in_a_good_directory_is_denied_alone(root: Path, attic: Attic) -> None:
    disk = TestDisk()
    vdir = Vdir(root, attic, disk=disk)
    list(vdir.write([Create(A, event("a"), NOBODY), Create(B, event("b"), NOBODY)]))
    bases = [held(vdir, A), held(vdir, B)]
    first_rename = len(disk.calls)
    disk.before = refusing_at(first_rename, 1)  # EPERM: an immutable file (chattr +i)

    done = list(vdir.write([Remove(base, NOBODY) for base in bases]))

    assert [type(answer) for answer in done] == [Denied, Wrote]
    assert bodies(root) == {event("a")}


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_the_system_cuts_off_leaves_nothing_behind(vdir: Vdir, root: Path, attic: Attic) -> None:
    list(vdir.write([Create(A, event("a", "one"), NOBODY)]))
    base = held(vdir, A)
    small, large = event("b"), event("a", "x" * 5000)

    with files_no_larger_than(1000), pytest.raises(CalsyncError) as told:
        list(vdir.write([Create(B, small, NOBODY), Edit(base, large, NOBODY)]))

    assert (told.value.code, told.value.variant, told.value.params["reason"]) == ("E505", "full", "EFBIG")
    assert [path.read_bytes() for path in root.iterdir()] == [event("a", "one")]
    assert attic.entries() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    point = tmp_path / "small"
    point.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", point], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(
            "a small file system can be mounted by root alone; RLIMIT_FSIZE and refused calls are tested anyway"
        )
    yield point
    subprocess.run(["umount", point], check=True)


def test_a_full_disk_takes_the_batch_or_nothing_of_it(small_disk: Path) -> None:
    attic = Attic(small_disk / "attic")
    vdir = Vdir(small_disk / "work", attic)
    vdir.root.mkdir()
    list(vdir.write([Create(A, event("a"), NOBODY)]))
    base = held(vdir, A)

    with pytest.raises(CalsyncError) as told:
        list(vdir.write([Edit(base, event("a", "two"), NOBODY), Create(B, event("b", "x" * 70_000), NOBODY)]))
    again = one(vdir, Edit(base, event("a", "two"), NOBODY))

    assert (told.value.code, told.value.variant, told.value.params["reason"]) == ("E505", "full", "ENOSPC")
    assert isinstance(again, Wrote)
    assert [path.name for path in vdir.root.iterdir()] == ["a.ics"]
    assert bodies(attic.root) == {event("a")}
