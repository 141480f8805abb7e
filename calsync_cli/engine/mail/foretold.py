"""What a dry run tells: the steps of a plan, counted as they would be once they were done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from calsync_cli.core.mail.record import Tally, What
from calsync_cli.core.mail.steps import Agree, Bring, Erase, Forget, Leave, Park, Replace, Send, Shift, Step
from calsync_cli.core.model import LinkId, Side


def foretold(steps: Iterable[Step]) -> Tally:
    """By folder and kind."""
    return Counter((link, what) for step in steps for link, what in _told(step))


def _told(step: Step) -> Iterator[tuple[LinkId, What]]:
    match step:
        case Agree():
            yield from _agreed(step)
        case Shift(_, to, side):
            yield to, _on(side, What.MOVED_HERE, What.MOVED_THERE)
        case Erase(letter, side, _, moved):
            here, there = (What.MOVED_HERE, What.MOVED_THERE) if moved else (What.DELETED_HERE, What.DELETED_THERE)
            yield letter.link, _on(side, here, there)
        case Park(letter):
            yield letter.link, What.PARKED
        case Replace(letter):
            yield letter.link, What.REPLACED
        case Send(link):
            yield link, What.SENT
        case Bring(link):
            yield link, What.FETCHED
        case Leave(link, _, why, 0):
            yield link, why.what
        case Leave() | Forget():
            pass
        case _:
            assert_never(step)


def _agreed(step: Agree) -> Iterator[tuple[LinkId, What]]:
    marks = step.marks
    told = {What.FLAGS_HERE: marks.near, What.FLAGS_THERE: marks.far, What.ADOPTED: step.adopted}
    return ((step.letter.link, what) for what, so in told.items() if so)


def _on(side: Side, here: What, there: What) -> What:
    return here if side is Side.NEAR else there
