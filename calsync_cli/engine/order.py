"""One round: what it is to do and with what, handed through the engine as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from calsync_cli.core.bench import Rules
from calsync_cli.core.brake import Alarm, Limit
from calsync_cli.core.meaning import Meaning
from calsync_cli.core.model import Link, Mode, RunId
from calsync_cli.core.ports import Keeper, Progress, Store
from calsync_cli.core.record import Books, Happened, Outcome, Wait
from calsync_cli.core.steps import Match


@dataclass(frozen=True, slots=True)
class Junction:
    """A link with its two stores, as one round uses it.

    `rev`: its far collection at a glance, "" if not known; `coarse`: see core.model.Glance.
    """

    link: Link
    mode: Mode
    near: Store
    far: Store
    rev: str = ""
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """How a round is to go. `matched` is told what the first look of a first round found, before it writes."""

    run: RunId
    rules: Rules
    limit: Limit
    full: bool = False
    dry: bool = False
    matched: Callable[[Match], None] = lambda _: None


@dataclass(slots=True)
class Result:
    """What a round did; filled while it goes, so that an interrupted one can be told too."""

    happened: list[Happened] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    """Everything that waits now."""
    fresh: int = 0
    """How many waits and conflicts are told for the first time."""
    conflicts: int = 0
    invited: int = 0
    touched: list[str] = field(default_factory=list)
    """UIDs of what was made or changed here, whether or not anything of that had to be sent."""
    match: Match | None = None
    alarms: tuple[Alarm, ...] = ()
    """The brake held: nothing was written."""

    def take(self, outcome: Outcome) -> None:
        """One batch more."""
        self.happened.extend(outcome.happened)
        self.conflicts += len(outcome.conflicts)
        self.fresh += len(outcome.conflicts)
        self.invited += outcome.invited
        self.touched.extend(outcome.touched)


@dataclass(frozen=True, slots=True)
class Round:
    """All that a round works with, beside the stores."""

    books: Books
    meaning: Meaning
    attic: Keeper
    order: Order
    progress: Progress
    result: Result = field(default_factory=Result)
