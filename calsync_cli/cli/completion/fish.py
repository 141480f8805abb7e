"""How fish writes the tables, each word explained in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from calsync_cli.cli.completion.picture import Command, Said
from calsync_cli.cli.completion.tables import Arm, Dialect, said, script


def fish(picture: Sequence[Command], engine: str) -> str:
    """The whole file."""
    return script(picture, engine, Dialect("__calsync", _row, _table, _flat))


def _table(function: str, arms: Iterable[Arm], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"function {function}"
    yield "    switch $argv[1]"
    for path, rows in arms:
        if rows:
            yield f"        case {_quoted(path)}"
            yield from _printed(rows, "            ")
    yield "    end"
    yield "end\n"


def _flat(function: str, rows: Sequence[str], about: str) -> Iterator[str]:
    yield f"# {about}"
    yield f"function {function}"
    yield from _printed(rows, "    ")
    yield "end\n"


def _printed(rows: Sequence[str], space: str) -> Iterator[str]:
    yield f"{space}printf '%s\\n' \\"
    yield from (f"{space}    {row} \\" for row in rows[:-1])
    yield f"{space}    {rows[-1]}"


def _row(word: str, about: Said) -> str:
    return " ".join(_quoted(text) for text in (word, *said(about)))


def _quoted(text: str) -> str:
    """Within single quotes fish knows two escapes (fish-lang, Quotes)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
