"""Disks that record, die, refuse, or let another program in between two calls."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.local.disk import REAL, Written

Hook = Callable[[int, str, tuple[object, ...]], None]


def event(uid: str, title: str = "one") -> bytes:
    """A whole item, with bare line feeds as khal's and vdirsyncer's files have them."""
    return (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\n"
        f"DTSTART:20261124T100000Z\nDTEND:20261124T110000Z\nSUMMARY:{title}\nEND:VEVENT\nEND:VCALENDAR\n"
    ).encode()


class Killed(BaseException):
    """The process is gone; nothing after this runs in it."""


@dataclass
class TestDisk:
    """A real disk with a hook before each call; `before(number, verb, arguments)`."""

    __test__ = False
    before: Hook = lambda number, verb, arguments: None
    swaps: bool = True
    links: bool = True
    calls: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def _call(self, verb: str, *arguments: object) -> None:
        self.calls.append((verb, arguments))
        self.before(len(self.calls) - 1, verb, arguments)

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.calls]

    def create(self, folder: int, name: str, content: bytes, *, mode: int, mtime_ns: int | None) -> os.stat_result:
        try:
            self._call("create", name)
        except Killed:
            REAL.create(folder, name, content[: len(content) // 2], mode=mode, mtime_ns=None)
            raise
        return REAL.create(folder, name, content, mode=mode, mtime_ns=mtime_ns)

    def link(self, folder: int, name: str, into: int, entry: str) -> None:
        self._call("link", name, entry)
        if not self.links:
            raise OSError(errno.EXDEV, "another file system")
        REAL.link(folder, name, into, entry)

    def rename(self, folder: int, name: str, to: str) -> None:
        self._call("rename", name, to)
        REAL.rename(folder, name, to)

    def claim(self, folder: int, name: str, to: str) -> None:
        self._call("claim", name, to)
        REAL.claim(folder, name, to)

    def swap(self, folder: int, name: str, other: str) -> bool:
        self._call("swap", name, other)
        return self.swaps and REAL.swap(folder, name, other)

    def unlink(self, folder: int, name: str) -> None:
        self._call("unlink", name)
        REAL.unlink(folder, name)

    def settle(self, written: Sequence[Written]) -> None:
        self._call("settle", *(name for batch in written for name in batch.names))
        REAL.settle(written)

    def settle_folder(self, folder: int) -> None:
        self._call("settle_folder", str(Path(f"/proc/self/fd/{folder}").readlink()))
        REAL.settle_folder(folder)


def killed_at(fuse: int) -> Hook:
    """Dies before call `fuse`, and at every call after it: a dead process cleans nothing up."""

    def hook(number: int, verb: str, arguments: tuple[object, ...]) -> None:
        if number >= fuse:
            raise Killed(verb)

    return hook


def refusing_at(fuse: int, code: int) -> Hook:
    """Call `fuse` is refused by the operating system."""

    def hook(number: int, verb: str, arguments: tuple[object, ...]) -> None:
        if number == fuse:
            raise OSError(code, os.strerror(code))

    return hook


def meanwhile(fuse: int, deed: Callable[[], None]) -> Hook:
    """Another program acts just before call `fuse`."""

    def hook(number: int, verb: str, arguments: tuple[object, ...]) -> None:
        if number == fuse:
            deed()

    return hook


def at(verb: str, name: str, deed: Callable[[], None]) -> Hook:
    """Something happens just before this verb is applied to this name."""

    def hook(number: int, called: str, arguments: tuple[object, ...]) -> None:
        if called == verb and name in arguments:
            deed()

    return hook


def refusal(code: int) -> Callable[[], None]:
    """The operating system says no."""

    def deed() -> None:
        raise OSError(code, os.strerror(code))

    return deed


def bodies(*roots: Path) -> set[bytes]:
    """The contents of all .ics files below."""
    return {path.read_bytes() for root in roots for path in root.rglob("*.ics")}


def replace(path: Path, content: bytes) -> None:
    """What khal and vdirsyncer do: a temporary file, then rename."""
    temp = path.with_name(path.name + ".new")
    temp.write_bytes(content)
    temp.replace(path)


@contextmanager
def mere_mortal() -> Iterator[None]:
    """Modes hold for this thread even where the tests run as root: its capabilities are put down (capset(2))."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    none = (ctypes.c_uint32 * 6)(*before)
    none[0] = none[3] = 0  # effective; permitted stays, so that it can be taken up again
    assert libc.capset(header, none) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0
