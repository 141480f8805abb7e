"""Answers as text, whole or by the `fields` parameter (a partial response)."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.servers.google.calls import Answer
from tests.servers.google.errors import Json, invalid

Mask = dict[str, "Mask"]


def text(answer: Answer, fields: str) -> str:
    """An answer's body."""
    if fields:
        return json.dumps(kept(answer.whole(), mask(fields)), ensure_ascii=False)
    if answer.items is None:
        return json.dumps(answer.body, ensure_ascii=False)
    head = json.dumps(answer.body, ensure_ascii=False)[:-1]
    return f'{head}, "items": [{", ".join(one for _, one in answer.items)}]}}'


def mask(fields: str) -> Mask:
    """`kind,items(id,start/date)` as a tree; an empty one is all."""
    stack: list[Mask] = [{}]
    last: list[Mask] = []
    for part in re.findall(r"[\w*/-]+|[(),]", fields.replace(" ", "")):
        if part == "(":
            stack.append(last[-1])
        elif part == ")" and len(stack) > 1:
            stack.pop()
        elif part == ")":
            raise invalid(f"Invalid field selection {fields}", "fields")
        elif part != ",":
            here = stack[-1]
            for name in part.split("/"):
                here = here.setdefault(name, {})
            last.append(here)
    return stack[0]


def kept(value: Any, wanted: Mask) -> Any:
    """What a mask leaves of a value."""
    if not wanted or "*" in wanted:
        return value
    if isinstance(value, list):
        return [kept(one, wanted) for one in value]
    if not isinstance(value, dict):
        return value
    result: Json = {name: kept(part, wanted[name]) for name, part in value.items() if name in wanted}
    return result
