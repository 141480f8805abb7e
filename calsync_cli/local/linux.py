"""Calls of Linux that Python does not offer: renameat2(2), syncfs(2), mallopt(3). False where there is none."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from typing import Any

NOREPLACE = 1
EXCHANGE = 2
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _call(name: str) -> Any:
    """The C function, or None (macOS, old C libraries)."""
    return getattr(_libc(), name, None)


def renameat2(folder: int, name: str, to: str, flags: int) -> bool:
    """Rename within one directory; False where the file system or the C library does not know the flag."""
    call = _call("renameat2")
    if call is None:
        return False
    if call(folder, os.fsencode(name), folder, os.fsencode(to), flags) == 0:
        return True
    return _supported(ctypes.get_errno(), name)


def syncfs(fd: int) -> bool:
    """Everything on the file system of `fd` is durable (since Linux 5.8 a failed write-back is an error here)."""
    call = _call("syncfs")
    if call is None:
        return False
    return call(fd) == 0 or _supported(ctypes.get_errno(), "")


def mallopt(option: int, value: int) -> bool:
    """Tell the allocator of the C library what it is to do from now on (glibc alone has it)."""
    call = _call("mallopt")
    return call is not None and call(option, value) == 1


def _supported(error: int, name: str) -> bool:
    """False for "not here"; every other error is raised."""
    if error in _UNSUPPORTED:
        return False
    raise OSError(error, os.strerror(error), name)
