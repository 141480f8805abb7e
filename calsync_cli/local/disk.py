"""The deeds that change a directory, one method each, so that tests can record, interrupt and refuse every one."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Protocol

_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS})
_FEW = 8


@dataclass(frozen=True, slots=True)
class Written:
    """Files of one directory whose contents must reach the disk."""

    folder: int
    names: Sequence[str]


class Disk(Protocol):
    """What a batch of writes asks of the operating system. Folders are open directories."""

    def create(self, folder: int, name: str, content: bytes, *, mode: int, mtime_ns: int | None) -> os.stat_result:
        """Make a file that was not there."""

    def link(self, folder: int, name: str, into: int, entry: str) -> None:
        """Give the very file (a symlink itself, never its target) a second name."""

    def rename(self, folder: int, name: str, to: str) -> None:
        """Rename within a directory, over whatever is there."""

    def claim(self, folder: int, name: str, to: str) -> None:
        """Rename within a directory; FileExistsError where something is there."""

    def swap(self, folder: int, name: str, other: str) -> bool:
        """Exchange two names in one step; False where the file system cannot."""

    def unlink(self, folder: int, name: str) -> None:
        """Take a name away."""

    def settle(self, written: Sequence[Written]) -> None:
        """Come back when the contents are durable: the one barrier of a batch."""

    def settle_folder(self, folder: int) -> None:
        """Come back when the names in a directory are durable."""


@dataclass(frozen=True, slots=True)
class RealDisk:
    """The operating system itself."""

    def create(self, folder: int, name: str, content: bytes, *, mode: int, mtime_ns: int | None) -> os.stat_result:
        """Make a file that was not there."""
        fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode, dir_fd=folder)
        try:
            _write_all(fd, content)
            if mtime_ns is not None:
                os.utime(fd, ns=(mtime_ns, mtime_ns))
            return os.fstat(fd)
        except OSError:
            os.unlink(name, dir_fd=folder)
            raise
        finally:
            os.close(fd)

    def link(self, folder: int, name: str, into: int, entry: str) -> None:
        """Give the very file a second name."""
        os.link(name, entry, src_dir_fd=folder, dst_dir_fd=into, follow_symlinks=False)

    def rename(self, folder: int, name: str, to: str) -> None:
        """Rename within a directory, over whatever is there."""
        os.rename(name, to, src_dir_fd=folder, dst_dir_fd=folder)

    def claim(self, folder: int, name: str, to: str) -> None:
        """Rename; FileExistsError where something is there."""
        linux = _linux()
        if not linux.renameat2(folder, name, to, linux.NOREPLACE):
            _claim_by_link(folder, name, to)

    def swap(self, folder: int, name: str, other: str) -> bool:
        """Exchange two names; False where the file system cannot."""
        linux = _linux()
        return bool(linux.renameat2(folder, name, other, linux.EXCHANGE))

    def unlink(self, folder: int, name: str) -> None:
        """Take a name away."""
        os.unlink(name, dir_fd=folder)

    def settle(self, written: Sequence[Written]) -> None:
        """A few files are synced one by one, many by one syncfs (Linux; elsewhere in threads)."""
        linux = _linux()
        many = sum(len(batch.names) for batch in written) > _FEW
        if not (many and all(linux.syncfs(batch.folder) for batch in written)):
            _sync_each(written)

    def settle_folder(self, folder: int) -> None:
        """Sync one directory."""
        os.fsync(folder)


REAL = RealDisk()


@cache
def _linux() -> ModuleType:
    # imported here: ctypes is for writing alone; and once, for an import costs something each time
    from calsync_cli.local import linux

    return linux


def _write_all(fd: int, content: bytes) -> None:
    done = os.write(fd, content)
    while done < len(content):  # a disk that fills up takes a part first
        done += os.write(fd, content[done:])


def _claim_by_link(folder: int, name: str, to: str) -> None:
    """link(2) never replaces; file systems without links (FAT) are left with a look before the rename."""
    try:
        os.link(name, to, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _claim_by_looking(folder, name, to)
    else:
        os.unlink(name, dir_fd=folder)


def _claim_by_looking(folder: int, name: str, to: str) -> None:
    try:
        os.lstat(to, dir_fd=folder)
    except FileNotFoundError:
        os.rename(name, to, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), to)


def _sync_each(written: Sequence[Written]) -> None:
    jobs = [(batch.folder, name) for batch in written for name in batch.names]
    if len(jobs) <= 1:
        for job in jobs:
            _sync_file(job)
        return
    # imported here: only writing pays for it
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        for _ in threads.map(_sync_file, jobs):
            pass


def _sync_file(job: tuple[int, str]) -> None:
    folder, name = job
    fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW, dir_fd=folder)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
