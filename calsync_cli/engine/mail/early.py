"""Which messages came before the day from which on they are fetched: one question to a server, where there is need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from calsync_cli.core.mail.record import What
from calsync_cli.core.mail.sight import Recognised, Sight
from calsync_cli.core.model import LinkId, Ref
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.shut import by_itself

Early = dict[tuple[LinkId, Ref], int]
"""Message → the moment that it came before."""


def early(sights: Sequence[Sight], junctions: Mapping[LinkId, MailJunction], who: Recognised, work: MailWork) -> Early:
    """Of a folder's first round, or its new life; of what a wider limit may let in; and what was left out elsewhere."""
    found: Early = {}
    parted = [why for sight in sights for why in sight.left_gone if why.what is What.TOO_OLD]
    gone = Counter(why.size for why in parted)
    since = max((why.since for why in parted), default=0)
    for sight in sights:
        link, before = sight.link.id, work.order.since
        with by_itself(sight.link, work):
            who.shut.add(link)
            if before is not None and (doubted := _doubted(sight, work)):
                found |= {(link, ref): int(before) for ref in doubted - junctions[link].far.recent(before)}
            if gone and not sight.link.first:
                found |= _moved(sight, junctions[link], gone, since)
            who.shut.discard(link)
    return found


def _doubted(sight: Sight, work: MailWork) -> set[Ref]:
    limited = sight.link.first or sight.relived
    new = set(sight.far_new) if limited else set[Ref]()
    return new | {one.far for one, why in sight.left if why.what is What.TOO_OLD and why.free(work.order.limits)}


def _moved(sight: Sight, junction: MailJunction, gone: Counter[int], since: int) -> Early:
    """What was left out in another folder, and was put here there: as old as it was, and of its size."""
    alike = [ref for ref, seen in sight.far_new.items() if gone[seen.size or 0] > 0]
    recent = junction.far.recent(since) if alike else frozenset[Ref]()
    found: Early = {}
    for ref in alike:
        size = sight.far_new[ref].size or 0
        if ref not in recent and gone[size] > 0:
            gone[size] -= 1
            found[sight.link.id, ref] = since
    return found
