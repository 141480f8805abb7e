"""A calendar as a directory of .ics files (vdir), one item per file, shared with khal, vdirsyncer and editors.

An item's ref is its file name, its rev a stat fingerprint (see revs). Every look is one pass over the directory and a
complete inventory; nothing is read. What cannot be told for sure is Unreadable, never absent: a file without
permission, one that a program is writing at this moment, a directory or a dangling symlink where a file should be.
A symlink to a file is read; a write replaces the link and leaves its target alone.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path

from calsync_cli.core.model import Cursor, Fetched, Held, Missing, Page, Ref, Traits, Unreadable
from calsync_cli.core.ops import Done, Op
from calsync_cli.local.attic import Attic
from calsync_cli.local.batch import write_batch
from calsync_cli.local.border import border, opened, reason, vanished
from calsync_cli.local.disk import REAL, Disk
from calsync_cli.local.listing import Listing
from calsync_cli.local.names import is_item, safe_name
from calsync_cli.local.reading import Snapshot, Unsettled, read
from calsync_cli.local.revs import nonce, ours, rev_of

TRAITS = Traits(writable=True, deltas=False, guarded=True, moves=False, quiet=True, block=1000)
_LEFTOVER_AGE = 900.0


class Vdir:
    """The items of one calendar directory."""

    def __init__(
        self,
        root: Path,
        attic: Attic,
        *,
        clock: Callable[[], float] = time.time,
        durable: bool = True,
        disk: Disk = REAL,
    ) -> None:
        self.root = root
        self._attic = attic
        self._clock = clock
        self._durable = durable
        self._disk = disk
        self._names: set[str] | None = None

    @property
    def traits(self) -> Traits:
        """Writable and guarded; no flags, no deltas, nobody is ever mailed."""
        return TRAITS

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """List the directory. Raises E303 where it is gone, E505 where it cannot be read."""
        del since  # every look is complete
        self._names = None
        listing = Listing(self._now_ns())
        with border(self.root):
            with os.scandir(self.root) as files:
                listing.take_all(files)
            # readdir may miss a file that is renamed over meanwhile (btrfs gives it a new place): ask by name
            with opened(self.root) as folder:
                for ref in known - listing.refs:
                    listing.take_known(folder, ref)
        self._sweep(listing.temporary)
        yield listing.page()

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Read files. A file is Missing only while the directory is still where it was."""
        suffix = nonce()
        with border(self.root), opened(self.root) as folder:
            for ref in refs:
                found = self._fetch(folder, ref, suffix)
                if isinstance(found, Missing) and not _same_folder(folder, self.root):
                    raise vanished(self.root)
                yield found

    def new_ref(self, key: str, /) -> Ref:
        """A readable name where the UID allows one; never one that is there, or was given out since the last look."""
        if self._names is None:
            self._names = _names(self.root)
        ref = safe_name(key, self._names.__contains__)
        self._names.add(ref.casefold())
        return ref

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Do the ops as one durable batch. E505 where the disk refuses; ops answered before it are done."""
        return write_batch(self.root, self._attic, self._disk, ops, clock=self._clock, durable=self._durable)

    def _fetch(self, folder: int, ref: Ref, suffix: str) -> Fetched:
        if not is_item(ref):
            return Missing(ref)
        try:
            snapshot = read(folder, ref)
        except FileNotFoundError:
            return _dangling_or_missing(folder, ref)
        except Unsettled as why:
            return Unreadable(ref, "E505", why.detail)
        except OSError as error:
            return Unreadable(ref, "E505", reason(error))
        return self._judged(ref, snapshot, suffix)

    def _judged(self, ref: Ref, snapshot: Snapshot, suffix: str) -> Fetched:
        rev = rev_of(snapshot.st, self._now_ns(), suffix)
        if rev.endswith(suffix) and not _whole(snapshot.content):
            # somebody is writing in place at this moment, or died of it: the next look tells, so nobody need hear of it
            return Unreadable(ref, "", "unfinished")
        return Held(ref, rev, snapshot.content)

    def _sweep(self, names: Sequence[str]) -> None:
        """Clear away what a killed run left; what may be somebody's edit goes to the attic first."""
        if not names:
            return
        with suppress(OSError, Unsettled), opened(self.root) as folder:  # a look succeeds where nothing may be written
            for name in names:
                self._sweep_one(folder, name)

    def _sweep_one(self, folder: int, name: str) -> None:
        st = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if st.st_ctime > self._clock() - _LEFTOVER_AGE:
            return  # a run may be at it
        if name.endswith(".swap") and st.st_nlink == 1 and stat.S_ISREG(st.st_mode) and not ours(st):
            content = read(folder, name).content
            if _whole(content):  # else it is half of what was about to be written
                self._attic.put(content, name_hint=name)
        self._disk.unlink(folder, name)

    def _now_ns(self) -> int:
        return int(self._clock() * 1e9)


def _whole(content: bytes) -> bool:
    return content.rstrip().upper().endswith(b"END:VCALENDAR")


def _names(root: Path) -> set[str]:
    """What is there, without upper and lower case; a name that is missed here is noticed when it is claimed."""
    with suppress(OSError), os.scandir(root) as files:
        return {file.name.casefold() for file in files}
    return set()


def _dangling_or_missing(folder: int, ref: Ref) -> Missing | Unreadable:
    try:
        os.stat(ref, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return Missing(ref)
    return Unreadable(ref, "E505", "ENOENT")


def _same_folder(folder: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(folder), path.stat())
    except OSError:
        return False
