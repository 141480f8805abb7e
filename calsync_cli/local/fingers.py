"""Which version of each file a directory has, for whoever only asks what changed: a look without what a sync needs.

The versions are those of a look (see revs), in a third of its time: a list of today's events begins with this, in a
directory of a hundred thousand files too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from calsync_cli.core.model import Ref, Rev
from calsync_cli.local.border import border, opened
from calsync_cli.local.listing import Listing
from calsync_cli.local.names import SUFFIX
from calsync_cli.local.revs import YOUNG_NS


@dataclass(frozen=True, slots=True)
class Fingers:
    """What a directory looks like. `unreadable` counts what stands there like an event and is no file to be read."""

    revs: tuple[str, ...]
    """A name and its version each, apart by a line break that no version has."""
    seal: str
    """Equal seals, equal directories; "" where a file is so young that its version says little."""
    unreadable: int = 0

    def __iter__(self) -> Iterator[tuple[Ref, Rev]]:
        for each in self.revs:
            name, _, rev = each.rpartition("\n")
            yield Ref(name), Rev(rev)


def fingers(root: Path, *, clock: Callable[[], float]) -> Fingers:
    """Raises E303 where the directory is gone, E505 where it cannot be read."""
    now = int(clock() * 1e9)
    odd = Listing(now)
    plain: list[str] = []
    settled = True
    with border(root), opened(root) as folder, os.scandir(folder) as files:
        for file in files:
            name = file.name
            if not name.endswith(SUFFIX) or name[0] == ".":
                continue
            try:
                st = file.stat(follow_symlinks=False)
            except FileNotFoundError:  # gone between the listing and the question
                continue
            if stat.S_ISREG(st.st_mode) and name.isascii() and st.st_mtime_ns <= now - YOUNG_NS:
                plain.append(f"{name}\n{st.st_mtime_ns};{st.st_size};{st.st_ino}")
            else:
                settled = settled and st.st_mtime_ns <= now - YOUNG_NS
                odd.take_all(iter((file,)))
    page = odd.page()
    plain.extend(f"{seen.ref}\n{seen.rev}" for seen in page.seen)
    text = "\n".join(plain).encode(errors="surrogatepass")
    seal = blake2b(text, digest_size=16).hexdigest() if settled else ""
    return Fingers(tuple(plain), seal, len(page.unreadable))
