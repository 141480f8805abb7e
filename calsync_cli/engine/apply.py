"""Doing what was planned: the only place that changes a store. Intents first, then the deeds, then the books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import assert_never

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Held, LinkId, Pair, Ref, Rev, Sha, Side, Version
from calsync_cli.core.ops import Denied, Partial, Stale, Unknown, Wrote
from calsync_cli.core.ops import Done as Answer
from calsync_cli.core.record import Kept, Outcome, Wait
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.steps import Deed, Drop, Follow, Keep, Put, Shift, Step, Transfer, Want
from calsync_cli.core.verdict import Verdict
from calsync_cli.engine.batch import Task, answered, prepare, send, store, trouble
from calsync_cli.engine.order import Junction, Round
from calsync_cli.engine.shift import follow, shift, transfer
from calsync_cli.engine.tale import happened

_FROM_HERE = frozenset({Verdict.TO_FAR, Verdict.MEET, Verdict.BIRTH_FAR, Verdict.REVIVE_FAR})
BATCH = 1000
"""Steps between two commits of the books."""


def apply(deeds: Sequence[Deed], junctions: Mapping[LinkId, Junction], work: Round) -> tuple[list[Wait], bool]:
    """What waits now, and whether a further pass has work. What was done is in the books and in `work.result`."""
    waits: list[Wait] = []
    again = False
    writing = sum(not isinstance(deed, Step) or deed.writes for deed in deeds)
    if writing:
        work.progress.phase("write", writing)
    for batch in _batches(deeds):
        outcome, error = _apply(batch, junctions, work)
        work.books.record(work.order.run, outcome)
        work.result.take(outcome)
        waits.extend(outcome.waits)
        again |= outcome.again
        work.progress.advance(len(batch))
        if error is not None:
            raise error
    return waits, again


def _batches(deeds: Sequence[Deed]) -> Iterator[list[Deed]]:
    """In order; steps of one link together, the other deeds one by one."""
    for (kind, _), group in groupby(deeds, lambda deed: (type(deed), deed.link)):
        some = list(group)
        size = BATCH if kind is Step else 1
        for at in range(0, len(some), size):
            yield some[at : at + size]


def _apply(
    batch: Sequence[Deed], junctions: Mapping[LinkId, Junction], work: Round
) -> tuple[Outcome, CalsyncError | None]:
    first = batch[0]
    match first:
        case Shift():
            return shift(first, junctions[first.link], junctions[first.to], work), None
        case Follow():
            return follow(first, junctions[first.link], junctions[first.to], work), None
        case Transfer():
            return transfer(first, junctions[first.link], junctions[first.to], work), None
        case Step():
            return _steps([deed for deed in batch if isinstance(deed, Step)], junctions[first.link], work)
        case _:
            assert_never(first)


def _steps(steps: Sequence[Step], junction: Junction, work: Round) -> tuple[Outcome, CalsyncError | None]:
    tasks = prepare(steps, junction, work)
    error = send(tasks, junction, work)
    if error is None:
        error = store(tasks, junction, work)
    outcome = Outcome()
    for task in tasks:
        if answered(task):
            _close(task, work, outcome)
    return outcome, error


def _close(task: Task, work: Round, outcome: Outcome) -> None:
    """Write down what became of one step."""
    step = task.step
    if not isinstance(task.far, Unknown) and not isinstance(task.near, Unknown) and step.writes:
        outcome.closed.append(task.op)
    if not isinstance(task.far, Denied | Stale):
        outcome.kept.extend(_kept(task))
    failed = trouble(task)
    if failed is not None:
        outcome.waits.append(_wait(task, failed))
        outcome.again |= isinstance(failed, Stale | Partial)
        return
    outcome.invited += len(task.mail)
    if step.verdict in _FROM_HERE:
        outcome.touched.append(step.key)
    _remember(task, work, outcome)
    if step.writes or step.verdict is Verdict.MEET_NEW:
        outcome.happened.append(happened(step))
    if step.conflict is not None:
        outcome.conflicts.append((step.link, step.key, step.title, task.near_ref, step.conflict))


def _remember(task: Task, work: Round, outcome: Outcome) -> None:
    step, was = task.step, task.step.pair
    near = _version(step.near, task.near, work)
    far = _version(step.far, task.far, work)
    if near is not None and far is not None:
        native, number = (was.native, was.id) if was else (b"", 0)
        outcome.pairs.append(Pair(step.link, near, far, step.key, step.title, native=native, id=number))
    elif was is not None:
        outcome.forgotten.append(was.id)


def _version(want: Want, done: Answer | None, work: Round) -> Version | None:
    """What a side holds now, None where it holds nothing."""
    match want, done:
        case Keep(version), _:
            return version
        case Drop(), _:
            return None
        case Put(sha, _), Wrote(ref, rev, None):
            return Version(ref, rev, sha)
        case Put(sha, _), Wrote(_, _, Held() as held):
            return _reread(sha, done, held, work)
        case _:
            raise AssertionError((want, done))


def _reread(sha: Sha, done: Wrote, held: Held, work: Round) -> Version:
    """The server told what it made of a body.

    If that is more than rewriting, somebody came between: rev "" makes the next look take it for a change.
    """
    stored = sha_of(held.content)
    work.books.keep([(stored, held.content)])
    if work.meaning.same_after_rewriting(work.books.body(sha), held.content):
        return Version(done.ref, done.rev, stored)
    return Version(done.ref, Rev(""), sha)


def _kept(task: Task) -> list[Kept]:
    step, why = task.step, _why(task.step)
    refs = {Side.NEAR: task.near_ref, Side.FAR: task.far_ref}
    return [Kept(step.link, side, refs[side], step.key, step.title, why, name) for side, name in task.kept]


def _why(step: Step) -> str:
    gone = isinstance(step.near, Drop) or isinstance(step.far, Drop)
    return step.why or ("deleted" if gone else "changed")


def _wait(task: Task, how: Stale | Partial | Denied | Unknown) -> Wait:
    step = task.step
    code, why, loud = _reason(how)
    # It is the far side that must be asked again, for its cursor moves on; a near file comes up by itself.
    far = step.pair.far.ref if step.pair else _over(step.far)
    side, ref = (Side.FAR, far) if far else (Side.NEAR, task.near_ref)
    return Wait(step.link, side, ref, code, why, step.title, step.key, loud=loud, near_rev=step.near_rev)


def _over(want: Want) -> Ref | None:
    seen = want.version if isinstance(want, Keep) else want.over
    return seen.ref if seen else None


def _reason(how: Stale | Partial | Denied | Unknown) -> tuple[str, str, bool]:
    match how:
        case Stale():
            return "E301", "moved-meanwhile", False
        case Partial():
            return "E403", "half-written", False
        case Denied(_, why, detail, uid_conflict):
            return why, "uid-taken" if uid_conflict else detail or "refused", True
        case Unknown():
            return "E402", "answer-lost", False
        case _:
            assert_never(how)
