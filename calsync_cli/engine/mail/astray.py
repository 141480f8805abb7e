"""Messages that look new and may have come from a folder that nobody can look into now: known again once somebody can.

Fetched at once they would be letters of their own, and if the mailbox that they left begins a new life meanwhile, none
could tell any more that they were moved and not copied: they would be sent there again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.mail.steps import Bring, Step
from calsync_cli.core.model import LinkId, Ref
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.shut import by_itself


def astray(
    steps: Sequence[Step], away: AbstractSet[LinkId], junctions: Mapping[LinkId, MailJunction], work: MailWork
) -> set[tuple[LinkId, Ref]]:
    """Of what is to be fetched that which is known in folders `away`. A folder's first round waits for none."""
    wanted: dict[LinkId, list[Ref]] = defaultdict(list)
    for step in steps if away else ():
        if isinstance(step, Bring) and not step.was and not junctions[step.link].link.first:
            wanted[step.link].append(step.seen.ref)
    return {(link, ref) for link, refs in wanted.items() for ref in _known(link, refs, away, junctions, work)}


def _known(
    link: LinkId,
    refs: Sequence[Ref],
    away: AbstractSet[LinkId],
    junctions: Mapping[LinkId, MailJunction],
    work: MailWork,
) -> set[Ref]:
    """By Message-ID; by size where there is none. What cannot be asked for now cannot be told from what is known."""
    told: list[Sketch] | None = None
    with by_itself(junctions[link].link, work):
        told = [one for one in junctions[link].far.sketch(refs) if isinstance(one, Sketch)]
    if told is None:
        return set(refs)
    names = work.books.inside(away, {one.message_id for one in told})
    return {one.ref for one in told if (one.message_id, 0 if one.message_id else one.size) in names}
