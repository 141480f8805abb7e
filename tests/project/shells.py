"""bash, zsh and fish at a terminal: a line is typed, TAB is pressed, and what calsync would have been called with is seen."""

from __future__ import annotations

import os
import pty
import select
import shutil
import stat
import subprocess
import sys
import termios
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import CannotRunError

ROOT = Path(__file__).parents[2]
COMPLETIONS = ROOT / "completions"
CALSYNC = Path(sys.executable).with_name("calsync")
PATIENCE = 30.0
"""Seconds until a shell that says nothing has failed."""

EVERYTHING = "\x1b*"
"""The key that puts all that could be typed into the line: bash's own; zsh is told so below."""

STARTS = {
    "bash": (
        ("bash", "--norc", "--noprofile", "-i"),
        "bind 'set bell-style none'; set +o history; source {completions}/calsync.bash",
    ),
    "zsh": (
        ("zsh", "-f", "-i"),
        (
            "unsetopt beep; fpath=({completions} $fpath); autoload -Uz compinit; compinit -D; "
            "zle -C all-matches complete-word _generic; bindkey '\\e*' all-matches; "
            "zstyle ':completion:all-matches:*' completer _all_matches _complete; "
            "zstyle ':completion:all-matches:*' insert yes"
        ),
    ),
    "fish": (("fish", "--no-config", "--private", "-i"), "source {completions}/calsync.fish"),
}
SHELLS = tuple(STARTS)

# The real one answers what completion asks; any other call is only written down, word by word.
STAND_IN = """#!/bin/sh
if [ "$1" = --complete-values ]; then printf x >>'{place}/asked'; exec '{calsync}' "$@"; fi
printf '%s\\0' "$@" >'{place}/typed'
printf 'DO%s\\n' NE
"""


def program(name: str, package: str = "") -> str:
    """Where a program is. Raises CannotRunError, which names the Debian package."""
    found = shutil.which(name)
    if found is None:
        raise CannotRunError(f"{name} is not installed: apt-get install {package or name}")
    return found


@dataclass(slots=True)
class Shell:
    """A shell with completion loaded, its home and working directory below `place`."""

    name: str
    place: Path
    env: dict[str, str] = field(default_factory=dict)
    process: int = 0
    line: int = -1

    def start(self) -> Shell:
        """Raises CannotRunError."""
        argv, first = STARTS[self.name]
        found = program(self.name)
        binary = self.place / "bin"
        binary.mkdir(parents=True)
        stand_in = binary / "calsync"
        stand_in.write_text(STAND_IN.format(calsync=CALSYNC, place=self.place))
        stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
        (self.place / "work").mkdir()
        env = {
            "PATH": f"{binary}:/usr/bin:/bin",
            "HOME": str(self.place),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.env,
        }
        self.process, self.line = pty.fork()
        if self.process == 0:
            os.chdir(self.place / "work")
            os.execve(found, argv, env)
        termios.tcsetwinsize(self.line, (50, 500))
        self._type(first.format(completions=COMPLETIONS) + "\necho REA''DY\n")
        self._hear(b"READY")
        return self

    def types(self, line: str) -> list[str]:
        """The words that calsync is called with after this line, keys and all, and Enter."""
        record = self.place / "typed"
        record.unlink(missing_ok=True)
        self._type(line + "\n")
        self._hear(b"DONE")
        return record.read_text(encoding="utf-8").split("\0")[:-1]

    def offers(self, line: str) -> list[str]:
        """What can be typed at the end of this line."""
        if self.name == "fish":
            return self._complete(line)
        typed = len(line.split()) - 1 - (not line.endswith(" "))
        return [word for word in self.types(line + EVERYTHING)[typed:] if word not in ("-", "--")]

    def lists(self, line: str) -> bytes:
        """What stands on the screen after this line, keys and all, and Enter."""
        self._type(line + "\n")
        return self._hear(b"DONE")

    def asked(self) -> int:
        """How often calsync itself was asked since the last time."""
        record = self.place / "asked"
        count = record.stat().st_size if record.exists() else 0
        record.unlink(missing_ok=True)
        return count

    def stop(self) -> None:
        os.close(self.line)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)

    def _complete(self, line: str) -> list[str]:
        """fish tells without a terminal what it would offer."""
        script = f"source {COMPLETIONS}/calsync.fish; complete -C $argv[1]"
        env = {"PATH": f"{self.place / 'bin'}:/usr/bin:/bin", "HOME": str(self.place), "LC_ALL": "C.UTF-8", **self.env}
        told = subprocess.run(
            [program("fish"), "--no-config", "-c", script, line], env=env, cwd=self.place / "work", capture_output=True, text=True, timeout=PATIENCE, check=True,
        )  # fmt: skip
        assert told.stderr == ""
        return [row.partition("\t")[0] for row in told.stdout.splitlines()]

    def _type(self, text: str) -> None:
        os.write(self.line, text.encode())

    def _hear(self, mark: bytes) -> bytes:
        heard, until = b"", time.monotonic() + PATIENCE
        while mark not in heard:
            ready = select.select([self.line], [], [], max(0.0, until - time.monotonic()))[0]
            assert ready, (self.name, heard[-2000:])
            heard += os.read(self.line, 65536)
        return heard
