"""Starting and ending a server as a process of its own, and waiting until it answers."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

EATMYDATA = "libeatmydata.so"
"""Makes fsync a no-op in servers that have no such setting; used where it is installed."""


class CannotRunError(Exception):
    """A server cannot run here; the text names the package that is missing and why."""


def free_port() -> int:
    """A port nothing listens on, below the ephemeral range, so that no outgoing connection takes it meanwhile."""
    chance = random.Random(os.urandom(8))
    for _ in range(200):
        port = chance.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CannotRunError("no free port between 20000 and 32000")


@dataclass(frozen=True, slots=True)
class Running:
    """A server's process, leader of its own session, and where it writes what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End it and what it started: politely, then not."""
        if self.process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self._signal(signal.SIGKILL)
        self.process.wait(10)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def await_port(self, port: int, *, seconds: float = 30) -> None:
        """Return as soon as the port accepts; raise with the log's end where the process ends or time is up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)  # nothing tells a stranger that a port opened
        raise CannotRunError(f"port {port} did not open: {self.log.read_text(errors='replace')[-800:]}")


def spawn(argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Running:
    """Start a server. What it says goes to `log`."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )
    return Running(process, log)


def without_fsync() -> dict[str, str]:
    """The environment in which servers do not wait for the disk."""
    for place in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"):
        if Path(place, EATMYDATA).exists():
            return {"LD_PRELOAD": str(Path(place, EATMYDATA))}
    return {}


def remove_tree(path: Path) -> None:
    """Forget a server's directory."""
    shutil.rmtree(path, ignore_errors=True)
