"""How bash writes the tables. It shows no explanations, so none are in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from calsync_cli.cli.completion.picture import Command, Said
from calsync_cli.cli.completion.tables import Arm, Dialect, script


def bash(picture: Sequence[Command], engine: str) -> str:
    """The whole file."""
    return script(picture, engine, Dialect("_calsync", _row, _table, _flat))


def _table(function: str, arms: Iterable[Arm], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"{function}() {{"
    yield "    reply=()"
    yield "    case $1 in"
    yield from (f"        {_quoted(path)}) {_reply(rows)} ;;" for path, rows in arms if rows)
    yield "    esac"
    yield "}\n"


def _flat(function: str, rows: Sequence[str], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"{function}() {{"
    yield f"    {_reply(rows)}"
    yield "}\n"


def _reply(rows: Iterable[str]) -> str:
    return f"reply=({' '.join(rows)})"


def _row(word: str, about: Said) -> str:
    del about
    return _quoted(word)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
