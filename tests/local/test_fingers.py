"""The quick look: the same versions as a look of a sync, and a seal that only the very same directory has."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.local.fingers import Fingers, fingers
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import event
from tests.local.test_vdir_look import aged, looked


def quick(root: Path) -> Fingers:
    return fingers(root, clock=time.time)


def crowded(root: Path) -> None:
    """Files of every kind that a directory can hold."""
    for name in ("a.ics", "Ünïcode.ics", "two\nlines.ics", ".hidden.ics", "note.txt", ".calsync-x.tmp"):
        aged(root / name, event(name))
    (root / "folder.ics").mkdir()
    (root / "dangling.ics").symlink_to("nowhere")
    (root / "linked.ics").symlink_to("a.ics")
    (root / os.fsdecode(b"\xff.ics")).write_bytes(event("x"))


def test_it_sees_what_a_look_sees(vdir: Vdir, root: Path) -> None:
    crowded(root)

    page, found = looked(vdir), quick(root)

    assert dict(found) == {seen.ref: seen.rev for seen in page.seen}
    assert found.unreadable == len(page.unreadable) == 3


def test_an_empty_directory_is_like_itself(root: Path) -> None:
    assert quick(root) == quick(root)
    assert quick(root).seal != ""


def changed(path: Path) -> None:
    aged(path, event("other"))


def touched(path: Path) -> None:
    os.utime(path, (1_700_000_001, 1_700_000_001))


def replaced(path: Path) -> None:
    aged(path.with_suffix(".tmp"), path.read_bytes())
    path.with_suffix(".tmp").rename(path)


def another(path: Path) -> None:
    aged(path.with_name("another.ics"), event("another"))


@pytest.mark.parametrize("act", [changed, touched, replaced, another, Path.unlink])
def test_a_seal_breaks_with_any_change(root: Path, act: Callable[[Path], None]) -> None:
    aged(root / "a.ics", event("a"))
    aged(root / "b.ics", event("b"))
    before = quick(root)

    act(root / "a.ics")

    assert before.seal != ""
    assert quick(root).seal not in {"", before.seal}


def test_while_a_file_is_young_there_is_no_seal_and_its_version_is_no_other(root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))

    first, second = quick(root), quick(root)

    assert (first.seal, second.seal) == ("", "")
    assert dict(first) != dict(second)


def test_a_directory_that_is_gone_is_told(root: Path) -> None:
    root.rmdir()

    with pytest.raises(CalsyncError) as error:
        quick(root)

    assert error.value.code == "E303"
