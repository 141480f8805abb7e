"""The one place where errors of the file system become errors that a user can meet."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calsync_cli.core.errors import CalsyncError

VARIANTS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EROFS: "readonly",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
}
"""Why the disk said no; whatever is not named here is "io"."""


def reason(error: OSError) -> str:
    """The error's symbol (ENOSPC): the same in every language, and without the file's name."""
    return errno.errorcode.get(error.errno or 0, "EIO")


def refused(error: OSError, path: Path) -> CalsyncError:
    """E505: the disk refuses; what was asked of `path` is not done."""
    variant = VARIANTS.get(error.errno or 0, "io")
    return CalsyncError("E505", variant, path=os.fspath(path), reason=reason(error))


def vanished(path: Path) -> CalsyncError:
    """E303: a directory that ought to be there is not; its absence says nothing about the items in it."""
    return CalsyncError("E303", "directory", path=os.fspath(path))


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn every error of the operating system into E505 about `path`."""
    try:
        yield
    except OSError as error:
        raise refused(error, path) from error


@contextmanager
def border(path: Path) -> Iterator[None]:
    """Turn what the operating system raises about the directory `path` into CalsyncError."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as gone:
        raise vanished(path) from gone
    except OSError as error:
        raise refused(error, path) from error


def private_folder(path: Path) -> None:
    """Make a directory and those above it that are missing, for the user's eyes only. Raises OSError."""
    missing = [path, *path.parents]
    for folder in reversed(missing[: next(n for n, above in enumerate(missing) if above.exists())]):
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A directory held open: names are looked up in this very directory, whatever happens to its path."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def opened_in(folder: int, name: str) -> Iterator[int]:
    """A directory below one that is held open."""
    found = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        yield found
    finally:
        os.close(found)
