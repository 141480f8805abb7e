"""The script for bash: the tables, then the engine that reads them. Bash shows no explanations, so none are in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from calsync_cli.cli.completion.picture import Command
from calsync_cli.cli.completion.tables import Arm, commands, flag_words, name, own, place_words, refused, settings


def bash(picture: Sequence[Command], engine: str) -> str:
    """The whole file."""
    everywhere = [flag for flag in picture[0].flags if flag.common]
    words = [(path, [name(one) for one in below]) for path, below in commands(picture)]
    flags = [(one.path, [flag_words(flag) for flag in own(one)]) for one in picture]
    less = [(one.path, [flag_words(flag) for flag in refused(one, everywhere)]) for one in picture]
    places = [(one.path, [place_words(place) for place in one.arguments]) for one in picture]
    parts = [
        *_table("_calsync_commands", words, "The commands that can follow one."),
        *_table("_calsync_own", flags, "Flags that one command alone has: names=what stands after it, + if again."),
        *_table("_calsync_refused", less, "The common flags that a command does not take."),
        *_list("_calsync_common", [flag_words(flag) for flag in everywhere], "The flags of every command."),
        *_table("_calsync_places", places, "What stands after a command."),
        *_table("_calsync_setting", settings(), "What a setting can be."),
    ]
    return engine.replace("# TABLES\n", "\n".join(parts))


def _table(function: str, arms: Iterable[Arm], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"{function}() {{"
    yield "    reply=()"
    yield "    case $1 in"
    yield from (f"        {_quoted(path)}) {_reply(words)} ;;" for path, words in arms if words)
    yield "    esac"
    yield "}\n"


def _list(function: str, words: Iterable[str], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"{function}() {{"
    yield f"    {_reply(words)}"
    yield "}\n"


def _reply(words: Iterable[str]) -> str:
    return f"reply=({' '.join(_quoted(word) for word in words)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
