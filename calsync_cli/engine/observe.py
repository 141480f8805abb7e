"""Looking: both sides of a link, reduced to what moved; bodies go to the books as they come, so memory stays small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from calsync_cli.core.look import Face, Scene, Sight
from calsync_cli.core.model import (
    Cursor,
    End,
    Fetched,
    Held,
    LinkId,
    Missing,
    Pair,
    Ref,
    Rev,
    Sha,
    Side,
    Unreadable,
)
from calsync_cli.core.ports import Store
from calsync_cli.core.record import Books, Intent, Outcome
from calsync_cli.core.settle import decided, settle
from calsync_cli.core.shelf import Shelf
from calsync_cli.engine.ahead import ahead
from calsync_cli.engine.order import Junction, Round
from calsync_cli.engine.quarantine import TRIES, quarantined

LATE = "moved-meanwhile"
"""Why an item waits that was listed and was not there: a deletion just then, or a server that takes its time."""

Index = Mapping[Ref, tuple[Rev, Sha]]


@dataclass(slots=True)
class _Gathered:
    """What a look brought so far."""

    index: Index
    faces: dict[Ref, Face] = field(default_factory=dict)
    listed: set[Ref] = field(default_factory=set)
    gone: set[Ref] = field(default_factory=set)
    unreadable: dict[Ref, Unreadable] = field(default_factory=dict)
    end: End | None = None


def observe(junction: Junction, work: Round, *, full: bool) -> Scene:
    """Both sides, with what earlier rounds left open settled first."""
    link = junction.link
    intents = work.books.intents(link.id)
    waits = [wait for wait in work.books.waits(link.id) if wait.side is Side.FAR]
    begun = {intent.far.ref for intent in intents}
    again = frozenset(wait.ref for wait in waits if wait.ref in begun or not quarantined(wait, work))
    near = _look(junction, Side.NEAR, work, intents, since=None)
    if _unmoved(junction, full=full) and not again and not intents:
        far = Sight(cursor=link.cursor)
    else:
        late = {wait.ref for wait in waits if wait.why == LATE and wait.tries <= TRIES}
        far = _look(junction, Side.FAR, work, intents, since=None if full else link.cursor, again=again, late=late)
    if intents:
        near = _settle(intents, near, far, work)
    return _scene(junction, work, near, far)


def _unmoved(junction: Junction, *, full: bool) -> bool:
    return bool(junction.rev) and junction.rev == junction.link.glance and not full


def _look(
    junction: Junction,
    side: Side,
    work: Round,
    intents: Sequence[Intent],
    *,
    since: Cursor | None,
    again: AbstractSet[Ref] = frozenset(),
    late: AbstractSet[Ref] = frozenset(),
) -> Sight:
    store = junction.near if side is Side.NEAR else junction.far
    got = _Gathered(work.books.index(junction.link.id, side))
    got.listed.update(late - got.index.keys())
    expected = got.index.keys() | {(one.near if side is Side.NEAR else one.far).ref for one in intents}
    wanted: dict[Ref, None] = {}
    for page in store.look(since, got.index.keys()):
        got.gone.update(ref for ref in page.gone if ref in expected)
        got.listed.update(seen.ref for seen in page.seen)
        got.unreadable.update((one.ref, one) for one in page.unreadable)
        listed = [seen for seen in page.seen if _moved(got.index, seen.ref, seen.rev) or seen.ref in again]
        _take(got, (seen.held for seen in listed if seen.held is not None), work)
        wanted.update((seen.ref, None) for seen in listed if seen.held is None)
        got.end = page.end or got.end
    wanted.update((ref, None) for ref in sorted(again - got.gone - got.faces.keys()))
    _fetch(got, store, list(wanted), work)
    end = got.end or End(None, None)
    if end.inventory is not None:
        got.gone.update(expected - end.inventory - got.unreadable.keys())
    return Sight(
        faces=got.faces,
        gone=frozenset(got.gone - got.faces.keys()),
        unreadable=got.unreadable,
        cursor=end.cursor,
        present=None if end.inventory is None else len(end.inventory),
    )


def _moved(index: Index, ref: Ref, rev: Rev) -> bool:
    known = index.get(ref)
    return known is None or known[0] != rev or not rev


def _fetch(got: _Gathered, store: Store, wanted: Sequence[Ref], work: Round) -> None:
    if not wanted:
        return
    work.progress.phase("fetch", len(wanted))
    left = dict.fromkeys(wanted)
    for block in _blocks(ahead(store.fetch(wanted)), store.traits.block):
        for one in block:
            left.pop(one.ref, None)
        _miss(got, [one.ref for one in block if isinstance(one, Missing)])
        got.unreadable.update((one.ref, one) for one in block if isinstance(one, Unreadable))
        _take(got, (one for one in block if isinstance(one, Held)), work)
        work.progress.advance(len(block))
    got.unreadable.update((ref, Unreadable(ref, "", "unanswered")) for ref in left)


def _miss(got: _Gathered, refs: Iterable[Ref]) -> None:
    """What was listed a moment ago and is not there says two things at once: nothing is concluded from that."""
    for ref in refs:
        if ref in got.listed:
            got.unreadable[ref] = Unreadable(ref, "", LATE)
        elif ref in got.index:
            got.gone.add(ref)


def _blocks(answers: Iterable[Fetched], size: int) -> Iterator[list[Fetched]]:
    block: list[Fetched] = []
    for answer in answers:
        block.append(answer)
        if len(block) >= size:
            yield block
            block = []
    if block:
        yield block


def _take(got: _Gathered, held: Iterable[Held], work: Round) -> None:
    """Bodies to the books, faces to the sight."""
    bodies: list[tuple[Sha, bytes]] = []
    for one in held:
        face = work.meaning.face(one)
        if isinstance(face, Unreadable):
            got.unreadable[one.ref] = face
            continue
        got.faces[one.ref] = face
        known = got.index.get(one.ref)
        if known is None or known[1] != face.sha:
            bodies.append((face.sha, one.content))
    if bodies:
        work.books.keep(bodies)


def _settle(intents: Sequence[Intent], near: Sight, far: Sight, work: Round) -> Sight:
    """The near side, without new files of which nobody can tell yet whether they were made there: they wait."""
    shelf = Shelf(work.books.body)
    unsure = [one for one in intents if one.far_wanted and not one.pair and one.far.ref in far.unreadable]
    clear = [one for one in intents if one not in unsure]
    outcome = Outcome(closed=[intent.op for intent in clear])
    for intent in clear:
        pair = settle(intent, near, far, meaning=work.meaning, shelf=shelf)
        if pair is not None:
            outcome.pairs.append(pair)
        if intent.conflict is not None and decided(intent, near, pair):
            outcome.conflicts.append((intent.link, intent.key, intent.title, intent.near.ref, intent.conflict))
    work.books.record(work.order.run, outcome)
    if not work.order.dry:
        work.result.take(outcome)
    hidden = {one.near.ref: Unreadable(one.near.ref, "", "answer-lost") for one in unsure}
    seen = {ref: face for ref, face in near.faces.items() if ref not in hidden}
    return replace(near, faces=seen, unreadable={**near.unreadable, **hidden}) if hidden else near


def _scene(junction: Junction, work: Round, near: Sight, far: Sight) -> Scene:
    link, books = junction.link, work.books
    pairs: tuple[Pair, ...] = ()
    if not (near.still and far.still):
        pairs = books.pairs_at(
            link.id,
            near.faces.keys() | near.gone | near.unreadable.keys(),
            far.faces.keys() | far.gone | far.unreadable.keys(),
        )
    if work.order.rules.chosen:  # nothing of them need have moved: that somebody is to be invited is news enough
        there = {pair.id for pair in pairs}
        chosen = books.pairs_with(work.order.rules.chosen.keys())
        pairs += tuple(pair for pair in chosen if pair.link == link.id and pair.id not in there)
    return Scene(
        link=link,
        mode=junction.mode,
        near=near,
        far=far,
        pairs=pairs,
        held=books.count(link.id) if pairs else 0,
        quiet=junction.far.traits.quiet,
        private=junction.far.traits.private,
        movable=junction.far.traits.moves,
    )


def with_twins(scenes: Sequence[Scene], books: Books, more_keys: AbstractSet[str]) -> list[Scene]:
    """Give each scene the pairs that share a UID with a new face of any scene."""
    keys = set(more_keys)
    for scene in scenes:
        paired = {pair.near.ref for pair in scene.pairs} | {pair.far.ref for pair in scene.pairs}
        faces = [*scene.near.faces.values(), *scene.far.faces.values()]
        keys.update(face.key for face in faces if face.ref not in paired)
        keys.update(pair.key for pair in scene.pairs if pair.far.ref in scene.far.gone)
    if not keys or all(scene.link.first for scene in scenes):
        return list(scenes)
    twins: dict[LinkId, list[Pair]] = {}
    for pair in books.pairs_with(keys):
        twins.setdefault(pair.link, []).append(pair)
    return [replace(scene, twins=tuple(twins.get(scene.link.id, ()))) for scene in scenes]
