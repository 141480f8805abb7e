"""Which messages a Maildir holds and under which names just now, though programs rename them while we count.

A message is a file in new or cur; mail programs move it from one to the other and change the flags in its name at any
moment, and readdir(3) may show a file that is renamed meanwhile twice or not at all. Who is missing is therefore
looked for again, until a count was quiet (neither directory changed) or three counts in a row say the same.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from calsync_cli.core.model import Flags, Ref, Rev
from calsync_cli.local.border import opened_in, reason
from calsync_cli.local.maildir.names import CUR, NEW, flags_in, is_base, is_text, split
from calsync_cli.local.reading import Unsettled
from calsync_cli.local.revs import YOUNG_NS

_COUNTS = 3
_TRIES = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message lies, but for its base name. Few differ, so all messages share them."""

    sub: str
    info: str

    def name(self, ref: Ref) -> str:
        """The file, from the Maildir's root."""
        return f"{self.sub}/{ref}{self.info}"

    @property
    def flags(self) -> Flags:
        """What the name says."""
        return flags_in(self.info)


@dataclass(frozen=True, slots=True)
class Counted:
    """A message as it was counted; where it is now, the census knows."""

    ref: Ref
    rev: Rev
    size: int


@dataclass(slots=True)
class Census:
    """What was counted last in one Maildir. Directories are handed in open; methods raise OSError."""

    clock: Callable[[], float] = time.time
    spots: dict[Ref, Spot] = field(default_factory=dict)
    twins: dict[Ref, list[Spot]] = field(default_factory=dict)
    """Base names that several files have at a time, and where those are."""
    refused: dict[Ref, str] = field(default_factory=dict)
    """What lies under a name and is no message, or cannot be told to be one, and why."""
    counted: bool = False
    _fresh: bool = False
    _vanished: set[Ref] = field(default_factory=set)
    _shared: dict[tuple[str, str], Spot] = field(default_factory=dict)

    def count(self, folder: int, known: Collection[Ref] = ()) -> list[Counted]:
        """Every message. `known` ones are missing only where that is sure."""
        found: list[Counted] = []
        self._repeat(folder, lambda sub, file: self._take(sub, file, found), lambda: self._missing(known))
        return found

    def find(self, folder: int, ref: Ref) -> Spot | None:
        """Count again, names alone, because a name that was known is not there any more."""
        self._repeat(folder, self._note, lambda: ref not in self.spots)
        return self.spots.get(ref)

    def begin(self) -> None:
        """A new call begins: what was counted before may lack what came since."""
        self._fresh = False

    def spot(self, sub: str, info: str) -> Spot:
        """The one spot of that name."""
        found = self._shared.get((sub, info))
        return found or self._shared.setdefault((sub, info), Spot(sub, info))

    def wherever(self, folder: int, ref: Ref, deed: Callable[[Spot], T]) -> T | None:
        """Do something to a message, found again as often as it is renamed; None where there is none.

        Raises Unsettled where somebody renames it all the time.
        """
        spot = self.spots.get(ref)
        if spot is None and not self._fresh and is_base(ref):
            spot = self.find(folder, ref)
        for _ in range(_TRIES):
            if spot is None:
                return None
            try:
                return deed(spot)
            except FileNotFoundError:
                spot = self.find(folder, ref)
        raise Unsettled("moving")

    # ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _repeat(self, folder: int, take: Callable[[str, os.DirEntry[str]], None], doubtful: Callable[[], bool]) -> None:
        self.counted = self._fresh = False
        for kept in (self.spots, self.twins, self.refused, self._vanished):
            kept.clear()
        for _ in range(_COUNTS):
            if self._pass(folder, take) or not doubtful():
                break
        self._settle_twins(folder)
        self.counted = self._fresh = True

    def _pass(self, folder: int, take: Callable[[str, os.DirEntry[str]], None]) -> bool:
        """One count of both directories; whether nothing changed in them meanwhile."""
        with ExitStack() as stack:
            subs = {sub: stack.enter_context(opened_in(folder, sub)) for sub in (NEW, CUR)}
            before = {sub: os.fstat(fd) for sub, fd in subs.items()}
            for sub, fd in subs.items():
                with os.scandir(fd) as files:
                    for file in files:
                        if file.name[0] != ".":
                            take(sub, file)
            return all(self._quiet(before[sub], os.fstat(fd)) for sub, fd in subs.items())

    def _quiet(self, was: os.stat_result, now: os.stat_result) -> bool:
        """Nothing changed, and the last change is old enough to tell by the clock of any file system."""
        return now.st_mtime_ns == was.st_mtime_ns and now.st_mtime_ns < int(self.clock() * 1e9) - YOUNG_NS

    def _missing(self, known: Collection[Ref]) -> bool:
        spots, refused = self.spots, self.refused
        return any(ref not in spots for ref in self._vanished) or any(
            ref not in spots and ref not in refused for ref in known
        )

    def _note(self, sub: str, file: os.DirEntry[str]) -> None:
        """Where it is, and no more."""
        base, info = split(file.name)
        ref, spot = Ref(base), self._shared.get((sub, info)) or self.spot(sub, info)
        there = self.spots.setdefault(ref, spot) if base else spot
        if there is not spot:
            self._again(ref, there, spot)

    def _take(self, sub: str, file: os.DirEntry[str], found: list[Counted]) -> None:
        base, info = split(file.name)
        ref, spot = Ref(base), self._shared.get((sub, info)) or self.spot(sub, info)
        there = self.spots.get(ref)
        if there is not None:
            self._again(ref, there, spot)
        elif not base:  # no name but flags: nothing could call it back
            self._refuse(Ref(file.name), "name")
        elif (st := self._stat(ref, file)) is not None:
            self.spots[ref] = spot
            found.append(Counted(ref, rev_of(st), st.st_size))

    def _again(self, ref: Ref, there: Spot, spot: Spot) -> None:
        """The same file, renamed while we counted; or a second one of that name."""
        twins = self.twins.get(ref, [there])
        if spot not in twins:  # another count of the same name is in it
            self.twins[ref] = [*twins, spot]

    def _stat(self, ref: Ref, file: os.DirEntry[str]) -> os.stat_result | None:
        try:
            st = file.stat()
        except FileNotFoundError:
            if file.is_symlink():
                self._refuse(ref, "ENOENT")
            else:
                self._vanished.add(ref)
            return None
        except OSError as error:  # a loop of symlinks, no permission on the way
            self._refuse(ref, reason(error))
            return None
        if not stat.S_ISREG(st.st_mode) or not is_text(ref):
            self._refuse(ref, "name" if stat.S_ISREG(st.st_mode) else "not-a-file")
            return None
        return st

    def _refuse(self, ref: Ref, why: str) -> None:
        plain = ref if is_text(ref) else Ref(os.fsencode(ref).decode(errors="backslashreplace"))
        self.refused[plain] = why

    def _settle_twins(self, folder: int) -> None:
        """Of the names of one message the one that is there counts; the last was seen last."""
        for ref, spots in list(self.twins.items()):
            there = {spot: st for spot in spots if (st := _there(folder, spot.name(ref))) is not None}
            if there:
                self.spots[ref] = list(there)[-1]
            self.twins[ref] = list(there)
            if len({(st.st_dev, st.st_ino) for st in there.values()}) <= 1:
                del self.twins[ref]


def rev_of(st: os.stat_result) -> Rev:
    """Size and time: neither a rename nor a move changes them, another content does.

    A young file has no special rev: deliveries come whole, by rename, and each doubt would cost an upload.
    """
    return Rev(f"{st.st_size};{st.st_mtime_ns}")


def _there(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder)
    except OSError:
        return None
