"""Secrets that another program keeps (pass, op, secret-tool): it is asked, and never told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.asking import Answer, ask
from calsync_cli.vault.port import no_vault
from calsync_cli.vault.secret import HIDDEN, Secret

PATIENCE: Final = 30.0
TOLD: Final = 200


@dataclass(frozen=True, slots=True)
class CommandVault:
    """One program, run once for each question; {account} and {name} in its arguments are filled in."""

    argv: Sequence[str]
    account: str
    interactive: bool
    patience: float = PATIENCE

    def get(self, name: str) -> Secret | None:
        """The first line that the program prints. It has no way to say "not there": that is a failure too."""
        found = _first_line(self._asked(name))
        if not found:
            raise no_vault("command-empty", program=self._program)
        return Secret(found)

    def put(self, name: str, secret: Secret) -> None:
        """Nothing can be written; what is there already need not be."""
        if self.get(name) != secret:
            raise no_vault("read-only", program=self._program)

    def forget(self, name: str) -> None:
        """What somebody else keeps is theirs to delete."""

    def probe(self) -> None:
        """Whether it answers at all."""
        self.get("password")

    def describe(self) -> str:
        """Without the arguments, which are nobody's business."""
        return f"command:{self._program}"

    @property
    def _program(self) -> str:
        return self.argv[0]

    def _asked(self, name: str) -> Answer:
        argv = [_filled(word, {"account": self.account, "name": name}) for word in self.argv]
        try:
            answer = ask(argv, patience=self.patience, terminal=self.interactive)
        except OSError as refused:
            raise no_vault("command-missing", program=self._program, reason=refused.strerror or "") from refused
        if answer is None:
            raise no_vault("command-slow", program=self._program, seconds=f"{self.patience:g}")
        if answer.code:
            raise self._failed(answer)
        return answer

    def _failed(self, answer: Answer) -> CalsyncError:
        reason = _last_words(answer.err)
        if (partial := _first_line(answer)) and partial in reason:
            reason = HIDDEN
        return no_vault("command-failed", program=self._program, status=str(answer.code), reason=reason)


def _filled(word: str, values: Mapping[str, str]) -> str:
    """In one pass, so that an account named {name} stays one. Other braces are the program's own."""
    return re.sub(r"\{(account|name)\}", lambda found: values[found[1]], word)


def _first_line(answer: Answer) -> str:
    try:
        return answer.out.partition(b"\n")[0].removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        return ""


def _last_words(err: bytes) -> str:
    """The last line on stderr that says something, without what could move a cursor."""
    lines = err.decode(errors="replace").splitlines()
    shown = ["".join(char for char in line if char.isprintable()).strip() for line in lines]
    return next((line for line in reversed(shown) if line), "")[:TOLD]
