"""One write at a time to a Google calendar, guarded by the revision it is based on, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from calsync_cli.core.lines import parse
from calsync_cli.core.model import Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Op, Remove, Stale, Unknown, Wrote, item_of
from calsync_cli.net.failures import LostError
from calsync_cli.providers.google import extras
from calsync_cli.providers.google.api import NOT_FOUND, STALE
from calsync_cli.providers.google.births import Births
from calsync_cli.providers.google.edits import Edits, standing
from calsync_cli.providers.google.fields import Unsayable, word
from calsync_cli.providers.google.gathering import Gathering
from calsync_cli.providers.google.members import cancelled, etags_of
from calsync_cli.providers.google.refusing import Footing, Halted
from calsync_cli.providers.google.writing import kind_of

_PRIVATE = re.compile(rb"^CLASS:(PRIVATE|CONFIDENTIAL)\r?$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Deeds:
    """Writes to one calendar. `redacts`: private events are shown without what is in them, and never written back."""

    gathering: Gathering
    redacts: Callable[[], bool]

    def write(self, op: Op) -> Done:
        """One op done and answered. Raises where nothing more can be done."""
        try:
            return self._write(op)
        except Halted as halted:
            return halted.done
        except Unsayable as error:
            return Denied(item_of(op), "E403", error.reason)
        except LostError as error:
            return Unknown(item_of(op), error.variant)

    def _write(self, op: Op) -> Done:
        match op:
            case Create():
                return self._spared(op.ref, op.content) or Births(self.gathering).create(op)
            case Edit():
                return self._spared(op.base.ref, op.base.content) or Edits(self.gathering, op).edit()
            case Remove():
                return self._spared(op.base.ref, op.base.content) or self._remove(op)
            case Move():
                return self._move(op)
            case Mark():
                return Denied(op.ref, "E403", "flags")
            case _:
                assert_never(op)

    def _spared(self, ref: Ref, content: bytes) -> Denied | None:
        """What is never written: other kinds of events than the usual one, and what only seems to be empty."""
        if kind_of(content):
            return Denied(ref, "E403", "event-type")
        if _PRIVATE.search(content) and self.redacts():
            return Denied(ref, "E403", "redacted")
        return None

    def _remove(self, op: Remove) -> Done:
        """Guarded by its etag; that of a series says nothing of its occurrences, so a series is read first."""
        ref, base = op.base.ref, etags_of(op.base.ref, op.base.rev)
        footing = Footing(self.gathering, ref)
        if not (base.master or base.others):
            return Stale(ref)
        if base.others or _repeats(op.base.content):
            now = standing(footing, _uid(op.base.content))
            if not now.alive:
                return Wrote(ref, Rev(""))
            if now.rev != op.base.rev:
                return Stale(ref)
        for name, etag in ({ref: base.master} if base.master else base.others).items():
            self._delete(name, etag, op, footing)
        return Wrote(ref, Rev(""))

    def _move(self, op: Move) -> Done:
        """Google heeds no etag here: read, compare, move. The id stays, so `new_ref` is not taken."""
        footing = Footing(self.gathering, op.ref)
        now = standing(footing, "")
        if now.master is None or not now.alive or now.rev != op.rev:
            return Stale(op.ref)
        if extras.kind_of(now.master):
            return Denied(op.ref, "E403", "event-type")
        if word(now.master, "visibility") in {"private", "confidential"} and self.redacts():
            return Denied(op.ref, "E403", "redacted")
        api, calendar = self.gathering.api, self.gathering.calendar
        footing.write(lambda: api.move(calendar, op.ref, op.to, mail=bool(op.mail)))
        found = replace(self.gathering, calendar=op.to).read(op.ref)
        return Wrote(op.ref, found.rev, found) if isinstance(found, Held) else Unknown(op.ref, "moved")

    def _delete(self, name: str, etag: str, op: Remove, footing: Footing) -> None:
        """Gone already is gone, as long as the calendar is there; a deletion changes the etag too."""
        api, calendar = self.gathering.api, self.gathering.calendar
        answer = api.delete(calendar, name, etag=etag, mail=bool(op.mail))
        if answer.status == NOT_FOUND:
            self.gathering.confirm()
        if not answer.missing and not (answer.status == STALE and self._went(name)):
            footing.write(lambda: answer)

    def _went(self, name: str) -> bool:
        answer = self.gathering.api.event(self.gathering.calendar, name)
        return answer.missing or (answer.ok and cancelled(answer.body))


_REPEATS = re.compile(rb"^(RRULE|RDATE|EXRULE)\b", re.MULTILINE)


def _repeats(content: bytes) -> bool:
    """Whether it is a series; zones have rules too, and come first."""
    return _REPEATS.search(content, max(0, content.find(b"BEGIN:VEVENT"))) is not None


def _uid(content: bytes) -> str:
    """The UID of a body that was made from Google's JSON."""
    return next((line.value for part in parse(content).children if (line := part.first("UID"))), "")
