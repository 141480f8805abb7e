"""What the parts of one batch share: the open directory, the temporary files and attic entries made so far."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Ref, Rev
from calsync_cli.core.ops import Denied, Stale, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.disk import Disk, Written
from calsync_cli.local.names import TEMP
from calsync_cli.local.reading import read
from calsync_cli.local.revs import fingerprint, marked, nonce, rev_of

_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Found:
    """The file an op is about, as it was when it was compared, and the attic entry that keeps it."""

    st: os.stat_result
    content: bytes
    sure: bool
    """The fingerprint alone proves which version it is."""
    kept: str = ""

    @property
    def regular(self) -> bool:
        """A file of its own, not a symlink to one."""
        return stat.S_ISREG(self.st.st_mode)


@dataclass(frozen=True, slots=True)
class Making:
    """A new file lies aside."""

    ref: Ref
    temp: str
    rev: Rev


@dataclass(frozen=True, slots=True)
class Replacing:
    """A new version lies aside, the present one is in the attic too."""

    ref: Ref
    temp: str
    rev: Rev
    inode: int
    found: Found


@dataclass(frozen=True, slots=True)
class Removing:
    """The file is in the attic too; `temp` is the name it will pass through."""

    ref: Ref
    temp: str
    found: Found


Ready = Making | Replacing | Removing
Step = Ready | Wrote | Stale | Denied


class Bench:
    """One open directory while a batch is worked on. Methods raise OSError."""

    def __init__(self, root: Path, folder: int, attic: Attic, disk: Disk, clock: Callable[[], float]) -> None:
        self.root = root
        self.folder = folder
        self.attic = attic
        self.disk = disk
        # no more open than its directory: 0600 in 0700, 0644 in 0755; the umask takes the rest
        self.mode = _PRIVATE | os.fstat(folder).st_mode & 0o066
        self._temps: dict[str, None] = {}  # sets in order, so that a batch makes the same calls every time
        self._kept: dict[str, None] = {}
        self._copied: set[str] = set()
        self._now_ns = int(clock() * 1e9)
        self._suffix = nonce()
        self._prefix = f"{TEMP}{os.urandom(4).hex()}-"
        self._count = 0

    def temp(self, kind: str) -> str:
        """A name aside: "tmp" is ours until it is in place; "swap" may come to hold what it displaced."""
        self._count += 1
        return f"{self._prefix}{self._count}.{kind}"

    def write(self, temp: str, content: bytes, mode: int) -> os.stat_result:
        """Contents aside."""
        mtime_ns = marked(self._now_ns, len(content))
        st = self.disk.create(self.folder, temp, content, mode=mode, mtime_ns=mtime_ns)
        self._temps[temp] = None
        return st

    def keep(self, ref: Ref, found: Found) -> Found:
        """The very file gets a second name in the attic; a symlink, and another file system, get a copy."""
        entry = self.attic.link(self.folder, ref) if found.regular else None
        if entry is None:
            entry = self.attic.put(found.content, name_hint=ref)
            self._copied.add(entry)
        self._kept[entry] = None
        return Found(found.st, found.content, sure=found.sure, kept=entry)

    def spare(self, temp: str, found: Found | None = None) -> None:
        """From here on a failure throws neither away: names have changed, and these may hold what others wrote."""
        self._temps.pop(temp, None)
        if found is not None:
            self._kept.pop(found.kept, None)

    def waste(self, temp: str = "", found: Found | None = None) -> None:
        """What lies there is somewhere else too, or nobody's: it goes at the end of the batch."""
        if temp:
            self._temps[temp] = None
        if found is not None:
            self._kept[found.kept] = None

    def own(self, found: Found) -> str:
        """The attic entry is nobody else's to read any more."""
        if found.regular and stat.S_IMODE(found.st.st_mode) != _PRIVATE:
            self.attic.own(found.kept)
        return found.kept

    def stat(self, name: str) -> os.stat_result:
        """Of the name itself, not of what it links to."""
        return os.stat(name, dir_fd=self.folder, follow_symlinks=False)

    def rev(self, st: os.stat_result) -> Rev:
        """What to report for a file with this stat."""
        return rev_of(st, self._now_ns, self._suffix)

    def same(self, name: str, found: Found) -> bool:
        """The file under `name` is the one that was compared, and nobody wrote into it since."""
        alike = fingerprint(self.stat(name)) == fingerprint(found.st)
        if not alike or found.sure or not found.regular:
            return alike
        return read(self.folder, name).content == found.content

    def writable(self) -> bool:
        """Names in the directory may be changed."""
        effective = os.access in os.supports_effective_ids  # not on every C library
        return os.access(".", os.W_OK | os.X_OK, dir_fd=self.folder, effective_ids=effective)

    def settle(self) -> None:
        """The barrier: contents aside and attic entries are durable on return."""
        if self._temps:
            self.disk.settle([Written(self.folder, list(self._temps))])
        self.attic.settle(self._kept, self._copied)

    def clear(self) -> None:
        """Take away what did not come into use."""
        for temp in self._temps:
            with suppress(OSError):
                self.disk.unlink(self.folder, temp)
        for entry in self._kept:
            with suppress(CalsyncError):
                self.attic.drop(entry)
        self._temps.clear()
        self._kept.clear()
        self._copied.clear()
