"""Before the barrier: each op is compared with what is there, and everything it needs is laid aside."""

from __future__ import annotations

import os
import stat

from calsync_cli.core.model import Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Edit, Mark, Move, Op, Remove, Stale, Wrote
from calsync_cli.local.bench import Bench, Found, Making, Removing, Replacing, Step
from calsync_cli.local.border import reason
from calsync_cli.local.names import is_item
from calsync_cli.local.reading import Unsettled, read
from calsync_cli.local.revs import fingerprint


def prepare(bench: Bench, op: Op) -> Step:
    """What is left to do for an op, or its answer. Raises OSError where nothing more can be written."""
    match op:
        case Create(ref=ref, content=content):
            return _making(bench, ref, content)
        case Edit(base=base, content=content):
            return _edit(bench, base, content)
        case Remove(base=base):
            found = _compared(bench, base, None)
            return _removing(bench, base.ref, found) if isinstance(found, Found) else found
        case Mark(ref=ref) | Move(ref=ref):
            return Denied(ref, "E505", "unsupported")


def _making(bench: Bench, ref: Ref, content: bytes) -> Step:
    if not is_item(ref):
        return Denied(ref, "E505", "name")
    temp = bench.temp("tmp")
    st = bench.write(temp, content, bench.mode)
    return Making(ref, temp, bench.rev(st))


def _edit(bench: Bench, base: Held, want: bytes) -> Step:
    found = _compared(bench, base, want)
    if not isinstance(found, Found):
        return found
    if found.content == want:  # programs that watch mtimes have nothing to see
        return Wrote(base.ref, bench.rev(found.st))
    return _replacing(bench, base.ref, want, found)


def _compared(bench: Bench, base: Held, want: bytes | None) -> Found | Wrote | Stale | Denied:
    """The file, if it is the base (or what is wanted already); `want` is None for a removal."""
    if not is_item(base.ref):
        return Denied(base.ref, "E505", "name")
    try:
        return _found(bench, base, want) or Stale(base.ref)
    except FileNotFoundError:
        return Wrote(base.ref, Rev("")) if want is None else Stale(base.ref)
    except Unsettled:
        return Stale(base.ref)
    except PermissionError as error:
        return Denied(base.ref, "E505", reason(error))


def _found(bench: Bench, base: Held, want: bytes | None) -> Found | None:
    st = bench.stat(base.ref)
    if stat.S_ISREG(st.st_mode) and fingerprint(st) == base.rev:
        return Found(st, base.content, sure=True)
    content = read(bench.folder, base.ref).content
    return Found(st, content, sure=False) if content in (base.content, want) else None


def _replacing(bench: Bench, ref: Ref, content: bytes, found: Found) -> Step:
    kept = _kept(bench, ref, found)
    if kept is None:
        return Stale(ref)
    temp = bench.temp("swap")
    mode = stat.S_IMODE(found.st.st_mode) & 0o777 if found.regular else bench.mode
    st = bench.write(temp, content, mode)
    if stat.S_IMODE(st.st_mode) != mode:  # the umask is for new files, not for one whose mode somebody chose
        os.chmod(temp, mode, dir_fd=bench.folder)
    return Replacing(ref, temp, bench.rev(st), st.st_ino, kept)


def _removing(bench: Bench, ref: Ref, found: Found) -> Step:
    kept = _kept(bench, ref, found)
    return Removing(ref, bench.temp("swap"), kept) if kept else Wrote(ref, Rev(""))


def _kept(bench: Bench, ref: Ref, found: Found) -> Found | None:
    """The file with its place in the attic; None if it went away since it was compared."""
    try:
        return bench.keep(ref, found)
    except FileNotFoundError:
        if os.fstat(bench.folder).st_nlink == 0:  # not the file: its directory
            raise
        return None
