"""What Google's answer to a write means for one item, and how a deed in several requests ends before its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from calsync_cli.core.model import Ref
from calsync_cli.core.ops import Denied, Done, Partial, Stale
from calsync_cli.net.failures import LostError
from calsync_cli.providers.google.api import DUPLICATE, NOT_FOUND, STALE, Answer
from calsync_cli.providers.google.gathering import Gathering


class Halted(Exception):  # noqa: N818 (an outcome, not a fault)
    """The deed is over; `done` is what became of it."""

    def __init__(self, done: Done) -> None:
        super().__init__(type(done).__name__)
        self.done = done


@dataclass(slots=True)
class Footing:
    """One item being written: once something of it was done, whatever stops the rest leaves it half done."""

    gathering: Gathering
    ref: Ref
    whole: bool = False
    """Half of it counts for nothing: whoever comes next goes on with it."""
    begun: bool = False

    def write(self, send: Callable[[], Answer]) -> Answer:
        """One request that changes something; the deed halts where it is refused, or lost after others were done."""
        try:
            answer = send()
        except LostError as error:
            if self.whole or not self.begun:
                raise
            raise Halted(Partial(self.ref, error.variant)) from error
        if not answer.ok:
            raise Halted(self.ended(self.refused(answer)))
        self.begun = True
        return answer

    def read(self, answer: Answer) -> Answer:
        """The answer to a question; the deed halts where there is none."""
        if not answer.ok:
            raise Halted(self.ended(self.refused(answer)))
        return answer

    def ended(self, done: Done) -> Done:
        """What became of the whole, where that became of a part."""
        if self.whole or not self.begun:
            return done
        return Partial(self.ref, done.detail if isinstance(done, Denied) else "")

    def refused(self, answer: Answer) -> Done:
        """A refusal of one item. Raises E209 where "not found" is said of the whole calendar."""
        if answer.status == NOT_FOUND:
            self.gathering.confirm()
        if answer.missing or answer.status in {STALE, DUPLICATE}:
            return Stale(self.ref)
        return Denied(self.ref, "E403", answer.reason)
