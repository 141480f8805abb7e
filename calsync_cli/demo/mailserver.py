"""A real IMAP server for the demonstration: pymap as a process of its own, on a free port of this machine alone."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.demo.leash import ended, leashed, released
from calsync_cli.demo.server import START


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The server as it runs."""

    port: int
    password: str = field(repr=False)
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"imap://127.0.0.1:{self.port}"


@contextmanager
def posting(place: Path, today: date, password: Path, *, keep: bool) -> Iterator[subprocess.Popen[bytes]]:
    """It runs within this block; with `keep` also after a block that ended well. It may not be ready yet."""
    place.mkdir(mode=0o700)
    words = (today.isoformat(), str(password))
    process = leashed("calsync_cli.demo.postoffice", *words, place=place, log=place / "log", out=subprocess.PIPE)
    try:
        yield process
    except BaseException:
        ended(process)
        raise
    (released if keep else ended)(process)


def ready(process: subprocess.Popen[bytes], password: str) -> PostOffice:
    """Once it says at which port it is. Raises E402 where it never does."""
    assert process.stdout is not None
    heard, _, _ = select.select([process.stdout], [], [], START)
    said = process.stdout.readline().strip() if heard else b""
    if not said.isdigit():
        raise CalsyncError("E402", "refused", host="127.0.0.1")
    return PostOffice(int(said), password, process)
