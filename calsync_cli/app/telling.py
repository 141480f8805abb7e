"""The engine's words for what it does, told as phases; and the place where a round can be stopped."""

from __future__ import annotations

from collections.abc import Callable

from calsync_cli.app.reports.told import Phase, Tell

Check = Callable[[], None]
"""Raises where the round is to end."""


class Telling:
    """core.ports.Progress for whoever listens to the use-case."""

    def __init__(self, tell: Tell, check: Check = lambda: None) -> None:
        self._tell = tell
        self._check = check

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins."""
        self._check()
        self._tell.phase(Phase(name), total)

    def advance(self, n: int = 1) -> None:
        """So many items are done."""
        self._check()
        self._tell.advance(n)
