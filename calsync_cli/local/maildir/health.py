"""Whether a disk can hold mail: the parts of a Maildir, leave to write there, and names with a colon in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.local.border import opened, refusing, vanished
from calsync_cli.local.disk import REAL, Disk, Written
from calsync_cli.local.maildir.names import COLON, CUR, NEW, TMP
from calsync_cli.local.names import TEMP

Leave = Callable[[Path, int], bool]


def sound(path: Path, leave: Leave = os.access) -> None:
    """Raises E303 where a part of the Maildir is gone, E505 where nothing may be written into it."""
    for part in (path / sub for sub in (CUR, NEW, TMP)):
        if not part.is_dir():
            raise vanished(part)
        if not leave(part, os.R_OK | os.W_OK | os.X_OK):
            raise CalsyncError("E505", "denied", path=str(part), reason="EACCES")


def try_out(root: Path, disk: Disk = REAL) -> None:
    """Make a file as messages are called, durable, and take it away again: FAT and NTFS refuse such names.

    Raises E505.
    """
    name = f"{TEMP}{os.urandom(4).hex()}{COLON}S"
    with refusing(root), opened(root) as folder:
        disk.create(folder, name, b"", mode=0o600, mtime_ns=None)
        try:
            disk.settle([Written(folder, [name])])
            disk.settle_folder(folder)
        finally:
            with suppress(FileNotFoundError):
                disk.unlink(folder, name)
