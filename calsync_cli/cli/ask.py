"""Questions to whoever sits at the terminal; where nobody does, a missing answer is E002 and names the flag."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen

LONGEST_SECRET = 4096


def choose(screen: Screen, question: str, names: Sequence[str], *, usual: int, flag: str) -> int:
    """Which one, by its number (from 1) or name; Enter takes the usual one. Anything else is asked again."""
    _need(screen, flag)
    while True:
        answer = _line(screen, f"{question} [{usual}]: ") or str(usual)
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer[:9]) <= len(names):
            return int(answer)
        if answer in names:
            return names.index(answer) + 1
        screen.say(_("Please type a number from 1 to {last}.").format(last=len(names)))


def checklist(screen: Screen, question: str, names: Sequence[str], *, flag: str) -> tuple[int, ...]:
    """Some of them: by their numbers (from 1), all, or none. Enter alone is no answer: it is to be a choice (R22)."""
    _need(screen, flag)
    for number, name in enumerate(names, 1):
        screen.err.write(f"{number:>3} {name}")
    every, none = tuple(range(len(names))), _("none")
    while True:
        words = _line(screen, f"{question} ").lower().replace(",", " ").split()
        if words in (["all"], [_("all")]):
            return every
        if words in (["none"], [none]):
            return ()
        if words and all(word.isascii() and word.isdecimal() and 1 <= int(word[:9]) <= len(names) for word in words):
            return tuple(sorted({int(word[:9]) - 1 for word in words}))
        screen.say(_("Please type numbers from 1 to {last}, all, or none.").format(last=len(names)))


def folder(
    screen: Screen, local: str, usual: str | None, names: Sequence[str], *, mapped: bool, flag: str
) -> str | None:
    """The remote folder for a local one: a name of the list, Enter for the usual one, - for none."""
    _need(screen, flag)
    hint = _("[Enter keeps it, - for none]") if mapped else _("[suggested, - for none]") if usual else _("[none]")
    shown = safe(usual, 60) if usual else "-"
    while True:
        answer = _line(screen, f"{local} → {shown} {hint}: ")
        if not answer:
            return usual
        if answer == "-":
            return None
        found = [name for name in names if name == answer] or [
            name for name in names if name.casefold() == answer.casefold()
        ]
        if len(found) == 1:
            return found[0]
        screen.say(_("There is no folder “{name}”. They are: {names}").format(name=safe(answer, 60), names=_few(names)))


def _few(names: Sequence[str]) -> str:
    return safe(", ".join(names), 400)


def line(screen: Screen, question: str, *, flag: str) -> str:
    """A line that may not be empty."""
    _need(screen, flag)
    while not (answer := _line(screen, f"{question}: ")):
        pass
    return answer


def confirm(screen: Screen, asked: Asked, question: str) -> None:
    """Yes, or E002 and nothing is done. --yes answers; Enter means no."""
    if asked.yes:
        return
    _need(screen, "--yes")
    yes, no = _("y"), _("n")
    while True:
        answer = _line(screen, f"{question} [{yes}/{no.upper()}] ").lower()
        if answer in {"y", "yes", yes, _("yes")}:
            return
        if answer in {"", "n", "no", no, _("no")}:
            raise CalsyncError("E002", "declined", flag="--yes")


def name_typed(screen: Screen, asked: Asked, name: str, question: str) -> None:
    """The name itself, where an answer by reflex would cost too much; --yes together with --account answers."""
    if asked.yes and asked.account:
        return
    _need(screen, f"--yes --account {name}")
    if _line(screen, f"{question}: ") != name:
        raise CalsyncError("E002", "name", flag=f"--yes --account {name}")


def password(screen: Screen, question: str, file: Path | None, *, from_stdin: bool) -> str:
    """The first line of a file or of stdin, else asked without showing it; never an argument or the environment."""
    if from_stdin:
        return _first_line(sys.stdin.readline(LONGEST_SECRET))
    if file is not None:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines:
            return _first_line(lines.readline(LONGEST_SECRET))
    _need(screen, "--password-file")
    import getpass  # only where a password is typed

    while not (typed := getpass.getpass(f"{question}: ", stream=screen.err.file)):
        pass
    return typed


def _first_line(text: str) -> str:
    secret = text.rstrip("\r\n")
    if not secret:
        raise CalsyncError("E002", "no-password", flag="--password-file")
    return secret


def _need(screen: Screen, flag: str) -> None:
    if not screen.interactive:
        raise CalsyncError("E002", flag=flag)


def _line(screen: Screen, prompt: str) -> str:
    """What was typed, without the space around it; the end of the input (Ctrl-D) is E002."""
    screen.prompt(prompt)
    typed = sys.stdin.readline()
    if not typed:
        screen.prompt("\n")
        raise CalsyncError("E002", "end")
    return typed.strip()
