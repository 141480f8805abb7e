"""What becomes of items that were never agreed on: new ones, counterparts, and strays in a calendar that takes none."""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.core.bench import Bench
from calsync_cli.core.look import Face
from calsync_cli.core.model import Mode, Pair, Prefer, Ref, Rev, Sha, Side
from calsync_cli.core.seats import Couple, couples
from calsync_cli.core.shelf import fresh_key
from calsync_cli.core.steps import Conflict, Deed, Drop, Keep, Match, Put, Step, Transfer, Waiting
from calsync_cli.core.verdict import Delta, Verdict, judge


def welcome(bench: Bench, primary: Bench | None) -> tuple[list[Deed | Waiting], Match]:
    """Steps for all faces that have no pair. `primary` is where strays go (None: this is the primary, or none is)."""
    near, far = bench.seats.near, bench.seats.far
    found = couples(near, far, first=bench.scene.link.first, likeness=lambda face: _likeness(bench, face))
    deeds: list[Deed | Waiting] = [_meet(bench, couple) for couple in found]
    settled_near = {couple.near.ref for couple in found}
    settled_far = {couple.far.ref for couple in found}
    lone_near = [face for face in near if face.ref not in settled_near]
    lone_far = [face for face in far if face.ref not in settled_far]
    deeds.extend(_birth_near(bench, face) for face in lone_far)
    twins = _twins(bench)
    deeds.extend(_stranger(bench, face, primary, twin=face.ref in twins) for face in lone_near)
    equal = sum(isinstance(deed, Step) and deed.verdict is Verdict.REST for deed in deeds)
    return deeds, Match(equal, len(found) - equal, len(lone_near), len(lone_far))


def _likeness(bench: Bench, face: Face) -> str:
    try:
        return bench.meaning.likeness(bench.shelf[face.sha])
    except ValueError:
        return ""


def _twins(bench: Bench) -> frozenset[Ref]:
    """New files whose UID another local item has: a paired one, or another new one that comes first."""
    gone = bench.seats.gone_near | bench.seats.gone_far
    living = (pair for pair in bench.scene.twins if pair.near.ref not in gone and pair.far.ref not in gone)
    taken = {pair.key for pair in living}
    found: set[Ref] = set()
    for face in sorted(bench.seats.near, key=lambda one: one.ref):
        if face.key in taken:
            found.add(face.ref)
        taken.add(face.key)
    return frozenset(found)


def _step(bench: Bench, verdict: Verdict, face: Face) -> Step:
    return Step(bench.scene.link.id, verdict, face.key, face.title, Keep(), Keep())


def _birth_near(bench: Bench, face: Face) -> Step:
    """In every mode a new far item comes here."""
    step = _step(bench, Verdict.BIRTH_NEAR, face)
    return replace(step, near=Put(face.sha), far=Keep(face.version))


def _meet(bench: Bench, couple: Couple) -> Step | Waiting:
    """Two that are taken for one: equal ones are noted; else one side yields, and its version goes to the attic."""
    near, far = couple.near, couple.far
    agreed = replace(_step(bench, Verdict.REST, far), near=Keep(near.version), far=Keep(far.version), why="adopted")
    if near.sha == far.sha:
        return agreed
    there = bench.shelf[far.sha]
    try:
        here = bench.shown(near.sha, far.sha)
        if near.key == far.key and near.bare == far.bare and bench.meaning.same_after_rewriting(here, there):
            return agreed
        joined = bench.meaning.join(near=here, far=there, prefer=bench.rules.prefer)
    except ValueError:
        return _wait(bench, far, "E403", "broken", side=Side.FAR)
    if bench.scene.mode is Mode.PULL and near.key == far.key:
        return _wait(bench, far, "", "pull-only", side=Side.FAR, loud=False)
    remote = bench.rules.prefer is Prefer.REMOTE or bench.scene.mode is not Mode.TWO_WAY or near.key != far.key
    wanted = _taken(bench, near.sha, far.sha) if remote else bench.outgoing(near.sha, far.sha, near.key)
    if not remote and bench.would_mail(near.key, far.sha, wanted):
        return _wait(bench, far, "E301", "would-mail", side=Side.FAR)
    loser = Side.NEAR if remote else Side.FAR
    conflict = Conflict(joined.notes, near.sha, near.sha, far.sha, far.sha, wanted, loser) if joined.notes else None
    return replace(
        agreed,
        verdict=Verdict.MEET_NEW,
        near=Put(wanted, near.version) if remote else Keep(near.version),
        far=Keep(far.version) if remote or wanted == far.sha else Put(wanted, far.version),
        conflict=conflict,
        before=near.sha if remote else far.sha,
    )


def _taken(bench: Bench, near: Sha, far: Sha) -> Sha:
    """The far version, with those whom no server tells: they are on the event here alone."""
    here = bench.shelf[near]
    quiet = bench.meaning.left_out(here)
    return bench.shelf.add(bench.meaning.summoned(bench.shelf[far], here, quiet)) if quiet else far


def _stranger(bench: Bench, face: Face, primary: Bench | None, *, twin: bool) -> Deed | Waiting:
    """A new local file."""
    try:
        match judge(Delta.NEW, Delta.ABSENT, bench.scene.mode, births=bench.scene.link.primary):
            case Verdict.BIRTH_FAR:
                return _birth_far(bench, face, twin=twin)
            case Verdict.RELOCATE:
                return _stray(bench, face, primary, twin=twin)
            case Verdict.LEAVE:
                return _wait(bench, face, "", "pull-only", loud=False)
            case other:
                raise AssertionError(other)
    except ValueError:
        return _wait(bench, face, "E403", "broken")


def _stray(bench: Bench, face: Face, primary: Bench | None, *, twin: bool) -> Deed | Waiting:
    """In the first round nobody can have meant it for the primary; without a primary it waits."""
    if bench.scene.link.first:
        step = _step(bench, Verdict.RELOCATE, face)
        return replace(step, near=Drop(face.version), why="not-taken-here", before=face.sha)
    if primary is None:
        return _wait(bench, face, "E403", "no-primary")
    return transfer(bench, face, primary, fresh=twin)


def _birth_far(bench: Bench, face: Face, *, twin: bool) -> Step | Waiting:
    if twin:
        return _wait(bench, face, "E403", "uid-twice")
    near_sha = face.sha
    if face.bare:
        near_sha = bench.shelf.add(bench.meaning.with_key(bench.shelf[face.sha], face.key))
    sent = bench.outgoing(near_sha, None, face.key)
    step = replace(_step(bench, Verdict.BIRTH_FAR, face), far=Put(sent), loud=not bench.scene.link.first)
    return replace(step, near=Keep(face.version) if near_sha == face.sha else Put(near_sha, face.version))


def transfer(bench: Bench, face: Face, primary: Bench, *, fresh: bool) -> Transfer:
    """A file that goes to the primary; `fresh`: as a copy with a UID of its own."""
    sha, key = face.sha, face.key
    if fresh or face.bare:
        key = fresh_key(face.key, face.sha) if fresh else face.key
        sha = bench.shelf.add(bench.meaning.with_key(bench.shelf[face.sha], key))
    elif _primary_differs(primary, key, sha):
        return transfer(bench, face, primary, fresh=True)
    known = made_already(primary, key, sha)
    return Transfer(bench.scene.link.id, primary.scene.link.id, key, face.title, face, sha, "new-in-subcalendar", known)


def made_already(primary: Bench, key: str, sha: Sha) -> bool:
    """Whether the copy lies in the primary, or comes there by itself.

    A round was killed before the file it came from was taken away; or the item was moved there at the account.
    """
    paired = any(pair.key == key for pair in _living(primary))
    return paired or any(other.key == key and other.sha == sha for other in _faces(primary))


def _faces(bench: Bench) -> tuple[Face, ...]:
    return (*bench.seats.near, *bench.seats.far)


def _living(bench: Bench) -> list[Pair]:
    return [pair for pair in bench.scene.twins if pair.near.ref not in bench.seats.gone_near]


def _primary_differs(primary: Bench, key: str, sha: Sha) -> bool:
    """Whether the primary has an item of this UID that says something else."""
    pairs = any(pair.key == key and pair.near.sha != sha for pair in _living(primary))
    return pairs or any(face.key == key and face.sha != sha for face in _faces(primary))


def _wait(bench: Bench, face: Face, code: str, why: str, *, side: Side = Side.NEAR, loud: bool = True) -> Waiting:
    return Waiting(
        link=bench.scene.link.id,
        side=side,
        ref=face.ref,
        code=code,
        why=why,
        title=face.title,
        key=face.key,
        recheck=side is Side.FAR,
        loud=loud,
        near_rev=face.rev if side is Side.NEAR else Rev(""),
    )
