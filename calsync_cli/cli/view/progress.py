"""Progress on stderr: a bar where somebody looks, otherwise one line per phase; and the notes told on the way."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from calsync_cli.app.reports.told import Note
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _
from calsync_cli.cli.words.told import NOTES, PHASES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calsync_cli.app.reports.told import Phase, Tell
    from calsync_cli.cli.view.screen import Screen

SLOW = 0.4
"""Seconds before a bar is worth the 0.09 s that rich takes to load."""

LAST = frozenset({Note.WATCHING, Note.OFFLINE, Note.BACK})
"""What a watch says when a round is over: no bar stands while it waits."""


@contextmanager
def teller(screen: Screen) -> Iterator[Tell]:
    """Whoever tells what happens, for this screen; the bar is gone and the cursor back when the block ends."""
    live = screen.err.color and screen.interactive and screen.verbosity == 0
    tell = Bar(screen) if live else Lines(screen)
    streams = (screen.out, screen.err)
    for stream in streams:
        stream.before.append(tell.close)
    try:
        yield tell
    finally:
        tell.close()
        for stream in streams:
            stream.before.remove(tell.close)


def note_line(what: Note, params: dict[str, str | int]) -> str:
    """A note as a sentence."""
    shown = {name: safe(str(value)) for name, value in params.items()}
    return _(NOTES[what]).format(**shown)


class Lines:
    """One line per phase that has something to do."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def phase(self, name: Phase, total: int | None = None) -> None:
        """One line, unless -q or there is nothing to do."""
        if total == 0:
            return
        count = f" ({total})" if total else ""
        self._screen.say(f"{_(PHASES[name])}{count} …")

    def advance(self, n: int = 1) -> None:
        """Nothing: lines do not move."""

    def note(self, what: Note, **params: str | int) -> None:
        """One line, unless -q."""
        self._screen.say(note_line(what, params))

    def close(self) -> None:
        """Nothing to put away."""


class Bar:
    """A bar by rich, from the moment a phase takes long enough to be looked at."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._progress: Any = None
        self._task: Any = None
        self._name = ""
        self._total: int | None = None
        self._done = 0
        self._began = time.monotonic()

    def phase(self, name: Phase, total: int | None = None) -> None:
        """The bar starts anew under another name."""
        self._name, self._total, self._done = _(PHASES[name]), total, 0
        if self._progress is not None:
            self._progress.reset(self._task, total=total, completed=0, description=self._name)

    def advance(self, n: int = 1) -> None:
        """The bar moves; it is drawn ten times a second at most."""
        self._done += n
        if self._progress is None and time.monotonic() - self._began > SLOW:
            self._draw()
        if self._progress is not None:
            self._progress.update(self._task, completed=self._done)

    def note(self, what: Note, **params: str | int) -> None:
        """A line above the bar; some end it."""
        if what in LAST:
            self.close()
        if self._progress is None:
            self._screen.say(note_line(what, params))
        else:
            self._progress.console.print(note_line(what, params), markup=False, highlight=False)

    def close(self) -> None:
        """The bar goes; the cursor comes back."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _draw(self) -> None:
        from rich.console import Console  # 0.09 s that a short round does not pay
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(file=self._screen.err.file, force_terminal=True, width=self._screen.width)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task(self._name, total=self._total, completed=self._done)
        self._progress.start()
