"""A look in the making: what each name of a directory stands for, from stat alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

from calsync_cli.core.model import NO_FLAGS, End, Page, Ref, Seen, Unreadable
from calsync_cli.local.border import reason
from calsync_cli.local.names import SUFFIX, TEMP, is_item
from calsync_cli.local.revs import nonce, rev_of


class Listing:
    """A look in the making."""

    def __init__(self, now_ns: int) -> None:
        self.refs: set[Ref] = set()
        self.temporary: list[str] = []
        self._now_ns = now_ns
        self._suffix = nonce()
        self._seen: list[Seen] = []
        self._unreadable: list[Unreadable] = []

    def take_all(self, files: Iterator[os.DirEntry[str]]) -> None:
        """Every entry of the directory."""
        for file in files:
            name = file.name
            if name.endswith(SUFFIX) and name[0] != ".":
                try:
                    self._take(name, file.stat(follow_symlinks=False), file)
                except FileNotFoundError:  # gone between the listing and the question
                    continue
            elif name.startswith(TEMP):
                self.temporary.append(name)

    def take_known(self, folder: int, ref: Ref) -> None:
        """A ref that the books know and the listing did not show."""
        if is_item(ref):
            with suppress(FileNotFoundError):
                self._add(ref, os.stat(ref, dir_fd=folder))

    def page(self) -> Page:
        """All of it; what is unreadable is in the inventory, for it is not gone."""
        end = End(cursor=None, inventory=frozenset(self.refs))
        return Page(seen=tuple(self._seen), unreadable=tuple(self._unreadable), end=end)

    def _take(self, name: str, st: os.stat_result, file: os.DirEntry[str]) -> None:
        if not name.isascii() and not _is_text(name):
            self._refuse(Ref(os.fsencode(name).decode(errors="backslashreplace")), "name")
        elif not stat.S_ISLNK(st.st_mode):
            self._add(Ref(name), st)
        else:
            self._follow(Ref(name), file)

    def _follow(self, ref: Ref, link: os.DirEntry[str]) -> None:
        try:
            self._add(ref, link.stat())
        except OSError as error:  # dangling, a loop, no permission on the way
            self._refuse(ref, reason(error))

    def _add(self, ref: Ref, st: os.stat_result) -> None:
        if not stat.S_ISREG(st.st_mode):
            self._refuse(ref, "not-a-file")
            return
        self.refs.add(ref)
        self._seen.append(Seen(ref, rev_of(st, self._now_ns, self._suffix), NO_FLAGS, st.st_size))

    def _refuse(self, ref: Ref, detail: str) -> None:
        self.refs.add(ref)
        self._unreadable.append(Unreadable(ref, "E505", detail))


def _is_text(name: str) -> bool:
    """Names that are not UTF-8 cannot be written into the books."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
