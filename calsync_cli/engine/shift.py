"""What goes from one calendar of the account to another: one Move there, or a file carried over here."""

from __future__ import annotations

import uuid
from dataclasses import replace

from calsync_cli.core.model import NOBODY, Held, Link, LinkId, Ref, Rev, Side, Version
from calsync_cli.core.ops import Create, Denied, Done, Move, Op, Remove, Stale, Unknown, Wrote
from calsync_cli.core.ports import Store
from calsync_cli.core.record import Intent, Kept, Outcome, Wait
from calsync_cli.core.settle import as_was
from calsync_cli.core.steps import Follow, Shift, Transfer
from calsync_cli.engine.order import Junction, Round
from calsync_cli.engine.tale import carried, followed

QUIETLY = (Stale, Unknown)
"""Answers that only mean: look again."""


def shift(deed: Shift, source: Junction, target: Junction, work: Round) -> Outcome:
    """The far item follows its file, and the pair with its past. Where no Move is to be had: made there, gone here."""
    outcome = Outcome()
    was = Held(deed.far.ref, deed.far.rev, work.books.body(deed.far.sha))
    ref = target.far.new_ref(deed.key)
    intent = _intent(
        deed, target.link, near=deed.near.version, far=Version(ref, Rev(""), deed.far.sha), far_wanted=True
    )
    work.books.begin([intent])
    done, left = _moved(was, ref, source, target, work)
    if not isinstance(done, Unknown):
        outcome.closed.append(intent.op)
    if not isinstance(done, Wrote):
        outcome.waits.append(_wait(deed, deed.link, Side.FAR, deed.far.ref, done))
        return outcome
    if left is not None:
        outcome.waits.append(_wait(deed, deed.link, Side.FAR, deed.far.ref, left))
    _take_over(deed, deed.near.version, Version(done.ref, done.rev, deed.far.sha), outcome, whole=left is None)
    outcome.happened.append(carried(deed))
    return outcome


def follow(deed: Follow, source: Junction, target: Junction, work: Round) -> Outcome:
    """The file follows the far item, and the pair with its past: made there, and only then taken away here."""
    body, outcome = work.books.body(deed.near.sha), Outcome()
    ref = target.near.new_ref(deed.key)
    intent = _intent(deed, target.link, near=Version(ref, Rev(""), deed.near.sha), far=deed.far, far_wanted=False)
    work.books.begin([intent])
    made = _one(target.near, Create(ref, body, NOBODY))
    if not isinstance(made, Unknown):
        outcome.closed.append(intent.op)
    if not isinstance(made, Wrote):
        # The cursors move on: both far ends of the move have to be asked for again.
        outcome.waits.append(_wait(deed, deed.to, Side.FAR, deed.far.ref, made))
        outcome.waits.append(_wait(deed, deed.link, Side.FAR, deed.pair.far.ref, made))
        return outcome
    gone = _one(source.near, Remove(Held(deed.near.ref, deed.near.rev, body), NOBODY))
    if not isinstance(gone, Wrote):
        outcome.waits.append(_wait(deed, deed.link, Side.FAR, deed.pair.far.ref, gone))
    if deed.far.sha != deed.pair.far.sha:  # the cursor moves on past what was changed along with the move
        outcome.waits.append(_wait(deed, deed.to, Side.FAR, deed.far.ref, Stale(deed.far.ref)))
    _take_over(deed, Version(made.ref, made.rev, deed.near.sha), deed.far, outcome, whole=isinstance(gone, Wrote))
    outcome.happened.append(followed(deed))
    return outcome


def _intent(deed: Shift | Follow, to: Link, *, near: Version, far: Version, far_wanted: bool) -> Intent:
    """A pair of its own: should the round die, the tables see to what is left in the calendar it came from."""
    return Intent(
        op=uuid.uuid4().hex,
        link=to.id,
        pair=0,
        key=deed.key,
        title=deed.title,
        near=near,
        far=far,
        near_wanted=not far_wanted,
        far_wanted=far_wanted,
        near_was=deed.pair.near.sha,
        far_was=deed.pair.far.sha,
    )


def _take_over(deed: Shift | Follow, near: Version, far: Version, outcome: Outcome, *, whole: bool) -> None:
    """The pair goes to its new link; where something was left behind, the old one stays to see to that."""
    was = deed.pair
    moved = replace(was, link=deed.to, near=as_was(near, was.near.sha), far=as_was(far, was.far.sha), title=deed.title)
    outcome.pairs.append(moved if whole else replace(moved, id=0))
    outcome.again = not whole or (near.sha, far.sha) != (was.near.sha, was.far.sha)


def _moved(was: Held, ref: Ref, source: Junction, target: Junction, work: Round) -> tuple[Done, Done | None]:
    """What became of it, and what kept the old one from going, where something did.

    A meeting is never made anew: its guests would hear of a cancellation.
    """
    if source.far.traits.moves:
        done = _one(source.far, Move(was.ref, was.rev, target.link.far_id, ref, NOBODY))
        if not isinstance(done, Denied) or work.meaning.guests(was.content) - work.order.rules.own:
            return done, None
    done = _one(target.far, Create(ref, was.content, NOBODY))
    if not isinstance(done, Wrote):
        return done, None
    gone = _one(source.far, Remove(was, NOBODY))
    return done, None if isinstance(gone, Wrote) else gone


def transfer(deed: Transfer, source: Junction, target: Junction, work: Round) -> Outcome:
    """A file goes to the primary's directory; from there it travels like any other new event, in the next pass."""
    outcome = Outcome(again=True)
    if not deed.known:
        ref = target.near.new_ref(deed.key)
        made = _one(target.near, Create(ref, work.books.body(deed.sha), NOBODY))
        if not isinstance(made, Wrote):
            outcome.waits.append(_wait(deed, deed.link, Side.NEAR, deed.near.ref, made))
            return outcome
    face = deed.near
    held = Held(face.ref, face.rev, work.books.body(face.sha))
    gone = _one(source.near, Remove(held, NOBODY))
    if isinstance(gone, Wrote):
        if gone.kept:
            outcome.kept.append(Kept(deed.link, Side.NEAR, face.ref, face.key, deed.title, deed.why, gone.kept))
    else:
        outcome.waits.append(_wait(deed, deed.link, Side.NEAR, deed.near.ref, gone))
    outcome.happened.append(carried(deed))
    return outcome


def _one(at: Store, op: Op) -> Done:
    return next(iter(at.write([op])))


def _wait(deed: Shift | Follow | Transfer, link: LinkId, side: Side, ref: Ref, how: Done) -> Wait:
    code, why = "E301", "moved-meanwhile"
    if isinstance(how, Denied):
        code, why = how.why, how.detail or "refused"
    loud = not isinstance(how, QUIETLY)
    return Wait(link, side, ref, code, why, deed.title, deed.key, loud=loud, near_rev=deed.near.rev)
