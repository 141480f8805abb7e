"""After the barrier: names are changed one by one, each message found again wherever a program put it meanwhile."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import assert_never

from calsync_cli.core.model import Ref, Rev
from calsync_cli.core.ops import Denied, Done, Mark, Move, Stale, Unknown, Wrote
from calsync_cli.local.border import opened_in, reason
from calsync_cli.local.disk import Written
from calsync_cli.local.maildir.bench import Bench, Kept, Making, Ready, Removing, Step
from calsync_cli.local.maildir.census import Spot, rev_of
from calsync_cli.local.maildir.names import CUR, NEW, is_base, is_directory, marked, split
from calsync_cli.local.maildir.reading import whole
from calsync_cli.local.reading import Unsettled

_ITEM_ERRORS = frozenset({"ENAMETOOLONG", "EILSEQ", "EISDIR", "ELOOP", "EINVAL"})


def place(bench: Bench, step: Step) -> Done:
    """Do what was prepared. Raises OSError where the disk is at fault, not the message."""
    if isinstance(step, Wrote | Stale | Denied):
        return step
    try:
        return _place(bench, step)
    except Unsettled:
        return Stale(step.ref)
    except OSError as error:
        if reason(error) not in _ITEM_ERRORS:
            raise
        return Denied(step.ref, "E505", reason(error))


def _place(bench: Bench, step: Ready) -> Done:
    match step:
        case Making():
            return _make(bench, step)
        case Removing(ref=ref, kept=kept):
            return _remove(bench, ref, kept)
        case Mark(ref=ref):
            return bench.census.wherever(bench.folder, ref, lambda spot: _mark(bench, step, spot)) or Stale(ref)
        case Move():
            return _move(bench, step)
        case _:
            assert_never(step)


def _make(bench: Bench, step: Making) -> Done:
    name = bench.path(step.ref, step.spot)
    try:
        bench.disk.claim(bench.root, step.temp, name)
    except FileExistsError:
        return Stale(step.ref)
    except FileNotFoundError:
        if not os.fstat(bench.folder).st_nlink:
            raise
        return Unknown(step.ref, "the temporary file is gone")
    bench.used(step.temp)
    bench.touched(name)
    bench.echo.made(name)
    bench.census.spots[step.ref] = step.spot
    return Wrote(step.ref, step.rev)


def _mark(bench: Bench, op: Mark, spot: Spot) -> Done:
    """One rename, and none where the name says it already: mail programs stumble over each."""
    info = marked(spot.info, op.add, op.drop, bench.colon)
    name = bench.path(op.ref, spot)
    rev = op.rev or rev_of(os.stat(name, dir_fd=bench.root))
    if info == spot.info:
        return Wrote(op.ref, rev)
    moved = bench.census.spot(CUR, info)
    to = bench.path(op.ref, moved)
    try:
        bench.disk.claim(bench.root, name, to)
    except FileExistsError:
        return Stale(op.ref)
    bench.touched(name, to)
    bench.echo.renamed(name, to)
    bench.census.spots[op.ref] = moved
    return Wrote(op.ref, rev)


def _remove(bench: Bench, ref: Ref, kept: Kept) -> Done:
    """All files of that name: they are copies of the one that the attic holds."""
    gone = bench.census.wherever(bench.folder, ref, lambda spot: _unlink(bench, ref, spot, kept))
    if gone is None:  # somebody else removed it meanwhile
        return Wrote(ref, Rev(""))
    if not gone:
        return Stale(ref)
    entry = bench.own(kept)
    spot = bench.census.spots.pop(ref)
    for twin in bench.census.twins.pop(ref, []):
        if twin != spot:
            _unlink_twin(bench, ref, twin)
    return Wrote(ref, Rev(""), kept=entry)


def _unlink(bench: Bench, ref: Ref, spot: Spot, kept: Kept) -> bool:
    """False where another file has the name by now."""
    name = bench.path(ref, spot)
    if os.stat(name, dir_fd=bench.root, follow_symlinks=False).st_ino != kept.st.st_ino:
        return False
    bench.disk.unlink(bench.root, name)
    bench.touched(name)
    bench.echo.gone(name)
    return True


def _unlink_twin(bench: Bench, ref: Ref, spot: Spot) -> None:
    name = bench.path(ref, spot)
    with suppress(FileNotFoundError):
        bench.disk.unlink(bench.root, name)
        bench.touched(name)
        bench.echo.gone(name)


# ── from one Maildir to another ──────────────────────────────────────────────────────────────────────────────────


def _move(bench: Bench, op: Move) -> Done:
    new_ref = op.new_ref or op.ref
    if not (is_base(new_ref) and is_directory(op.to)):
        return Denied(op.ref, "E505", "name")
    try:
        with opened_in(bench.root, f"{op.to}/{CUR}"), opened_in(bench.root, f"{op.to}/{NEW}"):
            pass
    except (FileNotFoundError, NotADirectoryError):
        return Denied(op.ref, "E303", op.to)
    done = bench.census.wherever(bench.folder, op.ref, lambda spot: _rename(bench, op, new_ref, spot))
    return done or _there_already(bench, op, new_ref)


def _rename(bench: Bench, op: Move, new_ref: Ref, spot: Spot) -> Done:
    name, to = bench.path(op.ref, spot), bench.path(new_ref, spot, op.to)
    rev = op.rev or rev_of(os.stat(name, dir_fd=bench.root))
    try:
        bench.disk.claim(bench.root, name, to)
    except FileExistsError:
        return Stale(op.ref)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _carry(bench, op, new_ref, spot)
    bench.touched(name, to)
    bench.echo.renamed(name, to)
    bench.census.spots.pop(op.ref, None)
    return Wrote(new_ref, rev)


def _carry(bench: Bench, op: Move, new_ref: Ref, spot: Spot) -> Done:
    """The other Maildir lies on another file system: the copy is durable before the original goes."""
    name, to = bench.path(op.ref, spot), bench.path(new_ref, spot, op.to)
    mtime_ns = os.stat(name, dir_fd=bench.root).st_mtime_ns
    temp, st = bench.write(whole(bench.folder, op.ref, spot).content, op.to, mtime_ns=mtime_ns)
    bench.disk.settle([Written(bench.root, [temp])])
    bench.disk.claim(bench.root, temp, to)
    bench.used(temp)
    with opened_in(bench.root, f"{op.to}/{spot.sub}") as folder:
        bench.disk.settle_folder(folder)
    bench.disk.unlink(bench.root, name)
    bench.touched(name)
    bench.echo.renamed(name, to)
    bench.census.spots.pop(op.ref, None)
    return Wrote(new_ref, rev_of(st))


def _there_already(bench: Bench, op: Move, new_ref: Ref) -> Done:
    """A run that was killed, or a mail program, moved it before us; else it is gone."""
    for sub in (CUR, NEW):
        with opened_in(bench.root, f"{op.to}/{sub}") as folder, os.scandir(folder) as files:
            for file in files:
                if split(file.name)[0] == new_ref:
                    return Wrote(new_ref, op.rev or rev_of(file.stat()))
    return Stale(op.ref)
