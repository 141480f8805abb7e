"""One question to an account's state that is not opened for it: nothing is migrated, locked or written, and damage is no."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from calsync_cli.state.settings import Stage

PATIENCE = 0.2
"""Seconds that another process's transaction may take."""


def active(database: Path) -> bool:
    """Whether the account is connected and its primary calendar is chosen (R28)."""
    try:
        line = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
        try:
            stage = line.execute("SELECT value FROM setting WHERE name='stage'").fetchone()
            chosen = line.execute("SELECT 1 FROM link WHERE is_primary").fetchone()
        finally:
            line.close()
    except sqlite3.Error:
        return False
    return stage == (Stage.CONNECTED.value,) and chosen is not None
