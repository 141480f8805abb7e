"""Reports as JSON: field by field, never translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calsync_cli.app.reports.told import ErrorReport


def plain(value: Any) -> Any:
    """The value as JSON knows it: a report's fields by name, times in UTC, paths absolute."""
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(one) for one in value]
    return _scalar(value)


def _scalar(value: Any) -> str | int | float | bool | None:
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime(tzinfo=None):  # it floats: the same on every clock
            return value.isoformat(timespec="seconds")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Path():
            return str(value.absolute())
    raise TypeError(type(value).__name__)


def _record(value: Any) -> dict[str, Any]:
    kind = type(value).__name__
    if kind == "ErrorReport":
        return failure(value)
    record = {one.name.rstrip("_"): plain(getattr(value, one.name)) for one in fields(value)}
    if kind == "CheckRow":
        from calsync_cli.cli.words.checks import in_english  # doctor alone

        record["title"] = in_english(value)
    return record


def failure(error: ErrorReport) -> dict[str, Any]:
    """An error's object; its message is the English sentence."""
    from calsync_cli.cli.words.errors import fix, sentence, topic  # only where something failed
    from calsync_cli.core.errors import KINDS, who

    kind = KINDS[error.code]
    return {
        "code": error.code,
        "exit": kind.exit,
        "who": who(error.code, error.variant).value,
        "message": sentence(error, translate=str),
        "fix": fix(error),
        "topic": topic(error),
        "variant": error.variant,
        "params": dict(error.params),
        "retry_after": error.retry_after,
    }
