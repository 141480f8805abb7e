"""What was displaced: whole .ics files by day, for `calsync undo` and for whoever looks with a file manager.

The layout is ROOT/2026-11-24/101530-name-1f2e3d4c.ics; an entry is known by its path below the root; a
message ends in .eml. Directories are 0700, files 0600. The day and time are in the name because a displaced file keeps
its own mtime.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from calsync_cli.local.border import border, opened, private_folder, refusing
from calsync_cli.local.disk import REAL, Disk, Written
from calsync_cli.local.names import SUFFIX, hint

_COPY = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS})
"""Where a file cannot have a second name: another file system, none with links, or another owner's file."""

_PART = ".part"
"""What a kill left half written; no entry, but pruned like one."""

_STAMP = "%Y-%m-%d/%H%M%S"


@dataclass(frozen=True, slots=True)
class Entry:
    """One displaced file or calendar directory."""

    name: str
    at: datetime
    size: int


class Attic:
    """One account's attic."""

    def __init__(
        self, root: Path, *, clock: Callable[[], float] = time.time, disk: Disk = REAL, suffix: str = SUFFIX
    ) -> None:
        self.root = root
        self._suffix = suffix
        self._clock = clock
        self._disk = disk

    def keep(self, content: bytes, *, name_hint: str) -> str:
        """Put bytes away, durable on return; the entry's name comes back."""
        return self.keep_all([(name_hint, content)])[0]

    def keep_all(self, bodies: Sequence[tuple[str, bytes]]) -> list[str]:
        """Put (name hint, bytes) away, all durable on return; the entries' names come back."""
        with refusing(self.root):
            entries = [self.put(content, name_hint=hint) for hint, content in bodies]
            self.settle(entries, entries)
            return entries

    def put(self, content: bytes, *, name_hint: str) -> str:
        """Like keep, but durable only after the caller's own barrier; raises OSError."""
        day, name = self._new(name_hint)
        part = name.removesuffix(self._suffix) + _PART
        with opened(self._day(day)) as folder:
            self._disk.create(folder, part, content, mode=0o600, mtime_ns=None)
            self._disk.rename(folder, part, name)
        return f"{day}/{name}"

    def link(self, folder: int, name: str) -> str | None:
        """Give the very file a second name in here; None where that cannot be (then copy it). Raises OSError."""
        day, entry = self._new(name)
        try:
            with opened(self._day(day)) as into:
                self._disk.link(folder, name, into, entry)
        except OSError as error:
            if error.errno not in _COPY:
                raise
            return None
        return f"{day}/{entry}"

    def own(self, entry: str) -> None:
        """The entry has no other name any more: nobody else needs to read it."""
        with suppress(OSError):  # the directory is 0700 as it is
            self.path(entry).chmod(0o600)

    def settle(self, entries: Collection[str], copied: Collection[str]) -> None:
        """The names of entries are durable on return, and the bytes of those that are copies. Raises OSError."""
        for day in sorted({entry.split("/")[0] for entry in entries}):
            with opened(self.root / day) as folder:
                copies = [entry.split("/")[1] for entry in copied if entry.startswith(day)]
                if copies:
                    self._disk.settle([Written(folder, copies)])
                self._disk.settle_folder(folder)

    def take_folder(self, folder: Path) -> str:
        """Move a whole directory in here: renamed, or copied and removed where it lies on another file system."""
        day, name = self._new(folder.name)
        entry = f"{day}/{name.removesuffix(self._suffix)}"
        with border(folder):
            _move_folder(folder, self._day(day) / entry.split("/")[1])
            _settle_path(self._disk, folder.parent)
            _settle_path(self._disk, self.root / day)
        return entry

    def read(self, entry: str) -> bytes:
        """The bytes of an entry. FileNotFoundError where there is none."""
        return self.path(entry).read_bytes()

    def head(self, entry: str, octets: int = 16_384) -> bytes:
        """The first octets of an entry: a message's header is seldom longer."""
        with self.path(entry).open("rb") as file:
            return file.read(octets)

    def path(self, entry: str) -> Path:
        """Where an entry lies. ValueError for what never was an entry's name."""
        day, slash, name = entry.partition("/")
        if not slash or _at(day, name) is None or "/" in name:
            raise ValueError(entry)
        return self.root / day / name

    def drop(self, entry: str) -> None:
        """Forget an entry; one that is gone already is no error."""
        path = self.path(entry)
        with refusing(path):
            if path.is_dir() and not path.is_symlink():
                import shutil  # here: it costs 5 ms, and whole directories are rare

                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def entries(self) -> list[Entry]:
        """All entries, oldest first."""
        return [entry for entry in self._files() if not entry.name.endswith(_PART)]

    def prune(self, *, older_than: datetime, max_bytes: int) -> int:
        """Drop what is older, then the oldest until the rest fits; says how many went."""
        kept = self._files()
        room = max_bytes - sum(entry.size for entry in kept)
        dropped = 0
        for entry in kept:
            if entry.at >= older_than and room >= 0:
                break
            self.drop(entry.name)
            room += entry.size
            dropped += 1
        self._sweep_days()
        return dropped

    def _files(self) -> list[Entry]:
        with refusing(self.root):
            return sorted(self._scan(), key=lambda entry: (entry.at, entry.name)) if self.root.is_dir() else []

    def _scan(self) -> Iterator[Entry]:
        for day in self.root.iterdir():
            with suppress(NotADirectoryError), os.scandir(day) as files:
                for file in files:
                    at = _at(day.name, file.name)
                    if at is not None:
                        yield Entry(f"{day.name}/{file.name}", at, _size(file))

    def _sweep_days(self) -> None:
        """Days without entries go; one that is not empty refuses by itself."""
        if not self.root.is_dir():
            return
        for day in list(self.root.iterdir()):
            with suppress(OSError):
                day.rmdir()

    def _new(self, name: str) -> tuple[str, str]:
        day, clock = datetime.fromtimestamp(self._clock(), UTC).strftime(_STAMP).split("/")
        return day, f"{clock}-{hint(name)}-{os.urandom(4).hex()}{self._suffix}"

    def _day(self, day: str) -> Path:
        """The directory of a day, made when it is missing."""
        path = self.root / day
        if not path.is_dir():
            private_folder(path)
            _settle_path(self._disk, self.root)
        return path


def _at(day: str, name: str) -> datetime | None:
    try:
        return datetime.strptime(f"{day}/{name[:6]}", _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _size(file: os.DirEntry[str]) -> int:
    if not file.is_dir(follow_symlinks=False):
        return file.stat(follow_symlinks=False).st_size
    return sum(path.lstat().st_size for path in Path(file.path).rglob("*"))


def _settle_path(disk: Disk, path: Path) -> None:
    with opened(path) as folder:
        disk.settle_folder(folder)


def _move_folder(folder: Path, to: Path) -> None:
    """A symlinked calendar is copied, and only the link goes: what it points to is not calsync's to move."""
    import shutil  # here: it costs 5 ms, and whole directories are rare

    if folder.is_symlink():
        shutil.copytree(folder, to, symlinks=True)
        _settle_tree(to)
        folder.unlink()
        return
    try:
        folder.rename(to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copytree(folder, to, symlinks=True)
        _settle_tree(to)
        shutil.rmtree(folder)
    to.chmod(0o700)


def _settle_tree(root: Path) -> None:
    """A copy is durable before the original goes."""
    for folder, _, names in os.walk(root):
        files = [name for name in names if not Path(folder, name).is_symlink()]
        with opened(Path(folder)) as fd:
            REAL.settle([Written(fd, files)])
            REAL.settle_folder(fd)
