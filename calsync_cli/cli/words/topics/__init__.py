"""The help topics: pages of plain text, a directory for each language; the list of errors is made from their table."""

from __future__ import annotations

import importlib.resources

from calsync_cli.cli.words import _, language
from calsync_cli.cli.words.errors import TOPICS, WHO, briefly
from calsync_cli.core.errors import KINDS


def names() -> tuple[str, ...]:
    """Every topic of this version."""
    return TOPICS


def page(topic: str) -> str:
    """The page, in the language spoken now."""
    text = (importlib.resources.files(__name__) / language() / f"{topic}.txt").read_text(encoding="utf-8")
    return text + "\n" + _errors() if topic == "errors" else text


def _errors() -> str:
    """Every code: its exit, its sentence, who can fix it and how."""
    lines = []
    for code, kind in KINDS.items():
        remedy = kind.fix if not kind.fix.startswith("{") else "-"
        lines += [
            f"exit {kind.exit:<3}  {briefly(code, _)}",
            f"          {_('Who can fix this: {who}').format(who=_(WHO[kind.who]))}",
            f"          {_('Do: {fix}').format(fix=remedy)}",
        ]
    return "\n".join(lines) + "\n"
