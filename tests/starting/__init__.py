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

INNOCENT = frozenset(
    {"PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING", "PYTHON_KEYRING_BACKEND", "LC_MESSAGES", "LANGUAGE", "LD_PRELOAD"}
)
"""Obeyed, or read by others and later; of libraries, only the one that does not wait for the disk is ever loaded first."""


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
    if len(stdin) > PIPE or not alike(argv, env):
        return subprocess.run(argv, env=env, input=stdin, capture_output=True, timeout=timeout, check=False, cwd=cwd)
    (theirs, ours), (out, to_out), (err, to_err) = (os.pipe() for _ in range(3))
    os.write(ours, stdin)
    os.close(ours)
    begun = begin(argv, env, (theirs, to_out, to_err), cwd=cwd)
    try:
        said, complained, code = _read((out, err, begun.answer), time.monotonic() + timeout)
    except TimeoutError as late:
        with suppress(ProcessLookupError):  # it ended, and left somebody with its streams
            os.kill(begun.process, signal.SIGKILL)
        raise subprocess.TimeoutExpired(argv, timeout) from late
    return subprocess.CompletedProcess(argv, int(code), said, complained)


@dataclass(frozen=True, slots=True)
class Begun:
    """A forked process, and where its exit code is told."""

    process: int
    answer: int

    def ended(self) -> int:
        """Its exit code, when it has ended."""
        with os.fdopen(self.answer) as told:
            return int(told.read())


def alike(argv: Sequence[str], env: Mapping[str, str]) -> bool:
    """Whether a forked one is as good: calsync itself, with nothing in its environment that Python starts with."""
    mine = argv[0] == CALSYNC[0] and hasattr(os, "pidfd_open") and "CALSYNC_TESTS_COLD" not in os.environ
    return mine and _at_start(env) == warm().start


def begin(
    argv: Sequence[str],
    env: Mapping[str, str],
    streams: tuple[int, int, int],
    *,
    cwd: str | Path | None = None,
    terminal: bool = False,
) -> Begun:
    """Start one with these streams, which are closed here."""
    answer, to_answer = os.pipe()
    order = {"argv": list(argv), "env": dict(env), "cwd": str(cwd or Path.cwd()), "terminal": terminal}
    socket.send_fds(warm().line, [json.dumps(order).encode()], [*streams, to_answer])
    for fd in {*streams, to_answer}:
        os.close(fd)
    child = int(os.read(answer, CHILD) or b"0")
    assert child, "the warm process is gone"
    return Begun(child, answer)


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    """What Python looks at when it starts."""
    names = [name for name in env if name.startswith(("PYTHON", "LD_", "LC_", "LANG"))]
    return {name: env[name] for name in names if name not in INNOCENT}


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
