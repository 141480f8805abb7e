"""A batch of steps on one link: names chosen and intents told first, then the far side, then the near side."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, Held, LinkId, Mail, Ref, Rev, Sha, Side, Version
from calsync_cli.core.ops import Create, Denied, Done, Edit, Op, Partial, Remove, Stale, Unknown, Wrote
from calsync_cli.core.ports import Store
from calsync_cli.core.record import Intent
from calsync_cli.core.steps import Drop, Keep, Plan, Put, Step, Want
from calsync_cli.engine.order import Junction, Round

NOTHING = Version(Ref(""), Rev(""), Sha(""))


@dataclass(slots=True)
class Task:
    """A step on its way: what was chosen beforehand, and each side's answer."""

    step: Step
    op: str
    near_ref: Ref
    far_ref: Ref
    mail: Mail = NOBODY
    far: Done | None = None
    near: Done | None = None
    kept: list[tuple[Side, str]] = field(default_factory=list)


def prepare(steps: Sequence[Step], junction: Junction, work: Round) -> list[Task]:
    """Choose every name, and say what is about to be done."""
    taken: set[Ref] = set()
    batch = uuid.uuid4().hex
    tasks = [
        Task(
            step=step,
            op=f"{batch}-{number}",
            near_ref=_ref(step.near, junction.near, step.key, taken),
            far_ref=_ref(step.far, junction.far, step.key, set()),
        )
        for number, step in enumerate(steps)
    ]
    work.books.begin([_intent(task) for task in tasks if task.step.writes])
    return tasks


def _ref(want: Want, store: Store, key: str, taken: set[Ref]) -> Ref:
    match want:
        case Put(_, None):
            ref = store.new_ref(key)
            while ref in taken:
                ref = store.new_ref(uuid.uuid4().hex)
            taken.add(ref)
            return ref
        case Put(_, Version(ref)) | Drop(Version(ref)) | Keep(Version(ref)):
            return ref
        case Keep(None):
            return Ref("")
        case _:
            raise AssertionError(want)


def _intent(task: Task) -> Intent:
    step = task.step
    return Intent(
        op=task.op,
        link=step.link,
        pair=step.pair.id if step.pair else 0,
        key=step.key,
        title=step.title,
        near=_wanted(step.near, task.near_ref),
        far=_wanted(step.far, task.far_ref),
        near_wanted=not isinstance(step.near, Keep),
        far_wanted=not isinstance(step.far, Keep),
        conflict=step.conflict,
    )


def _wanted(want: Want, ref: Ref) -> Version:
    match want:
        case Put(sha, over):
            return Version(ref, over.rev if over else Rev(""), sha)
        case Keep(version):
            return version or NOTHING
        case Drop(over):
            return Version(over.ref, over.rev, Sha(""))
        case _:
            assert_never(want)


def send(tasks: Sequence[Task], junction: Junction, work: Round) -> CalsyncError | None:
    """The far side. What is overwritten or deleted there goes to the attic first, as far as this disk has it."""
    due = [task for task in tasks if not isinstance(task.step.far, Keep)]
    _keep(due, work)
    bodies = _bodies([task.step.far for task in due], work)
    ops = [_far_op(task, junction, bodies, work) for task in due]
    error: CalsyncError | None = None
    try:
        for task, done in zip(due, _answers(junction.far, ops), strict=False):
            task.far = done
    except CalsyncError as broken:
        error = broken
    return error


def store(tasks: Sequence[Task], junction: Junction, work: Round) -> CalsyncError | None:
    """The near side, where the far side agreed."""
    due = [task for task in tasks if not isinstance(task.step.near, Keep) and _far_is_done(task)]
    bodies = _bodies([task.step.near for task in due], work)
    ops = [_op(task.step.near, task.near_ref, bodies, NOBODY) for task in due]
    error: CalsyncError | None = None
    try:
        for task, done in zip(due, _answers(junction.near, ops), strict=False):
            task.near = done
            if isinstance(done, Wrote) and done.kept:
                task.kept.append((Side.NEAR, done.kept))
    except CalsyncError as broken:
        error = broken
    return error


def _answers(at: Store, ops: Sequence[Op]) -> Iterator[Done]:
    return at.write(ops) if ops else iter(())


def _far_is_done(task: Task) -> bool:
    return isinstance(task.step.far, Keep) or isinstance(task.far, Wrote)


def _keep(tasks: Sequence[Task], work: Round) -> None:
    due = [(task, want.over) for task in tasks if isinstance(want := task.step.far, Put | Drop) and want.over]
    names = work.attic.keep_all([(task.step.key, work.books.body(over.sha)) for task, over in due]) if due else ()
    for (task, _), name in zip(due, names, strict=True):
        task.kept.append((Side.FAR, name))


def _bodies(wants: Sequence[Want], work: Round) -> Mapping[Sha, bytes]:
    """All that a batch writes or overwrites, read at once."""
    return work.books.bodies({sha for want in wants for sha in _shas(want)})


def _shas(want: Want) -> Iterator[Sha]:
    if isinstance(want, Put):
        yield want.sha
    if isinstance(want, Put | Drop) and want.over:
        yield want.over.sha


def _far_op(task: Task, junction: Junction, bodies: Mapping[Sha, bytes], work: Round) -> Op:
    task.mail = _told(task.step, junction, bodies, work)
    return _op(task.step.far, task.far_ref, bodies, task.mail)


def announced(plan: Plan, junctions: Mapping[LinkId, Junction], work: Round) -> int:
    """How many people the servers would tell, were this plan carried out."""
    steps = [deed for deed in plan.deeds if isinstance(deed, Step) and not isinstance(deed.far, Keep)]
    made = plan.made or {}
    loud = [step for step in steps if _may_tell(junctions[step.link], step, work)]
    shas = {sha for step in loud for sha in _shas(step.far)}
    bodies = {**work.books.bodies(shas - made.keys()), **made}
    return sum(len(_told(step, junctions[step.link], bodies, work)) for step in loud)


def _may_tell(junction: Junction, step: Step, work: Round) -> bool:
    """Whether anybody may hear of it: of a plain change, or where a person said so."""
    traits = junction.far.traits
    return not traits.quiet or (traits.tells and (step.loud or step.key in work.order.rules.may_mail))


def _told(step: Step, junction: Junction, bodies: Mapping[Sha, bytes], work: Round) -> Mail:
    """Whom the server will tell by itself; or shall tell, where it leaves that to us."""
    if not _may_tell(junction, step, work):
        return NOBODY
    rules, want = work.order.rules, step.far
    everything = not junction.far.traits.quiet or step.key in rules.may_mail
    told = work.meaning.mailed if everything else work.meaning.news
    there = bodies[want.over.sha] if isinstance(want, Put | Drop) and want.over else b""
    sent = bodies[want.sha] if isinstance(want, Put) else b""
    try:
        return told(there, sent, rules.own)
    except ValueError:  # nothing can be read off it, by a server either
        return NOBODY


def _op(want: Want, ref: Ref, bodies: Mapping[Sha, bytes], mail: Mail) -> Op:
    match want:
        case Put(sha, None):
            return Create(ref, bodies[sha], mail)
        case Put(sha, Version() as over):
            return Edit(_held(over, bodies), bodies[sha], mail)
        case Drop(over):
            return Remove(_held(over, bodies), mail)
        case _:
            raise AssertionError(want)


def _held(version: Version, bodies: Mapping[Sha, bytes]) -> Held:
    return Held(version.ref, version.rev, bodies[version.sha])


def trouble(task: Task) -> Stale | Partial | Denied | Unknown | None:
    """What a side answered that did not go through."""
    for done in (task.far, task.near):
        if done is not None and not isinstance(done, Wrote):
            return done
    return None


def answered(task: Task) -> bool:
    """Whether every side that was to be written gave an answer."""
    if isinstance(task.step.far, Put | Drop) and task.far is None:
        return False
    return isinstance(task.step.near, Keep) or task.near is not None or not _far_is_done(task)
