"""Letters that went from one folder to another, on either side: followed, not deleted here and fetched there.

A letter that only got another name in its own folder (a file renamed, a mailbox's new life) is found here as well: then
nothing is written but the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from calsync_cli.core.mail.flags import Marks, merge
from calsync_cli.core.mail.nouns import DELETED
from calsync_cli.core.mail.sight import HERE, Recognised, Sight, Touched, Went
from calsync_cli.core.mail.steps import Agree, Erase, Shift, Step
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import LinkId, Side


def moves(sights: Mapping[LinkId, Sight], who: Recognised) -> tuple[set[int], list[Step]]:
    """The letters that are answered for, and the steps that do it."""
    steps: list[Step] = []
    done: set[int] = set()
    renamed = {one.id: one.seen for one in who.far_went if one.to == one.link and not one.paired}
    for side, went in ((Side.NEAR, who.near_went), (Side.FAR, who.far_went)):
        for one in went:
            if one.id in done:
                continue
            touched = sights[one.link].touched[one.id]
            if side is Side.NEAR and (seen := renamed.get(one.id)):
                touched = replace(touched, letter=replace(touched.letter, far=seen.ref), far_seen=seen)
            done.add(one.id)
            if side is Side.FAR or sights[one.link].send:
                steps.extend(_follow(sights, touched, one, side))
    return done, steps


def _follow(sights: Mapping[LinkId, Sight], touched: Touched, went: Went, moved: Side) -> list[Step]:
    letter = touched.letter
    if went.paired:
        return [Erase(letter, moved.other, to_bin=False, moved=True)]
    if went.to == went.link:
        return [_renamed(sights[went.link], touched, went, moved)]
    behind = touched.far_seen if moved is Side.NEAR else touched.near_seen
    if moved is Side.NEAR and not sights[went.to].send:
        return []
    return [Shift(letter, went.to, moved.other, went.seen, behind)]


def _renamed(sight: Sight, touched: Touched, went: Went, moved: Side) -> Agree:
    letter = touched.letter
    if moved is Side.FAR and touched.near not in HERE:  # nothing here to be marked
        flags = letter.flags
        if touched.near is Delta.PARKED and DELETED not in flags:
            flags = sight.common.seen(went.seen.flags)
        return Agree(replace(letter, far=went.seen.ref, flags=flags), Marks(flags))
    near, far = (went.seen, touched.far_seen) if moved is Side.NEAR else (touched.near_seen, went.seen)
    marks = merge(letter.flags, near.flags, far.flags, sight.common, send=sight.send)
    # An edited file keeps its old fingerprint in the books, so that the next look finds the edit.
    rev = near.rev if moved is Side.NEAR else letter.near_rev
    return Agree(replace(letter, near=near.ref, far=far.ref, flags=marks.agreed, near_rev=rev), marks)
