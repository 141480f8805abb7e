"""What mail programs do here while a round looks from folder to folder: a file that is under way is no news yet.

A file that goes from one folder to another between the two looks is seen in neither, which looks like a deletion, or in
both, which looks like a copy. So before a letter is let go of there, and before a file is sent, it is made sure; what
is under way waits for the next round, which sees where it went.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from calsync_cli.core.mail.nouns import Letter, Sketch
from calsync_cli.core.mail.plan import MailPlan
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.mail.steps import Erase, Send
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import LinkId, Missing, Ref, Side
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.shut import by_itself

Junctions = Mapping[LinkId, MailJunction]
Name = str | int
"""Message-ID, or the size where there is none."""


def sure(made: MailPlan, sights: Sequence[Sight], junctions: Junctions, work: MailWork) -> MailPlan:
    """The plan without what may be under way here."""
    erases = [step for step in made.steps if isinstance(step, Erase) and step.side is Side.FAR and not step.moved]
    first = {link for link, junction in junctions.items() if junction.link.first}
    sends = [step for step in made.steps if isinstance(step, Send) and step.link not in first]
    arrived = _arrived(sights, junctions, work) if erases else set()
    held = {id(step): step.letter.link for step in erases if _name(step.letter) in arrived}
    held |= {id(step): step.link for step in _leaving(sends, sights, junctions, work)}
    work.open.update(held.values())
    return replace(made, steps=tuple(step for step in made.steps if id(step) not in held)) if held else made


def _arrived(sights: Sequence[Sight], junctions: Junctions, work: MailWork) -> set[Name]:
    """Files that came to any folder since it was looked at."""
    new = {sight.link.id: sight.near_new.keys() for sight in sights}
    found: set[Name] = set()
    for link, junction in junctions.items():
        with by_itself(junction.link, work):
            known = {one.near for one in work.books.known(link)} | set(new.get(link, ()))
            came = [seen.ref for page in junction.near.look(None, known) for seen in page.seen if seen.ref not in known]
            found |= {one.message_id or one.size for one in junction.near.sketch(came) if isinstance(one, Sketch)}
    return found


def _leaving(sends: Sequence[Send], sights: Sequence[Sight], junctions: Junctions, work: MailWork) -> Iterator[Send]:
    """Files whose like was in another folder when that was looked at, and is there no more."""
    names = _names(sends, junctions, work)
    if not names:
        return
    lost = {one.letter.id for sight in sights for one in sight.touched.values() if one.near is Delta.GONE}
    gone = {
        known.message_id
        for known in work.books.named(set(names.values()))
        if known.link in junctions and known.id not in lost and _went(known, junctions, work)
    }
    yield from (step for step in sends if names.get((step.link, step.seen.ref)) in gone)


def _names(sends: Sequence[Send], junctions: Junctions, work: MailWork) -> dict[tuple[LinkId, Ref], str]:
    """The Message-IDs of what is to be sent."""
    found: dict[tuple[LinkId, Ref], str] = {}
    for link in {step.link for step in sends}:
        with by_itself(junctions[link].link, work):
            for one in junctions[link].near.sketch([step.seen.ref for step in sends if step.link == link]):
                if isinstance(one, Sketch) and one.message_id:
                    found[link, one.ref] = one.message_id
    return found


def _went(known: Letter, junctions: Junctions, work: MailWork) -> bool:
    with by_itself(junctions[known.link].link, work):
        return isinstance(next(iter(junctions[known.link].near.sketch([known.near]))), Missing)
    return True


def _name(letter: Letter) -> Name:
    return letter.message_id or letter.size
