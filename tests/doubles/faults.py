"""What can go wrong at a port, as values that a test queues and that must all be hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Ref
from calsync_cli.core.ops import Done


class Call(StrEnum):
    """Where a fault waits: a look, an item that is fetched, an op that is written, the list of collections."""

    LOOK = "look"
    FETCH = "fetch"
    WRITE = "write"
    GLANCE = "glance"


def _offline() -> BaseException:
    return CalsyncError("E402", host="memory")


@dataclass(frozen=True, slots=True)
class Raise:
    """Nothing is done, and the call raises."""

    error: Callable[[], BaseException] = _offline


@dataclass(frozen=True, slots=True)
class DoThenRaise:
    """An op is done, and then the call raises: what a cut line looks like to a store that gives up."""

    error: Callable[[], BaseException] = _offline


@dataclass(frozen=True, slots=True)
class Lose:
    """The answer of a write is lost: Unknown, whether it was done or not."""

    done: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An op is not done and answered with this."""

    done: Done


@dataclass(frozen=True, slots=True)
class Cut:
    """A listing breaks off after so many items, before its end."""

    after: int = 0
    error: Callable[[], BaseException] = _offline


@dataclass(frozen=True, slots=True)
class Unread:
    """A fetched item cannot be read this time."""

    why: str = "E403"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Somebody else acts just before the call; the call itself then goes its way."""

    act: Callable[[], object]


Fault = Raise | DoThenRaise | Lose | Answer | Cut | Unread | Meanwhile

FITS: dict[Call, tuple[type, ...]] = {
    Call.LOOK: (Raise, Cut, Meanwhile),
    Call.FETCH: (Raise, Unread, Meanwhile),
    Call.WRITE: (Raise, DoThenRaise, Lose, Answer, Meanwhile),
    Call.GLANCE: (Raise, Meanwhile),
}


@dataclass(slots=True)
class Faults:
    """Faults in the order they are to happen; one may wait for a certain ref."""

    _queued: list[tuple[Call, Ref | None, Fault]] = field(default_factory=list)

    def queue(self, call: Call, fault: Fault, ref: Ref | None) -> None:
        """Put a fault in the line of one kind of call."""
        if not isinstance(fault, FITS[call]):
            raise TypeError(f"{fault} cannot happen in a {call}")
        self._queued.append((call, ref, fault))

    def due(self, call: Call, ref: Ref | None = None) -> list[Fault]:
        """What happens at this call: every Meanwhile that waits for it, and up to one fault after them."""
        due: list[Fault] = []
        for waiting in list(self._queued):
            wanted, wanted_ref, fault = waiting
            if wanted is not call or wanted_ref not in (None, ref):
                continue
            self._queued.remove(waiting)
            due.append(fault)
            if not isinstance(fault, Meanwhile):
                break
        return due

    def strike(self, call: Call, ref: Ref | None = None) -> Fault | None:
        """Let the Meanwhiles act, raise a Raise, and give what is left to the caller."""
        for fault in self.due(call, ref):
            match fault:
                case Meanwhile(act):
                    act()
                case Raise(error):
                    raise error()
                case _:
                    return fault
        return None

    @property
    def left(self) -> list[tuple[Call, Ref | None, Fault]]:
        """Faults that nothing has hit yet."""
        return list(self._queued)
