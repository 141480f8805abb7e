"""What a round did to messages, as numbers and lines of a report: by folder, for nobody reads ten thousand lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calsync_cli.app.mail.keys import GONE
from calsync_cli.app.mail.rounds import MailRound
from calsync_cli.app.reports.rounds import MailCounts, MailLine
from calsync_cli.app.reports.told import Line, Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.core.mail.record import What

TOLD: Mapping[What, tuple[Way, Verb]] = {
    What.FETCHED: (Way.IN, Verb.ADDED),
    What.SENT: (Way.OUT, Verb.ADDED),
    What.ADOPTED: (Way.HERE, Verb.ADOPTED),
    What.FLAGS_HERE: (Way.IN, Verb.CHANGED),
    What.FLAGS_THERE: (Way.OUT, Verb.CHANGED),
    What.MOVED_HERE: (Way.IN, Verb.MOVED),
    What.MOVED_THERE: (Way.OUT, Verb.MOVED),
    What.DELETED_HERE: (Way.IN, Verb.DELETED),
    What.DELETED_THERE: (Way.OUT, Verb.DELETED),
    What.REPLACED: (Way.OUT, Verb.CHANGED),
    What.PARKED: (Way.HERE, Verb.KEPT),
    What.TOO_BIG: (Way.HERE, Verb.LEFT_OUT),
    What.TOO_OLD: (Way.HERE, Verb.LEFT_OUT),
}
"""What each kind is called."""


def counts(found: MailRound) -> MailCounts:
    """In numbers."""
    whole: dict[What, int] = dict.fromkeys(What, 0)
    for (_, what), count in found.result.tally.items():
        whole[what] += count
    return MailCounts(
        in_=whole[What.FETCHED],
        out=whole[What.SENT] + whole[What.REPLACED],
        moved=whole[What.MOVED_HERE] + whole[What.MOVED_THERE],
        deleted_in=whole[What.DELETED_HERE],
        deleted_out=whole[What.DELETED_THERE],
        flags_in=whole[What.FLAGS_HERE],
        flags_out=whole[What.FLAGS_THERE],
        skipped=len(found.waits),
    )


def totals(found: MailRound) -> Iterator[MailLine]:
    """A line for each folder and kind."""
    for (link, what), count in sorted(found.result.tally.items()):
        way, verb = TOLD[what]
        if count:
            yield MailLine(direction=way, verb=verb, count=count, folder=found.names.get(int(link), ""))


def fresh(session: Session, found: MailRound, *, dry: bool) -> int:
    """How much of what waits is told for the first time; a folder that is gone counts once."""
    before = set(session.settings.get(GONE).splitlines())
    if not dry and before != set(found.gone):
        session.settings.put(**{GONE: "\n".join(found.gone)})
    return found.result.fresh + len(set(found.gone) - before)


def waiting(found: MailRound) -> Iterator[Line]:
    """What could not be done, one line each; folders that are gone at the provider too (E210)."""
    for name in found.gone:
        yield Line(direction=Way.HERE, verb=Verb.SKIPPED, title=name, code="E210")
    for row in found.lost:
        yield Line(direction=Way.IN, verb=Verb.LOST, title=row.title or row.message_id, where=row.folder)
    for wait in found.waits:
        title, where = wait.title or wait.ref, found.names.get(int(wait.link), "")
        yield Line(direction=Way.HERE, verb=Verb.SKIPPED, title=title, where=where, code=wait.code, why=wait.why)
