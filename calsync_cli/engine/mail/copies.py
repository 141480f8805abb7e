"""Bodies of new messages: one that another folder here has already is copied, and not fetched a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from calsync_cli.core.mail.message import canonical
from calsync_cli.core.mail.nouns import NO_REV, Letter, lasting
from calsync_cli.core.mail.steps import Bring
from calsync_cli.core.model import Fetched, Held, LinkId, Ref
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.shut import by_itself

Junctions = Mapping[LinkId, MailJunction]


def bodies(wanted: Sequence[Bring], link: LinkId, junctions: Junctions, work: MailWork) -> Iterator[Fetched]:
    """Each answered once; first what lies here, then what is fetched, in the order in which it is wanted."""
    here = {step.seen.ref for step in wanted if lasting(step.seen.ref)}
    known = {one.far: one for one in work.books.holding(here) if one.link in junctions} if here else {}
    left: list[Ref] = []
    for step in wanted:
        twin = known.get(step.seen.ref)
        held = _copy(twin, junctions, work) if twin is not None else None
        if held is None:
            left.append(step.seen.ref)
        else:
            yield replace(held, ref=step.seen.ref, rev=NO_REV, content=canonical(held.content), flags=step.seen.flags)
    yield from junctions[link].far.fetch(left) if left else ()


def _copy(twin: Letter, junctions: Junctions, work: MailWork) -> Held | None:
    """The file, as long as it is the one that both sides agreed on."""
    held = None
    with by_itself(junctions[twin.link].link, work):
        held = next(iter(junctions[twin.link].near.fetch([twin.near])), None)
    return held if isinstance(held, Held) and held.rev == twin.near_rev else None
