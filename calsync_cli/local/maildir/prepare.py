"""Before the barrier: new messages are written aside, and what is to go gets its place in the attic."""

from __future__ import annotations

import os

from calsync_cli.core.model import Held, Rev
from calsync_cli.core.ops import Create, Denied, Edit, Mark, Move, Op, Remove, Stale, Wrote
from calsync_cli.local.border import reason
from calsync_cli.local.maildir.bench import Bench, Making, Removing, Step
from calsync_cli.local.maildir.census import Spot, rev_of
from calsync_cli.local.maildir.names import CUR, NEW, is_base, marked
from calsync_cli.local.maildir.twins import alike
from calsync_cli.local.reading import Unsettled

_YEAR_10000 = 253_402_300_800


def prepare(bench: Bench, op: Op) -> Step:
    """What is left to do for an op, or its answer. Raises OSError where nothing more can be written."""
    match op:
        case Create():
            return _making(bench, op)
        case Remove(base=base):
            return _removing(bench, base)
        case Mark(ref=ref) | Move(ref=ref):
            return op if is_base(ref) else Denied(ref, "E505", "name")
        case Edit(base=base):  # a message never changes: another content is another message
            return Denied(base.ref, "E505", "unsupported")


def _making(bench: Bench, op: Create) -> Step:
    if not is_base(op.ref):
        return Denied(op.ref, "E505", "name")
    if op.ref in bench.census.spots:
        return Stale(op.ref)
    info = marked("", op.flags, frozenset(), bench.colon)
    temp, st = bench.write(op.content, mtime_ns=_time(op.date))
    return Making(op.ref, temp, bench.census.spot(CUR if info else NEW, info), rev_of(st))


def _time(date: float | None) -> int | None:
    """When it arrived, as the file's time; mbsync keeps it so, too. None: now."""
    return int(date) * 1_000_000_000 if date is not None and 0 < date < _YEAR_10000 else None


def _removing(bench: Bench, base: Held) -> Step:
    """The file, in the attic too. Two messages under one name are nobody's to remove."""
    ref = base.ref
    if not is_base(ref):
        return Denied(ref, "E505", "name")
    if ref in bench.census.twins and not alike(bench.folder, bench.census, ref):
        return Stale(ref)
    try:
        found = bench.census.wherever(bench.folder, ref, lambda spot: _kept(bench, base, spot))
    except Unsettled:
        return Stale(ref)
    except PermissionError as error:
        return Denied(ref, "E505", reason(error))
    return Wrote(ref, Rev("")) if found is None else found


def _kept(bench: Bench, base: Held, spot: Spot) -> Removing | Stale:
    """Stale where it is another content by now. Flags do not count: the attic's copy is the very file."""
    name = bench.path(base.ref, spot)
    if base.rev not in {"", rev_of(os.stat(name, dir_fd=bench.root))}:
        return Stale(base.ref)
    return Removing(base.ref, bench.keep(base.ref, spot))
