"""Run a program without a shell and take what it says, within a time and a size, leaving nothing of it running."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import IO, Final

LARGEST: Final = 1 << 16
PAUSE: Final = 0.05
"""Between looks whether the program is gone: one that leaves an agent behind leaves its pipes open too."""

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a program ended and what it said."""

    code: int
    out: bytes
    err: bytes

    def __repr__(self) -> str:
        """What a program prints here is a secret."""
        return f"Answer(code={self.code})"


def ask(argv: Sequence[str], *, patience: float, terminal: bool) -> Answer | None:
    """None where it did not end in time. Without a `terminal` it gets a session of its own and cannot prompt."""
    deadline = monotonic() + patience
    with _running(argv, terminal=terminal) as process:
        texts = _listen(process, deadline)
        try:
            code = process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            return None
        return Answer(code, *texts)


@contextmanager
def _running(argv: Sequence[str], *, terminal: bool) -> Iterator[Process]:
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=not terminal,
    ) as process:
        try:
            yield process
        finally:
            _end(process, alone=not terminal)


def _end(process: Process, *, alone: bool) -> None:
    """Its children too, where they can be told from ours; whatever ended by itself may leave an agent behind."""
    if process.poll() is not None:
        return
    if alone:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _listen(process: Process, deadline: float) -> tuple[bytes, bytes]:
    """Both pipes, each up to LARGEST; the rest is read and dropped, so that the program can end."""
    said = {process.stdout: b"", process.stderr: b""}
    with selectors.DefaultSelector() as selector:
        for pipe in said:
            selector.register(_open(pipe), selectors.EVENT_READ)
        while selector.get_map() and monotonic() < deadline:
            ended = process.poll() is not None
            ready = [key.fileobj for key, _ in selector.select(PAUSE)]
            if ended and not ready:
                break
            for pipe in (pipe for pipe in said if pipe in ready):
                said[pipe] = _more(selector, _open(pipe), said[pipe])
    return said[process.stdout], said[process.stderr]


def _more(selector: selectors.BaseSelector, pipe: IO[bytes], before: bytes) -> bytes:
    chunk = os.read(pipe.fileno(), LARGEST)
    if not chunk:
        selector.unregister(pipe)
    return (before + chunk)[:LARGEST]


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "both were asked for"
    return pipe
