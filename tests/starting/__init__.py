"""Starting the installed command: as a process of its own, forked from a Python that has read calsync already.

A start costs more than most commands do. What a forked process has of its own: id, environment, directory, streams,
exit code, and whatever it reads, writes and locks. What it does not show: how Python itself starts. So whatever sets
what Python looks at then (its own variables, the locale), and every other program, is started from nothing; and so are,
by `subprocess`, the tests about starting, about signals and about being killed. With CALSYNC_TESTS_COLD set, all are.
"""

from __future__ import annotations

import functools
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

CALSYNC = (str(Path(sys.executable).with_name("calsync")),)
WARM = Path(__file__).with_name("warm.py")
PIPE = 65536
"""What fits into a pipe that nobody reads yet (pipe(7))."""

CHILD = 16
"""How many bytes a process's id is told in."""

INNOCENT = frozenset({"PYTHONDONTWRITEBYTECODE", "LC_MESSAGES", "LANGUAGE"})
"""Nothing is written in either case, and the language is calsync's to choose."""


@dataclass(frozen=True, slots=True)
class Warm:
    """The process that forks, the line to it, and how it started."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    start: Mapping[str, str]

    def stop(self) -> None:
        """It ends with the line."""
        self.line.close()
        self.process.communicate(timeout=20)


@functools.cache
def warm() -> Warm:
    """Started when first needed, one for each process that runs tests."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    env = dict(os.environ)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, WARM, str(theirs.fileno()), *CALSYNC],
            env=env,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    return Warm(process, ours, _at_start(env))


def stop() -> None:
    """Let it end, if it was ever started."""
    if warm.cache_info().currsize:
        warm().stop()
        warm.cache_clear()


def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    stdin: bytes = b"",
    timeout: float = 120,
    cwd: str | Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """What `subprocess.run` would come to, with both outputs captured."""
    if not _forkable(argv) or len(stdin) > PIPE or _at_start(env) != warm().start:
        return subprocess.run(argv, env=env, input=stdin, capture_output=True, timeout=timeout, check=False, cwd=cwd)
    order = {"argv": argv, "env": dict(env), "cwd": str(cwd or Path.cwd())}
    reads = _ordered(order, stdin)
    child = int(os.read(reads[-1], CHILD) or b"0")
    assert child, "the warm process is gone"
    try:
        out, err, code = _read(reads, time.monotonic() + timeout)
    except TimeoutError as late:
        with suppress(ProcessLookupError):  # it ended, and left somebody with its streams
            os.kill(child, signal.SIGKILL)
        raise subprocess.TimeoutExpired(argv, timeout) from late
    return subprocess.CompletedProcess(argv, int(code), out, err)


def _forkable(argv: Sequence[str]) -> bool:
    return argv[0] == CALSYNC[0] and hasattr(os, "pidfd_open") and "CALSYNC_TESTS_COLD" not in os.environ


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    """What Python looks at when it starts."""
    names = [name for name in env if name.startswith(("PYTHON", "LD_", "LC_", "LANG"))]
    return {name: env[name] for name in names if name not in INNOCENT}


def _ordered(order: Mapping[str, object], stdin: bytes) -> list[int]:
    """Give the order; hand back where to read stdout, stderr, and the answer."""
    (theirs, ours), *pipes = (os.pipe() for _ in range(4))
    os.write(ours, stdin)
    os.close(ours)
    given = [theirs, *(write for _, write in pipes)]
    socket.send_fds(warm().line, [json.dumps(order).encode()], given)
    for fd in given:
        os.close(fd)
    return [read for read, _ in pipes]


def _read(fds: Sequence[int], until: float) -> tuple[bytes, ...]:
    """All of them to their ends."""
    found = dict.fromkeys(fds, b"")
    with selectors.DefaultSelector() as events, ExitStack() as held:
        for fd in fds:
            held.callback(os.close, fd)
            events.register(fd, selectors.EVENT_READ)
        while events.get_map():
            ready = events.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for fd in (key.fd for key, _ in ready):
                part = os.read(fd, PIPE)
                found[fd] += part
                if not part:
                    events.unregister(fd)
    return tuple(found.values())
