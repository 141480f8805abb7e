"""Reading one file as one moment of it: never a FIFO, never endless, never half of two versions."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from calsync_cli.local.revs import fingerprint

MAX_BYTES = 10_000_000
_TRIES = 3
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file's bytes, and what stat said before and after they were read."""

    content: bytes
    st: os.stat_result


class Unsettled(Exception):  # noqa: N818 - a state of the file, not a mistake
    """There is something under the name, but no version of it can be read; `detail` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def read(folder: int, name: str, *, limit: int = MAX_BYTES) -> Snapshot:
    """The bytes of one version. Raises Unsettled, FileNotFoundError and other OSErrors."""
    fd = os.open(name, _FLAGS, dir_fd=folder)
    try:
        for _ in range(_TRIES):
            before = os.fstat(fd)
            if stat.S_ISREG(before.st_mode) and before.st_size > limit:
                raise Unsettled("too-big")
            content = _content(fd, before)
            after = os.fstat(fd)
            if fingerprint(before) == fingerprint(after):
                return Snapshot(content, after)
            os.lseek(fd, 0, os.SEEK_SET)
    finally:
        os.close(fd)
    raise Unsettled("changing")


def _content(fd: int, st: os.stat_result) -> bytes:
    if not stat.S_ISREG(st.st_mode):
        raise Unsettled("not-a-file")
    content = os.read(fd, st.st_size)
    while len(content) < st.st_size and (more := os.read(fd, st.st_size)):
        content += more
    return content  # whatever was appended meanwhile shows in the size of the second stat
