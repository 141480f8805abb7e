"""A batch of writes to one directory: prepared aside, made durable at one barrier, then put in place name by name.

The order is what makes a power cut harmless: displaced files get a second name in the attic and new contents lie in
temporary files; one barrier; then names are exchanged; then the directory is synced, and only then is anything
answered. Other programs write here meanwhile. So what an exchange displaced is looked at once more: is it not the
version that was compared, the exchange is taken back and the answer is Stale.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import (
    Create,
    Denied,
    Done,
    Edit,
    Held,
    Mark,
    Move,
    Op,
    Partial,
    Ref,
    Remove,
    Rev,
    Stale,
    Unknown,
    Wrote,
)
from calsync_cli.local.attic import Attic
from calsync_cli.local.border import border, opened, reason
from calsync_cli.local.disk import Disk, Written
from calsync_cli.local.names import TEMP, is_item
from calsync_cli.local.reading import Unsettled, read
from calsync_cli.local.revs import fingerprint, marked, nonce, rev_of

_ITEM_ERRORS = frozenset({"ENAMETOOLONG", "EILSEQ", "EISDIR", "ELOOP", "EINVAL"})


@dataclass(frozen=True, slots=True)
class _Found:
    """The file an op is about, as it was when it was compared."""

    st: os.stat_result
    content: bytes
    sure: bool
    """The fingerprint alone proves which version it is."""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class _Making:
    ref: Ref
    temp: str
    rev: Rev


@dataclass(frozen=True, slots=True)
class _Replacing:
    ref: Ref
    temp: str
    rev: Rev
    inode: int
    found: _Found


@dataclass(frozen=True, slots=True)
class _Removing:
    ref: Ref
    temp: str
    found: _Found


_Step = _Making | _Replacing | _Removing | Wrote | Stale | Denied


class Batch:
    """Writes to the directory `root`; `run` may be called once."""

    def __init__(self, root: Path, attic: Attic, disk: Disk, *, clock: Callable[[], float], durable: bool) -> None:
        self._root = root
        self._attic = attic
        self._disk = disk
        self._durable = durable
        self._now_ns = int(clock() * 1e9)
        self._prefix = f"{TEMP}{os.urandom(4).hex()}-"
        self._suffix = nonce()
        self._count = 0
        self._temps: set[str] = set()
        self._kept: set[str] = set()
        self._copied: set[str] = set()
        self._folder = -1
        self._mode = 0o600

    def run(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Every op answered in order. Raises E303, E505; what was answered before that is done."""
        with border(self._root), opened(self._root) as self._folder:
            # no more open than its directory: 0600 in 0700, 0644 in 0755; the umask takes the rest
            self._mode = 0o600 | os.fstat(self._folder).st_mode & 0o066
            for part in _without_repeats(ops):
                yield from self._part(part)

    def _part(self, ops: Sequence[Op]) -> Iterator[Done]:
        answers: list[Done] = []
        try:
            steps = [self._prepared(op) for op in ops]
            self._settle()
            for step in steps:
                answers.append(self._done(step))  # noqa: PERF401 - what was done before an error is answered
        except OSError:
            self._clear()
            self._settle_folder()
            yield from answers
            raise
        self._clear()
        self._settle_folder()
        yield from answers

    # ── before the barrier ──────────────────────────────────────────────────────────────────────────────────────

    def _prepared(self, op: Op) -> _Step:
        match op:
            case Create(ref=ref, content=content):
                return self._making(ref, content)
            case Edit(base=base, content=content):
                return self._guarded(base, lambda found: self._replacing(base.ref, content, found), content)
            case Remove(base=base):
                return self._guarded(base, lambda found: self._removing(base.ref, found), None)
            case Mark(ref=ref) | Move(ref=ref):
                return Denied(ref, "E505", "unsupported")

    def _making(self, ref: Ref, content: bytes) -> _Step:
        if not is_item(ref):
            return Denied(ref, "E505", "name")
        temp = self._temp("tmp")
        st = self._write(temp, content, self._mode)
        return _Making(ref, temp, self._rev(st))

    def _guarded(self, base: Held, go: Callable[[_Found], _Step], want: bytes | None) -> _Step:
        """Only the base is overwritten or removed; what is already as wanted stays untouched."""
        if not is_item(base.ref):
            return Denied(base.ref, "E505", "name")
        found = self._compared(base, want)
        if not isinstance(found, _Found):
            return found
        if found.content == want:
            return Wrote(base.ref, self._rev(found.st))
        return go(found)

    def _compared(self, base: Held, want: bytes | None) -> _Found | Wrote | Stale | Denied:
        try:
            return self._compare(base, want) or Stale(base.ref)
        except FileNotFoundError:
            return Wrote(base.ref, Rev("")) if want is None else Stale(base.ref)
        except Unsettled:
            return Stale(base.ref)
        except PermissionError as error:
            return Denied(base.ref, "E505", reason(error))

    def _compare(self, base: Held, want: bytes | None) -> _Found | None:
        st = self._stat(base.ref)
        if stat.S_ISREG(st.st_mode) and fingerprint(st) == base.rev:
            return _Found(st, base.content, sure=True)
        content = read(self._folder, base.ref).content
        return _Found(st, content, sure=False) if content in (base.content, want) else None

    def _replacing(self, ref: Ref, content: bytes, found: _Found) -> _Step:
        found = self._keep(ref, found)
        temp = self._temp("swap")
        mode = stat.S_IMODE(found.st.st_mode) & 0o777 if stat.S_ISREG(found.st.st_mode) else self._mode
        st = self._write(temp, content, mode)
        if stat.S_IMODE(st.st_mode) != mode:  # the umask applies to new files, not to one whose mode was chosen
            os.chmod(temp, mode, dir_fd=self._folder)
        return _Replacing(ref, temp, self._rev(st), st.st_ino, found)

    def _removing(self, ref: Ref, found: _Found) -> _Step:
        return _Removing(ref, self._temp("swap"), self._keep(ref, found))

    def _keep(self, ref: Ref, found: _Found) -> _Found:
        """The very file gets a second name in the attic; a symlink, and another file system, get a copy."""
        entry = self._attic.link(self._folder, ref) if stat.S_ISREG(found.st.st_mode) else None
        if entry is None:
            entry = self._attic.put(found.content, name_hint=ref)
            self._copied.add(entry)
        self._kept.add(entry)
        return _Found(found.st, found.content, sure=found.sure, kept=entry)

    def _temp(self, kind: str) -> str:
        self._count += 1
        return f"{self._prefix}{self._count}.{kind}"

    def _write(self, temp: str, content: bytes, mode: int) -> os.stat_result:
        mtime_ns = marked(self._now_ns, len(content))
        st = self._disk.create(self._folder, temp, content, mode=mode, mtime_ns=mtime_ns)
        self._temps.add(temp)
        return st

    # ── the barrier and after ───────────────────────────────────────────────────────────────────────────────────

    def _settle(self) -> None:
        if self._durable and self._temps:
            self._disk.settle([Written(self._folder, sorted(self._temps))])
        if self._durable:
            self._attic.settle(self._kept, self._copied)

    def _settle_folder(self) -> None:
        if self._durable:
            self._disk.settle_folder(self._folder)

    def _done(self, step: _Step) -> Done:
        match step:
            case Wrote() | Stale() | Denied():
                return step
            case _Making() | _Replacing() | _Removing():
                return self._put(step)

    def _put(self, step: _Making | _Replacing | _Removing) -> Done:
        try:
            match step:
                case _Making():
                    return self._make(step)
                case _Replacing():
                    return self._replace(step)
                case _Removing():
                    return self._remove(step)
        except OSError as error:
            if not self._blames(error):
                raise
            return Denied(step.ref, "E505", reason(error))

    def _blames(self, error: OSError) -> bool:
        """The item is at fault, not the disk: a name that cannot be, a file that is protected."""
        denied = isinstance(error, PermissionError) and os.access(self._root, os.W_OK | os.X_OK)
        return denied or reason(error) in _ITEM_ERRORS

    def _make(self, step: _Making) -> Done:
        try:
            self._disk.claim(self._folder, step.temp, step.ref)
        except FileExistsError:
            return Stale(step.ref)
        except FileNotFoundError:
            return Unknown(step.ref, "the temporary file is gone")
        self._temps.discard(step.temp)
        return Wrote(step.ref, step.rev)

    def _replace(self, step: _Replacing) -> Done:
        try:
            swapped = self._disk.swap(self._folder, step.temp, step.ref)
        except FileNotFoundError:
            return Stale(step.ref)
        if not swapped:
            return self._replace_by_rename(step)
        if not self._is(step.temp, step.found):
            return self._swap_back(step)
        self._disk.unlink(self._folder, step.temp)
        self._temps.discard(step.temp)
        return Wrote(step.ref, step.rev, kept=self._own(step.found))

    def _replace_by_rename(self, step: _Replacing) -> Done:
        """No exchange here (NFS, FUSE): a moment remains, and what is written in it lies in the attic by its link."""
        with suppress(FileNotFoundError):
            if self._is(step.ref, step.found):
                self._disk.rename(self._folder, step.temp, step.ref)
                self._temps.discard(step.temp)
                return Wrote(step.ref, step.rev, kept=self._own(step.found))
        return Stale(step.ref)

    def _swap_back(self, step: _Replacing) -> Done:
        """Somebody was faster. Theirs goes back; had they written once more meanwhile, the latest stays."""
        for _ in range(2):
            with suppress(FileNotFoundError):
                self._disk.swap(self._folder, step.temp, step.ref)
            if self._stat(step.temp).st_ino == step.inode:
                return Stale(step.ref)
        return self._lost(step.ref, step.temp)

    def _remove(self, step: _Removing) -> Done:
        try:
            self._disk.rename(self._folder, step.ref, step.temp)
        except FileNotFoundError:
            return Wrote(step.ref, Rev(""))
        if self._is(step.temp, step.found):
            self._disk.unlink(self._folder, step.temp)
            return Wrote(step.ref, Rev(""), kept=self._own(step.found))
        try:
            self._disk.claim(self._folder, step.temp, step.ref)
        except FileExistsError:
            return self._lost(step.ref, step.temp)
        return Stale(step.ref)

    def _lost(self, ref: Ref, temp: str) -> Done:
        """Two others wrote during one exchange: the latest is in place, the one before it goes to the attic."""
        entry = self._attic.link(self._folder, temp)
        if entry is None:
            entry = self._attic.put(read(self._folder, temp).content, name_hint=ref)
        self._temps.add(temp)
        return Partial(ref, entry)

    def _is(self, name: str, found: _Found) -> bool:
        """The file under `name` is the one that was compared, and nobody wrote into it since."""
        st = self._stat(name)
        same = fingerprint(st) == fingerprint(found.st)
        if not same or found.sure or not stat.S_ISREG(st.st_mode):
            return same
        return read(self._folder, name).content == found.content

    def _own(self, found: _Found) -> str:
        self._kept.discard(found.kept)
        if stat.S_ISREG(found.st.st_mode) and stat.S_IMODE(found.st.st_mode) != 0o600:  # noqa: PLR2004
            self._attic.own(found.kept)
        return found.kept

    def _clear(self) -> None:
        """Take away what did not come into use."""
        for temp in self._temps:
            with suppress(OSError):
                self._disk.unlink(self._folder, temp)
        for entry in self._kept:
            with suppress(CalsyncError):
                self._attic.drop(entry)
        self._temps.clear()
        self._kept.clear()
        self._copied.clear()

    def _stat(self, name: str) -> os.stat_result:
        return os.stat(name, dir_fd=self._folder, follow_symlinks=False)

    def _rev(self, st: os.stat_result) -> Rev:
        return rev_of(st, self._now_ns, self._suffix)


def _without_repeats(ops: Sequence[Op]) -> Iterator[list[Op]]:
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
