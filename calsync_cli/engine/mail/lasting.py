"""Messages that keep their ref in every folder of their account: where they went is told by it, and nothing is asked.

Such an account shows a message in one folder, or in several (labels). Gone from one of them, it is followed to where it
is new; where another folder here has it already, the file here goes, which is no deletion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from calsync_cli.core.mail.nouns import lasting
from calsync_cli.core.mail.sight import HERE, Sight, Touched, Went
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import LinkId, Ref, Seen
from calsync_cli.engine.mail.order import MailJunction, MailWork


def followed(
    lost: Sequence[Touched],
    sights: Mapping[LinkId, Sight],
    junctions: Mapping[LinkId, MailJunction],
    work: MailWork,
) -> list[Went]:
    """Where messages went that a folder there does not show any more."""
    mine = [one for one in lost if lasting(one.letter.far) and one.far is Delta.GONE and one.near in HERE]
    if not mine:
        return []
    new = {ref: sight.link.id for sight in reversed(list(sights.values())) for ref in sight.far_new if lasting(ref)}
    met = _met(mine, sights, junctions, work)
    found: list[Went] = []
    for one in mine:
        ref = one.letter.far
        if (to := new.pop(ref, None)) is not None:
            found.append(Went(one.letter.link, one.letter.id, to, sights[to].far_new[ref]))
            met[ref] = to
        elif (there := met.get(ref)) is not None and one.near is not Delta.CONTENT:  # an edit is sent as what it is
            found.append(Went(one.letter.link, one.letter.id, there, Seen(ref, one.far_seen.rev), paired=True))
    return found


def _met(
    lost: Iterable[Touched],
    sights: Mapping[LinkId, Sight],
    junctions: Mapping[LinkId, MailJunction],
    work: MailWork,
) -> dict[Ref, LinkId]:
    """Refs that another folder has on both sides, as far as anybody knows."""
    unsure = {
        one.letter.id for sight in sights.values() for one in sight.touched.values() if one.near_lost or one.far_lost
    }
    held = work.books.holding({one.letter.far for one in lost})
    return {one.far: one.link for one in held if one.id not in unsure and one.link in junctions}
