"""How zsh writes the tables, each word explained in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from calsync_cli.cli.completion.picture import Command, Said
from calsync_cli.cli.completion.tables import Arm, Dialect, said, script


def zsh(picture: Sequence[Command], engine: str) -> str:
    """The whole file."""
    return script(picture, engine, Dialect("_calsync", _row, _table, _flat))


def _table(function: str, arms: Iterable[Arm], about: str) -> Iterator[str]:
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


def _flat(function: str, rows: Sequence[str], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"{function}() {{"
    yield from _reply(rows, "  ")
    yield "}\n"


def _reply(rows: Iterable[str], space: str) -> Iterator[str]:
    yield f"{space}reply=("
    yield from (f"{space}  {row}" for row in rows)
    yield f"{space})"


def _row(word: str, about: Said) -> str:
    return " ".join(_quoted(text) for text in (word, *said(about)))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
