"""Whether a directory can hold mail: found out by trying, and nothing is left of the trial."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.local.disk import RealDisk
from calsync_cli.local.maildir.health import sound, try_out


class _Fat(RealDisk):
    """No colons in names, as on FAT."""

    def create(self, folder: int, name: str, content: bytes, *, mode: int, mtime_ns: int | None) -> os.stat_result:
        if ":" in name:
            raise OSError(errno.EINVAL, "no")
        return super().create(folder, name, content, mode=mode, mtime_ns=mtime_ns)


class _Forgetful(RealDisk):
    """Directories cannot be made durable."""

    def settle_folder(self, folder: int) -> None:
        raise OSError(errno.EINVAL, "no")


def maildir(path: Path) -> Path:
    for sub in ("cur", "new", "tmp"):
        (path / sub).mkdir(parents=True)
    return path


def test_a_whole_maildir_is_sound(tmp_path: Path) -> None:
    sound(maildir(tmp_path / "inbox"))


def test_one_into_which_nothing_may_be_written_is_not(tmp_path: Path) -> None:
    path = maildir(tmp_path / "inbox")

    with pytest.raises(CalsyncError) as refused:
        sound(path, lambda part, _: part.name != "tmp")

    assert (refused.value.code, refused.value.params["path"]) == ("E505", str(path / "tmp"))


@pytest.mark.parametrize("disk", [_Fat(), _Forgetful()])
def test_a_disk_that_cannot_hold_messages_is_found_out(tmp_path: Path, disk: RealDisk) -> None:
    with pytest.raises(CalsyncError) as refused:
        try_out(tmp_path, disk)

    assert (refused.value.code, refused.value.params["reason"]) == ("E505", "EINVAL")
    assert list(tmp_path.iterdir()) == []


def test_of_one_that_can_nothing_is_left(tmp_path: Path) -> None:
    try_out(tmp_path)

    assert list(tmp_path.iterdir()) == []
