"""After the barrier: names are exchanged one by one, and what an exchange displaced is looked at once more.

Other programs write to the directory at the same time. Is the displaced file not the version that was compared, the
exchange is taken back and the answer is Stale: the next look sees their version and the merge sees all three.
"""

from __future__ import annotations

from contextlib import suppress
from typing import assert_never

from calsync_cli.core.model import Ref, Rev
from calsync_cli.core.ops import Denied, Done, Partial, Stale, Unknown, Wrote
from calsync_cli.local.bench import Bench, Making, Ready, Removing, Replacing, Step
from calsync_cli.local.border import reason
from calsync_cli.local.reading import read

_ITEM_ERRORS = frozenset({"ENAMETOOLONG", "EILSEQ", "EISDIR", "ELOOP", "EINVAL"})


def place(bench: Bench, step: Step) -> Done:
    """Do what was prepared. Raises OSError where the disk is at fault, not the item."""
    if isinstance(step, Wrote | Stale | Denied):
        return step
    try:
        return _place(bench, step)
    except OSError as error:
        if not _blames(bench, error):
            raise
        return Denied(step.ref, "E505", reason(error))


def _place(bench: Bench, step: Ready) -> Done:
    match step:
        case Making():
            return _make(bench, step)
        case Replacing():
            return _replace(bench, step)
        case Removing():
            return _remove(bench, step)
        case _:
            assert_never(step)


def _blames(bench: Bench, error: OSError) -> bool:
    """The item is at fault: a name that cannot be, or a file that is protected in a directory that is not."""
    return reason(error) in _ITEM_ERRORS or (isinstance(error, PermissionError) and bench.writable())


def _make(bench: Bench, step: Making) -> Done:
    try:
        bench.disk.claim(bench.folder, step.temp, step.ref)
    except FileExistsError:
        return Stale(step.ref)
    except FileNotFoundError:
        return Unknown(step.ref, "the temporary file is gone")
    bench.spare(step.temp)
    return Wrote(step.ref, step.rev)


def _replace(bench: Bench, step: Replacing) -> Done:
    try:
        swapped = bench.disk.swap(bench.folder, step.temp, step.ref)
    except FileNotFoundError:
        return Stale(step.ref)
    if not swapped:
        return _replace_by_rename(bench, step)
    bench.spare(step.temp, step.found)
    if not bench.same(step.temp, step.found):
        return _swap_back(bench, step)
    bench.waste(step.temp)
    return Wrote(step.ref, step.rev, kept=bench.own(step.found))


def _replace_by_rename(bench: Bench, step: Replacing) -> Done:
    """No exchange here (NFS, FUSE): a moment remains, and what is written in it lies in the attic by its link."""
    with suppress(FileNotFoundError):
        if bench.same(step.ref, step.found):
            bench.disk.rename(bench.folder, step.temp, step.ref)
            bench.spare(step.temp, step.found)
            return Wrote(step.ref, step.rev, kept=bench.own(step.found))
    return Stale(step.ref)


def _swap_back(bench: Bench, step: Replacing) -> Done:
    """Somebody was faster. Theirs goes back; had they written once more meanwhile, the latest stays."""
    for _ in range(2):
        with suppress(FileNotFoundError):
            bench.disk.swap(bench.folder, step.temp, step.ref)
        if bench.stat(step.temp).st_ino == step.inode:
            bench.waste(step.temp, step.found)
            return Stale(step.ref)
    return _lost(bench, step.ref, step.temp)


def _remove(bench: Bench, step: Removing) -> Done:
    try:
        bench.disk.rename(bench.folder, step.ref, step.temp)
    except FileNotFoundError:
        return Wrote(step.ref, Rev(""))
    bench.spare(step.temp, step.found)
    if bench.same(step.temp, step.found):
        bench.waste(step.temp)
        return Wrote(step.ref, Rev(""), kept=bench.own(step.found))
    try:
        bench.disk.claim(bench.folder, step.temp, step.ref)
    except FileExistsError:
        return _lost(bench, step.ref, step.temp)
    bench.waste(found=step.found)
    return Stale(step.ref)


def _lost(bench: Bench, ref: Ref, temp: str) -> Done:
    """Two others wrote during one exchange: the latest is in place, the one before it goes to the attic."""
    entry = bench.attic.link(bench.folder, temp)
    if entry is None:
        entry = bench.attic.put(read(bench.folder, temp).content, name_hint=ref)
    bench.waste(temp)
    return Partial(ref, entry)
