"""The tree of commands as plain data, in every language at once: what completions and the man page are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calsync_cli.cli.completion.slots import slot
from calsync_cli.cli.manual import first_sentence
from calsync_cli.cli.options import COMMON
from calsync_cli.cli.tree import root
from calsync_cli.cli.words import LANGUAGES, _, language, speak

Said = tuple[str, ...]
"""One text in each of LANGUAGES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something that begins with a dash."""

    name: str
    """As the source calls it."""
    names: tuple[str, ...]
    metavar: str
    """What stands after it; empty where nothing does."""
    slot: str
    """What can stand there: see `slots`."""
    many: bool
    """May be given more than once."""
    common: bool
    about: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """Something that stands at a place."""

    name: str
    metavar: str
    slot: str
    required: bool
    many: bool
    about: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command; the first one of a picture is `calsync` itself, whose path is empty."""

    path: str
    about: Said
    flags: tuple[Flag, ...]
    arguments: tuple[Argument, ...]
    commands: tuple[str, ...]


def picture() -> tuple[Command, ...]:
    """Every command, each noun before its verbs."""
    spoken = language()
    try:
        trees = [_in(one) for one in LANGUAGES]
    finally:
        speak(spoken)
    return tuple(_command(path, [tree[path] for tree in trees]) for path in trees[0])


def brief(about: str) -> str:
    """The first sentence, as it stands beside a word that is offered."""
    return first_sentence(about).removesuffix(".")


_Tree = dict[str, tuple[Any, str]]
"""Command and the help flag's text, by path."""


def _in(spoken: str) -> _Tree:
    speak(spoken)
    return {path: (command, _("Show this help.")) for path, command in _walked("", root())}


def _walked(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from _walked(f"{path} {name}".strip(), command.get_command(None, name))


def _command(path: str, said: list[tuple[Any, str]]) -> Command:
    """From the same command in each language."""
    parameters = list(zip(*(command.params for command, _help in said), strict=True))
    named = [one for one in parameters if one[0].param_type_name == "option"]
    placed = [one for one in parameters if one[0].param_type_name == "argument"]
    previews = getattr(said[0][0].callback, "previews", True)
    flags = [_flag(path, one) for one in named if not one[0].hidden and (previews or one[0].name != "dry_run")]
    helping = tuple(text for _command, text in said)
    more = Flag(name="help", names=("-h", "--help"), metavar="", slot="", many=False, common=True, about=helping)
    return Command(
        path=path,
        about=tuple(command.help or "" for command, _help in said),
        flags=(*flags, more),
        arguments=tuple(_argument(path, one) for one in placed),
        commands=tuple(said[0][0].list_commands(None)) if hasattr(said[0][0], "list_commands") else (),
    )


def _flag(path: str, said: tuple[Any, ...]) -> Flag:
    one = said[0]
    metavar = "" if one.is_flag or one.count else str(one.metavar)
    return Flag(
        name=str(one.name),
        names=tuple(sorted(one.opts, key=len)),
        metavar=metavar,
        slot=slot(path, str(one.name), metavar) if metavar else "",
        many=bool(one.multiple or one.count),
        common=one.name in COMMON,
        about=tuple(each.help or "" for each in said),
    )


def _argument(path: str, said: tuple[Any, ...]) -> Argument:
    one = said[0]
    return Argument(
        name=str(one.name),
        metavar=str(one.metavar),
        slot=slot(path, str(one.name), str(one.metavar)),
        required=bool(one.required),
        many=one.nargs != 1,
        about=tuple(each.help or "" for each in said),
    )
