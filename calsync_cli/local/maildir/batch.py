"""A batch of writes to a Maildir: laid aside in tmp and in the attic, durable at one barrier, then renamed into place.

What another program would see at any moment is a Maildir: a message is whole when its name appears, a flag changes by
one rename, a move is one rename from one Maildir to the other. Names are durable before anything is answered, and where
a message moves, the directory that it came to is synced before the one that it left.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.core.model import CollectionId
from calsync_cli.core.ops import Done, Op
from calsync_cli.local.attic import Attic
from calsync_cli.local.batch import without_repeats
from calsync_cli.local.border import border, opened, opened_in
from calsync_cli.local.disk import Disk
from calsync_cli.local.maildir.bench import Bench
from calsync_cli.local.maildir.census import Census
from calsync_cli.local.maildir.echo import Echo
from calsync_cli.local.maildir.place import place
from calsync_cli.local.maildir.prepare import prepare


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a Maildir is written, and what is needed for it."""

    root: Path
    name: CollectionId
    attic: Attic
    disk: Disk
    census: Census
    echo: Echo
    colon: str
    durable: bool


def write_batch(desk: Desk, ops: Sequence[Op]) -> Iterator[Done]:
    """Every op answered in order. Raises E303, E505; what was answered before that is done."""
    path = desk.root / desk.name
    with border(path), opened(desk.root) as root, opened_in(root, desk.name) as folder:
        desk.census.begin()
        if not desk.census.counted:
            desk.census.count(folder)
        for part in without_repeats(ops):
            mode = 0o600 | os.fstat(folder).st_mode & 0o066
            bench = Bench(root, folder, desk.name, desk.attic, desk.disk, desk.census, desk.echo, desk.colon, mode)
            yield from _part(bench, part, durable=desk.durable)


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
        bench.settle_names()
    yield from answers
    if failure is not None:
        raise failure
