"""How this very calsync is called by others: a supervisor, cron, an administrator."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "calsync"


def program() -> tuple[str, ...]:
    """Absolute words. A link (pipx makes one) stays a link, because what it leads to is replaced by an update."""
    called = Path(sys.argv[0] or NAME)
    if called.name == NAME and called.is_file() and os.access(called, os.X_OK):
        return (str(called.absolute()),)
    beside = Path(sys.executable).with_name(NAME)
    if beside.is_file() and os.access(beside, os.X_OK):
        return (str(beside),)
    return (sys.executable, "-P", "-m", "calsync_cli")  # -P: wherever it is called, nothing there is imported
