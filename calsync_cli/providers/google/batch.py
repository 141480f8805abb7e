"""Many writes to one calendar on a few connections, answered in order; what stops everything is told last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.ops import Done, Op
from calsync_cli.net.parallel import spread

WRITERS = 4


def written(write: Callable[[Op], Done], ops: Sequence[Op]) -> Iterator[Done]:
    """Each op answered in order, up to the first that was not done; then E401, E402 or whatever ended it is raised.

    Of those behind it some may be done, for they were on their way: asked for again they are found to be.
    """
    fatal: list[CalsyncError] = []

    def deed(op: Op) -> Done | None:
        try:
            return None if fatal else write(op)
        except CalsyncError as error:
            fatal.append(error)
            return None

    told = True
    for done in spread(deed, ops, WRITERS):  # to its end: nothing is on its way any more when it is told why
        if done is None:
            told = False
        elif told:
            yield done
    if fatal:
        raise fatal[0]
