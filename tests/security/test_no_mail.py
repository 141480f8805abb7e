"""R19: invitations are the provider's; calsync has no way to send mail itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import calsync_cli

PORTS = {25, 465, 587, 2525}
MAILERS = {"smtplib", "aiosmtplib", "smtpd", "aiosmtpd", "yagmail", "sendmail", "telnetlib"}
ROOT = Path(calsync_cli.__file__).parent


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def test_no_source_imports_a_mailer() -> None:
    found = []
    for where, node in nodes():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        found += [where for name in (*names, module) if name.partition(".")[0] in MAILERS]

    assert found == []


def test_no_source_names_a_port_of_mail() -> None:
    """The demonstration's story has a 25th of the month."""
    found = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int)
        and node.value in PORTS - ({25} if where.startswith("demo/") else set())
    ]

    assert found == []


def test_no_source_speaks_of_smtp_or_starts_a_mailer() -> None:
    said = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ("smtp" in node.value.lower() or "sendmail" in node.value)
    ]

    assert said == []


def test_the_walk_sees_the_source() -> None:
    assert len({where.partition(":")[0] for where, _ in nodes()}) > 100
