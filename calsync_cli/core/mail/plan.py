"""What becomes of all folders of an account: their sights and what was recognised, turned into steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import assert_never

from calsync_cli.core.mail.flags import UNAGREED, Marks, merge
from calsync_cli.core.mail.left import Left, Limits
from calsync_cli.core.mail.moves import moves
from calsync_cli.core.mail.nouns import DELETED, NO_REV, Letter, Role
from calsync_cli.core.mail.record import What
from calsync_cli.core.mail.sight import HERE, Adopted, Recognised, Sight, Touched
from calsync_cli.core.mail.steps import Agree, Bring, Erase, Forget, Leave, Park, Replace, Send, Step, Waiting
from calsync_cli.core.mail.verdict import Delta, Verdict, judge
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import NO_FLAGS, LinkId, Ref, Seen, Side


@dataclass(frozen=True, slots=True)
class MailPlan:
    """What is to be done, and what is left alone this time."""

    steps: tuple[Step, ...]
    waiting: tuple[Waiting, ...] = ()


NO_LIMITS = Limits()


def plan(
    sights: Sequence[Sight],
    who: Recognised,
    *,
    limits: Limits = NO_LIMITS,
    old: Mapping[tuple[LinkId, Ref], int] | None = None,
) -> MailPlan:
    """All of it; the engine chooses the order. `old`: messages that came before such a moment, and stay there."""
    by_link = {sight.link.id: sight for sight in sights}
    went, moved = moves(by_link, who)
    taken_near = {(one.link, one.near.ref) for one in who.adopted} | {(one.to, one.seen.ref) for one in who.near_went}
    taken_far = {(one.link, one.far.ref) for one in who.adopted} | {(one.to, one.seen.ref) for one in who.far_went}
    taken_far |= {
        (sight.link.id, who.stored[id_].ref) for sight in sights for id_ in sight.touched if id_ in who.stored
    }
    steps: list[Step] = [*moved, *(_adopt(by_link[one.link], one) for one in who.adopted)]
    waiting: list[Waiting] = []
    done = went | {one.was for one in who.adopted}
    for sight in sights:
        for id_, one in sight.touched.items():
            decided = list(_known(sight, one, who)) if id_ not in done else []
            steps.extend(step for step in decided if not isinstance(step, Waiting))
            waiting.extend(step for step in decided if isinstance(step, Waiting))
        link = sight.link.id
        if sight.send:
            steps.extend(Send(link, seen) for ref, seen in sight.near_new.items() if (link, ref) not in taken_near)
        brought = [Bring(link, seen) for ref, seen in sight.far_new.items() if (link, ref) not in taken_far]
        steps.extend(_within(one, limits, old or {}) for one in [*brought, *_freed(sight, limits, done)])
    return MailPlan(tuple(steps), tuple(waiting))


def _freed(sight: Sight, limits: Limits, done: AbstractSet[int]) -> Iterator[Bring]:
    """What was left out, and need not be any longer."""
    for one, why in sight.left:
        if one.id not in done and why.free(limits):
            yield Bring(sight.link.id, Seen(one.far, NO_REV, one.flags, why.size), one.id)


def _within(one: Bring, limits: Limits, old: Mapping[tuple[LinkId, Ref], int]) -> Bring | Leave:
    if (since := old.get((one.link, one.seen.ref))) is not None:
        return Leave(one.link, one.seen, Left(What.TOO_OLD, one.seen.size or 0, since), one.was)
    if limits.big(one.seen.size):
        return Leave(one.link, one.seen, Left(What.TOO_BIG, one.seen.size or 0), one.was)
    return one


def _adopt(sight: Sight, one: Adopted) -> Agree:
    known = sight.touched.get(one.was)
    # Of what was away the books have the far side's flags alone.
    base = known.letter.flags if known and known.near is not Delta.PARKED else UNAGREED
    marks = merge(base, one.near.flags, one.far.flags, sight.common, send=sight.send)
    card = one.card
    letter = Letter(
        sight.link.id,
        one.near.ref,
        one.far.ref,
        marks.agreed,
        one.near.rev,
        card.size,
        card.message_id,
        card.digest,
        one.was,
    )
    return Agree(letter, marks, adopted=not one.was)


def _known(sight: Sight, one: Touched, who: Recognised) -> Iterator[Step | Waiting]:
    """What becomes of a letter that the books know and that went nowhere."""
    letter, near = one.letter, one.near
    if letter.id in who.puzzling:
        near = Delta.UNKNOWN
    elif near is Delta.CONTENT and letter.id in who.unchanged:
        near = Delta.FLAGS
    if near is Delta.PARKED and one.far is Delta.FLAGS and DELETED not in letter.flags:
        yield Agree(replace(letter, flags=sight.common.seen(one.far_seen.flags)), Marks(NO_FLAGS))
    elif letter.id in who.parked and one.far in HERE:
        yield Park(replace(letter, flags=sight.common.seen(one.far_seen.flags)))
    elif Delta.UNKNOWN in (near, one.far):
        side, ref = (Side.NEAR, letter.near) if near is Delta.UNKNOWN else (Side.FAR, letter.far)
        yield Waiting(sight.link.id, side, ref, "E403", Why.UNREADABLE)
    elif step := _step(judge(near, one.far, send=sight.send), sight, one, who):
        yield step


def _step(verdict: Verdict, sight: Sight, one: Touched, who: Recognised) -> Step | None:
    letter = one.letter
    step: Step | None = None
    match verdict:
        case Verdict.FLAGS:
            step = agreed(sight, letter, one.near_seen, one.far_seen)
            step = step if step.marks.near or step.marks.far or step.letter != letter else None
        case Verdict.REPLACE:
            marks = merge(letter.flags, one.near_seen.flags, one.far_seen.flags, sight.common)
            step = Replace(letter, one.near_seen, who.stored.get(letter.id), sight.common.seen(marks.agreed))
        case Verdict.ERASE_NEAR:
            step = Erase(letter, Side.NEAR)
        case Verdict.ERASE_FAR:
            step = Erase(letter, Side.FAR, to_bin=sight.link.role is not Role.DELETED)
        case Verdict.FORGET:
            step = Forget(letter)
        case Verdict.SEND_AGAIN:
            step = Send(sight.link.id, one.near_seen, letter)
        case Verdict.REST | Verdict.HOLD:
            pass
        case Verdict.SEND | Verdict.BRING | Verdict.ADOPT:
            raise AssertionError(verdict)
        case _:
            assert_never(verdict)
    return step


def agreed(sight: Sight, letter: Letter, near: Seen, far: Seen) -> Agree:
    """The letter with its flags joined."""
    marks = merge(letter.flags, near.flags, far.flags, sight.common, send=sight.send)
    return Agree(replace(letter, flags=marks.agreed, near_rev=near.rev), marks)
