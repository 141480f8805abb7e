"""The picture as the three shells read it: for each command its words, flags and places, quoted for each shell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from calsync_cli.cli.completion.picture import Argument, Command, Flag, Said, brief
from calsync_cli.cli.completion.slots import values

Quote = Callable[[str], str]
Arm = tuple[str, Sequence[str]]
"""A pattern, and the lines that hold where it fits."""


def flag_words(flag: Flag) -> str:
    """`-a,--account=@accounts`; `+` at the end where it may be given again."""
    value = f"={flag.slot}" if flag.metavar else ""
    return ",".join(flag.names) + value + ("+" if flag.many else "")


def place_words(argument: Argument) -> str:
    """`@calendars`; `+` at the end where several may stand there."""
    return argument.slot + ("+" if argument.many else "")


def own(command: Command) -> list[Flag]:
    """The flags that only this command has."""
    return [flag for flag in command.flags if not flag.common]


def refused(command: Command, everywhere: Sequence[Flag]) -> list[Flag]:
    """The common flags that this command does not take."""
    return [flag for flag in everywhere if flag.names not in {one.names for one in command.flags}]


def said(about: Said) -> list[str]:
    """One line of each language."""
    return [brief(text) for text in about]


def settings() -> list[Arm]:
    """What a setting can be."""
    return [(name, (words,)) for name, words in values().items()]


def commands(picture: Sequence[Command]) -> list[tuple[str, list[Command]]]:
    """The commands that can follow a command, in order."""
    by_path = {command.path: command for command in picture}
    return [
        (command.path, [by_path[f"{command.path} {name}".strip()] for name in command.commands])
        for command in picture
        if command.commands
    ]


def name(command: Command) -> str:
    """Its last word."""
    return command.path.rpartition(" ")[2]
