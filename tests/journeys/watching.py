"""A `sync --watch` that runs beside a test: started, signalled, listened to, and never left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.person import CALSYNC, Person

SECONDS = 30.0


def until(true: Callable[[], Any], *, seconds: float = SECONDS, about: Callable[[], str] = str) -> None:
    """Return as soon as it is true; fail when it does not become so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"did not happen in {seconds} s: {about()}"
        time.sleep(0.02)  # what another process does is seen by looking


@dataclass(slots=True)
class Watching:
    """The process, and what it says."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def said(self) -> str:
        """Its stderr until now."""
        return self.err.read_text()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its --json until now."""
        return [json.loads(line) for line in self.out.read_text().splitlines()]

    def await_said(self, words: str, *, times: int = 1) -> None:
        """It says so, so many times since it began."""
        until(lambda: self.said.count(words) >= times or self.process.poll() is not None, about=lambda: self.said)
        assert self.said.count(words) >= times, (self.process.poll(), self.said)

    def await_true(self, true: Callable[[], Any]) -> None:
        """It lives until this is true."""
        until(lambda: true() or self.process.poll() is not None, about=lambda: self.said)
        assert true(), (self.process.poll(), self.said)

    def tell(self, number: signal.Signals) -> None:
        """A signal."""
        self.process.send_signal(number)

    def ends(self, *, seconds: float = SECONDS) -> int:
        """Its exit code. A traceback fails the test."""
        code = self.process.wait(seconds)
        assert "Traceback" not in self.said, self.said
        return code

    def stopped(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Told to end, and its exit code."""
        self.tell(number)
        return self.ends()


@contextmanager
def watching(person: Person, *flags: str, every: str = "1s", **env: str) -> Iterator[Watching]:
    """It watches within this block."""
    out, err = person.place / "watch.out", person.place / "watch.err"
    words = [*CALSYNC, "sync", "--watch", "--every", every, "--no-input", *flags]
    with out.open("wb") as outs, err.open("wb") as errs:
        process = subprocess.Popen(
            words, env={**person.env, **env}, stdin=subprocess.DEVNULL, stdout=outs, stderr=errs, start_new_session=True
        )
    try:
        yield Watching(process, out, err)
    finally:
        process.kill()
        process.wait()
