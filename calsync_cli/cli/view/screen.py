"""The screen: two streams, what they can show, and the few ways in which anything is written to them."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from calsync_cli.cli.view.safe import ascii_only

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsync_cli.cli.options import Asked

STYLES = {"good": "32", "warn": "33", "bad": "31", "bold": "1", "dim": "2"}
MARKS = {"good": "✓", "warn": "!", "bad": "✗"}


@dataclass(frozen=True, slots=True)
class Stream:
    """One of stdout and stderr, and what it can show."""

    file: TextIO
    color: bool
    unicode: bool
    before: list[Callable[[], None]] = field(default_factory=list)
    """What has to go before anything is written: a bar that stands where the cursor is."""

    def write(self, text: str, end: str = "\n") -> None:
        """One line or more."""
        for clear in self.before:
            clear()
        shown = text if self.unicode else ascii_only(text)
        self.file.write(shown + end)
        self.file.flush()

    def paint(self, style: str, text: str) -> str:
        """The text in a style, where there are styles; never by colour alone."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.color and text else text


@dataclass(frozen=True, slots=True)
class Screen:
    """Data goes to stdout, everything else to stderr; with --json stdout has the object alone."""

    out: Stream
    err: Stream
    json: bool
    verbosity: int
    width: int
    interactive: bool
    """Somebody sits there and may be asked."""

    @property
    def quiet(self) -> bool:
        """Nothing is said when all went well."""
        return self.verbosity < 0

    def data(self, *lines: str) -> None:
        """What was asked for, on stdout."""
        for line in lines:
            self.out.write(line)

    def emit(self, value: Mapping[str, Any]) -> None:
        """One JSON object on stdout, on one line; in ASCII, so that nothing in it can steer a terminal."""
        import json  # text mode has no use for it

        self.out.write(json.dumps({"schema": 1, **value}, ensure_ascii=True))

    def say(self, text: str) -> None:
        """A message that -q leaves out."""
        if not self.quiet:
            self.err.write(text)

    def told(self, mark: str, text: str) -> None:
        """A message with its mark: good ones are left out by -q, the others are not."""
        if mark != "good" or not self.quiet:
            self.err.write(f"{self.err.paint(mark, MARKS[mark])} {text}")

    def prompt(self, text: str) -> None:
        """The beginning of a line that the user ends."""
        self.err.write(text, end="")


def screen(asked: Asked, env: Mapping[str, str] = os.environ) -> Screen:
    """The screen for these flags."""
    return Screen(
        out=_stream(sys.stdout, asked.color, env),
        err=_stream(sys.stderr, asked.color, env),
        json=asked.json,
        verbosity=asked.verbosity,
        width=max(shutil.get_terminal_size((80, 24)).columns, 20),
        interactive=not asked.no_input and sys.stdin.isatty() and sys.stderr.isatty(),
    )


def tell(text: str, env: Mapping[str, str] = os.environ) -> None:
    """What is asked for before there is a screen: help."""
    _stream(sys.stdout, "never", env).write(text)


def tell_version() -> None:
    """One line on stdout."""
    from calsync_cli import __version__  # only needed here

    tell(f"calsync {__version__}")


def _stream(file: TextIO, color: str, env: Mapping[str, str]) -> Stream:
    """What a stream can show: --color first, then NO_COLOR (no-color.org), then whether it is a terminal."""
    encoding = (file.encoding or "ascii").lower().replace("-", "")
    live = file.isatty() and env.get("TERM") != "dumb" and not env.get("NO_COLOR")
    return Stream(file=file, color=color == "always" or (color == "auto" and live), unicode=encoding == "utf8")
