"""Types commands of the installed calsync, each a process of its own, and shows what they print as it comes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from calsync_cli.demo.patience import undisturbed
from calsync_cli.demo.witness import WentWrong

SECONDS = 60.0
"""How long something that travels by itself may take."""
STEP = 0.1


class Audience(Protocol):
    """Whoever sees the demonstration."""

    def chapter(self, scene: str, **params: str) -> None:
        """A part begins."""

    def typed(self, words: Sequence[str]) -> None:
        """This is typed now."""

    def printed(self, text: str) -> None:
        """This was printed."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the story. It raises WentWrong where it does not end as it should."""

    scene: str
    tell: Callable[[], None]
    title: str = ""
    """What it is about."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that goes on, and what it prints: shown by whoever waits for it, so that two never print at once."""

    audience: Audience
    lines: SimpleQueue[str]
    """The last one is empty."""

    def says(self, word: str) -> None:
        """Wait for a line with this in it. Raises WentWrong where none comes."""
        self._until(lambda told: word in told, word)

    def after(self, deed: Callable[[], None], true: Callable[[], bool], what: str) -> None:
        """Do something, and wait until it is told and this is true. Raises WentWrong where that does not come."""
        deed()
        self._until(lambda told: bool(told) and true(), what)

    def _until(self, enough: Callable[[str], bool], what: str) -> None:
        told, end = "", time.monotonic() + SECONDS
        while not enough(told):
            if time.monotonic() > end:
                raise WentWrong(what)
            told += self._shown()

    def rest(self) -> None:
        """What it says until it ends."""
        while line := self.lines.get():
            self.audience.printed(line)

    def _shown(self) -> str:
        """The next line, "" where none comes yet."""
        try:
            line = self.lines.get(timeout=STEP)
        except Empty:
            return ""
        if not line:
            raise WentWrong("it ended by itself")
        self.audience.printed(line)
        return line


@dataclass(frozen=True, slots=True)
class Typist:
    """Somebody at a terminal."""

    audience: Audience
    env: Mapping[str, str]

    def types(self, *words: str, codes: Sequence[int] = (0,)) -> Sequence[str]:
        """Run it for all to see. What it printed, by lines. Raises WentWrong where it ends in another way."""
        self.audience.typed(("calsync", *words))
        said: list[str] = []
        with self._running(words, subprocess.STDOUT) as process:
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                self.audience.printed(line)
            code = process.wait()
        if code not in codes:
            raise WentWrong(f"{words[0]}: {code}")
        return said

    def reads(self, title: str, *words: str) -> str:
        """Run one that prints a table. The ID in the row with this title. Raises WentWrong where no row has it."""
        found = [line.split()[0] for line in self.types(*words) if title in line]
        if not found:
            raise WentWrong(f"{words[0]}: no {title}")
        return found[0]

    @contextmanager
    def watches(self, *words: str) -> Iterator[Watched]:
        """Run one that goes on until the end of the block, when somebody presses Ctrl-C."""
        self.audience.typed(("calsync", *words))
        with self._running(words, subprocess.STDOUT) as process:
            lines: SimpleQueue[str] = SimpleQueue()
            reading = threading.Thread(target=_read, args=(process, lines), daemon=True)
            reading.start()
            watched = Watched(self.audience, lines)
            yield watched
            process.send_signal(signal.SIGINT)
            watched.rest()
            reading.join()
            code = process.wait()
        if code != 0:
            raise WentWrong(f"{words[0]}: {code}")

    def asks(self, *words: str) -> dict[str, Any]:
        """Look something up, unseen."""
        with self._running((*words, "--json"), subprocess.DEVNULL) as process:
            out, _ = process.communicate()
        try:
            said: dict[str, Any] = json.loads(out)
        except ValueError as error:
            raise WentWrong(f"{words[0]}: {process.returncode}") from error
        return said

    @contextmanager
    def _running(self, words: Sequence[str], errors: int) -> Iterator[subprocess.Popen[str]]:
        """Ctrl-C is for the demonstration, not for the command it shows; the process is gone after, come what may."""
        process: subprocess.Popen[str] | None = None
        try:
            with undisturbed():
                process = subprocess.Popen(
                    [*program(), *words],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=self.env,
                    encoding="utf-8",
                    errors="replace",
                    start_new_session=True,
                )
            yield process
        finally:
            if process is not None:
                _gone(process)


def _gone(process: subprocess.Popen[str]) -> None:
    """It has ended by itself, unless something went wrong."""
    with undisturbed():
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _read(process: subprocess.Popen[str], lines: SimpleQueue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")


def program() -> tuple[str, ...]:
    """The command as it was installed beside this Python, else this very package."""
    beside = Path(sys.executable).with_name("calsync")
    return (str(beside),) if beside.is_file() else (sys.executable, "-m", "calsync_cli")
