"""A round: look at all links of an account, plan once, brake, apply, tell; a further pass where one made work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.core.brake import alarms
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.look import Scene
from calsync_cli.core.model import Link, LinkId, Ref, Side
from calsync_cli.core.plan import plan
from calsync_cli.core.record import Outcome, Wait
from calsync_cli.core.shelf import Shelf, fresh_key
from calsync_cli.core.steps import Plan, Waiting
from calsync_cli.engine.apply import apply
from calsync_cli.engine.batch import announced
from calsync_cli.engine.observe import observe, with_twins
from calsync_cli.engine.order import Junction, Round
from calsync_cli.engine.quarantine import quarantined, seen, tried, without_quarantined
from calsync_cli.engine.tale import foretold

SHUT = frozenset({"E209", "E403", "E404"})
"""Errors of a look that say something of that one calendar."""
WHOLE = Ref(".")
"""A whole calendar, where an item's name stands else; no file is called so."""

PASSES = 3
"""A pass that moved something makes work for the next one; a world that never rests is left for the next round."""


def run_round(junctions: Sequence[Junction], work: Round) -> None:
    """Bring all links to agreement. Raises what the stores raise; `work.result` holds what was done until there."""
    for count in range(PASSES):
        again = _pass(junctions, work, full=work.order.full and count == 0)
        if not again:
            return
        links = {link.id: link for link in work.books.links()}
        junctions = [replace(junction, link=links[junction.link.id], rev="") for junction in junctions]


def _pass(junctions: Sequence[Junction], work: Round, *, full: bool) -> bool:
    """Whether the next pass has work."""
    made, scenes = _planned(junctions, work, full=full)
    work.result.alarms = alarms(scenes, made.deeds, work.order.limit)
    if work.order.dry:
        work.result.happened.extend(foretold(made.deeds))
        work.result.waits = _told(made.waiting)
        work.result.invited = announced(made, {junction.link.id: junction for junction in junctions}, work)
    if work.result.alarms or work.order.dry:
        return False
    if any(scene.link.first for scene in scenes):
        work.order.matched(made.match)
    return _do(made, scenes, junctions, work)


def _planned(junctions: Sequence[Junction], work: Round, *, full: bool) -> tuple[Plan, list[Scene]]:
    work.progress.phase("look", len(junctions))
    scenes: list[Scene] = []
    shut: list[Waiting] = []
    for junction in junctions:
        try:
            scenes.append(observe(junction, work, full=full))
        except CalsyncError as error:
            shut.append(_shut(junction.link, error))
        work.progress.advance()
    scenes = with_twins(scenes, work.books, _copies(scenes))
    scenes = [_without_absent(scene, {one.link for one in shut}, work) for scene in scenes] if shut else scenes
    made = plan(scenes, work.meaning, Shelf(work.books.body), work.order.rules)
    made = without_quarantined(made, scenes, work)
    made = replace(made, waiting=(*made.waiting, *shut))
    if work.result.match is None and any(scene.link.first for scene in scenes):
        work.result.match = made.match
    return made, scenes


def _shut(link: Link, error: CalsyncError) -> Waiting:
    """A calendar that is listed and cannot be looked into, as a share may be that has ended: the others go on."""
    if error.code not in SHUT:
        raise error
    if link.primary:
        raise CalsyncError("E404", "primary", calendar=link.display or link.name) from error
    return Waiting(link.id, Side.NEAR, WHOLE, error.code, "calendar", link.display or link.name)


def _without_absent(scene: Scene, shut: AbstractSet[LinkId], work: Round) -> Scene:
    """A new file whose UID lives in a calendar that is shut now may have come from there: it waits until both are open.

    Made anew here and deleted there later, a meeting's guests would be told that it is off.
    """
    keys = {face.key for face in scene.near.faces.values()}
    away = {pair.key for pair in work.books.pairs_with(keys) if pair.link in shut}
    paired = {pair.near.ref for pair in scene.pairs}
    faces = {ref: face for ref, face in scene.near.faces.items() if ref in paired or face.key not in away}
    return replace(scene, near=replace(scene.near, faces=faces))


def _copies(scenes: Sequence[Scene]) -> set[str]:
    """UIDs that copies of new files would get: a round that was killed may have made them already."""
    return {
        fresh_key(face.key, face.sha) for scene in scenes if not scene.link.first for face in scene.near.faces.values()
    }


def _do(made: Plan, scenes: Sequence[Scene], junctions: Sequence[Junction], work: Round) -> bool:
    if made.made:
        work.books.keep(made.made.items())
    by_link = {junction.link.id: junction for junction in junctions}
    known = {(wait.link, wait.side, wait.ref) for wait in _waits(junctions, work) if wait.loud}
    waits, again = apply(made.deeds, by_link, work)
    _close(made, scenes, by_link, waits, work)
    work.result.waits = _waits(junctions, work)
    work.result.fresh += sum(wait.loud and (wait.link, wait.side, wait.ref) not in known for wait in work.result.waits)
    return again


def _waits(junctions: Sequence[Junction], work: Round) -> list[Wait]:
    return [wait for junction in junctions for wait in work.books.waits(junction.link.id)]


def _close(
    made: Plan, scenes: Sequence[Scene], junctions: Mapping[LinkId, Junction], waits: Sequence[Wait], work: Round
) -> None:
    """What waits is written down, then the cursors, last of all."""
    waiting = _told(made.waiting)
    if waiting:
        work.books.record(work.order.run, Outcome(waits=waiting))
    done = tried(made)
    for scene in scenes:
        link = scene.link.id
        kept = {(wait.side, wait.ref) for wait in (*waiting, *waits) if wait.link == link}
        unseen = (wait for wait in work.books.waits(link) if wait.side is Side.FAR and not seen(wait, scene))
        left = (wait for wait in unseen if (link, wait.side, wait.ref) not in done)
        kept |= {(wait.side, wait.ref) for wait in left if quarantined(wait, work)}
        work.books.clear(link, kept)
        if _moved_on(scene, junctions[link]):
            work.books.finish(link, scene.far.cursor, _trusted(scene, junctions[link], work))


def _trusted(scene: Scene, junction: Junction, work: Round) -> str:
    """The rev that the next round need not look behind; "" makes it look once more.

    Where a rev may be a time, a change that followed the last one within its second has the same rev. So it is believed
    only once a look has found nothing new behind it.
    """
    wrote = any(happened.far and happened.link == junction.link.id for happened in work.result.happened)
    return "" if junction.coarse and (wrote or not scene.far.still) else junction.rev


def _moved_on(scene: Scene, junction: Junction) -> bool:
    """A round in which nothing changed leaves the books as they are."""
    link = scene.link
    return link.first or scene.far.cursor != link.cursor or junction.rev != link.glance


def _told(waiting: Sequence[Waiting]) -> list[Wait]:
    """What the plan leaves alone; silent ones that need no second look are not worth a line in the books."""
    return [
        Wait(one.link, one.side, one.ref, one.code, one.why, one.title, one.key, loud=one.loud, near_rev=one.near_rev)
        for one in waiting
        if one.loud or one.recheck
    ]
