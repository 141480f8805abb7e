"""What goes from one calendar of the account to another: one Move there, or a file carried over here."""

from __future__ import annotations

from calsync_cli.core.model import (
    NOBODY,
    Create,
    Denied,
    Done,
    Held,
    Move,
    Op,
    Pair,
    Remove,
    Rev,
    Sha,
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
    done = _moved(deed, source, target, work)
    if not isinstance(done, Wrote):
        outcome.waits.append(_wait(deed, done))
        return outcome
    pair = deed.pair
    near = _as_was(deed.near.version, pair.near.sha)
    far = _as_was(Version(done.ref, done.rev, deed.far.sha), pair.far.sha)
    outcome.pairs.append(Pair(deed.to, near, far, deed.key, deed.title, native=pair.native, id=pair.id))
    outcome.happened.append(carried(deed))
    return outcome


def _as_was(now: Version, agreed: Sha) -> Version:
    """What both sides agreed on stays what it was; rev "" makes the next look take the rest for a change."""
    return now if now.sha == agreed else Version(now.ref, Rev(""), agreed)


def _moved(deed: Shift, source: Junction, target: Junction, work: Round) -> Done:
    """By one Move; where the server moves nothing, made there, and only then taken away here."""
    new_ref, far = target.far.new_ref(deed.key), deed.far
    if source.far.traits.moves:
        done = _one(source.far, Move(far.ref, far.rev, target.link.far_id, new_ref, NOBODY))
        if not isinstance(done, Denied):
            return done
    body = work.books.body(far.sha)
    done = _one(target.far, Create(new_ref, body, NOBODY))
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


def _one(at: Store, op: Op) -> Done:
    return next(iter(at.write([op])))


def _wait(deed: Shift | Transfer, how: Done) -> Wait:
    code, why = "E301", "moved-meanwhile"
    if isinstance(how, Denied):
        code, why = how.why, how.detail or "refused"
    loud = not isinstance(how, Stale | Unknown)
    return Wait(deed.link, Side.NEAR, deed.near.ref, code, why, deed.title, deed.key, loud=loud)
