"""The catalogue of sentences: taken from the source, merged into the .po, compiled to the .mo.

`python -m tests.cli.catalogue` brings both files up to date; a test says when they are not.
"""

from __future__ import annotations

import ast
import inspect
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
CLI = ROOT / "calsync_cli" / "cli"
PO = CLI / "words" / "nl" / "LC_MESSAGES" / "calsync.po"
MO = PO.with_suffix(".mo")

Sentence = str | tuple[str, str]


def sentences() -> dict[Sentence, list[str]]:
    """Every sentence in the source, in order, with the files it stands in."""
    found: dict[Sentence, list[str]] = {}
    for path in sorted(CLI.rglob("*.py")):
        place = str(path.relative_to(ROOT))
        for sentence in _of(ast.parse(path.read_text(encoding="utf-8")), commands=path.parent.name == "commands"):
            found.setdefault(sentence, []).append(place)
    return found


def _of(tree: ast.AST, *, commands: bool) -> list[Sentence]:
    found: list[Sentence] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if node.func.id in ("_", "mark") and texts:
                found.append(texts[0])
            if node.func.id == "ngettext":
                found.append((texts[0], texts[1]))
        if commands and isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "asked":
            about = ast.get_docstring(node)
            if node.name.startswith("_"):
                continue
            assert about, node.name
            found.append(inspect.cleandoc(about))
    return found


def catalogue() -> Catalog:
    """The Dutch catalogue as it is on disk."""
    with PO.open("rb") as file:
        return read_po(file, locale="nl")


def compiled(source: Catalog) -> bytes:
    """The .mo that belongs to a catalogue."""
    out = io.BytesIO()
    write_mo(out, source)
    return out.getvalue()


def updated() -> Catalog:
    """The catalogue with exactly the sentences of the source; new ones are empty."""
    old = catalogue() if PO.exists() else Catalog(locale="nl", project="calsync")
    new = Catalog(
        locale="nl", project="calsync", version="1", header_comment="# Dutch for calsync.", fuzzy=False, charset="utf-8",
        creation_date=old.creation_date, revision_date=old.revision_date,
    )  # fmt: skip
    for sentence, places in sentences().items():
        before = old.get(sentence if isinstance(sentence, str) else sentence[0])
        text = before.string if before is not None else ("" if isinstance(sentence, str) else ("", ""))
        new.add(sentence, text, locations=[(place, 0) for place in dict.fromkeys(places)])
    return new


def main() -> None:
    new = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=0, omit_header=False, include_lineno=False, sort_output=False)
    MO.write_bytes(compiled(catalogue()))
    missing = [message.id for message in new if message.id and not all(_strings(message.string))]
    print(f"{len(new)} sentences, {len(missing)} without Dutch")
    for one in missing:
        print(repr(one))


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else string


if __name__ == "__main__":
    main()
