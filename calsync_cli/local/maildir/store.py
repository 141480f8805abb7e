"""One mail folder as a Maildir. A ref is a base name; whatever mail programs do to the rest of the name is flags.

Every look is complete: absence from its inventory is proof. What cannot be told for sure is Unreadable, never absent:
a file without permission, two different messages under one base name, a name that is not text.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.model import CollectionId, Cursor, End, Fetched, Missing, Page, Ref, Seen, Traits, Unreadable
from calsync_cli.core.ops import Done, Op
from calsync_cli.local.attic import Attic
from calsync_cli.local.border import border, opened, opened_in, reason, vanished
from calsync_cli.local.disk import REAL, Disk
from calsync_cli.local.maildir.batch import Desk, write_batch
from calsync_cli.local.maildir.census import Census, Counted, Spot
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.names import COLON, FLAGS, TMP, Namer
from calsync_cli.local.maildir.reading import sketched, whole
from calsync_cli.local.maildir.twins import differing
from calsync_cli.local.names import TEMP
from calsync_cli.local.reading import Unsettled

TRAITS = Traits(writable=True, deltas=False, guarded=True, moves=True, quiet=True, flags=FLAGS, block=1000)
_PAGE = 1000
_LEFTOVER_AGE = 900.0

T = TypeVar("T")


class Maildir:
    """The messages of one Maildir: a directory below `root`, the directory of all of them."""

    def __init__(
        self,
        root: Path,
        name: CollectionId,
        attic: Attic,
        *,
        clock: Callable[[], float] = time.time,
        durable: bool = True,
        disk: Disk = REAL,
        colon: str = COLON,
        echo: Echo | None = None,
    ) -> None:
        self.path = root / name
        self._clock = clock
        self._namer = Namer(clock)
        self._census = Census(clock)
        self._desk = Desk(root, name, attic, disk, self._census, echo or Echo(), colon=colon, durable=durable)

    @property
    def traits(self) -> Traits:
        """Flags that have a letter, no deltas; a move is a rename."""
        return TRAITS

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """Count the messages. Raises E303 where the Maildir or a part of it is gone, E505 where it cannot be read."""
        del since  # every look is complete
        with border(self.path), opened(self.path) as folder:
            found = self._census.count(folder, known)
            doubted = dict.fromkeys(differing(folder, self._census), "duplicate")
        self._sweep()
        yield from self._pages(found, self._census.refused | doubted)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Read messages, in the order asked, one at a time. Missing only while the Maildir is where it was."""
        return self._read(refs, whole)

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """Message-ID, size and date of each; what is large is read in pieces."""
        return self._read(refs, sketched)

    def new_ref(self, key: str = "", /) -> Ref:
        """A base name that is free; nothing is made. The key plays no part: names are unique without it."""
        del key
        return self._namer()

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Do the ops as one durable batch. E505 where the disk refuses; ops answered before it are done."""
        return write_batch(self._desk, ops)

    def _pages(self, found: list[Counted], refused: dict[Ref, str]) -> Iterator[Page]:
        spots = self._census.spots
        inventory = frozenset[Ref]().union(spots, refused)
        seen = (Seen(one.ref, one.rev, spots[one.ref].flags, one.size) for one in found if one.ref not in refused)
        while page := tuple(islice(seen, _PAGE)):
            yield Page(seen=page)
        unreadable = tuple(Unreadable(ref, "E505", why) for ref, why in refused.items())
        yield Page(unreadable=unreadable, end=End(None, inventory))

    def _read(self, refs: Sequence[Ref], how: Callable[[int, Ref, Spot], T]) -> Iterator[T | Missing | Unreadable]:
        with border(self.path), opened(self.path) as folder:
            self._census.begin()
            for ref in refs:
                found = self._one(folder, ref, how)
                if isinstance(found, Missing) and not _same_folder(folder, self.path):
                    raise vanished(self.path)
                yield found
                del found  # large ones are in memory one at a time

    def _one(self, folder: int, ref: Ref, how: Callable[[int, Ref, Spot], T]) -> T | Missing | Unreadable:
        try:
            found = self._census.wherever(folder, ref, lambda spot: how(folder, ref, spot))
        except Unsettled as why:
            return Unreadable(ref, "" if why.detail in {"moving", "changing"} else "E505", why.detail)
        except OSError as error:
            if not os.fstat(folder).st_nlink:
                raise
            return Unreadable(ref, "E505", reason(error))
        return Missing(ref) if found is None else found

    def _sweep(self) -> None:
        """Clear away what a killed run left in tmp; other programs' files there are theirs to clear."""
        # a look succeeds where nothing may be written
        with suppress(OSError), opened(self.path) as folder, opened_in(folder, TMP) as tmp, os.scandir(tmp) as files:
            for file in files:
                if file.name.startswith(TEMP) and file.stat().st_ctime < self._clock() - _LEFTOVER_AGE:
                    self._desk.disk.unlink(tmp, file.name)


def _same_folder(folder: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(folder), path.stat())
    except OSError:
        return False
