"""The script for zsh: the tables, each word explained in every language, then the engine that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from calsync_cli.cli.completion.picture import Command, Flag
from calsync_cli.cli.completion.tables import commands, flag_words, name, own, place_words, refused, said, settings


def zsh(picture: Sequence[Command], engine: str) -> str:
    """The whole file."""
    everywhere = [flag for flag in picture[0].flags if flag.common]
    words = [(path, [_row(name(one), one.about) for one in below]) for path, below in commands(picture)]
    flags = [(one.path, [_flag(flag) for flag in own(one)]) for one in picture]
    less = [(one.path, [_quoted(flag_words(flag)) for flag in refused(one, everywhere)]) for one in picture]
    places = [(one.path, [_quoted(place_words(place)) for place in one.arguments]) for one in picture]
    choices = [(key, [_quoted(word) for word in words]) for key, words in settings()]
    parts = [
        *_table("_calsync_commands", words, "The commands that can follow one: word, English, Dutch."),
        *_table("_calsync_own", flags, "Flags that one command alone has: names=what stands after it, + if again."),
        *_table("_calsync_refused", less, "The common flags that a command does not take."),
        "# The flags of every command.",
        "_calsync_common() {",
        *_reply([_flag(flag) for flag in everywhere], "  "),
        "}\n",
        *_table("_calsync_places", places, "What stands after a command."),
        *_table("_calsync_setting", choices, "What a setting can be."),
    ]
    return engine.replace("# TABLES\n", "\n".join(parts))


def _table(function: str, arms: Iterable[tuple[str, Sequence[str]]], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"{function}() {{"
    yield "  reply=()"
    yield "  case $1 in"
    for path, rows in arms:
        if rows:
            yield f"    ({_quoted(path)})"
            yield from _reply(rows, "      ")
            yield "      ;;"
    yield "  esac"
    yield "}\n"


def _reply(rows: Iterable[str], space: str) -> Iterator[str]:
    yield f"{space}reply=("
    yield from (f"{space}  {row}" for row in rows)
    yield f"{space})"


def _flag(flag: Flag) -> str:
    return _row(flag_words(flag), flag.about)


def _row(word: str, about: tuple[str, ...]) -> str:
    return " ".join(_quoted(text) for text in (word, *said(about)))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
