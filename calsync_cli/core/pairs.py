"""What becomes of an item that both sides once agreed on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from calsync_cli.core.bench import Bench
from calsync_cli.core.look import Face
from calsync_cli.core.meaning import Joined
from calsync_cli.core.model import Pair, Prefer, Rev, Sha, Side, Version
from calsync_cli.core.shelf import is_made
from calsync_cli.core.steps import Conflict, Drop, Keep, Put, Step, Waiting, Want
from calsync_cli.core.verdict import Delta, Verdict, judge


@dataclass(frozen=True, slots=True)
class _Case:
    """One pair with what is seen of it now."""

    pair: Pair
    near: Version
    far: Version
    near_face: Face | None
    far_face: Face | None

    @property
    def title(self) -> str:
        for face in (self.near_face, self.far_face):
            if face is not None and face.title:
                return face.title
        return self.pair.title

    @property
    def rekeyed(self) -> bool:
        """The far item has another UID than before."""
        face = self.far_face
        return face is not None and face.key != self.pair.key and not face.bare and not is_made(self.pair.key)

    @property
    def key(self) -> str:
        """The UID that both sides are to have."""
        return self.far_face.key if self.far_face is not None and self.rekeyed else self.pair.key

    @property
    def alike(self) -> bool:
        """Whether both sides agreed to the byte, so that one's body can stand for the other's."""
        return self.pair.near.sha == self.pair.far.sha


def decide(bench: Bench, pair: Pair) -> Step | Waiting | None:
    """The step for one pair; None where all is at rest and there is nothing to note."""
    case = _case(bench, pair)
    try:
        near = _delta(bench, case, Side.NEAR)
        far = _delta(bench, case, Side.FAR)
        verdict = judge(near, far, bench.scene.mode, births=bench.scene.link.primary)
        return _step(bench, case, verdict, near, far)
    except ValueError:
        return _waiting(bench, case, "E403", "broken")


def _case(bench: Bench, pair: Pair) -> _Case:
    near_face = bench.scene.near.faces.get(pair.near.ref)
    far_face = bench.scene.far.faces.get(pair.far.ref)
    return _Case(
        pair=pair,
        near=near_face.version if near_face else pair.near,
        far=far_face.version if far_face else pair.far,
        near_face=near_face,
        far_face=far_face,
    )


def _delta(bench: Bench, case: _Case, side: Side) -> Delta:
    sight = bench.scene.sight(side)
    was = case.pair.version(side)
    now = case.near if side is Side.NEAR else case.far
    gone = bench.seats.gone_near if side is Side.NEAR else bench.seats.gone_far
    if was.ref in sight.unreadable:
        return Delta.UNKNOWN
    if was.ref in gone:
        return Delta.GONE
    if side is Side.FAR and case.rekeyed:
        return Delta.CHANGED
    if side is Side.NEAR and _invites(bench, case):
        return Delta.CHANGED
    if now.sha == was.sha or bench.meaning.same(bench.shelf[was.sha], bench.shelf[now.sha]):
        return Delta.SAME
    return Delta.CHANGED


def _invites(bench: Bench, case: _Case) -> bool:
    """Somebody was chosen who is on the event here already: the far side is to know, though nothing changed here."""
    chosen = bench.chosen(case.pair.key)
    return bool(chosen) and bench.meaning.wanting(bench.shelf[case.near.sha], bench.shelf[case.far.sha], chosen)


def _step(  # noqa: C901, PLR0911, PLR0912 - one flat table over all verdicts reads best as one match
    bench: Bench, case: _Case, verdict: Verdict, near: Delta, far: Delta
) -> Step | Waiting | None:
    match verdict:
        case Verdict.REST | Verdict.FORGET:
            return _note(bench, case, verdict)
        case Verdict.TO_NEAR:
            return _made(case, verdict, _near_put(case, _pulled(bench, case)), Keep(case.far), before=case.near.sha)
        case Verdict.TO_FAR:
            return _to_far(bench, case)
        case Verdict.MEET:
            return _meet(bench, case)
        case Verdict.ERASE_NEAR:
            return _made(case, verdict, Drop(case.near), Keep(), before=case.near.sha)
        case Verdict.ERASE_FAR:
            return _erase_far(bench, case)
        case Verdict.REVIVE_NEAR:
            return _made(case, verdict, Put(_pulled(bench, case)), Keep(case.far))
        case Verdict.REVIVE_FAR:
            return _revive_far(bench, case)
        case Verdict.PUT_BACK:
            return _put_back(bench, case, near, far)
        case Verdict.HOLD:
            side = Side.NEAR if near is Delta.UNKNOWN else Side.FAR
            return _hold(bench, case, side)
        case Verdict.LEAVE:
            return _waiting(bench, case, "", "pull-only", loud=False)
        case Verdict.MEET_NEW | Verdict.BIRTH_NEAR | Verdict.BIRTH_FAR | Verdict.RELOCATE:
            raise AssertionError(verdict)
        case _:
            assert_never(verdict)


def _made(
    case: _Case,
    verdict: Verdict,
    near: Want,
    far: Want,
    *,
    why: str = "",
    before: Sha | None = None,
    loud: bool = False,
) -> Step:
    return Step(
        link=case.pair.link,
        verdict=verdict,
        key=case.key,
        title=case.title,
        near=near,
        far=far,
        pair=case.pair,
        why=why,
        before=before,
        loud=loud,
    )


def _note(bench: Bench, case: _Case, verdict: Verdict) -> Step | None:
    if verdict is Verdict.FORGET:
        return _made(case, verdict, Keep(), Keep())
    noted = case.near != case.pair.near or case.far != case.pair.far or case.pair.id in bench.seats.moved
    return _made(case, verdict, Keep(case.near), Keep(case.far)) if noted else None


def _pulled(bench: Bench, case: _Case) -> Sha:
    """What the near side is to hold once the far side changed.

    The far body; or, where the two differed before (servers rewrite), the near one with the far changes in it.
    """
    if case.alike:
        return case.far.sha
    return bench.shelf.add(_merged(bench, case).content)


def _merged(bench: Bench, case: _Case) -> Joined:
    shelf = bench.shelf
    return bench.meaning.merge(
        near_base=shelf[case.pair.near.sha],
        near=shelf[case.near.sha],
        far_base=shelf[case.pair.far.sha],
        far=shelf[case.far.sha],
        prefer=bench.rules.prefer,
    )


def _near_put(case: _Case, sha: Sha) -> Want:
    return Keep(case.near) if sha == case.near.sha else Put(sha, case.near)


def _far_put(case: _Case, sha: Sha) -> Want:
    return Keep(case.far) if sha == case.far.sha else Put(sha, case.far)


def _to_far(bench: Bench, case: _Case) -> Step | Waiting:
    key = case.pair.key
    wanted = case.near.sha if case.alike else bench.shelf.add(_merged(bench, case).content)
    invites = _invites(bench, case)
    if invites:
        body = bench.meaning.summoned(bench.shelf[wanted], bench.shelf[case.near.sha], bench.chosen(key))
        wanted = bench.shelf.add(body)
    sent = bench.outgoing(wanted, case.far.sha, key)
    hushed = key in bench.rules.quiet if invites else bench.hushed(key, case.near.sha)
    if hushed and bench.would_mail(key, case.far.sha, sent):
        return _waiting(bench, case, "E301", "would-mail")
    return _made(case, Verdict.TO_FAR, Keep(case.near), _far_put(case, sent), before=case.far.sha, loud=not hushed)


def _erase_far(bench: Bench, case: _Case) -> Step | Waiting:
    """Guests hear that it is off, unless a person wants nobody to."""
    hushed = bench.hushed(case.pair.key)
    if hushed and bench.would_mail(case.pair.key, case.far.sha, None):
        return _waiting(bench, case, "E301", "would-mail")
    return _made(case, Verdict.ERASE_FAR, Keep(), Drop(case.far), before=case.far.sha, loud=not hushed)


def _revive_far(bench: Bench, case: _Case) -> Step | Waiting:
    """Made anew, which is nobody's news."""
    sent = bench.outgoing(case.near.sha, None, case.pair.key)
    if bench.would_mail(case.pair.key, None, sent):
        return _waiting(bench, case, "E301", "would-mail")
    return _made(case, Verdict.REVIVE_FAR, Keep(case.near), Put(sent))


def _meet(bench: Bench, case: _Case) -> Step | Waiting:
    shelf = bench.shelf
    if not case.rekeyed and bench.meaning.same(shelf[case.near.sha], shelf[case.far.sha]):
        return _made(case, Verdict.REST, Keep(case.near), Keep(case.far))
    joined = _merged(bench, case)
    result = shelf.add(joined.content)
    near = result if case.rekeyed else _settled(bench, case.near.sha, result)  # a UID is no part of a meaning
    far = _settled(bench, case.far.sha, bench.outgoing(result, case.far.sha, case.pair.key))
    loud = far != case.far.sha and _only_answered(bench, case)
    if far != case.far.sha and not loud and bench.would_mail(case.pair.key, case.far.sha, far):
        return _waiting(bench, case, "E301", "would-mail")
    step = _made(case, Verdict.MEET, _near_put(case, near), _far_put(case, far), before=case.near.sha, loud=loud)
    return replace(step, conflict=_conflict(bench, case, joined, result))


def _only_answered(bench: Bench, case: _Case) -> bool:
    """Guests answered while the meeting was edited here: that is told as any edit is, and no merge of two wills."""
    was, now = bench.shelf[case.pair.far.sha], bench.shelf[case.far.sha]
    plain = not bench.hushed(case.pair.key, case.near.sha)
    return plain and bench.meaning.only_answers(was, now, bench.rules.own)


def _settled(bench: Bench, has: Sha, wanted: Sha) -> Sha:
    """What a side has stays, to the byte, where the wanted body means the same."""
    return has if bench.meaning.same(bench.shelf[has], bench.shelf[wanted]) else wanted


def _conflict(bench: Bench, case: _Case, joined: Joined, result: Sha) -> Conflict | None:
    if not joined.notes:
        return None
    loser = Side.NEAR if bench.rules.prefer is Prefer.REMOTE else Side.FAR
    return Conflict(joined.notes, case.pair.near.sha, case.near.sha, case.pair.far.sha, case.far.sha, result, loser)


def _put_back(bench: Bench, case: _Case, near: Delta, far: Delta) -> Step:
    if far is not Delta.CHANGED:
        wanted = case.pair.near.sha
    elif case.alike:
        wanted = case.far.sha
    else:
        untouched = replace(case, near=case.pair.near)
        wanted = bench.shelf.add(_merged(bench, untouched).content)
    put = Put(wanted, None if near is Delta.GONE else case.near)
    before = None if near is Delta.GONE else case.near.sha
    return _made(case, Verdict.PUT_BACK, put, Keep(case.far), why="view-only", before=before)


def _hold(bench: Bench, case: _Case, side: Side) -> Waiting:
    unreadable = bench.scene.sight(side).unreadable[case.pair.version(side).ref]
    why = unreadable.detail or "unreadable"
    return _waiting(bench, case, unreadable.why, why, side=side, loud=bool(unreadable.why))


def _waiting(bench: Bench, case: _Case, code: str, why: str, *, side: Side = Side.FAR, loud: bool = True) -> Waiting:
    """What moved on the far side will not be listed again, so it is the far side that has to be asked."""
    ref = case.pair.far.ref
    moved = case.far_face is not None or ref in bench.scene.far.gone or ref in bench.scene.far.unreadable
    side = Side.FAR if moved else side
    return Waiting(
        link=case.pair.link,
        side=side,
        ref=case.pair.version(side).ref,
        code=code,
        why=why,
        title=case.title,
        key=case.pair.key,
        recheck=moved,
        loud=loud,
        near_rev=Rev("") if case.pair.near.ref in bench.seats.gone_near else case.near.rev,
    )
