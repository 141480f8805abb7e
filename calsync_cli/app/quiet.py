"""Whoever listens to a watch: notes are told on; that rounds come and go is not, only that the process lives."""

from __future__ import annotations

from collections.abc import Callable

from calsync_cli.app.reports.told import Note, Phase, Tell


class Quiet:
    """Tell without phases."""

    def __init__(self, tell: Tell, alive: Callable[[], None]) -> None:
        self._tell = tell
        self._alive = alive

    def phase(self, name: Phase, total: int | None = None) -> None:  # noqa: ARG002 - the shape is Tell's
        """A sign of life."""
        self._alive()

    def advance(self, n: int = 1) -> None:  # noqa: ARG002 - the shape is Tell's
        """A sign of life."""
        self._alive()

    def note(self, what: Note, **params: str | int) -> None:
        """Told on."""
        self._tell.note(what, **params)
