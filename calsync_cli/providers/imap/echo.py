"""What we do to the folder that a bell listens to, so that the server's telling us of it does not ring.

Only what is certainly ours is silent: what went by its UID, flags by UID and MODSEQ (both are told where QRESYNC is
on), arrivals by their number, because a server tells no more of them. Whatever is told beyond that, or before we know
how our deed was answered, rings: one ring too many costs a look, one too few a change that nobody sees.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from calsync_cli.core.model import CollectionId, Held, Ref
from calsync_cli.core.ops import Create, Done, Mark, Move, Op, Remove, Wrote
from calsync_cli.providers.imap.parse import Line
from calsync_cli.providers.imap.wire import uids_in

_AGE = 10.0
"""Seconds within which a server tells; Dovecot takes half a second."""
_CAME, _MARKED, _GONE = "came", "marked", "gone"
_UID = re.compile(rb"[( ]UID (\d+)", re.IGNORECASE)
_MODSEQ = re.compile(rb"[( ]MODSEQ \((\d+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Deed:
    at: float
    rev: str = ""


class Echo:
    """Deeds of ours in one folder, each to be heard of once. Rounds write, the bell's thread reads."""

    def __init__(self, folder: CollectionId, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self._lock = Lock()
        self._deeds: dict[tuple[str, int], _Deed] = {}
        self._came: dict[int, _Deed] = {}
        self._exists: int | None = None

    def listens(self, exists: int | None) -> None:
        """A bell begins, with so many messages there; None: it has ended. What was done before it is told to nobody."""
        with self._lock:
            self._exists = exists
            self._deeds.clear()
            self._came.clear()

    def heard(
        self, folder: CollectionId, ops: Sequence[Op], write: Callable[[Sequence[Op]], Iterator[Done]]
    ) -> Iterator[Done]:
        """Do them, expecting to hear of them."""
        for op in ops if folder == self.folder else ():
            if isinstance(op, Move | Remove):
                self._expect(_GONE, op.ref if isinstance(op, Move) else op.base.ref)
        for op, done in zip(ops, write(ops), strict=True):
            self._answered(folder, op, done)
            yield done

    def news(self, line: Line) -> bool:
        """Whether the line tells of something that somebody else did."""
        words = [word.upper() for word in line.words]
        if words[:1] != [b"*"]:
            return False
        with self._lock:
            self._forget()
            match words[1:]:
                case [number, b"EXISTS"] if number.isdigit():
                    return self._others_came(int(number))
                case [b"VANISHED", uids] if b"(" not in uids:
                    return self._others_removed(uids_in(uids))
                case [number, b"EXPUNGE"] if number.isdigit():
                    self._fewer(1)
                    return True
                case [number, b"FETCH"] if number.isdigit():
                    return self._others_marked(line)
                case _:
                    return words[1:2] == [b"VANISHED"]

    def _answered(self, folder: CollectionId, op: Op, done: Done) -> None:
        here = folder == self.folder
        match op, done:
            case (Move(to=self.folder), Wrote(ref=ref)) if not here:
                self._expect(_CAME, ref)
            case (Create(), Wrote(ref=ref)) if here:
                self._expect(_CAME, ref)
            case (Mark(), Wrote(ref=ref, rev=rev)) if here and rev:
                self._expect(_MARKED, ref, rev)
            case (Move(ref=ref) | Remove(base=Held(ref=ref)), _) if here and not isinstance(done, Wrote):
                with self._lock:
                    self._deeds.pop((_GONE, _uid(ref)), None)
            case _:
                pass

    def _others_came(self, exists: int) -> bool:
        more, self._exists = exists - (self._exists or 0), exists
        if more > len(self._came):
            return True
        for uid in list(self._came)[:more]:
            del self._came[uid]
        return False

    def _others_removed(self, uids: Sequence[int]) -> bool:
        self._fewer(len(uids))
        for uid in uids:  # what came and went in one moment is never told to have come
            self._came.pop(uid, None)
        ours = [self._deeds.pop((_GONE, uid), None) is not None for uid in uids]
        return not all(ours)

    def _others_marked(self, line: Line) -> bool:
        uid, modseq = _UID.search(line.text), _MODSEQ.search(line.text)
        if uid is None or modseq is None:
            return True
        deed = self._deeds.pop((_MARKED, int(uid[1])), None)
        return deed is None or deed.rev != modseq[1].decode()

    def _fewer(self, count: int) -> None:
        if self._exists is not None:
            self._exists -= count

    def _expect(self, what: str, ref: Ref, rev: str = "") -> None:
        uid, deed = _uid(ref), _Deed(self._clock(), rev)
        with self._lock:
            if self._exists is None or not uid:
                return
            if what == _CAME:
                self._came[uid] = deed
                return
            if what == _GONE:
                self._came.pop(uid, None)
            self._deeds.pop((what, uid), None)
            self._deeds[what, uid] = deed

    def _forget(self) -> None:
        """The oldest are first."""
        old = self._clock() - _AGE
        while self._came and self._came[uid := next(iter(self._came))].at < old:
            del self._came[uid]
        while self._deeds and self._deeds[first := next(iter(self._deeds))].at < old:
            del self._deeds[first]


def _uid(ref: Ref) -> int:
    uid = ref.rpartition(".")[2]
    return int(uid) if uid.isascii() and uid.isdigit() else 0
