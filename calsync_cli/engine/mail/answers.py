"""What stores answered to a batch, and what is to be written down of an op that was not done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, assert_never

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.ports import Mailbox
from calsync_cli.core.mail.record import Slip
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import Rev
from calsync_cli.core.ops import Denied, Done, Op, Partial, Stale, Unknown, Wrote
from calsync_cli.core.record import Wait
from calsync_cli.engine.mail.order import MailWork, Place

T = TypeVar("T")

Undone = Stale | Partial | Denied | Unknown


@dataclass(slots=True)
class Answers:
    """As many as there were before the store gave up, and why it did."""

    done: list[Done] = field(default_factory=list)
    error: CalsyncError | None = None

    def checked(self) -> None:
        """Raise what the store raised, now that what it did is written down."""
        if self.error is not None:
            raise self.error


def write(store: Mailbox, ops: Sequence[Op]) -> Answers:
    """Each op done, or the first error."""
    answers = Answers()
    if ops:
        try:
            for done in store.write(ops):
                answers.done.append(done)
        except CalsyncError as error:
            answers.error = error
    return answers


def failed(slip: Slip, work: MailWork, place: Place, how: Undone, rev: str = "") -> None:
    """An op that was not done waits for the next round; a person hears of what was refused."""
    link, side, ref = place
    code, why, loud = _reason(how)
    work.wait(slip, Wait(link, side, ref, code, why, loud=loud, near_rev=Rev(rev)))


def _reason(how: Undone) -> tuple[str, str, bool]:
    match how:
        case Stale():
            return "E301", Why.MOVED_MEANWHILE, False
        case Partial(_, detail):
            return "E403", detail or Why.HALF_DONE, False
        case Denied(_, why, detail):
            return why, detail or Why.REFUSED, True
        case Unknown():
            return "E402", Why.ANSWER_LOST, False
        case _:
            assert_never(how)


def undone(done: Done) -> Undone | None:
    """None: it is done."""
    return None if isinstance(done, Wrote) else done


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """In order, so many at a time."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
