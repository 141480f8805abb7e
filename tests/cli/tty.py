"""The installed command at a terminal of its own: the very bytes that reach it, and the lines that a person then sees."""

from __future__ import annotations

import os
import pty
import re
import termios
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests import starting
from tests.starting import CALSYNC

SGR = re.compile(r"\x1b\[[0-9;]*m")
HARMFUL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What no byte of a stranger's may become: controls, and what turns, hides or breaks a line."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What reached the terminal: stdout and stderr together, as they came."""

    code: int
    raw: bytes

    @property
    def text(self) -> str:
        """Without colours; the terminal's own carriage return before each line feed is not ours."""
        return SGR.sub("", self.raw.decode("utf-8").replace("\r\n", "\n"))

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def columns(text: str) -> int:
    """How wide a terminal shows it, told without a line of calsync (UAX 11, UAX 44)."""
    narrow = {"Mn", "Me", "Cf"}
    return sum(
        0 if unicodedata.category(one) in narrow else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


def at_terminal(
    words: Sequence[str], env: Mapping[str, str], *, width: int = 80, height: int = 40, program: Sequence[str] = CALSYNC
) -> Seen:
    """Run calsync; nothing is typed."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (height, width))
    ended = _started([*program, *words], env, ours, theirs)
    raw = b""
    with suppress(OSError):  # EIO: the last one who held the other end let go
        while part := os.read(ours, 65536):
            raw += part
    os.close(ours)
    return Seen(ended(), raw)


def _started(argv: Sequence[str], env: Mapping[str, str], ours: int, theirs: int) -> Callable[[], int]:
    """It leads a session of its own, and this is its terminal. What waits for its end is handed back."""
    if starting.alike(argv, env):
        return starting.begin(argv, env, (theirs, theirs, theirs), terminal=True).ended
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.login_tty(theirs)
        os.execve(argv[0], argv, dict(env))
    os.close(theirs)
    return lambda: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


MOVES = re.compile(
    r"\x1b\[(?P<count>\d*)(?P<how>[ABCDGJKhlm])|\x1b\[\?(?P<mode>\d+[hl])|\x1b\[[0-9;]*m|\r|\n|[^\x1b\r\n]+"
)


def displayed(raw: bytes) -> list[str]:
    """What stands on a screen of endless width after these bytes: the few moves that a bar is drawn with (ECMA-48)."""
    lines, row, column = [""], 0, 0
    for move in MOVES.finditer(raw.decode("utf-8")):
        match move[0], move["how"]:
            case "\r", _:
                column = 0
            case "\n", _:
                row += 1
                lines += [""] * (row == len(lines))
            case _, "A":
                row = max(0, row - int(move["count"] or 1))
            case _, "K" if move["count"] == "2":
                lines[row] = ""
            case text, None if not text.startswith("\x1b"):
                lines[row] = lines[row].ljust(column)[:column] + text + lines[row][column + len(text) :]
                column += len(text)
    return [line.rstrip() for line in lines]
