"""Many writes to one calendar on a few connections, answered in order, and read back at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Fetched, Held, Ref
from calsync_cli.core.ops import Create, Denied, Done, Edit, Op, Stale, Unknown, Wrote, item_of
from calsync_cli.net.parallel import spread
from calsync_cli.providers.caldav.writing import Locked, Writing


@dataclass(slots=True)
class Batch:
    """Writes batch by batch; `writers` falls to one for good where the server locks (423)."""

    writing: Writing
    fetch: Callable[[Sequence[Ref]], Iterator[Fetched]]
    writers: int

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op answered in order; what stops everything is raised once all that was done is told."""
        fatal: list[CalsyncError] = []

        def deed(op: Op) -> Done | Locked | None:
            try:
                return None if fatal else self.writing.write(op)
            except CalsyncError as error:
                fatal.append(error)
                return None

        answers = [self._unlocked(answer, deed) for answer in list(spread(deed, ops, self.writers))]
        told = self._read_back(ops, self._while_there(answers, fatal), fatal)
        while told and told[-1] is None:
            told.pop()
        # What was not sent stands as unknown where later ones were done: answers come in the order of the ops.
        yield from (done or Unknown(item_of(op), "not-sent") for op, done in zip(ops, told, strict=False))
        if fatal:
            raise fatal[0]

    def _unlocked(self, answer: Done | Locked | None, deed: Callable[[Op], Done | Locked | None]) -> Done | None:
        """423 is one writer too many (Xandikos): from here on one at a time, beginning with those refused."""
        if not isinstance(answer, Locked):
            return answer
        self.writers = 1
        again = deed(answer.op)
        return Unknown(item_of(answer.op), "locked") if isinstance(again, Locked) else again

    def _while_there(self, answers: list[Done | None], fatal: list[CalsyncError]) -> list[Done | None]:
        """A refusal says something of the item only while the collection is there: Cyrus answers 403 without it."""
        if fatal or not any(isinstance(done, Denied | Stale) for done in answers):
            return answers
        try:
            self.writing.confirm_collection()
        except CalsyncError as error:
            if error.code != "E209":
                return answers
            fatal.append(error)
        return [None if fatal and isinstance(done, Denied | Stale) else done for done in answers]

    def _read_back(
        self, ops: Sequence[Op], answers: Sequence[Done | None], fatal: list[CalsyncError]
    ) -> list[Done | None]:
        """What the server made of what it was sent, in one multiget.

        An ETag in a PUT's answer should mean that the bytes were kept (RFC 4791 section 5.3.4). Radicale, Xandikos and
        (after edits) Cyrus give one for bytes that they rewrote.
        """
        pairs = zip(ops, answers, strict=True)
        written = {done.ref for op, done in pairs if isinstance(op, Create | Edit) and isinstance(done, Wrote)}
        held: dict[Ref, Held] = {}
        try:
            held = {now.ref: now for now in self.fetch(sorted(written)) if isinstance(now, Held)}
        except CalsyncError as error:
            fatal.append(error)
        return [_settled(done, written, held) for done in answers]


def _settled(done: Done | None, written: set[Ref], held: dict[Ref, Held]) -> Done | None:
    if not isinstance(done, Wrote) or done.ref not in written:
        return done
    now = held.get(done.ref)
    return Wrote(done.ref, now.rev, now) if now else Unknown(done.ref, "not-read-back")
