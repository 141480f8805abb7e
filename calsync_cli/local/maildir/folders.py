"""An account's mail on this disk: the Maildirs below one root, as neomutt, notmuch and mu are pointed at them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Folder
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.local.attic import Attic
from calsync_cli.local.border import border, opened, private_folder, refusing
from calsync_cli.local.disk import REAL, Disk
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.names import COLON, CUR, NEW, TMP, directory, is_directory
from calsync_cli.local.maildir.store import Maildir
from calsync_cli.local.revs import YOUNG_NS


class Maildirs:
    """The Maildirs below one root. One that another program made is used as it is."""

    def __init__(
        self,
        root: Path,
        attic: Attic,
        *,
        clock: Callable[[], float] = time.time,
        durable: bool = True,
        disk: Disk = REAL,
        colon: str = COLON,
        echo: Echo | None = None,
    ) -> None:
        """`echo`: shared by whoever writes and whoever listens, where these are two of this kind for one root."""
        self.root = root
        self._attic = attic
        self._clock = clock
        self._durable = durable
        self._disk = disk
        self._colon = colon
        self._echo = echo or Echo()

    @property
    def requests(self) -> int:
        """None ever: this is a disk."""
        return 0

    def folders(self) -> Sequence[Folder]:
        """Every Maildir below the root, whoever made it; not Maildir++'s hidden ones. Raises E303, E505."""
        with border(self.root):
            return [Folder(CollectionId(name)) for name in sorted(_maildirs(self.root, ""))]

    def glance(self, folders: Sequence[CollectionId]) -> Sequence[Glance]:
        """`rev` changes with every name: the times of new and cur, "" while these are too young to tell.

        A message that is edited in place does not show; mail programs write a new file instead. Raises E303 where a
        Maildir is gone.
        """
        return [Glance(name, name, Rights.OWNER, self._rev(self.path(name))) for name in folders]

    def open(self, folder: CollectionId, bin_: CollectionId | None = None) -> Maildir:  # noqa: ARG002 - the attic is this bin
        """The store of one Maildir; nothing is touched yet."""
        self.path(folder)
        return Maildir(
            self.root,
            folder,
            self._attic,
            clock=self._clock,
            durable=self._durable,
            disk=self._disk,
            colon=self._colon,
            echo=self._echo,
        )

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when another program changed a Maildir, not for what was written through this; ends after `stop`."""
        # imported here: watchfiles costs as much as the rest of a start, and only watching needs it
        from calsync_cli.local.maildir.bell import ring

        return ring(self.root, stop, self._echo)

    def close(self) -> None:
        """Nothing is held open."""

    def create(self, folder: CollectionId) -> Maildir:
        """Make what is missing of a Maildir (0700), durable on return. What is there is left alone."""
        path = self.path(folder)
        with refusing(path):
            for sub in (TMP, NEW, CUR):  # cur last: who sees it sees a whole Maildir
                private_folder(path / sub)
        with border(path):
            for above in (path, *path.parents):
                with opened(above) as fd:
                    self._disk.settle_folder(fd)
                if above == self.root:
                    break
        return self.open(folder)

    def directory(self, name: str, given: Iterable[str] = ()) -> CollectionId:
        """The directory for a local folder's name, unlike those in `given`."""
        taken = {other.casefold() for other in given}
        return CollectionId(directory(name, taken.__contains__))

    def path(self, folder: CollectionId) -> Path:
        """Where a Maildir lies; E209 for what cannot be the name of one."""
        if not is_directory(folder):
            raise CalsyncError("E209", "directory", name=folder)
        return self.root / folder

    def lost(self, folder: CollectionId) -> Path | None:
        """The part of a Maildir that holds messages and is not there; None where both are."""
        parts = (self.path(folder) / sub for sub in (NEW, CUR))
        return next((part for part in parts if not part.is_dir()), None)

    def _rev(self, path: Path) -> str:
        with border(path):
            stats = [(path / sub).stat() for sub in (NEW, CUR)]
        if max(st.st_mtime_ns for st in stats) > int(self._clock() * 1e9) - YOUNG_NS:
            return ""
        return ";".join(f"{st.st_ino}.{st.st_mtime_ns}" for st in stats)


def _maildirs(path: Path, above: str) -> Iterator[str]:
    """Directories that hold new and cur, and what lies in them; symlinks to directories are followed one level deep."""
    with os.scandir(path) as found:
        names = [one.name for one in found if is_directory(one.name) and one.is_dir(follow_symlinks=not above)]
    for name in names:
        if (path / name / NEW).is_dir() and (path / name / CUR).is_dir():
            yield above + name
        yield from _maildirs(path / name, f"{above}{name}/")
