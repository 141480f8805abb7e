"""Reading files: an answer for each, and none that is half of something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Held, Missing, Ref, Unreadable
from calsync_cli.local import reading
from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import event, mere_mortal

A = Ref("a.ics")


def test_each_ref_is_answered_once_and_in_order(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))
    (root / "c.ics").write_bytes(event("c"))

    found = list(vdir.fetch([A, Ref("b.ics"), Ref("c.ics")]))

    assert [(type(answer), answer.ref) for answer in found] == [(Held, "a.ics"), (Missing, "b.ics"), (Held, "c.ics")]


def test_bytes_come_as_they_are(vdir: Vdir, root: Path) -> None:
    raw = event("a").replace(b"one", b"\xff\xfe\x00 caf\xe9\r\n")
    (root / "a.ics").write_bytes(raw)

    (held,) = vdir.fetch([A])

    assert isinstance(held, Held)
    assert held.content == raw


def test_a_file_without_permission_is_unreadable(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))
    (root / "a.ics").chmod(0)

    with mere_mortal():
        found = list(vdir.fetch([A]))

    assert found == [Unreadable(A, "E505", "EACCES")]


def test_a_file_of_more_than_ten_megabytes_is_unreadable(vdir: Vdir, root: Path) -> None:
    with (root / "a.ics").open("wb") as file:
        file.truncate(reading.MAX_BYTES + 1)

    assert list(vdir.fetch([A])) == [Unreadable(A, "E505", "too-big")]


def test_a_fifo_does_not_hang_the_fetch(vdir: Vdir, root: Path) -> None:
    os.mkfifo(root / "a.ics")

    assert list(vdir.fetch([A])) == [Unreadable(A, "E505", "not-a-file")]


def test_a_dangling_symlink_is_unreadable_not_missing(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").symlink_to("nowhere")

    assert list(vdir.fetch([A])) == [Unreadable(A, "E505", "ENOENT")]


def test_a_symlink_is_read(vdir: Vdir, root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(event("a"))
    (root / "a.ics").symlink_to(tmp_path / "elsewhere")

    (held,) = vdir.fetch([A])

    assert isinstance(held, Held)
    assert held.content == event("a")


@pytest.mark.parametrize(
    "ref", ["../secret.ics", "/etc/passwd", "sub/a.ics", ".hidden.ics", "", ".ics", "a\0.ics", "displayname"]
)
def test_a_ref_never_leads_out_of_the_directory(vdir: Vdir, root: Path, ref: str) -> None:
    (root.parent / "secret.ics").write_bytes(event("secret"))
    (root / "displayname").write_bytes(b"Work")

    assert list(vdir.fetch([Ref(ref)])) == [Missing(Ref(ref))]


def test_nothing_is_missing_while_the_directory_is(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))
    answers = vdir.fetch([A, A])
    next(answers)
    (root / "a.ics").unlink()
    root.rmdir()

    with pytest.raises(CalsyncError) as told:
        next(answers)

    assert told.value.code == "E303"


def test_nothing_is_missing_where_another_directory_took_the_place(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))
    answers = vdir.fetch([A, Ref("b.ics")])
    next(answers)
    root.rename(root.with_name("moved"))
    root.mkdir()

    with pytest.raises(CalsyncError) as told:
        next(answers)

    assert told.value.code == "E303"


def test_a_file_written_to_while_it_is_read_is_read_again(
    vdir: Vdir, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a.ics").write_bytes(event("a", "one"))
    real, writes = reading._content, [event("a", "two, and longer")]

    def content(fd: int, st: os.stat_result) -> bytes:
        read = real(fd, st)
        while writes:
            (root / "a.ics").write_bytes(writes.pop())
        return read

    monkeypatch.setattr(reading, "_content", content)

    (held,) = vdir.fetch([A])

    assert isinstance(held, Held)
    assert held.content == event("a", "two, and longer")


def test_a_file_that_never_stands_still_is_unreadable(vdir: Vdir, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "a.ics").write_bytes(event("a"))
    real = reading._content

    def content(fd: int, st: os.stat_result) -> bytes:
        with (root / "a.ics").open("ab") as file:
            file.write(b"x")
        return real(fd, st)

    monkeypatch.setattr(reading, "_content", content)

    assert list(vdir.fetch([A])) == [Unreadable(A, "E505", "changing")]


@pytest.mark.parametrize("half", [b"", event("a")[:40], event("a")[:-10]])
def test_half_a_file_is_not_believed_while_it_is_young(root: Path, attic: Attic, half: bytes) -> None:
    now = 1_800_000_000.0
    (root / "a.ics").write_bytes(half)
    os.utime(root / "a.ics", (now, now))

    (young,) = Vdir(root, attic, clock=lambda: now + 1).fetch([A])
    (old,) = Vdir(root, attic, clock=lambda: now + 3).fetch([A])

    assert young == Unreadable(A, "", "unfinished")
    assert isinstance(old, Held)
    assert old.content == half


def test_a_whole_file_is_believed_at_once(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))

    (held,) = vdir.fetch([A])

    assert isinstance(held, Held)
