"""What the parts of one batch share: the open directories, what was laid aside, and which names changed."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Ref, Rev
from calsync_cli.core.ops import Denied, Mark, Move, Stale, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.border import opened_in
from calsync_cli.local.disk import Disk, Written
from calsync_cli.local.maildir.apart import apart
from calsync_cli.local.maildir.census import Census, Spot
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.names import CUR, NEW, TMP
from calsync_cli.local.maildir.reading import whole
from calsync_cli.local.names import TEMP


@dataclass(frozen=True, slots=True)
class Making:
    """A new message lies in tmp."""

    ref: Ref
    temp: str
    spot: Spot
    rev: Rev


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that the attic holds too; `st` is of the name itself, not of what it links to."""

    st: os.stat_result
    entry: str


@dataclass(frozen=True, slots=True)
class Removing:
    """The message lies in the attic too."""

    ref: Ref
    kept: Kept


Ready = Making | Removing | Mark | Move
Step = Ready | Wrote | Stale | Denied


@dataclass(slots=True)
class Bench:
    """One Maildir while a batch is worked on; names are paths from the root of all Maildirs. Methods raise OSError."""

    root: int
    folder: int
    name: CollectionId
    attic: Attic
    disk: Disk
    census: Census
    echo: Echo
    colon: str
    mode: int
    """No more open than the directory: 0600 in 0700, 0644 in 0755; the umask takes the rest."""
    _prefix: str = field(default_factory=lambda: f"{TEMP}{os.urandom(4).hex()}-")
    _count: count[int] = field(default_factory=lambda: count(1))
    # dictionaries for sets in order, so that a batch makes the same calls every time
    _temps: dict[str, None] = field(default_factory=dict)
    _kept: dict[str, None] = field(default_factory=dict)
    _copied: set[str] = field(default_factory=set)
    _touched: dict[str, None] = field(default_factory=dict)

    def path(self, ref: Ref, spot: Spot, there: CollectionId | None = None) -> str:
        """Where a message lies, here or in another Maildir."""
        return f"{there or self.name}/{spot.name(ref)}"

    def write(
        self, content: bytes, there: CollectionId | None = None, *, mtime_ns: int | None = None
    ) -> tuple[str, os.stat_result]:
        """A whole message in tmp, and what it is called there. Mail programs sort by the file's time."""
        apart(len(content))
        folder = f"{there or self.name}/{TMP}"
        temp = f"{folder}/{self._prefix}{next(self._count)}"
        try:
            st = self.disk.create(self.root, temp, content, mode=self.mode, mtime_ns=mtime_ns)
        except FileNotFoundError:  # some programs take an empty tmp away
            os.mkdir(folder, self.mode | self.mode >> 2 & 0o111, dir_fd=self.root)
            st = self.disk.create(self.root, temp, content, mode=self.mode, mtime_ns=mtime_ns)
        self._temps[temp] = None
        return temp, st

    def keep(self, ref: Ref, spot: Spot) -> Kept:
        """The very file gets a second name in the attic; where that cannot be, the attic gets a copy."""
        name = self.path(ref, spot)
        st = os.stat(name, dir_fd=self.root, follow_symlinks=False)
        entry = None if stat.S_ISLNK(st.st_mode) else self.attic.link(self.root, name)
        if entry is None:
            entry = self.attic.put(whole(self.folder, ref, spot).content, name_hint=name)
            self._copied.add(entry)
        self._kept[entry] = None
        return Kept(st, entry)

    def used(self, temp: str) -> None:
        """It is in place: a failure leaves it there."""
        self._temps.pop(temp, None)

    def own(self, kept: Kept) -> str:
        """The attic alone holds it now, for the user's eyes only; the entry's name."""
        self._kept.pop(kept.entry, None)
        if kept.st.st_mode & 0o077:
            self.attic.own(kept.entry)
        return kept.entry

    def touched(self, *names: str) -> None:
        """Names came to be or went in the directories of these files."""
        for name in names:
            self._touched[name.rpartition("/")[0]] = None

    def settle(self) -> None:
        """The barrier: messages in tmp and attic entries are durable on return."""
        if self._temps:
            self.disk.settle([Written(self.root, list(self._temps))])
        self.attic.settle(self._kept, self._copied)

    def settle_names(self) -> None:
        """The directories in which names changed are durable on return.

        Those that messages come to are first, those that they leave are last: no power cut finds one in neither.
        """
        here = [f"{self.name}/{CUR}", f"{self.name}/{NEW}"]
        for name in sorted(self._touched, key=lambda name: here.index(name) if name in here else -1):
            with suppress(FileNotFoundError), opened_in(self.root, name) as folder:
                self.disk.settle_folder(folder)

    def clear(self) -> None:
        """Take away what did not come into use."""
        for temp in self._temps:
            with suppress(OSError):
                self.disk.unlink(self.root, temp)
        for entry in self._kept:
            with suppress(CalsyncError):
                self.attic.drop(entry)
        for kept in (self._temps, self._kept, self._copied):
            kept.clear()
