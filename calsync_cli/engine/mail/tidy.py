"""Flags, deletions, and what only the books have to hear of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from calsync_cli.core.mail.nouns import DELETED, NO_REV, Letter
from calsync_cli.core.mail.record import NOWHERE, Slip, What, Withdrawn
from calsync_cli.core.mail.steps import Agree, Erase, Forget, Leave, Park
from calsync_cli.core.model import NOBODY, Flags, Held, LinkId, Ref, Rev, Side
from calsync_cli.core.ops import Done, Mark, Partial, Remove, Wrote
from calsync_cli.engine.mail.answers import Answers, chunks, failed, undone, write
from calsync_cli.engine.mail.order import MailJunction, MailWork

BATCH = 500


def remember(steps: Sequence[Agree | Forget | Park | Leave], work: MailWork) -> None:
    """What is so already: nothing is sent."""
    slip = Slip()
    for step in steps:
        match step:
            case Agree(letter, _, adopted):
                slip.letters.append(letter)
                if adopted:
                    slip.tally[letter.link, What.ADOPTED] += 1
            case Forget(letter):
                slip.forgotten.append(letter.id)
            case Leave(link, seen, why, was):
                slip.letters.append(Letter(link, NOWHERE, seen.ref, seen.flags, why.mark, why.size, id=was))
                slip.tally[link, why.what] += not was
            case Park(letter):
                slip.letters.append(replace(letter, near=NOWHERE))
                slip.tally[letter.link, What.PARKED] += 1
    work.record(slip)


def mark(steps: Sequence[Agree], junction: MailJunction, work: MailWork) -> None:
    """Flags of one folder, on both sides. A letter counts once both sides have done it; else it is merged anew."""
    link = junction.link.id
    left = [step for step in steps if not _gave_up(step, link, work)]
    for part in chunks(left, BATCH):
        slip = Slip()
        bad: set[int] = set()
        far = _marks(part, Side.FAR, junction, bad, (slip, work))
        near = _marks(part, Side.NEAR, junction, bad, (slip, work)) if far.error is None else Answers()
        for at, step in enumerate(part):
            if at not in bad:
                slip.letters.append(step.letter)
                slip.tally += _counted(step)
        work.record(slip)
        far.checked()
        near.checked()
        work.progress.advance(len(part))


def _marks(
    steps: Sequence[Agree], side: Side, junction: MailJunction, bad: set[int], told: tuple[Slip, MailWork]
) -> Answers:
    """Whoever did not get its flags is `bad`."""
    slip, work = told
    wanted = [at for at, step in enumerate(steps) if (step.marks.near if side is Side.NEAR else step.marks.far)]
    if side is Side.NEAR:
        ops = [_near_mark(steps[at]) for at in wanted if at not in bad]
        wanted = [at for at in wanted if at not in bad]
        answers = write(junction.near, ops)
    else:
        answers = write(junction.far, [_far_mark(steps[at]) for at in wanted])
    for at, done in zip(wanted, answers.done, strict=False):
        if (how := undone(done)) is not None:
            bad.add(at)
            letter = steps[at].letter
            ref = letter.near if side is Side.NEAR else letter.far
            failed(slip, work, (junction.link.id, side, ref), how, wish(steps[at]))
    bad.update(wanted[len(answers.done) :])
    if answers.error is not None:
        bad.update(at for at, step in enumerate(steps) if step.marks.near)
    return answers


def _near_mark(step: Agree) -> Mark:
    return Mark(step.letter.near, step.letter.near_rev, step.marks.near_add, step.marks.near_drop)


def _far_mark(step: Agree) -> Mark:
    return Mark(step.letter.far, NO_REV, step.marks.far_add, step.marks.far_drop)


def wish(step: Agree) -> str:
    """What was asked for, so that another wish is tried anew."""
    marks = step.marks
    return "|".join(" ".join(sorted(one)) for one in (marks.near_add, marks.near_drop, marks.far_add, marks.far_drop))


def _gave_up(step: Agree, link: LinkId, work: MailWork) -> bool:
    places = ((Side.NEAR, step.letter.near), (Side.FAR, step.letter.far))
    return any(work.gave_up((link, side, ref), wish(step)) for side, ref in places)


def _counted(step: Agree) -> Counter[tuple[LinkId, What]]:
    link, marks = step.letter.link, step.marks
    told = {What.FLAGS_HERE: marks.near, What.FLAGS_THERE: marks.far, What.ADOPTED: step.adopted}
    return Counter({(link, what): 1 for what, so in told.items() if so})


def erase(steps: Sequence[Erase], side: Side, junction: MailJunction, work: MailWork) -> None:
    """Letters that went from the other side: here to the attic, there to the bin."""
    link = junction.link.id
    store = junction.near if side is Side.NEAR else junction.far
    left = [step for step in steps if not work.gave_up((link, side, _ref(step.letter, side)), "erase")]
    for part in chunks(left, BATCH):
        answers = write(store, [_remove(step.letter, side, to_bin=step.to_bin) for step in part])
        slip = Slip()
        for step, done in zip(part, answers.done, strict=False):
            _erased(step, side, done, slip, work)
        work.record(slip)
        answers.checked()
        work.progress.advance(len(part))


def _ref(letter: Letter, side: Side) -> Ref:
    return letter.near if side is Side.NEAR else letter.far


def _remove(letter: Letter, side: Side, *, to_bin: bool) -> Remove:
    rev: Rev = letter.near_rev if side is Side.NEAR else NO_REV
    flags: Flags = letter.flags
    return Remove(Held(_ref(letter, side), rev, b"", flags), NOBODY, to_bin)


def left_marked(letter: Letter) -> Letter:
    """What could only be marked there (no UIDPLUS): no letter any more, and not to be fetched as a new one."""
    return replace(letter, near=NOWHERE, flags=letter.flags | {DELETED})


def _erased(step: Erase, side: Side, done: Done, slip: Slip, work: MailWork) -> None:
    letter = step.letter
    what = What.DELETED_HERE if side is Side.NEAR else What.DELETED_THERE
    if step.moved:
        what = What.MOVED_HERE if side is Side.NEAR else What.MOVED_THERE
    match done:
        case Wrote(kept=kept):
            slip.forgotten.append(letter.id)
            slip.tally[letter.link, what] += 1
            if kept:
                why = "moved" if step.moved else "deleted" if side is Side.NEAR else "deleted-here"
                slip.withdrawn.append(Withdrawn(letter.link, letter.near, letter.message_id, letter.flags, why, kept))
        case Partial() if side is Side.FAR:  # marked; who expunges it is not us (no UIDPLUS)
            slip.letters.append(left_marked(letter))
            slip.tally[letter.link, What.PARKED] += 1
        case _:
            how = undone(done)
            assert how is not None
            failed(slip, work, (letter.link, side, _ref(letter, side)), how, "erase")
