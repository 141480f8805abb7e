"""A Python that has read what calsync reads at a start, and forks a process of its own for every command line.

    warm.py FD CALSYNC

On the socket FD come orders: argv, environment and directory as JSON, with the three streams and a pipe for the answer
(the process's id, then its exit code). Each child lets go of everything but its streams.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import socket
import sys
import termios
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

LONGEST = 1 << 20
LOCALE = ("LANG", "LC_ALL", "LC_CTYPE")
"""What Python looks at once, when it starts (PEP 538 writes the last one)."""

Order = Mapping[str, Any]


def preload() -> None:
    """Everything of ours, and with it what others wrote, except what is not installed here or starts by itself."""
    import calsync_cli

    for module in pkgutil.walk_packages(calsync_cli.__path__, "calsync_cli."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):
                importlib.import_module(module.name)
    importlib.import_module("calsync_cli.__main__")


def serve(line: socket.socket) -> Order | None:
    """Fork for each order until nobody is left who could give one. In a child: its order."""
    awaited: dict[int, tuple[int, int]] = {}  # pidfd: process, where its end is told
    with selectors.DefaultSelector() as events:
        events.register(line, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.fd != line.fileno():
                    events.unregister(key.fd)
                    _tell(key.fd, *awaited.pop(key.fd))
                    continue
                said, fds, _, _ = socket.recv_fds(line, LONGEST, 4)
                if not said:
                    return None
                *streams, answer = fds
                child = os.fork()
                if child == 0:
                    _be_alone([*awaited, *(pipe for _, pipe in awaited.values()), answer], streams)
                    return dict(json.loads(said))
                for stream in streams:
                    os.close(stream)
                os.write(answer, b"%15d\n" % child)
                awaited[known := os.pidfd_open(child)] = child, answer
                events.register(known, selectors.EVENT_READ)


def _tell(known: int, child: int, answer: int) -> None:
    """Its exit code, as subprocess counts it."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(BrokenPipeError):  # who asked may have lost patience
        os.write(answer, b"%d\n" % code)
    os.close(answer)
    os.close(known)


def _be_alone(fds: list[int], streams: list[int]) -> None:
    for fd in fds:
        os.close(fd)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)


def obey(order: Order) -> int:
    """As if this process had just been started so."""
    mine = {name: value for name in LOCALE if (value := os.environ.get(name)) is not None}
    os.environ.clear()
    os.environ.update({**order["env"], **mine})
    time.tzset()
    _streams(order["env"].get("PYTHONIOENCODING"), terminal=order["terminal"])
    os.chdir(order["cwd"])
    program, *words = order["argv"]
    sys.argv = [program, *words]
    if program == CALSYNC:
        from calsync_cli.__main__ import main

        return int(main() or 0)  # type: ignore[func-returns-value]
    sys.path[0] = str(Path(program).parent)
    runpy.run_path(program, run_name="__main__")
    return 0


def _streams(encoding: str | None, *, terminal: bool) -> None:
    """As Python makes them when it starts."""
    if encoding:
        for stream in (sys.stdin, sys.stdout):
            stream.reconfigure(encoding=encoding, errors="strict")
        sys.stderr.reconfigure(encoding=encoding, errors="backslashreplace")
    if terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY)
        for stream in (sys.stdin, sys.stdout):
            stream.reconfigure(line_buffering=True)


def end(order: Order) -> NoReturn:
    """Obey, and end as Python would, but without taking apart what was only read; on any trouble, just as Python would."""
    try:
        code: object = obey(order)
    except SystemExit as done:
        code = done.code
    if not isinstance(code, int) or threading.active_count() > 1:
        sys.exit(code)  # type: ignore[arg-type]
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)
    atexit._run_exitfuncs()
    os._exit(code & 0xFF)


if __name__ == "__main__":
    LINE, CALSYNC = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    sys.path[0] = str(Path(CALSYNC).parent)
    preload()
    gc.collect()
    gc.freeze()  # what is here stays: no child looks through it, and its pages stay shared
    with LINE:
        wanted = serve(LINE)
    if wanted is not None:
        end(wanted)
