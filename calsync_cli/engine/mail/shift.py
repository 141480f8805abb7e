"""Letters that went to another folder on one side: the other side follows, and nothing is fetched or sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby

from calsync_cli.core.mail.flags import merge
from calsync_cli.core.mail.nouns import NO_REV, Letter
from calsync_cli.core.mail.ports import Mailbox
from calsync_cli.core.mail.record import Slip, What
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.mail.steps import Agree, Shift
from calsync_cli.core.model import NOBODY, CollectionId, Held, LinkId, Ref, Side
from calsync_cli.core.ops import Create, Done, Move, Remove, Wrote
from calsync_cli.engine.mail.answers import chunks, failed, undone, write
from calsync_cli.engine.mail.merging import Merging
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.shut import by_itself
from calsync_cli.engine.mail.tidy import left_marked

BATCH = 500


def shift(
    steps: Sequence[Shift], sights: Mapping[LinkId, Sight], junctions: Mapping[LinkId, MailJunction], work: MailWork
) -> list[Agree]:
    """Folder by folder; what is left to do are flags that changed on the way."""
    left: list[Agree] = []
    ordered = sorted(steps, key=lambda step: (step.letter.link, step.to, step.side))
    for (link, to, side), group in groupby(ordered, key=lambda step: (step.letter.link, step.to, step.side)):
        mine = [step for step in group if not work.gave_up((link, side, _ref(step)), _wish(step))]
        copies = side is Side.FAR and not sights[link].movable
        for part in chunks(mine, 1 if copies else BATCH):
            with by_itself(junctions[link].link, work, beside=to):
                if copies:
                    _carry(part[0], junctions[link], junctions[to], work)
                else:
                    left.extend(_moved(part, junctions[link], junctions[to], sights[to], work))
    return left


def _ref(step: Shift) -> Ref:
    return step.letter.near if step.side is Side.NEAR else step.letter.far


def _wish(step: Shift) -> str:
    return f"to {step.to}"


def _moved(
    steps: Sequence[Shift], source: MailJunction, target: MailJunction, sight: Sight, work: MailWork
) -> list[Agree]:
    side = steps[0].side
    steps = Merging(target, work).left(steps, source, sight)
    store: Mailbox = source.far
    goal = target.link.far_id
    if side is Side.NEAR:
        store, goal = source.near, CollectionId(target.link.name)
    taken = work.books.files(target.link.id, {step.letter.near for step in steps}) if side is Side.NEAR else frozenset()
    taken |= sight.near_new.keys()
    answers = write(store, [_move(step, goal, _name(step, taken, target)) for step in steps])
    slip = Slip()
    left: list[Agree] = []
    what = What.MOVED_HERE if side is Side.NEAR else What.MOVED_THERE
    for step, done in zip(steps, answers.done, strict=False):
        if isinstance(done, Wrote):
            letter = _letter(step, done)
            slip.letters.append(letter)
            slip.tally[letter.link, what] += 1
            left.extend(_flags(step, letter, sight))
            if not letter.far:
                work.unseen.add(letter.link)
        else:
            _failed(step, done, slip, work)
    work.record(slip)
    answers.checked()
    work.progress.advance(len(steps))
    return left


def _move(step: Shift, goal: CollectionId, name: Ref) -> Move:
    rev = step.letter.near_rev if step.side is Side.NEAR else NO_REV
    return Move(_ref(step), rev, goal, name, NOBODY)


def _name(step: Shift, taken: AbstractSet[Ref], target: MailJunction) -> Ref:
    """A file keeps its name, unless a copy of it has that where it goes."""
    ref = _ref(step)
    return target.near.new_ref(step.letter.message_id or ref) if step.side is Side.NEAR and ref in taken else ref


def _letter(step: Shift, done: Wrote) -> Letter:
    """An edited file keeps its old fingerprint in the books, so that the next look finds the edit."""
    letter = replace(step.letter, link=step.to)
    if step.side is Side.NEAR:
        return replace(letter, near=done.ref, far=step.seen.ref)
    return replace(letter, near=step.seen.ref, near_rev=step.seen.rev, far=done.ref)


def _flags(step: Shift, letter: Letter, sight: Sight) -> list[Agree]:
    near, far = (step.behind, step.seen) if step.side is Side.NEAR else (step.seen, step.behind)
    marks = merge(letter.flags, near.flags, far.flags, sight.common, send=sight.send)
    done = not letter.far or not (marks.near or marks.far)
    return [] if done else [Agree(replace(letter, flags=marks.agreed), marks)]


def _failed(step: Shift, done: Done, slip: Slip, work: MailWork) -> None:
    how = undone(done)
    assert how is not None
    failed(slip, work, (step.letter.link, step.side, _ref(step)), how, _wish(step))
    work.open.add(step.to)  # where it lies now, it must be seen as new again


def _carry(step: Shift, source: MailJunction, target: MailJunction, work: MailWork) -> None:
    """A server that cannot move: a copy first, and the old one goes once the copy is there."""
    held = next(iter(target.near.fetch([step.seen.ref])))
    slip = Slip()
    if not isinstance(held, Held):
        work.open.update({step.letter.link, step.to})
        return
    answers = write(target.far, [Create(held.ref, held.content, NOBODY, held.flags, held.date)])
    for done in answers.done:
        if not isinstance(done, Wrote):
            _failed(step, done, slip, work)
            continue
        removed = write(source.far, [Remove(Held(step.letter.far, NO_REV, b"", step.letter.flags), NOBODY, False)])
        letter = replace(_letter(step, done), flags=held.flags)
        slip.letters.append(letter)
        slip.tally[step.to, What.MOVED_THERE] += 1
        if not letter.far:
            work.unseen.add(letter.link)
        if not removed.done or not isinstance(removed.done[0], Wrote):
            slip.letters.append(left_marked(replace(step.letter, id=0)))
        answers.error = answers.error or removed.error
    work.record(slip)
    answers.checked()
