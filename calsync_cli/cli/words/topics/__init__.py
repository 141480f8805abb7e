"""The help topics: pages of plain text, a directory for each language; the list of errors is made from their table."""

from __future__ import annotations

import importlib.resources
import re
from typing import TYPE_CHECKING

from calsync_cli.cli.words import _, language
from calsync_cli.cli.words.errors import TOPICS, WHO, briefly
from calsync_cli.core.errors import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAMED = re.compile(r"\{([A-Z_]+)\}")
"""What a page leaves open, as {AGENDA}; in lower case braces are part of what is explained."""


def names() -> tuple[str, ...]:
    """Every topic of this version."""
    return TOPICS


def page(topic: str, known: Callable[[], Mapping[str, str]] = dict) -> str:
    """The page, in the language spoken now. `known` is asked for what it names of this installation, where it does."""
    text = (importlib.resources.files(__name__) / language() / f"{topic}.txt").read_text(encoding="utf-8")
    if topic == "errors":
        return text + "\n" + _errors()
    if not _NAMED.search(text):
        return text
    values = known()
    return _NAMED.sub(lambda found: _indented(values.get(found[1], found[0]), text, found.start()), text)


def _indented(value: str, text: str, at: int) -> str:
    """Several lines stand as far to the right as their place does."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return value.replace("\n", "\n" + before if not before.strip() else "\n")


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
