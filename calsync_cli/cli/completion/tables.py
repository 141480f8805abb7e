"""The picture as the three shells read it: for each command its words, flags and places, quoted for each shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from calsync_cli.cli.completion.picture import Argument, Command, Flag, Said, brief
from calsync_cli.cli.completion.slots import values

Arm = tuple[str, Sequence[str]]
"""A pattern, and the lines that hold where it fits."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one shell writes the tables."""

    prefix: str
    """What its functions begin with."""
    row: Callable[[str, Said], str]
    """A word, quoted, with what is said of it where the shell shows that."""
    table: Callable[[str, Iterable[Arm], str], Iterator[str]]
    """A function that chooses by its argument: its name, the arms, what it is."""
    flat: Callable[[str, Sequence[str], str], Iterator[str]]
    """A function that gives the same lines whatever it is asked."""


def script(picture: Sequence[Command], engine: str, dialect: Dialect) -> str:
    """The whole file: the tables, then the engine that reads them."""
    row = dialect.row
    everywhere = [flag for flag in picture[0].flags if flag.common]
    words = [(path, [row(name(one), one.about) for one in below]) for path, below in commands(picture)]
    flags = [(one.path, [row(flag_words(flag), flag.about) for flag in own(one)]) for one in picture]
    less = [(one.path, [row(flag_words(flag), ()) for flag in refused(one, everywhere)]) for one in picture]
    places = [(one.path, [row(place_words(place), ()) for place in one.arguments]) for one in picture]
    choices = [(key, [row(word, ()) for word in words_]) for key, words_ in settings()]
    common = [row(flag_words(flag), flag.about) for flag in everywhere]
    of = dialect.prefix
    parts = [
        *dialect.table(f"{of}_commands", words, "The commands that can follow one."),
        *dialect.table(f"{of}_own", flags, "Flags that one command alone has: names=what stands after it, + if again."),
        *dialect.table(f"{of}_refused", less, "The common flags that a command does not take."),
        *dialect.flat(f"{of}_common", common, "The flags of every command."),
        *dialect.table(f"{of}_places", places, "What stands after a command."),
        *dialect.table(f"{of}_setting", choices, "What a setting can be."),
    ]
    return engine.replace("# TABLES\n", "\n".join(parts))


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
