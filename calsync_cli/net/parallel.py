"""The same deed for many things on a few connections."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def spread(deed: Callable[[T], R], things: Sequence[T], workers: int) -> Iterator[R]:
    """Results in the order given, with at most `workers` done ahead of the reader; the first failure ends it.

    A reader who leaves early does not wait for what is under way.
    """
    if workers < 2 or len(things) < 2:  # noqa: PLR2004  (nothing to spread)
        yield from map(deed, things)
        return
    # Threads are needed only where there is much to do; the import is not free.
    from concurrent.futures import Future, ThreadPoolExecutor

    pool = ThreadPoolExecutor(max_workers=min(workers, len(things)))
    ahead: deque[Future[R]] = deque()
    try:
        for thing in things:
            ahead.append(pool.submit(deed, thing))
            if len(ahead) > workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
