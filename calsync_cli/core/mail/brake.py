"""The brake for mail: a round that would delete or send again too much of a folder stops before its first write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from calsync_cli.core.brake import EMPTIED, Alarm, Limit
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.mail.steps import Erase, Send, Step
from calsync_cli.core.model import LinkId, Side


def alarms(sights: Sequence[Sight], steps: Iterable[Step], limit: Limit) -> tuple[Alarm, ...]:
    """What speaks against the steps. First rounds, new letters, flags and moves never do."""
    drops: Counter[tuple[LinkId, Side]] = Counter()
    again: Counter[LinkId] = Counter()
    for step in steps:
        match step:
            case Erase(letter, side, _, moved=False):
                drops[letter.link, side] += 1
            case Send(link, _, again=letter) if letter is not None:
                again[link] += 1
            case _:
                pass
    return tuple(alarm for sight in sights if not sight.link.first for alarm in _of(sight, drops, again, limit))


def _of(sight: Sight, drops: Counter[tuple[LinkId, Side]], again: Counter[LinkId], limit: Limit) -> Iterator[Alarm]:
    link, most = sight.link.id, limit.of(sight.held)
    for side in Side:
        count = drops[link, side]
        told = limit.share >= 1 if limit.count is None else limit.asked and count <= limit.count
        if count > most:
            yield Alarm(link, side, "delete", count, sight.held)
        elif count >= sight.held >= EMPTIED and not told:
            yield Alarm(link, side, "empty", count, sight.held)
    if again[link] > most:
        yield Alarm(link, Side.FAR, "again", again[link], sight.held)
