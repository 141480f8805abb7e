"""Which errors the source raises: code, variant and parameters, as far as they stand in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "calsync_cli"
MAKERS = {"CalsyncError": "", "LostError": "", "wrong": "E004", "no_vault": "E501"}
"""What makes an error, and the code it always has; the last two take the variant first."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One place that makes an error."""

    place: str
    code: str
    variants: tuple[str, ...]
    params: frozenset[str]
    open: bool
    """More parameters come from a mapping, and cannot be seen here."""


def raised() -> list[Raised]:
    """Every place whose code stands there as text."""
    return [one for path in sorted(PACKAGE.rglob("*.py")) for one in _in(path)]


def _in(path: Path) -> Iterator[Raised]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            code = MAKERS[node.func.id] or _text(node.args[:1])
            rest = node.args if MAKERS[node.func.id] else node.args[1:]
            variants = _variants(rest[0]) if rest else ("",)
            names = {word.arg for word in node.keywords if word.arg and word.arg != "retry_after"}
            if node.func.id == "wrong":
                names |= {"path", "line", "place"}
            if code and variants:
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                yield Raised(place, code, variants, frozenset(names), any(word.arg is None for word in node.keywords))


def _text(nodes: list[ast.expr]) -> str:
    return str(nodes[0].value) if nodes and isinstance(nodes[0], ast.Constant) else ""


def _variants(node: ast.expr) -> tuple[str, ...]:
    """One, or both of a choice; none where it is only known when it runs."""
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    if isinstance(node, ast.IfExp):
        return (*_variants(node.body), *_variants(node.orelse))
    return ()
