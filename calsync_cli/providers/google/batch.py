"""Many writes to one calendar on a few connections, answered in order; what stops everything is told last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.ops import Done, Op, Unknown
from calsync_cli.net.parallel import spread
from calsync_cli.providers.google.deeds import ref_of

WRITERS = 4


def written(write: Callable[[Op], Done], ops: Sequence[Op]) -> Iterator[Done]:
    """Each op answered in order, up to the last that was done; then E401, E402 or whatever ended it is raised."""
    fatal: list[CalsyncError] = []

    def deed(op: Op) -> Done | None:
        try:
            return None if fatal else write(op)
        except CalsyncError as error:
            fatal.append(error)
            return None

    answers = list(spread(deed, ops, WRITERS))
    while answers and answers[-1] is None:
        answers.pop()
    # What was not sent stands as unknown where later ones were done: answers come in the order of the ops.
    yield from (done or Unknown(ref_of(op), "not-sent") for op, done in zip(ops, answers, strict=False))
    if fatal:
        raise fatal[0]
