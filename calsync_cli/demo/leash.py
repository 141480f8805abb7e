"""A program that ends with the one that started it, however that one ends: even SIGKILL closes the pipe between them.

Run as `python -m calsync_cli.demo.leash MODULE WORD…`, it runs that module and ends at the end of its standard input,
unless a byte came before: then it goes on alone.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from calsync_cli.demo.patience import undisturbed

RELEASE = b"\n"


def leashed(module: str, *words: str, place: Path, log: Path, out: int | None = None) -> subprocess.Popen[bytes]:
    """Start it in `place`; what it says is in `log`, but for `out`, where its standard output may go instead."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", __name__, module, *words],
            stdin=subprocess.PIPE,
            stdout=out if out is not None else said,
            stderr=said,
            cwd=place,
            start_new_session=True,  # Ctrl-C is for whoever runs the demonstration, who ends it then
        )


def released(process: subprocess.Popen[bytes]) -> None:
    """From here on it goes on alone."""
    if process.stdin is not None:
        with suppress(OSError), process.stdin as leash:
            leash.write(RELEASE)


def ended(process: subprocess.Popen[bytes]) -> None:
    """At once: its store is about to be deleted."""
    with undisturbed():
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def main(module: str, words: Sequence[str]) -> None:
    """The module, as `python -m` runs it, on a leash."""
    threading.Thread(target=_hold, daemon=True).start()
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _hold() -> None:
    if not os.read(0, len(RELEASE)):
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
