"""Types commands of the installed calsync, each a process of its own, and shows what they print as it comes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from calsync_cli.demo.witness import WentWrong


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
class Typist:
    """Somebody at a terminal."""

    audience: Audience
    env: Mapping[str, str]

    def types(self, *words: str, codes: Sequence[int] = (0,)) -> None:
        """Run it for all to see. Raises WentWrong where it ends in another way."""
        self.audience.typed(("calsync", *words))
        with self._running(words, subprocess.STDOUT) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self.audience.printed(line)
            code = process.wait()
        if code not in codes:
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
        try:
            with process:
                try:
                    yield process
                except BaseException:
                    process.kill()
                    raise
        finally:
            process.wait()


def program() -> tuple[str, ...]:
    """The command as it was installed beside this Python, else this very package."""
    beside = Path(sys.executable).with_name("calsync")
    return (str(beside),) if beside.is_file() else (sys.executable, "-m", "calsync_cli")
