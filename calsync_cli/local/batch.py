"""A batch of writes to one directory: prepared aside, made durable at one barrier, then put in place name by name.

The order is what makes a power cut harmless. Displaced files get a second name in the attic and new contents lie in
temporary files; one barrier; then names are exchanged; then the directory is synced, and only then is anything
answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from calsync_cli.core.model import Ref
from calsync_cli.core.ops import Done, Edit, Op, Remove
from calsync_cli.local.attic import Attic
from calsync_cli.local.bench import Bench
from calsync_cli.local.border import border, opened
from calsync_cli.local.disk import Disk
from calsync_cli.local.place import place
from calsync_cli.local.prepare import prepare


def write_batch(
    root: Path, attic: Attic, disk: Disk, ops: Sequence[Op], *, clock: Callable[[], float], durable: bool
) -> Iterator[Done]:
    """Every op answered in order. Raises E303, E505; what was answered before that is done."""
    with border(root), opened(root) as folder:
        bench = Bench(root, folder, attic, disk, clock)
        for part in without_repeats(ops):
            yield from _part(bench, part, durable=durable)


def _part(bench: Bench, ops: Sequence[Op], *, durable: bool) -> Iterator[Done]:
    answers: list[Done] = []
    failure: OSError | None = None
    try:
        steps = [prepare(bench, op) for op in ops]
        if durable:
            bench.settle()
        answers.extend(place(bench, step) for step in steps)
    except OSError as error:  # what was put in place before it is answered first
        failure = error
    bench.clear()
    if durable:
        bench.disk.settle_folder(bench.folder)
    yield from answers
    if failure is not None:
        raise failure


def without_repeats(ops: Sequence[Op]) -> Iterator[list[Op]]:
    """Parts in which no file occurs twice, so that preparing a part all at once is the same as one after another."""
    part: list[Op] = []
    refs: set[Ref] = set()
    for op in ops:
        ref = op.base.ref if isinstance(op, Edit | Remove) else op.ref
        if ref in refs:
            yield part
            part, refs = [], set()
        part.append(op)
        refs.add(ref)
    if part:
        yield part
