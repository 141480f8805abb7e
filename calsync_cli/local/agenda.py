"""An account's calendars on this disk: one directory each, as khal and vdirsyncer lay them out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.local.attic import Attic
from calsync_cli.local.border import border, private_folder, refusing
from calsync_cli.local.meta import Meta, read_meta, write_meta
from calsync_cli.local.names import is_folder, slug
from calsync_cli.local.vdir import Vdir


class Agenda:
    """The calendar directories below one root. A vdir that another program made is used as it is."""

    def __init__(
        self, root: Path, attic: Attic, *, clock: Callable[[], float] = time.time, durable: bool = True
    ) -> None:
        self.root = root
        self._attic = attic
        self._clock = clock
        self._durable = durable

    @property
    def requests(self) -> int:
        """None ever: this is a disk."""
        return 0

    def glance(self) -> Sequence[Glance]:
        """Every calendar directory. No rev: a directory's mtime does not show a file that was edited in place."""
        with border(self.root), os.scandir(self.root) as folders:
            names = sorted(folder.name for folder in folders if is_folder(folder.name) and folder.is_dir())
        return [self._glance(name) for name in names]

    def open(self, collection: CollectionId) -> Vdir:
        """The store for one directory; nothing is touched yet."""
        return Vdir(self.path(collection), self._attic, clock=self._clock, durable=self._durable)

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when another program changed a calendar; ends soon after `stop` is set."""
        # imported here: watchfiles costs as much as the rest of a start, and only watching needs it
        from calsync_cli.local.bell import CALENDARS, ring

        return ring(self.root, stop, CALENDARS)

    def close(self) -> None:
        """Nothing is held open."""

    def create(self, collection: CollectionId, meta: Meta) -> Vdir:
        """Make the directory (0700) if it is missing, and say its name and colour."""
        path = self.path(collection)
        with refusing(path):
            private_folder(path)
        write_meta(path, meta)
        return self.open(collection)

    def retire(self, collection: CollectionId) -> str:
        """Move the whole directory to the attic; the entry's name comes back."""
        return self._attic.take_folder(self.path(collection))

    def slug(self, display: str, given: Iterable[str] = ()) -> CollectionId:
        """A directory name for a new calendar, unlike those that are there or were given out already."""
        with refusing(self.root):
            there = {path.name.casefold() for path in self.root.iterdir()} if self.root.is_dir() else set()
        there |= {name.casefold() for name in given}
        return CollectionId(slug(display, there.__contains__))

    def path(self, collection: CollectionId) -> Path:
        """Where a calendar lies; E209 for what cannot be the name of one."""
        if not is_folder(collection):
            raise CalsyncError("E209", "directory", name=collection)
        return self.root / collection

    def _glance(self, name: str) -> Glance:
        meta = read_meta(self.root / name)
        return Glance(CollectionId(name), meta.display or name, Rights.OWNER, rev="", color=meta.color)
