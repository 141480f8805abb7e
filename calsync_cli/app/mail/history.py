"""The log of mail: what became of messages, by run, folder and kind; nobody reads ten thousand lines."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from calsync_cli.app.mail.told import TOLD
from calsync_cli.app.reports.items import LogRow
from calsync_cli.app.reports.told import Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.core.mail.record import What
from calsync_cli.core.model import RunId
from calsync_cli.state.post import RESTORED, Post, PostedRow


def posted(session: Session, runs: AbstractSet[RunId]) -> Iterator[LogRow]:
    """A line for each folder and kind."""
    return map(_row, Post(session.database).posted(runs))


def _row(one: PostedRow) -> LogRow:
    way, verb = (Way.HERE, Verb.RESTORED) if one.what == RESTORED else TOLD[What(one.what)]
    return LogRow(
        id=f"p{one.run}-{one.link}-{one.what}",
        when=datetime.fromtimestamp(one.at, UTC),
        what=verb,
        title="",
        run=one.run,
        direction=way,
        folder=one.folder,
        count=one.count,
    )
