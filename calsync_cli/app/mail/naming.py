"""Subjects of what waits and of what went into the bin, looked up once, after a round: people know letters by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from calsync_cli.app import wiring
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.heading import title
from calsync_cli.core.mail.ports import MailAccount
from calsync_cli.core.model import CollectionId, Held, LinkId, Ref, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.state.post import Post, WithdrawnRow

MOST = 100
"""Letters that are named in one round: more nobody reads one by one."""


def named(session: Session, far: MailAccount, run: RunId) -> None:
    """Name what this run left waiting or put into a bin. Without a name it is listed all the same."""
    post = Post(session.database)
    names = {link.id: link for link in session.letters.links()}
    waits = [one.wait for one in post.waiting() if not one.wait.title][:MOST]
    found = {wait: _here(session, wait, names[wait.link].name) for wait in waits if wait.side is Side.NEAR}
    for link, fresh in _by_link(wait for wait in waits if wait.side is Side.FAR and wait.tries == 1):
        titles = _titles(far, names[link].far_id, [wait.ref for wait in fresh])
        found |= {wait: titles.get(wait.ref, "") for wait in fresh}
    post.name({wait: text for wait, text in found.items() if text})
    gone = [row for row in post.withdrawn(run=run) if row.side is Side.FAR and row.bin and not row.title][:MOST]
    if gone:
        post.entitle(_there(far, gone))


def _here(session: Session, wait: Wait, folder: str) -> str:
    try:
        store = wiring.maildirs(session.desk, session.account).open(CollectionId(folder))
        held = next(iter(store.fetch([wait.ref])), None)
    except CalsyncError:  # it waits because of that, perhaps
        return ""
    return title(held.content) if isinstance(held, Held) else ""


def _there(far: MailAccount, rows: Sequence[WithdrawnRow]) -> dict[int, str]:
    by_bin: dict[CollectionId, dict[Ref, int]] = defaultdict(dict)
    for row in rows:
        by_bin[row.bin][Ref(row.name)] = row.id
    return {
        refs[ref]: text for bin_, refs in by_bin.items() for ref, text in _titles(far, bin_, list(refs)).items() if text
    }


def _titles(far: MailAccount, folder: CollectionId, refs: Sequence[Ref]) -> Mapping[Ref, str]:
    try:
        return far.open(folder).titles(refs)
    except CalsyncError:  # nothing of what was done depends on it
        return {}


def _by_link(waits: Iterable[Wait]) -> Iterable[tuple[LinkId, list[Wait]]]:
    """What was tried for the first time: a server is asked once."""
    found: dict[LinkId, list[Wait]] = defaultdict(list)
    for wait in waits:
        found[wait.link].append(wait)
    return found.items()
