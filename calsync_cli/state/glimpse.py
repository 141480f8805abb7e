"""One question to an account's state that is not opened for it: nothing is migrated or written, and damage is no."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.state.peek import peek

CONNECTED = "connected"
"""As state.settings.Stage has it; that module brings what a press of TAB need not load."""


def active(database: Path) -> bool:
    """Whether the account is connected, and its primary calendar is chosen (R28) or mail of it was fetched (R27)."""
    stage = peek(database, "SELECT value FROM setting WHERE name='stage'", most=1)
    working = "SELECT 1 FROM link WHERE is_primary OR half='mail' AND rounds"
    return stage == [(CONNECTED,)] and bool(peek(database, working, most=1))
