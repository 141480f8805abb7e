"""A look at an account's state that leaves no trace: no lock, no waiting, nothing written, and no error."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]
"""sqlite3 types no columns."""

_ALIVE = "mode=ro&readonly_shm=1"
"""Beside a write-ahead log (sqlite.org/wal.html, "Read-Only Databases"): its index is mapped read-only, so that a sync
that runs goes on undisturbed and what it has committed is seen."""

_ALONE = "immutable=1"
"""Without one the file is whole by itself. Opened in any other way SQLite would make a log and its index beside it."""


def peek(database: Path, query: str, *, most: int) -> list[Row]:
    """The first rows of what a query finds; none where the file is missing, damaged or has other tables."""
    logged = database.with_name(f"{database.name}-wal").exists()
    for how in (_ALIVE, _ALONE) if logged else (_ALONE,):
        try:
            return _asked(f"{database.absolute().as_uri()}?{how}", query, most)
        except sqlite3.Error:
            continue
    return []


def _asked(uri: str, query: str, most: int) -> list[Row]:
    line = sqlite3.connect(uri, uri=True, timeout=0)
    try:
        return line.execute(query).fetchmany(most)
    finally:
        line.close()
