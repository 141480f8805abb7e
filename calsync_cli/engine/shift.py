"""What goes from one calendar of the account to another: one Move there, or a file carried over here."""

from __future__ import annotations

from calsync_cli.core.model import (
    NOBODY,
    Create,
    Denied,
    Held,
    Move,
    Op,
    Pair,
    Remove,
    Rev,
    Side,
    Stale,
    Unknown,
    Version,
    Wrote,
)
from calsync_cli.core.ports import Store
from calsync_cli.core.record import Kept, Outcome, Wait
from calsync_cli.core.steps import Shift, Transfer
from calsync_cli.engine.order import Junction, Round
from calsync_cli.engine.tale import carried


def shift(deed: Shift, source: Junction, target: Junction, work: Round) -> Outcome:
    """The far item follows its file. Killed in between, the next round finds both in the new place and adopts them."""
    outcome = Outcome()
    new_ref = target.far.new_ref(deed.key)
    far = deed.pair.far
    done = (
        _one(source.far, Move(far.ref, far.rev, target.link.far_id, new_ref, NOBODY))
        if source.far.traits.moves
        else None
    )
    if done is None or isinstance(done, Denied):
        done = _copied(deed, source, target, work)
    if not isinstance(done, Wrote):
        outcome.waits.append(_wait(deed, done))
        return outcome
    near = (
        deed.near.version
        if deed.near.sha == deed.pair.near.sha
        else Version(deed.near.ref, Rev(""), deed.pair.near.sha)
    )
    moved = Version(done.ref, done.rev, far.sha)
    outcome.pairs.append(Pair(deed.to, near, moved, deed.key, deed.title, native=deed.pair.native, id=deed.pair.id))
    outcome.happened.append(carried(deed))
    return outcome


def _copied(deed: Shift, source: Junction, target: Junction, work: Round) -> object:
    """Where the server moves nothing: made there, and only then taken away here."""
    far = deed.pair.far
    body = work.books.body(far.sha)
    done = _one(target.far, Create(target.far.new_ref(deed.key), body, NOBODY))
    if isinstance(done, Wrote):
        _one(source.far, Remove(Held(far.ref, far.rev, body), NOBODY))
    return done


def transfer(deed: Transfer, source: Junction, target: Junction, work: Round) -> Outcome:
    """A file goes to the primary's directory; from there it travels like any other new event, in the next pass."""
    outcome = Outcome(again=True)
    if not deed.known:
        ref = target.near.new_ref(deed.key)
        made = _one(target.near, Create(ref, work.books.body(deed.sha), NOBODY))
        if not isinstance(made, Wrote):
            outcome.waits.append(_wait(deed, made))
            return outcome
    face = deed.near
    held = Held(face.ref, face.rev, work.books.body(face.sha))
    gone = _one(source.near, Remove(held, NOBODY))
    if isinstance(gone, Wrote):
        if gone.kept:
            outcome.kept.append(Kept(deed.link, Side.NEAR, face.ref, face.key, deed.title, deed.why, gone.kept))
    else:
        outcome.waits.append(_wait(deed, gone))
    outcome.happened.append(carried(deed))
    return outcome


def _one(at: Store, op: Op) -> object:
    return next(iter(at.write([op])))


def _wait(deed: Shift | Transfer, how: object) -> Wait:
    code, why = "E301", "moved-meanwhile"
    if isinstance(how, Denied):
        code, why = how.why, how.detail or "refused"
    loud = not isinstance(how, Stale | Unknown)
    return Wait(deed.link, Side.NEAR, deed.near.ref, code, why, deed.title, deed.key, loud=loud)
